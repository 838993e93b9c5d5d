"""Tiles: a count with its sums that, pressed, shows its rows alone."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from nsz_desk.domain.money import Money
from nsz_desk.ui.texts import tip, total_text
from nsz_desk.ui.widgets import ElidedLabel, FaceButton, Shape, column, label, line

HEIGHT, LINE = 64, 15  # without sums, and what a line of sums adds
SUM_LINES = 3


class TileSpec(Protocol):
    """What a tile is called and looks like."""

    @property
    def key(self) -> str:
        """Its name in code."""

    @property
    def title(self) -> str:
        """Its name for people."""

    @property
    def icon(self) -> str:
        """Its shape."""

    @property
    def tone(self) -> str:
        """Its colour role."""

    @property
    def empty(self) -> str:
        """What it says when it counts nothing."""


class TileButton(FaceButton):
    """One tile."""

    def __init__(self, spec: TileSpec) -> None:
        super().__init__("tile")
        self.spec = spec
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        face = column(self, margins=(10, 9, 2, 9), gap=1)
        head = line(gap=4)
        head.addWidget(Shape(spec.icon, spec.tone, 14))
        head.addWidget(label(spec.title, spec.tone), 1)
        face.addLayout(head)
        number = line(gap=8)
        self._count, self._note = label("–", "number"), ElidedLabel("", "small")
        number.addWidget(self._count)
        number.addWidget(self._note, 1, Qt.AlignmentFlag.AlignBottom)
        self._note.setContentsMargins(0, 0, 0, 4)
        face.addLayout(number)
        self._sums = [ElidedLabel("", "small") for _ in range(SUM_LINES)]
        for one in self._sums:
            face.addWidget(one)
        face.addStretch(1)
        self._totals: tuple[Money, ...] = ()
        self.set_lines(1)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_figures(self, count: int, totals: tuple[Money, ...], note: str = "") -> None:
        """Show a count, a few words beside it, and its sums: one currency a line, the last one gathers the rest."""
        self._count.setText(f"{count:,}")
        self._note.show_text(note)
        self._totals = totals
        self._show_sums()
        self.setToolTip(tip(total_text(totals)))

    def _show_sums(self) -> None:
        texts = [str(money) for money in self._totals] or [self.spec.empty]
        if len(texts) > self._lines:
            texts = [*texts[: self._lines - 1], " · ".join(texts[self._lines - 1 :])]
        for place, one in enumerate(self._sums):
            one.show_text(texts[place] if place < len(texts) else "")
            one.setVisible(place < len(texts))
        self.refresh_name()

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for seven of them in a small window."""
        return QSize(110, HEIGHT + LINE)

    def set_lines(self, lines: int) -> None:
        """Show at most `lines` of sums, and be as high as they need."""
        self._lines = lines
        self._show_sums()
        self.setFixedHeight(HEIGHT + LINE * lines)


class TileRow(QWidget):
    """The tiles side by side; at most one is chosen."""

    chosen = Signal(str)  # a tile's key, "" for none

    def __init__(self, specs: Iterable[TileSpec]) -> None:
        super().__init__()
        self._low, self._wanted = False, 1
        self._tiles = {spec.key: TileButton(spec) for spec in specs}
        row = line(self, gap=6)
        for tile in self._tiles.values():
            row.addWidget(tile, 1)
            tile.clicked.connect(self._clicked)

    def show_figures(
        self, figures: Mapping[str, tuple[int, tuple[Money, ...]]], notes: Mapping[str, str] | None = None
    ) -> None:
        """Show every tile's count and sums; `notes` are words beside some counts."""
        for key, (count, totals) in figures.items():
            self._tiles[key].show_figures(count, totals, (notes or {}).get(key, ""))
        self._wanted = max((len(totals) for _, totals in figures.values()), default=1)
        self._line_up()

    def set_low(self, low: bool) -> None:
        """In a low window show the sums in one line; the tooltips tell the rest."""
        if low != self._low:
            self._low = low
            self._line_up()

    def _line_up(self) -> None:
        for tile in self._tiles.values():  # all alike
            tile.set_lines(1 if self._low else min(max(self._wanted, 1), SUM_LINES))

    def choose(self, key: str) -> None:
        """Mark a tile as chosen, "" for none."""
        for name, tile in self._tiles.items():
            tile.setChecked(name == key)

    def _clicked(self) -> None:
        tile = self.sender()
        if isinstance(tile, TileButton):
            self.chosen.emit(tile.spec.key if tile.isChecked() else "")
