"""Rows for the clipboard: text for any program, and a table whose numbers are numbers for spreadsheets.

Money takes two cells, amount and currency, so that nothing has to be split. In the text, amounts have the decimal
sign of this computer's language and no grouping, which is what a spreadsheet of that language reads as a number; in
the table each amount also stands in the machine's form, which no language changes. Days are ISO 8601. A text that a
spreadsheet would take for a formula gets an apostrophe in the text form and is marked as text in the table.
"""

import html
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QLocale, QMimeData

from nsz_desk.domain.money import Money
from nsz_desk.ui.columns import TableColumn
from nsz_desk.ui.texts import shown

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
Cell = tuple[str, str]  # text, and the number in machine form or ""


def cells(column: TableColumn, value: Any, text: str, decimal: str) -> tuple[Cell, ...]:
    """The cells of a value; `text` is what the table shows, `decimal` the language's decimal sign."""
    if column.kind == "money":
        if not isinstance(value, Money):
            return (("", ""), ("", ""))
        return ((value.plain().replace(".", decimal), value.plain()), (value.currency, ""))
    if isinstance(value, (int, float)):
        return ((str(value).replace(".", decimal), str(value)),)
    if isinstance(value, datetime):
        return ((value.isoformat(sep=" ", timespec="seconds"), ""),)
    if isinstance(value, date):
        return ((value.isoformat(), ""),)
    return ((shown(text), ""),)


def titles(columns: Iterable[TableColumn]) -> list[Cell]:
    """The headers; money has one for the amount and one for its currency."""
    found: list[Cell] = []
    for column in columns:
        found.append((column.title, ""))
        if column.kind == "money":
            found.append(("Currency", ""))
    return found


def mime(rows: Sequence[Sequence[Cell]]) -> QMimeData:
    """The rows as text and as a table."""
    made = QMimeData()
    made.setText("\n".join("\t".join(_plain(cell) for cell in row) for row in rows))
    body = "".join("<tr>" + "".join(_html(cell) for cell in row) + "</tr>" for row in rows)
    made.setHtml(f'<html><head><meta charset="utf-8"></head><body><table>{body}</table></body></html>')
    return made


def decimal_sign() -> str:
    """This computer's decimal sign."""
    return QLocale().decimalPoint()


def _plain(cell: Cell) -> str:
    text, number = cell
    return "'" + text if not number and text.startswith(FORMULA) else text


def _html(cell: Cell) -> str:
    text, number = cell
    if number:
        return f'<td x:num="{number}" sdval="{number}" sdnum="1033;">{number}</td>'
    return f"<td style=\"mso-number-format:'\\@'\">{html.escape(text)}</td>"
