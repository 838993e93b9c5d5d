"""Figures in a row: title, number, small print. For documents such as the review and the result."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy

from nsz_desk.ui.widgets import ElidedLabel, card, column, label, line

Figure = tuple[str, Sequence[str], Sequence[str]]  # title, lines of the figure, lines of small print


def figure_row(figures: Iterable[Figure], tones: Iterable[str] = ()) -> QFrame:
    """A card with one cell per figure; `tones` colours the titles. Sums have a line per currency: never cut."""
    made = card()
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    row = line(made, margins=(16, 12, 16, 12), gap=20)
    colours = list(tones)
    for place, (title, figures_, small) in enumerate(figures):
        cell = column(gap=2)
        cell.setAlignment(Qt.AlignmentFlag.AlignTop)
        cell.addWidget(label(title, colours[place] if place < len(colours) else "group"))
        for text in figures_:
            cell.addWidget(ElidedLabel(text, "figure" if len(figures_) == 1 else "figure-line"))
        for text in small:
            cell.addWidget(ElidedLabel(text, "small"))
        cell.addStretch(1)
        row.addLayout(cell, 3 if max(map(len, figures_), default=0) > 10 else 2)
    return made
