"""The list of keys: every action that has one, in the words of what it does."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QScrollArea, QWidget

from nsz_desk.ui.widgets import Button, card, column, label, line

Group = tuple[str, tuple[tuple[str, str], ...]]
KEYS: tuple[Group, ...] = (
    (
        "THE LIST",
        (
            ("↑ ↓ ← →", "move"),
            ("Shift+↑ ↓", "choose several rows"),
            ("Space", "tick or untick the chosen rows"),
            ("Ctrl+A", "tick every ready row that is shown"),
            ("Enter", "from a row into its rules"),
            ("S", "sort by the column one is in"),
            ("Ctrl+C", "copy the chosen rows"),
            ("Ctrl+Shift+C", "copy them with headers"),
            ("Menu or Shift+F10", "all that a row offers, and columns"),
        ),
    ),
    (
        "THE JOB",
        (
            ("Ctrl+Enter", "review the ticked rows and sync"),
            ("F5", "read both systems again"),
            ("F9", "finish what is open from last time"),
            ("Ctrl+H", "history of the row"),
            ("Ctrl+O", "open the refund in NetSuite"),
            ("Ctrl+D", "sync this row in doubt alone"),
            ("Ctrl+L", "split the row over the invoices of its payment"),
            ("Ctrl+K", "link the row to a refund made by hand"),
            ("Ctrl+U", "unlink the row"),
            ("Ctrl+E", "decide on a row that waits for a person"),
            ("Ctrl+R", "resync the chosen rows: undo, step by step"),
        ),
    ),
    (
        "THE WINDOW",
        (
            ("Ctrl+F", "search"),
            ("F6", "next pane"),
            ("F8", "show or hide the rules"),
            ("Ctrl+1", "Pending"),
            ("Ctrl+2", "In doubt"),
            ("Ctrl+3", "History"),
            ("F1", "promises and limits"),
            ("?", "this list"),
            ("Ctrl+Shift+L", "lock the desk"),
            ("Ctrl+Q", "close"),
        ),
    ),
)


class KeysDialog(QDialog):
    """Shows the list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("What each key does")
        self.setModal(True)
        whole = column(self, margins=(24, 20, 24, 16), gap=14)
        whole.addWidget(label("What each key does", "big-title"))
        page = QWidget()
        page.setObjectName("page")
        both = line(page, gap=14)
        left, right = column(gap=14), column(gap=14)
        for group in KEYS:
            (right if group is KEYS[1] else left).addWidget(_card(group))  # the longest one alone
        left.addStretch(1)
        right.addStretch(1)
        both.addLayout(left)
        both.addLayout(right)
        whole.addWidget(_scrolling(page), 1)
        foot = line()
        foot.addStretch(1)
        self.done_button = Button("Close", "primary")
        self.done_button.clicked.connect(self.accept)
        foot.addWidget(self.done_button)
        whole.addLayout(foot)
        self.done_button.setFocus()
        room = parent.window().size()
        wanted = page.sizeHint() + QSize(66, 140)  # beside and below it: margins, title, button
        self.resize(wanted.boundedTo(room - QSize(20, 20)))


def _scrolling(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setAccessibleName("Keys")
    area.setWidget(page)
    return area


def _card(group: Group) -> QWidget:
    made = card()
    grid = QGridLayout(made)
    grid.setContentsMargins(16, 12, 16, 14)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(7)
    grid.addWidget(label(group[0], "group"), 0, 0, 1, 2)
    for place, (key, words) in enumerate(group[1]):
        grid.addWidget(label(key, "key"), place + 1, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(label(words, "rule"), place + 1, 1)
    grid.setColumnStretch(1, 1)
    return made
