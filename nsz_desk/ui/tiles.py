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
        self.set_lines(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        face = column(self, margins=(12, 9, 6, 9), gap=1)
        head = line(gap=5)
        head.addWidget(Shape(spec.icon, spec.tone, 14))
        head.addWidget(label(spec.title, spec.tone), 1)
        face.addLayout(head)
        self._count = label("–", "number")
        face.addWidget(self._count)
        self._sums = [ElidedLabel("", "small") for _ in range(SUM_LINES)]
        for one in self._sums:
            face.addWidget(one)
        face.addStretch(1)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.refresh_name()

    def show_figures(self, count: int, totals: tuple[Money, ...]) -> None:
        """Show a count and its sums: one currency a line, the last one gathers the rest."""
        self._count.setText(f"{count:,}")
        texts = [str(money) for money in totals] or [self.spec.empty]
        if len(texts) > SUM_LINES:
            texts = [*texts[: SUM_LINES - 1], " · ".join(texts[SUM_LINES - 1 :])]
        for place, one in enumerate(self._sums):
            one.show_text(texts[place] if place < len(texts) else "")
            one.setVisible(place < len(texts))
        self.setToolTip(tip(total_text(totals)))
        self.refresh_name()

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for seven of them in a small window."""
        return QSize(112, HEIGHT + LINE)

    def set_lines(self, lines: int) -> None:
        """Be as high as `lines` of sums need."""
        self.setFixedHeight(HEIGHT + LINE * lines)


class TileRow(QWidget):
    """The tiles side by side; at most one is chosen."""

    chosen = Signal(str)  # a tile's key, "" for none

    def __init__(self, specs: Iterable[TileSpec]) -> None:
        super().__init__()
        self._tiles = {spec.key: TileButton(spec) for spec in specs}
        row = line(self, gap=8)
        for tile in self._tiles.values():
            row.addWidget(tile, 1)
            tile.clicked.connect(self._clicked)

    def show_figures(self, figures: Mapping[str, tuple[int, tuple[Money, ...]]]) -> None:
        """Show every tile's count and sums."""
        for key, (count, totals) in figures.items():
            self._tiles[key].show_figures(count, totals)
        most = max((len(totals) for _, totals in figures.values()), default=1)
        for tile in self._tiles.values():  # all alike, so that they line up
            tile.set_lines(min(max(most, 1), SUM_LINES))

    def choose(self, key: str) -> None:
        """Mark a tile as chosen, "" for none."""
        for name, tile in self._tiles.items():
            tile.setChecked(name == key)

    def _clicked(self) -> None:
        tile = self.sender()
        if isinstance(tile, TileButton):
            self.chosen.emit(tile.spec.key if tile.isChecked() else "")
