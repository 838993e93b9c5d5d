"""The foot of the rail: how each system is reached and whether it answered, and whether the journal's chain holds."""

from PySide6.QtWidgets import QWidget

from nsz_desk.ui.texts import count_text, tip
from nsz_desk.ui.widgets import ElidedLabel, Shape, column, label, line

SHAPES = {"asking": ("clock", "quiet"), "good": ("check", "ready"), "bad": ("warning", "blocked")}
WORDS = {"asking": "not asked yet", "good": "answered", "bad": "did not answer"}


class HealthLine(QWidget):
    """One name, a shape, and a few words; the words go in a narrow rail and stay in the tooltip."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__()
        self._name, self._words = name, words
        row = line(self, gap=4)
        self._label = label(name, "small")
        self._shape = Shape("clock", "quiet", 12)
        self._text = ElidedLabel(words, "small")
        row.addWidget(self._label)
        row.addWidget(self._shape)
        row.addWidget(self._text, 1)
        self.show_state("asking")

    def show_state(self, state: str, words: str = "", more: str = "") -> None:
        """Show a state (asking, good, bad), what is said beside it, and more for the tooltip."""
        self._shape.show_shape(*SHAPES[state])
        self._words = words or self._words
        self._text.show_text(self._words)
        self.setAccessibleName(f"{self._name}: {self._words}, {more or WORDS[state]}")
        self.setToolTip(tip(self.accessibleName()))

    def set_narrow(self, narrow: bool) -> None:
        """Leave out the words, or show them."""
        self._text.setVisible(not narrow)


class Health(QWidget):
    """NetSuite, Zuora, the journal, and what is open: one line each."""

    def __init__(self, netsuite_by: str, zuora_by: str) -> None:
        super().__init__()
        whole = column(self, margins=(6, 8, 0, 6), gap=5)
        self.netsuite = HealthLine("NetSuite", netsuite_by or "–")
        self.zuora = HealthLine("Zuora", zuora_by or "–")
        self.journal = HealthLine("Journal", "not checked yet")
        self.open = HealthLine("Open", "")
        self.open.hide()
        self._lines = (self.netsuite, self.zuora, self.journal, self.open)
        for one in self._lines:
            whole.addWidget(one)

    def show_read(self, problems: tuple[str, ...], as_of: str) -> None:
        """Both systems were read; a problem begins with the name of the system it is about."""
        for name, one in (("NetSuite", self.netsuite), ("Zuora", self.zuora)):
            said = next((problem for problem in problems if problem.startswith(name)), "")
            one.show_state("bad" if said else "good", more=said or f"read {as_of}")

    def show_failed(self, error: str) -> None:
        """The list could not be read; the system that the error names did not answer."""
        for name, one in (("NetSuite", self.netsuite), ("Zuora", self.zuora)):
            if name in error:
                one.show_state("bad", more=error)

    def show_journal(self, lines: int) -> None:
        """The chain holds."""
        self.journal.show_state("good", f"{count_text(lines, 'line')} verified", "the chain holds")

    def show_journal_broken(self, why: str) -> None:
        """The chain does not hold, or the journal cannot be read."""
        self.journal.show_state("bad", "chain does not hold", why)

    def show_look(self, state: str, words: str, more: str) -> None:
        """What became of the desk's own look at what is open; hidden while nothing is."""
        self.open.setVisible(bool(state))
        if state:
            self.open.show_state(state, words, more)
        if state == "bad":
            self.show_failed(more)

    def set_narrow(self, narrow: bool) -> None:
        """Leave out the words, or show them."""
        for one in self._lines:
            one.set_narrow(narrow)
