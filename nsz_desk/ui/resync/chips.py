"""The five steps as chips: which one is now, and which are behind."""

from PySide6.QtWidgets import QWidget

from nsz_desk.ui.resync.words import STEPS
from nsz_desk.ui.widgets import label, line, restyle


class StepChips(QWidget):
    """A line of chips; a step that is done has a tick before its word."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, gap=8)
        self._chips = [label("", "step") for _ in STEPS]
        for chip in self._chips:
            row.addWidget(chip)
        row.addStretch(1)

    def show_step(self, step: int) -> None:
        """Show that one is at a step."""
        for place, (chip, name) in enumerate(zip(self._chips, STEPS, strict=True)):
            mark = "✓" if place < step else f"{place + 1}"
            chip.setText(f"{mark}  {name}")
            chip.setAccessibleName(f"Step {place + 1} of {len(STEPS)}: {name}{', now' if place == step else ''}")
            restyle(chip, "step-now" if place == step else "step")
