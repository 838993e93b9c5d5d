"""Which environment the desk is on: told by word, shape and colour, wherever something can be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QSizePolicy

from nsz_desk.ui.texts import shown, tip
from nsz_desk.ui.widgets import Shape, label, line

if TYPE_CHECKING:  # the start page is painted before the engine is loaded
    from nsz_desk.engine.results import Environment

HEIGHT = 30  # the style sheet rounds it with 14
LOOKS = {
    "simulator": ("flask", "accent", "chip-simulator"),
    "sandbox": ("shield", "ready", "chip-sandbox"),
    "production": ("warning", "blocked", "chip-production"),
}


def is_production(environment: Environment) -> bool:
    """Whether real books are at stake; a kind nobody knows counts as real."""
    return environment.kind not in ("simulator", "sandbox")


class EnvironmentChip(QFrame):
    """The chip with the environment's word and the two systems' names."""

    def __init__(self, environment: Environment, *, systems: bool = True) -> None:
        super().__init__()
        icon, tone, look = LOOKS.get(environment.kind, LOOKS["production"])
        self.setProperty("look", look)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        row = line(self, margins=(12, 0, 14, 0), gap=8)
        row.addWidget(Shape(icon, tone, 14))
        row.addWidget(label(environment.word, tone))
        pair = f"{environment.netsuite} ⇄ {environment.zuora}"
        self._pair = label(shown(pair, 60), "muted")
        self._pair.setVisible(systems)
        row.addWidget(self._pair)
        self.setToolTip(tip(f"{environment.word}: NetSuite {environment.netsuite}, Zuora {environment.zuora}"))
        self.setAccessibleName(shown(f"{environment.word} {pair}"))

    def show_systems(self, wide: bool) -> None:
        """Show or leave out the systems' names; the word always stays."""
        self._pair.setVisible(wide)
