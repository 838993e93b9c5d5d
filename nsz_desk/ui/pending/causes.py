"""What the rows under "Needs you" wait for, grouped: a cause is the rule that speaks first, with its rows."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from nsz_desk.domain.money import Money, sums
from nsz_desk.engine.lists import Row
from nsz_desk.rules.book import BY_ID, Verdict
from nsz_desk.ui.texts import count_text, shown, tip, total_text
from nsz_desk.ui.widgets import Button, ElidedLabel, line

NEEDS = frozenset({Verdict.BLOCKED, Verdict.UNKNOWN})
WAITS = {  # completes "3 refunds: …"
    "1.a": "the customer has no Zuora ID",
    "2.a": "not applied to exactly one credit memo",
    "2.b": "the memo names no valid Zuora payment",
    "2.c": "larger than the payment",
    "P.1": "the credit memo is not a standalone one",
    "P.2": "the credit memo is applied to an invoice",
    "P.3": "the credit memo is not prepared",
    "P.4": "the refund does not take the whole memo",
    "D.2": "the payment's refunds do not fit into it",
    "D.3": "currencies differ",
    "D.4": "the amount is not valid in its currency",
    "D.5": "dated before the payment",
    "D.6": "the payment method is not mapped",
    "D.8": "refund or memo is voided",
    "D.9": "the memo is shared with another refund",
    "D.10": "payment reference and payment id disagree",
    "D.11": "the accounting period is closed",
    "D.12": "a like refund was made in Zuora by hand",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """A rule and the rows that wait because of it."""

    rule: str
    rows: int
    customers: int
    totals: tuple[Money, ...]
    next_step: str

    @property
    def words(self) -> str:
        """`9 refunds of 2 customers: the customer has no Zuora ID`."""
        known = BY_ID.get(self.rule)
        what = WAITS.get(self.rule) or (known.statement.rstrip(".") + ": not so" if known else "not known")
        return f"{count_text(self.rows, 'refund')} of {count_text(self.customers, 'customer')}: {what}"


def cause_of(row: Row) -> str:
    """The rule that speaks first for a row that needs somebody, "" for every other row."""
    return row.judgement.why.partition(" ")[0] if row.verdict in NEEDS else ""


def causes(rows: Iterable[Row]) -> tuple[Cause, ...]:
    """The causes, most rows first."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if rule := cause_of(row):
            groups[rule].append(row)
    found = [
        Cause(
            rule,
            len(group),
            len({one.case.refund.customer_id for one in group}),
            sums(one.amount for one in group),
            group[0].judgement.next_step,
        )
        for rule, group in groups.items()
    ]
    return tuple(sorted(found, key=lambda cause: -cause.rows))


class CauseBar(QWidget):
    """Above the list, while it shows what needs somebody: the causes as a menu, and the chosen one in words."""

    chosen = Signal(str)  # rule, "" for all

    def __init__(self) -> None:
        super().__init__()
        row = line(self, margins=(2, 0, 2, 0), gap=12)
        self.button = Button("All causes", icon_name="chevron-down")
        self._words = ElidedLabel("", "strong")
        self._step = ElidedLabel("", "muted")
        row.addWidget(self.button)
        row.addWidget(self._words)
        row.addWidget(self._step, 1)
        self._causes: tuple[Cause, ...] = ()
        self._rule = ""
        self.button.clicked.connect(self._open)
        self.hide()

    def show_causes(self, found: tuple[Cause, ...], rule: str) -> None:
        """Show what there is to choose, and what is chosen."""
        self._causes, self._rule = found, rule
        cause = next((one for one in found if one.rule == rule), None)
        self.button.setText(f"Cause {rule}" if cause else f"All {count_text(len(found), 'cause')}")
        lead = found[0].words if found else ""
        self._words.show_text(cause.words if cause else f"Largest: {lead}" if lead else "")
        self._step.show_text(f"What to do: {cause.next_step}" if cause and cause.next_step else "")

    def menu(self) -> QMenu:
        """The causes to choose from."""
        made = QMenu(self)
        for rule, text in (("", "All causes"), *((one.rule, f"{one.rule}   {one.words}") for one in self._causes)):
            action = made.addAction(shown(text, 120).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(rule == self._rule)
            action.triggered.connect(lambda _=False, rule=rule: self.chosen.emit(rule))
        for action, one in zip(made.actions()[1:], self._causes, strict=True):
            action.setToolTip(tip(total_text(one.totals)))
        return made

    def _open(self) -> None:
        menu = self.menu()
        menu.exec(self.button.mapToGlobal(self.button.rect().bottomLeft()))
        menu.deleteLater()
