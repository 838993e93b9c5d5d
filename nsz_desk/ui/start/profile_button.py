"""The button of a saved connection. Loaded when the profiles are there, after the page is painted."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from nsz_desk.ui.environment import LOOKS
from nsz_desk.ui.ports import ProfileLine
from nsz_desk.ui.widgets import ElidedLabel, FaceButton, Shape, column, label, line


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
        texts.addLayout(name)
        where = profile.problem or f"{profile.netsuite} ⇄ {profile.zuora}"
        texts.addWidget(ElidedLabel(where, "blocked" if profile.problem else "muted"))
        face.addLayout(texts, 1)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.refresh_name()
