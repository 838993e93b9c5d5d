"""The rows of a search page, read strictly: a column is a child of a part, its value a `searchValue` right inside it.

Both are found by name at that depth, never by position; the first one of a name counts. Each part is read in one walk,
because thousands of rows come and every column of them is wanted.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from lxml import etree

from nsz_desk.gateways.netsuite.soap_read import Custom, Node, custom_fields, local

Cell = str | int  # a text, or where it stands among the values of a row


class Values(Protocol):
    """What records and parts of rows have in common: fields or columns, read by name; "" where there is none."""

    def text(self, name: str) -> str:
        """The text, without outer blanks."""

    def words(self, name: str) -> str:
        """What somebody wrote, exactly."""

    def ref(self, name: str) -> str:
        """The internal id that it points to."""

    def custom(self, script_id: str) -> Custom | None:
        """The value of a custom field, None when it is blank."""


class CustomCells(NamedTuple):
    """A custom field: as `Custom`, its text and internal id as cells."""

    kind: str
    text: Cell
    internal_id: Cell
    name: str


class Shape(NamedTuple):
    """Texts and internal ids by column, custom fields by script id in lower case."""

    texts: Mapping[str, Cell]
    refs: Mapping[str, Cell]
    customs: Mapping[str, CustomCells]


class Part:
    """A part of a row: the searched record, or one that was joined."""

    __slots__ = ("_shape", "_values")

    def __init__(self, shape: Shape, values: Sequence[str] = ()) -> None:
        """The cells of `shape` that are numbers stand in `values`."""
        self._shape, self._values = shape, values

    def text(self, name: str) -> str:
        """The text of a column, without outer blanks."""
        cell = self._shape.texts.get(name, "")
        return (self._values[cell] if isinstance(cell, int) else cell).strip()

    def words(self, name: str) -> str:
        """What somebody wrote, exactly."""
        return self._read(self._shape.texts.get(name, ""))

    def ref(self, name: str) -> str:
        """The internal id that a column points to."""
        cell = self._shape.refs.get(name, "")
        return self._values[cell] if isinstance(cell, int) else cell

    def custom(self, script_id: str) -> Custom | None:
        """The value of a custom field, None when it is blank (then NetSuite leaves it out)."""
        found = self._shape.customs.get(script_id.casefold())
        if found is None:
            return None
        return Custom(found.kind, self._read(found.text).strip(), self._read(found.internal_id), found.name)

    def _read(self, cell: Cell) -> str:
        return self._values[cell] if isinstance(cell, int) else cell


class Row:
    """A row: its parts by name."""

    __slots__ = ("_parts",)

    def __init__(self, parts: Mapping[str, Part]) -> None:
        """Hold them."""
        self._parts = parts

    def child(self, name: str) -> Part | None:
        """The part of that name."""
        return self._parts.get(name)


class _Names(dict[str, str]):
    """Tag -> local name: pages repeat few tags thousands of times."""

    def __missing__(self, tag: str) -> str:
        found = self[tag] = local(tag)
        return found


def shapes_in(page: Node) -> Iterator[dict[str, Shape]]:
    """The rows of a `searchResult`: the parts of each by name, read whole."""
    listed, names = page.child("searchRowList"), _Names()
    for row in listed.element if listed else ():
        if names[row.tag] == "searchRow":
            # From the last part to the first, so that the first one of a name stays.
            yield {names[part.tag]: _shape(part, names) for part in reversed(row)}


def rows_in(page: Node) -> Iterator[Row]:
    """The rows of a `searchResult`."""
    for shapes in shapes_in(page):
        yield Row({name: Part(shape) for name, shape in shapes.items()})


def _shape(part: etree._Element, names: _Names) -> Shape:
    """Read all columns. Short on purpose of function calls: each line runs 17,000 times for a page."""
    texts, refs, customs = dict[str, Cell](), dict[str, Cell](), dict[str, Custom]()
    for column in part:
        name = names[column.tag]
        if name in texts:
            continue
        value = column
        if len(column):
            value = column[0]  # mostly; an iterator over so few costs more than all else
            if names[value.tag] != "searchValue":
                value = next((one for one in column if names[one.tag] == "searchValue"), column)
                if name == "customFieldList":
                    customs = custom_fields(column)
        texts[name] = value.text or ""
        if key := value.get("internalId"):
            refs[name] = key.strip()
    return Shape(texts, refs, {key: CustomCells(*custom) for key, custom in customs.items()})
