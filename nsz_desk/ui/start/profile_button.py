"""A saved connection: the button that opens it, and a menu of what else can be done with it.

Loaded when the profiles are there, after the page is painted.
"""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from nsz_desk.ui.environment import LOOKS
from nsz_desk.ui.front_door import ProfileLine
from nsz_desk.ui.texts import tip
from nsz_desk.ui.widgets import Button, ElidedLabel, FaceButton, Shape, column, label, line

SECRETS, RENEW, REST, DUPLICATE, EXPORT, REMOVE = "secrets", "renew", "rest", "duplicate", "export", "remove"
WORDS = {
    SECRETS: "Enter secrets…",
    RENEW: "Renew certificate…",
    REST: "Duplicate for REST…",
    DUPLICATE: "Duplicate…",
    EXPORT: "Export without secrets…",
    REMOVE: "Remove…",
}
GOES_ON = "Enter certificate id…"  # in place of RENEW while a new key waits


class ProfileButton(FaceButton):
    """A profile that can be opened."""

    def __init__(self, profile: ProfileLine) -> None:
        super().__init__("profile")
        self.profile = profile
        shape, tone, _ = LOOKS.get(profile.kind, LOOKS["production"])
        face = line(self, margins=(14, 10, 14, 10), gap=12)
        face.addWidget(Shape(shape, tone, 16))
        texts = column(gap=1)
        name = line(gap=8)
        name.addWidget(label(profile.name, "strong"))
        name.addWidget(label(profile.kind.upper(), tone))
        name.addWidget(label("used last" if profile.last else "", "muted"), 1)
        name.addWidget(label(*_certificate(profile)))
        texts.addLayout(name)
        where = profile.problem or f"{profile.netsuite} ⇄ {profile.zuora}"
        texts.addWidget(ElidedLabel(where, "blocked" if profile.problem else "muted"))
        face.addLayout(texts, 1)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.refresh_name()


class ProfileRow(QWidget):
    """The button of a profile and its menu. `wanted` carries which entry was chosen."""

    wanted = Signal(str)

    def __init__(self, profile: ProfileLine) -> None:
        super().__init__()
        row = line(self, gap=6)
        self.button = ProfileButton(profile)
        self.more = Button("", "link", icon_name="more")
        self.more.setAccessibleName(f"More about {profile.name}")
        self.more.setToolTip(tip(self.more.accessibleName()))
        self.menu = self._menu(profile)
        self.more.clicked.connect(self.show_menu)
        row.addWidget(self.button, 1)
        row.addWidget(self.more)
        self.button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.button.customContextMenuRequested.connect(self.show_menu)

    def show_menu(self) -> None:
        """Open the menu below its button, with its first entry chosen."""
        self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        self.menu.setActiveAction(self.menu.actions()[0])

    def _menu(self, profile: ProfileLine) -> QMenu:
        menu = QMenu(self)
        for key in _entries(profile):
            if key == REMOVE and not profile.problem:
                menu.addSeparator()
            words = GOES_ON if key == RENEW and profile.waiting else WORDS[key]
            menu.addAction(words, partial(self.wanted.emit, key))
        return menu


def _entries(profile: ProfileLine) -> tuple[str, ...]:
    if profile.problem:
        return (REMOVE,)
    own = RENEW if profile.interface == "rest" else REST
    return (SECRETS, own, DUPLICATE, EXPORT, REMOVE)


def _certificate(profile: ProfileLine) -> tuple[str, str]:
    """What is said of the certificate, and in which look."""
    one = profile.certificate
    if one is None:
        return ("waits for the certificate id", "accent") if profile.waiting else ("", "muted")
    waits = " · a new key waits for its id" if profile.waiting else ""
    look = "blocked" if one.days_left < 0 else "manual" if one.soon else "muted"
    return f"certificate {one.words}{waits}", look
