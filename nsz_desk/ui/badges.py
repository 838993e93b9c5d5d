"""What a verdict, a run state or a result looks like: a word, a shape and a tone, drawn once into a pixmap."""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPixmap

from nsz_desk.engine.results import Result
from nsz_desk.rules.book import Verdict
from nsz_desk.rules.rule import Answer
from nsz_desk.ui.icons import renderer
from nsz_desk.ui.theme import DARK, LIGHT, base_font, is_dark


@dataclass(frozen=True, slots=True)
class Badge:
    """A state for people: never told by colour alone."""

    word: str
    icon: str
    tone: str


VERDICTS: dict[Verdict, Badge] = {
    Verdict.READY: Badge("Ready", "check", "ready"),
    Verdict.BLOCKED: Badge("Blocked", "cross", "blocked"),
    Verdict.UNKNOWN: Badge("Not known", "unread", "blocked"),
    Verdict.MANUAL: Badge("Manual", "arrows", "manual"),
    Verdict.IN_DOUBT: Badge("In doubt", "question", "doubt"),
    Verdict.BUSY: Badge("Busy", "clock", "quiet"),
    Verdict.SYNCED: Badge("Synced", "cloud", "quiet"),
    Verdict.NOT_SELECTED: Badge("Not selected", "minus", "quiet"),
}
RESULTS: dict[Result, Badge] = {
    Result.COMPLETE: Badge("Complete", "check", "ready"),
    Result.FAILED: Badge("Failed", "cross", "blocked"),
    Result.REFUSED: Badge("Refused", "stop", "blocked"),
    Result.SKIPPED: Badge("Skipped", "minus", "quiet"),
    Result.IN_DOUBT: Badge("In doubt", "question", "doubt"),
}
ANSWERS: dict[Answer, Badge] = {
    Answer.PASS: Badge("holds", "check", "ready"),
    Answer.FAIL: Badge("fails", "cross", "blocked"),
    Answer.UNKNOWN: Badge("not known", "unread", "manual"),
}
RUNNING = Badge("Sending", "play", "accent")
WAITING = Badge("Waiting", "clock", "quiet")
HEIGHT = 24


def badge_pixmap(badge: Badge, ratio: float) -> QPixmap:
    """The badge in the colours that are on, for a screen with this pixel ratio."""
    return _drawn(badge, is_dark(), ratio)


@lru_cache(maxsize=128)
def _drawn(badge: Badge, dark: bool, ratio: float) -> QPixmap:
    roles = DARK if dark else LIGHT
    font = base_font()
    font.setPixelSize(12)
    font.setWeight(QFont.Weight.DemiBold)
    width = QFontMetrics(font).horizontalAdvance(badge.word) + 36
    picture = QPixmap(round(width * ratio), round(HEIGHT * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = roles.tone(badge.tone)
    edge.setAlphaF(0.35)  # a badge keeps its shape on a selected row
    painter.setPen(edge)
    painter.setBrush(roles.ground(badge.tone))
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, HEIGHT - 1), HEIGHT / 2, HEIGHT / 2)
    renderer(badge.icon, roles.tone(badge.tone).name()).render(painter, QRectF(10, 6, 12, 12))
    painter.setPen(roles.tone(badge.tone))
    painter.setFont(font)
    painter.drawText(QRectF(26, 0, width - 30, HEIGHT), Qt.AlignmentFlag.AlignVCenter, badge.word)
    painter.end()
    return picture
