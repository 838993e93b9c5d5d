"""Read a page whose rows repeat few shapes: each shape is read strictly once, the values are cut out of the text.

A shape is a row's text with `%s` in the place of each value. A row has a known shape when that text, filled with the
row's values, is the row's text again, sign for sign. Where each value belongs is read strictly once, from the shape
with a mark in the place of each value. Only the two usual forms of a value are cut out, `<searchValue>text</` and
`<searchValue internalId="id"`, and only where the text needs no decoding; any other stays in the shape, which then
differs from the others and is read by itself. So unusual rows cost time, never truth. A page that does not fit this
plan is left to the strict reader as a whole.

Well-formed piece by piece is well-formed as a whole: each shape is parsed between the page's own beginning and end,
must show exactly one row in the right place there, and what was cut out holds no markup and no forbidden character.
"""

import re
from dataclasses import dataclass

from lxml import etree

from nsz_desk.gateways.netsuite.soap_read import Node, parsed
from nsz_desk.gateways.netsuite.soap_rows import CustomPlaces, Part, Row, Shape, shapes_in

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
MARK = "\ue000"
MOST = 64  # shapes of one page; with more the strict reader is quicker
UNFIT = ("\ufffe", "\uffff", MARK)  # characters that XML forbids; ours
DECLARED = re.compile(r"\ufeff?<\?xml[^>]*?encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
ROW = re.compile(r"<((?:[\w.-]+:)?searchRow)[\s>]")
VALUE = re.compile(
    r'searchValue(?: internalId="([^"<&\x00-\x20]*)"(?=[ />])|>([^<&\]\x00-\x08\x0b-\x1f]*)(?=</))'  # id, or text
)
MARKED = re.compile(rf"{MARK}(\d+)")
DISGUISED = re.compile(r"&#(?:x0*e000|0*57344);", re.IGNORECASE)  # our mark, as a page may write it


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A page: its rows, and the document without them."""

    rest: bytes
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """The text of rows of one shape, their parts by name, and the values in the text itself; the last is ""."""

    template: str
    parts: dict[str, Shape]
    own: list[str]


def unfolded(body: bytes) -> Unfolded | None:
    """The page with its rows read; None when the strict reader has to read it as a whole."""
    try:
        text = body.decode("utf-8")
        first = ROW.search(text)
        if not first or DECLARED.match(text) or any(bad in text for bad in UNFIT):
            return None
        end = f"</{first[1]}>"
        head, (listed, _, tail) = text[: first.start()], text[first.start() :].rpartition(end)
        _need_elements(head[2:] + tail)
        reader = _Reader(head, end + tail)
        return Unfolded((head + tail).encode(), tuple(map(reader.row, listed.split(end))))
    except (ValueError, etree.XMLSyntaxError):
        return None


def _need_elements(text: str) -> None:
    """Raise `ValueError` for comments, CDATA, document types and instructions; no value that is cut out has a `<`."""
    if "<!" in text or "<?" in text:
        raise ValueError("more than elements")


class _Reader:
    """Reads the rows of one page."""

    def __init__(self, before: str, after: str) -> None:
        """What stands before the first row's beginning, and from its end on."""
        self._before, self._after = before, after
        self._known: dict[int, list[Known]] = {}  # by the number of their values
        self._count = 0

    def row(self, text: str) -> Row:
        """A row from its text, without its end tag. Raises `ValueError`, `XMLSyntaxError` where it does not fit."""
        values = [key or words for key, words in VALUE.findall(text)]
        filling = tuple(values)
        for known in self._known.get(len(values), ()):
            if known.template % filling == text:
                break
        else:
            known = self._learned(text)
        values += known.own
        return {name: Part(shape, values) for name, shape in known.parts.items()}

    def _learned(self, text: str) -> Known:
        """The shape of a row, read strictly."""
        _need_elements(text)
        if DISGUISED.search(text):
            raise ValueError("a mark that is not ours")
        pieces = VALUE.split(text)  # between, id or None, text or None, between, …
        count = len(pieces) // 3
        if self._count == MOST:
            raise ValueError("too many shapes")
        self._count += 1
        gaps = ['searchValue internalId="%s"' if key is not None else "searchValue>%s" for key in pieces[1::3]]
        between = [piece.replace("%", "%%") for piece in pieces[::3]]
        template = "".join(one for pair in zip(between, [*gaps, ""], strict=True) for one in pair)
        shapes, values = self._strictly(template % tuple(f"{MARK}{place}" for place in range(count)))
        own: list[str] = []
        places = [_place(value, count, own) for value in values]
        known = Known(template, {name: _moved(shape, places) for name, shape in shapes.items()}, own)
        self._known.setdefault(count, []).append(known)
        return known

    def _strictly(self, text: str) -> tuple[dict[str, Shape], list[str]]:
        """The parts of a row by name, and its values."""
        root = parsed("".join([self._before, text, self._after]).encode())
        body = root.find(f"{SOAP}Body")
        result = Node(body[0]).child("searchResult") if body is not None and len(body) == 1 else None
        found = list(shapes_in(result)) if result else []
        if len(found) != 1 or sum(1 for _ in root.iter("{*}searchRow")) != 1:
            raise ValueError("not one row")
        return found[0]


def _place(value: str, count: int, own: list[str]) -> int:
    """The place of a value: what is no mark stands behind the `count` that were cut out. Raises `ValueError`."""
    if MARK not in value:
        own.append(value)
        return count + len(own) - 1
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
