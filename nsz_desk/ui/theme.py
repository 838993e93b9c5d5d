"""Two palettes, and how they get into Qt: an own QPalette, and `resources/desk.qss` with its roles filled in.

`colours()` reads the program's own palette (a widget's may be changed by the style sheet), so no variable says
which theme is on. Colours are the ones
of the design page; every text on its ground has a contrast of at least 4.5:1 (a test computes it).
"""

import re
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from nsz_desk.assets import asset


class Colours(NamedTuple):
    """The colour of each role, `#RRGGBB`. A tone has a text colour and, with `_ground`, what it stands on."""

    window: str
    surface: str
    raised: str
    border: str
    strong_border: str
    hover: str
    text: str
    muted: str
    accent: str
    accent_ground: str
    on_accent: str
    accent_hover: str
    ready: str
    ready_ground: str
    blocked: str
    blocked_ground: str
    manual: str
    manual_ground: str
    doubt: str
    doubt_ground: str
    quiet: str
    quiet_ground: str

    def tone(self, name: str) -> QColor:
        """The colour of a role by its name."""
        return QColor(getattr(self, name))

    def ground(self, name: str) -> QColor:
        """What a tone stands on."""
        return QColor(getattr(self, f"{name}_ground"))


LIGHT = Colours(
    window="#F4F6F8", surface="#FFFFFF", raised="#FBFCFD", border="#DDE3EA", strong_border="#7A8796", hover="#EEF2F7",
    text="#18212C", muted="#596675", accent="#1F56D0", accent_ground="#E8EFFD", on_accent="#FFFFFF",
    accent_hover="#1A48AF", ready="#176B43", ready_ground="#E3F3EA", blocked="#A82119", blocked_ground="#FBE9E7",
    manual="#835200", manual_ground="#FBF0DA", doubt="#5B3FB5", doubt_ground="#EEE9FB", quiet="#596675",
    quiet_ground="#EBEFF3",
)  # fmt: skip
DARK = Colours(
    window="#12161B", surface="#1A2027", raised="#1F262E", border="#2D3640", strong_border="#748496", hover="#232B34",
    text="#E7ECF2", muted="#9BA8B6", accent="#82A8FF", accent_ground="#22304D", on_accent="#10182A",
    accent_hover="#A3BFFF", ready="#6FCF9C", ready_ground="#173427", blocked="#FF9A90", blocked_ground="#42201D",
    manual="#E9BC6A", manual_ground="#3A2C12", doubt="#BBA6FF", doubt_ground="#2B2347", quiet="#9BA8B6",
    quiet_ground="#262E37",
)  # fmt: skip

_ROLES = QPalette.ColorRole
_PALETTE: tuple[tuple[QPalette.ColorRole, str], ...] = (
    (_ROLES.Window, "window"),
    (_ROLES.WindowText, "text"),
    (_ROLES.Base, "surface"),
    (_ROLES.AlternateBase, "raised"),
    (_ROLES.Text, "text"),
    (_ROLES.Button, "surface"),
    (_ROLES.ButtonText, "text"),
    (_ROLES.BrightText, "text"),
    (_ROLES.Highlight, "accent"),
    (_ROLES.HighlightedText, "on_accent"),
    (_ROLES.Link, "accent"),
    (_ROLES.LinkVisited, "accent"),
    (_ROLES.ToolTipBase, "raised"),
    (_ROLES.ToolTipText, "text"),
    (_ROLES.PlaceholderText, "muted"),
    (_ROLES.Light, "raised"),
    (_ROLES.Midlight, "border"),
    (_ROLES.Mid, "border"),
    (_ROLES.Dark, "strong_border"),
    (_ROLES.Shadow, "border"),
)


def is_dark() -> bool:
    """Whether the dark palette is on."""
    return QGuiApplication.palette().color(_ROLES.Window).lightness() < 128


def colours() -> Colours:
    """The colours that are on."""
    return DARK if is_dark() else LIGHT


def apply(app: QApplication, theme: str) -> None:
    """Put `theme` (system, light or dark) on the whole program.

    With `system` the desktop's scheme counts where it is known, else light.
    """
    sheet = colour(app, theme)
    if app.styleSheet() != sheet:  # goes through every widget
        app.setStyleSheet(sheet)


def colour(app: QApplication, theme: str) -> str:
    """Put on the font and the palette of `theme`, which icons are drawn in; answers its style sheet.

    A window that is put together before it gets the sheet is there in half the time: with a sheet on, Qt goes
    through a widget's whole family whenever it is added to another.
    """
    scheme = app.styleHints().colorScheme()
    dark = theme == "dark" or (theme == "system" and scheme == Qt.ColorScheme.Dark)
    roles = DARK if dark else LIGHT
    if app.palette().color(_ROLES.Window) != QColor(roles.window):
        if not app.styleSheet():
            app.setFont(base_font())
        app.setPalette(_palette(roles))
    return style_sheet(roles)


def base_font() -> QFont:
    """The system's font at 13 pixels of a 100 % screen."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(13)
    return font


def style_sheet(roles: Colours) -> str:
    """`desk.qss` with each `@role@` replaced.

    Raises:
        KeyError: the sheet names a role that does not exist.
    """
    values: dict[str, str] = roles._asdict()
    sheet = asset("desk.qss").read_text(encoding="utf-8")
    return re.sub(r"@(\w+)@", lambda found: values[found[1]], sheet)


def _palette(roles: Colours) -> QPalette:
    palette = QPalette()
    for role, name in _PALETTE:
        palette.setColor(role, roles.tone(name))
    for role in (_ROLES.Text, _ROLES.WindowText, _ROLES.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, roles.tone("muted"))
    return palette
