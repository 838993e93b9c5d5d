"""Both palettes can be read, and the style sheet knows no colour of its own."""

import re

import pytest
from PySide6.QtGui import QColor

from nsz_desk.assets import asset
from nsz_desk.ui.badges import RESULTS, RUNNING, VERDICTS, WAITING
from nsz_desk.ui.theme import DARK, LIGHT, Colours, style_sheet

BOTH = pytest.mark.parametrize("roles", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: QColor) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = []
    for value in (colour.redF(), colour.greenF(), colour.blueF()):
        parts.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@BOTH
def test_every_text_can_be_read(roles: Colours) -> None:
    """Text, muted text and each tone have a contrast of 4.5 on every ground they stand on."""
    grounds = ("window", "surface", "raised", "hover", "accent_ground")
    pairs = [(text, ground) for text in ("text", "muted", "accent") for ground in grounds]
    for tone in ("ready", "blocked", "manual", "doubt", "quiet", "accent"):
        pairs += [(tone, f"{tone}_ground"), (tone, "surface"), (tone, "accent_ground"), ("text", f"{tone}_ground")]
    pairs += [("on_accent", "accent"), ("on_accent", "accent_hover"), ("surface", "blocked")]
    weak = {pair: contrast(roles.tone(pair[0]), roles.tone(pair[1])) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in weak.items() if ratio < 4.5} == {}


@BOTH
def test_edges_of_boxes_and_bars_can_be_seen(roles: Colours) -> None:
    """Check boxes and scroll bars have a contrast of 3 on the surface."""
    assert contrast(roles.tone("strong_border"), roles.tone("surface")) >= 3


@BOTH
def test_the_style_sheet_takes_every_colour_from_the_palette(roles: Colours) -> None:
    """After filling in no placeholder is left, and the file itself names no colour."""
    assert "@" not in style_sheet(roles)
    assert re.findall(r":[^;{]*#[0-9A-Fa-f]{3,6}\b", asset("desk.qss").read_text("utf-8")) == []


def test_no_state_is_told_by_colour_alone() -> None:
    """Within verdicts and within results, no two states share a word, and no two share shape and tone."""
    for group in (VERDICTS, RESULTS):
        badges = list(group.values())
        assert len({badge.word for badge in badges}) == len(badges)
        assert len({badge.icon for badge in badges}) == len(badges)
    for badge in (*VERDICTS.values(), *RESULTS.values(), RUNNING, WAITING):
        assert asset(f"icons/{badge.icon}.svg").is_file()
