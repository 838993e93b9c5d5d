"""What the REST services answer with, read by name: whole records (JSON) and rows of SuiteQL. See `soap_rows.Values`.

SuiteQL's names come in lower case, its values are texts, and columns that are NULL are left out. A custom field that
may be a list is asked for twice: as it is, and as people see it under `shown_…`.
"""

from collections.abc import Mapping
from decimal import Decimal

from nsz_desk.gateways.netsuite.soap_read import Custom

SHOWN = "shown_"


class _Columns(dict[str, str]):
    """Name -> as SuiteQL spells it: few names are asked for thousands of times."""

    def __missing__(self, name: str) -> str:
        found = self[name] = name.lower()
        return found


_COLUMN = _Columns()


class SqlRow:
    """A row of SuiteQL."""

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, object]) -> None:
        """`values` by column, as they came."""
        self.values = values

    def text(self, name: str) -> str:
        """The text, without outer blanks."""
        value = self.values.get(_COLUMN[name])
        if type(value) is str:  # nearly always, and rows come by the ten thousand
            return value.strip()
        return _plain(value).strip()

    def words(self, name: str) -> str:
        """What somebody wrote, exactly. Raises ValueError for what is no plain value."""
        return _plain(self.values.get(_COLUMN[name]))

    ref = text  # a column that points to something holds its internal id

    def custom(self, script_id: str) -> Custom | None:
        """The value of a custom field, None when it is blank."""
        raw, shown = self.text(script_id), self.text(SHOWN + script_id)
        if not raw:  # what people see counts all the same: a filled field must never look blank
            return Custom("Select", "", "", shown) if shown else None
        return Custom("Select", "", raw, shown) if shown not in ("", raw) else Custom("String", raw, "", "")


class JsonRecord:
    """A whole record, or a row of one of its lists."""

    __slots__ = ("_body",)

    def __init__(self, body: Mapping[str, object]) -> None:
        """Look at a JSON object."""
        self._body = body

    def text(self, name: str) -> str:
        """The text, without outer blanks; "" for a reference."""
        return self.words(name).strip()

    def words(self, name: str) -> str:
        """What somebody wrote, exactly. Raises ValueError for what is no plain value."""
        value = self._body.get(name)
        return "" if isinstance(value, dict) else _plain(value)

    def ref(self, name: str) -> str:
        """The internal id that a field points to."""
        value = self._body.get(name)
        return _plain(value.get("id")).strip() if isinstance(value, dict) else ""

    def name_of(self, name: str) -> str:
        """The name of what a field points to."""
        value = self._body.get(name)
        return _plain(value.get("refName")).strip() if isinstance(value, dict) else ""

    def custom(self, script_id: str) -> Custom | None:
        """The value of a custom field, None when it is blank."""
        value = self._body.get(script_id.lower())
        if isinstance(value, dict):
            key = self.ref(script_id.lower())
            return Custom("Select", "", key, self.name_of(script_id.lower())) if key else None
        text = _plain(value).strip()
        return Custom("Boolean" if isinstance(value, bool) else "String", text, "", "") if text else None

    def rows(self, listed: str, needed: bool = True) -> "list[JsonRecord]":
        """The rows of a list. Raises ValueError when they are not there though `needed`, or not all of them."""
        held = self._body.get(listed)
        if held is None and not needed:
            return []
        items = held.get("items") if isinstance(held, dict) else None
        if not isinstance(held, dict) or not isinstance(items, list):
            raise ValueError(f"its {listed} rows are not there")
        if held.get("hasMore") is True or held.get("totalResults", len(items)) != len(items):
            raise ValueError(f"not all of its {listed} rows are there")
        if not all(isinstance(one, dict) for one in items):
            raise ValueError(f"one of its {listed} rows is none")
        return [JsonRecord(one) for one in items]


def _plain(value: object) -> str:
    """A plain JSON value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | Decimal):
        return str(value)
    raise ValueError(f"not a plain value: {str(value)[:40]!r}")
