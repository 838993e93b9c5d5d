"""What the start page looks like: three ways to begin, the connections below, and a line for what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from nsz_desk.ui.texts import shown, tip
from nsz_desk.ui.widgets import Button, card, column, label, line

if TYPE_CHECKING:
    from nsz_desk.ui.front_door import ProfileLine
    from nsz_desk.ui.start.profile_button import ProfileRow

ROWS, GAP, LOW = 3, 8, 64  # connections seen at once; pixels between them, and of the list before it is read
LEAD = "NetSuite customer refunds become external refunds in Zuora: each exactly once."
DEMO = "A made-up company on a simulator inside this computer. Nothing real is touched."
CONNECT = "One NetSuite account, one Zuora tenant: choose, enter the secrets, test, done."
EVIDENCE = "A journal that was handed over: is every line as it was written? Checked offline."


class StartPage(QWidget):
    """The page of the start window. It knows no front door; clicks go out as signals."""

    open_wanted = Signal(str)  # name of a connection
    menu_wanted = Signal(str, object)  # what was chosen in its menu, ProfileLine

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ProfileRow] = []
        self.demo = Button("Try the demo", "primary", icon_name="flask", tone="on_accent")
        self.connect_ = Button("Connect…", icon_name="database")
        self.evidence = Button("Open evidence…", icon_name="shield")
        self.import_ = Button("Import…", "link")
        self.import_.setToolTip("A connection that was exported on another computer; the secrets are asked for")
        self.said = label("", "muted", wrap=True)
        self._lay_out()

    def _lay_out(self) -> None:
        outer = line(self, margins=(24, 24, 24, 24))
        outer.addStretch(1)
        page = column(gap=14)
        page.addStretch(2)
        page.addWidget(label("nsz-desk", "big-title"))
        page.addWidget(label(LEAD, "lead", wrap=True))
        page.addSpacing(6)
        page.addLayout(self._cards())
        page.addSpacing(6)
        head = line()
        head.addWidget(label("CONNECTIONS", "group"), 1)
        head.addWidget(self.import_)
        page.addLayout(head)
        page.addWidget(self._list(), 100)  # before the air above and below
        page.addWidget(self.said)
        page.addStretch(3)
        holder = QWidget()
        holder.setLayout(page)
        holder.setFixedWidth(760)
        outer.addWidget(holder)
        outer.addStretch(1)

    def _cards(self) -> QHBoxLayout:
        cards = line(gap=14)
        for title, text, button in (
            ("Look around first", DEMO, self.demo),
            ("Your own books", CONNECT, self.connect_),
            ("An audit", EVIDENCE, self.evidence),
        ):
            cards.addWidget(_card(title, text, button), 1)
        return cards

    def _list(self) -> QScrollArea:
        area = self._area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("Connections")
        area.setMinimumHeight(LOW)
        area.setMaximumHeight(LOW)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setObjectName("page")
        self._profiles = column(page, gap=GAP)
        area.setWidget(page)
        return area

    def show_profiles(self, profiles: tuple[ProfileLine, ...], *, opening: bool) -> None:
        """Show the connections; the one used last, or else the demo, takes the focus."""
        from nsz_desk.ui.start.profile_button import ProfileRow  # late: the page is painted before

        while (item := self._profiles.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self.rows = [ProfileRow(profile) for profile in profiles]
        for row, profile in zip(self.rows, profiles, strict=True):
            row.button.setToolTip(tip(profile.problem))
            row.button.clicked.connect(lambda _=False, name=profile.name: self.open_wanted.emit(name))
            row.wanted.connect(lambda what, profile=profile: self.menu_wanted.emit(what, profile))
            self._profiles.addWidget(row)
            row.show()  # at once: what is not shown cannot take the focus
        self._show_opening(opening)
        if not profiles:
            self._profiles.addWidget(label("None yet.", "muted"))
        self._profiles.addStretch(1)
        high = self.rows[0].sizeHint().height() + GAP if self.rows else LOW
        self._area.setMinimumHeight(high)
        self._area.setMaximumHeight(high * min(max(len(profiles), 1), ROWS))
        buttons = [row.button for row in self.rows]
        last = next((one for one in buttons if one.profile.last and one.isEnabled()), None)
        (last or self.demo).setFocus()

    def show_opening(self, words: str) -> None:
        """Say that something is being opened, and let nothing else be pressed; "" ends that."""
        self.said.setText(shown(words))
        self._show_opening(bool(words))

    def _show_opening(self, opening: bool) -> None:
        for button in (self.demo, self.connect_, self.import_):
            button.setEnabled(not opening)
        for row in self.rows:
            row.button.setEnabled(not opening and not row.button.profile.problem)
            row.more.setEnabled(not opening)


def _card(title: str, text: str, button: Button) -> QFrame:
    made = card()
    inside = column(made, margins=(18, 16, 18, 16), gap=8)
    inside.addWidget(label(title, "title"))
    inside.addWidget(label(text, "muted", wrap=True))
    inside.addStretch(1)
    row = line()
    row.addWidget(button)
    row.addStretch(1)
    inside.addLayout(row)
    return made
