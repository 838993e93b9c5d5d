"""The lines of a connection test: what was looked at, what was found, and what to do about it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from nsz_desk.engine.checks import Answer, Check, Examination
from nsz_desk.ui.badges import Badge
from nsz_desk.ui.texts import count_text, shown
from nsz_desk.ui.widgets import Shape, column, label, line

LOOKS = {
    Answer.OK: Badge("ok", "check", "ready"),
    Answer.WARNING: Badge("warning", "warning", "manual"),
    Answer.PROBLEM: Badge("problem", "cross", "blocked"),
    Answer.NOT_KNOWN: Badge("not known", "unread", "manual"),
}


class Checklist(QScrollArea):
    """Shows an examination: what stands in the way first, then what is not known, then what is fine."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Connection test")
        self.show_checks(())

    def begin(self) -> None:
        """Nothing is known yet; `add` tells more."""
        self.show_checks(())

    def add(self, checks: Sequence[Check]) -> None:
        """Show these lines below those that came before, in the order in which they came."""
        for check in checks:
            self._rows.insertWidget(self._rows.count() - 1, _row(check))  # above the stretch

    def show_checks(self, checks: tuple[Check, ...]) -> None:
        """Show these lines, the worst first."""
        page = QWidget()
        page.setObjectName("page")
        self._rows = rows = column(page, margins=(0, 0, 10, 0), gap=6)
        order = (Answer.PROBLEM, Answer.WARNING, Answer.NOT_KNOWN, Answer.OK)
        for check in sorted(checks, key=lambda one: order.index(one.answer)):
            rows.addWidget(_row(check))
        rows.addStretch(1)
        self.setWidget(page)


def _row(check: Check) -> QWidget:
    made = QWidget()
    look = LOOKS[check.answer]
    row = line(made, gap=10)
    row.addWidget(Shape(look.icon, look.tone, 14), 0, Qt.AlignmentFlag.AlignTop)
    words = column(gap=1)
    found = (
        f"{check.title}: {check.found}" if check.answer is Answer.OK else f"{check.title} ({look.word}): {check.found}"
    )
    words.addWidget(label(shown(found), "rule", wrap=True))
    if check.remedy and check.answer is not Answer.OK:
        words.addWidget(label(shown(f"What to do: {check.remedy}"), "strong", wrap=True))
    row.addLayout(words, 1)
    return made


def summary(found: Examination) -> str:
    """The test in one sentence."""
    counts = {answer: sum(one.answer is answer for one in found.checks) for answer in Answer}
    said = ", ".join(f"{count} {LOOKS[answer].word}" for answer, count in counts.items() if count)
    word = "Connected" if found.healthy else "Not yet connected"
    return f"{word}. {count_text(len(found.checks), 'check')}: {said}."
