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
from nsz_desk.gateways.netsuite.soap_rows import Cell, CustomCells, Part, Row, Shape, shapes_in

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
        self._known: dict[str, Shapes] = {}

    def row(self, text: str) -> Row:
        """A row from its text, without its end tag. Raises `ValueError`, `XMLSyntaxError` where it does not fit."""
        pieces = VALUE.split(text)  # between, id or None, text or None, between, …
        skeleton = MARK.join(pieces[::3])
        shapes = self._known.get(skeleton)
        if shapes is None:
            shapes = self._known[skeleton] = self._shapes(pieces)
            if len(self._known) > MOST:
                raise ValueError("too many shapes")
        del pieces[::3]
        return Row({name: Part(shape, pieces) for name, shape in shapes.items()})

    def _shapes(self, pieces: list[str]) -> Shapes:
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
        return {name: _with_places(shape) for name, shape in found[0].items()}


def _with_places(shape: Shape) -> Shape:
    """The same shape, each mark as the place that it names."""
    if any(MARK in name or MARK in custom.kind + custom.name for name, custom in shape.customs.items()):
        raise ValueError("a mark in a name")
    return Shape(
        {name: _place(cell) for name, cell in shape.texts.items()},
        {name: _place(cell) for name, cell in shape.refs.items()},
        {
            name: CustomCells(one.kind, _place(one.text), _place(one.internal_id), one.name)
            for name, one in shape.customs.items()
        },
    )


def _place(cell: Cell) -> Cell:
    """The place that a mark names; any other text stays. Raises `ValueError` for a mark inside of other text."""
    if isinstance(cell, int) or MARK not in cell:
        return cell
    if found := MARKED.fullmatch(cell.strip()):
        return int(found[1])
    raise ValueError("a mark inside of a text")
