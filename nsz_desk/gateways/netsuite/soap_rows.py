"""The rows of a search page, read strictly: a column is a child of a part, its value a `searchValue` right inside it.

Both are found by name at that depth, never by position; the first one of a name counts. Each part is read in one walk,
because thousands of rows come and every column of them is wanted.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from lxml import etree

from nsz_desk.gateways.netsuite.soap_read import Custom, Node, custom_fields, local


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


class CustomPlaces(NamedTuple):
    """A custom field: as `Custom`, but of text and internal id the places among the row's values."""

    kind: str
    text: int
    internal_id: int
    name: str


class Shape(NamedTuple):
    """Where a part's values stand among the row's: texts and ids by column, custom fields by lower-case script id."""

    texts: Mapping[str, int]
    refs: Mapping[str, int]
    customs: Mapping[str, CustomPlaces]


class Part:
    """A part of a row: the searched record, or one that was joined."""

    __slots__ = ("_shape", "_values")

    def __init__(self, shape: Shape, values: Sequence[str]) -> None:
        """`values` are those of the row; the last is "", which stands for all that is not there."""
        self._shape, self._values = shape, values

    def text(self, name: str) -> str:
        """The text of a column, without outer blanks."""
        return self._values[self._shape.texts.get(name, -1)].strip()

    def words(self, name: str) -> str:
        """What somebody wrote, exactly."""
        return self._values[self._shape.texts.get(name, -1)]

    def ref(self, name: str) -> str:
        """The internal id that a column points to."""
        return self._values[self._shape.refs.get(name, -1)]

    def custom(self, script_id: str) -> Custom | None:
        """The value of a custom field, None when it is blank (then NetSuite leaves it out)."""
        found = self._shape.customs.get(script_id.casefold())
        if found is None:
            return None
        return Custom(found.kind, self._values[found.text].strip(), self._values[found.internal_id], found.name)


Row = Mapping[str, Part]  # the parts by name


class _Names(dict[str, str]):
    """Tag -> local name: pages repeat few tags thousands of times."""

    def __missing__(self, tag: str) -> str:
        found = self[tag] = local(tag)
        return found


def shapes_in(page: Node) -> Iterator[tuple[dict[str, Shape], list[str]]]:
    """The rows of a `searchResult`: the parts of each by name, and its values."""
    listed, names = page.child("searchRowList"), _Names()
    for row in listed.element if listed else ():
        if names[row.tag] == "searchRow":
            values: list[str] = []
            # From the last part to the first, so that the first one of a name stays.
            shapes = {names[part.tag]: _shape(part, names, values) for part in reversed(row)}
            yield shapes, [*values, ""]


def rows_in(page: Node) -> Iterator[Row]:
    """The rows of a `searchResult`."""
    for shapes, values in shapes_in(page):
        yield {name: Part(shape, values) for name, shape in shapes.items()}


def _shape(part: etree._Element, names: _Names, values: list[str]) -> Shape:
    """Read all columns, their values into `values`."""
    texts, refs, customs = dict[str, int](), dict[str, int](), dict[str, CustomPlaces]()
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
                    customs = _customs(column, values)
        texts[name] = len(values)
        values.append(value.text or "")
        if key := value.get("internalId"):
            refs[name] = len(values)
            values.append(key.strip())
    return Shape(texts, refs, customs)


def _customs(listed: etree._Element, values: list[str]) -> dict[str, CustomPlaces]:
    found = {}
    for script_id, custom in custom_fields(listed).items():
        at = len(values)
        values += custom.text, custom.internal_id
        found[script_id] = CustomPlaces(custom.kind, at, at + 1, custom.name)
    return found
