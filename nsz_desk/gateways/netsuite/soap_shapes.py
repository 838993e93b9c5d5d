"""Read a page whose rows repeat few shapes: each shape is read strictly once, the values are cut out of the text.

A row's text without its values is its skeleton. Rows of one skeleton have the same elements at the same depth, so
where each value belongs is read strictly once, from the skeleton with a mark in the place of each value. Only the two
usual forms of a value are cut out, `<searchValue>text</` and `<searchValue internalId="id"`, and only where the text
needs no decoding; any other stays in the skeleton, which then differs from the others and is read by itself. So
unusual rows cost time, never truth. A page that does not fit this plan is left to the strict reader as a whole.

Well-formed piece by piece is well-formed as a whole: each skeleton is parsed between the page's own beginning and end,
must show exactly one row in the right place there, and what was cut out holds no markup and no forbidden character.
"""

import re
from dataclasses import dataclass

from lxml import etree

from nsz_desk.gateways.netsuite.soap_read import Node, parsed
from nsz_desk.gateways.netsuite.soap_rows import CustomPlaces, Part, Row, Shape, shapes_in

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
MARK = "\ue000"
MOST = 64  # skeletons of one page; with more the strict reader is quicker
UNFIT = ("<!", "\ufffe", "\uffff", MARK)  # comments, CDATA, document types; characters that XML forbids; ours
DECLARED = re.compile(r"\ufeff?<\?xml[^>]*?encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
ROW = re.compile(r"<((?:[\w.-]+:)?searchRow)[\s>]")
VALUE = re.compile(
    r'searchValue(?: internalId="([^"<&\x00-\x20]*)"(?=[ />])|>([^<&\]\x00-\x08\x0b-\x1f]*)(?=</))'  # id, or text
)
MARKED = re.compile(rf"{MARK}(\d+)")
Shapes = dict[str, Shape]  # the parts of a row by name
Known = tuple[Shapes, list[str]]  # and the values that stand in the skeleton itself; the last is ""


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A page: its rows, and the document without them."""

    rest: bytes
    rows: tuple[Row, ...]


def unfolded(body: bytes) -> Unfolded | None:
    """The page with its rows read; None when the strict reader has to read it as a whole."""
    try:
        text = body.decode("utf-8")
        first = ROW.search(text)
        if not first or DECLARED.match(text) or text.find("<?", 2) > 0 or any(bad in text for bad in UNFIT):
            return None
        end = f"</{first[1]}>"
        head, (listed, _, tail) = text[: first.start()], text[first.start() :].rpartition(end)
        reader = _Reader(head, end + tail)
        return Unfolded((head + tail).encode(), tuple(map(reader.row, listed.split(end))))
    except (ValueError, etree.XMLSyntaxError):
        return None


class _Reader:
    """Reads the rows of one page."""

    def __init__(self, before: str, after: str) -> None:
        """What stands before the first row's beginning, and from its end on."""
        self._before, self._after = before, after
        self._known: dict[str, Known] = {}

    def row(self, text: str) -> Row:
        """A row from its text, without its end tag. Raises `ValueError`, `XMLSyntaxError` where it does not fit."""
        pieces = VALUE.split(text)  # between, id or None, text or None, between, …
        skeleton = MARK.join(pieces[::3])
        known = self._known.get(skeleton)
        if known is None:
            known = self._known[skeleton] = self._shapes(pieces)
            if len(self._known) > MOST:
                raise ValueError("too many shapes")
        del pieces[::3]
        pieces += known[1]
        return {name: Part(shape, pieces) for name, shape in known[0].items()}

    def _shapes(self, pieces: list[str]) -> Known:
        marked = [pieces[0]]
        for at in range(1, len(pieces), 3):
            place = at // 3 * 2
            is_id = pieces[at] is not None
            marked.append(f'searchValue internalId="{MARK}{place}"' if is_id else f"searchValue>{MARK}{place + 1}")
            marked.append(pieces[at + 2])
        root = parsed("".join([self._before, *marked, self._after]).encode())
        body = root.find(f"{SOAP}Body")
        result = Node(body[0]).child("searchResult") if body is not None and len(body) == 1 else None
        found = list(shapes_in(result)) if result else []
        if len(found) != 1 or sum(1 for _ in root.iter("{*}searchRow")) != 1:
            raise ValueError("not one row")
        return _with_places(*found[0], len(pieces) // 3 * 2)


def _with_places(shapes: Shapes, values: list[str], cut: int) -> Known:
    """The same shapes, each mark as the place that it names; what is no mark stands behind the `cut` values."""
    own: list[str] = []
    places = [_place(value, cut, own) for value in values]
    found = {name: _moved(shape, places) for name, shape in shapes.items()}
    return found, own


def _place(value: str, cut: int, own: list[str]) -> int:
    """The place of a value. Raises `ValueError` for a mark inside of other text."""
    if MARK not in value:
        own.append(value)
        return cut + len(own) - 1
    if found := MARKED.fullmatch(value.strip()):
        return int(found[1])
    raise ValueError("a mark inside of a text")


def _moved(shape: Shape, places: list[int]) -> Shape:
    if any(MARK in name or MARK in custom.kind + custom.name for name, custom in shape.customs.items()):
        raise ValueError("a mark in a name")
    return Shape(
        {name: places[at] for name, at in shape.texts.items()},
        {name: places[at] for name, at in shape.refs.items()},
        {
            name: CustomPlaces(one.kind, places[one.text], places[one.internal_id], one.name)
            for name, one in shape.customs.items()
        },
    )
