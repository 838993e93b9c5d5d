"""Help: the promises and their limits are one press away, and nothing in them leads out of the program."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nsz_desk.ui import main_window
from nsz_desk.ui.help import HelpDialog, promises
from tests.ui.conftest import Opened
from tests.ui.fake_desk import FakeDesk

PAGE = "# Promises\n\n- At most **one** live refund.\n\n[more](https://example.com/)\n"


@pytest.mark.parametrize("way", ["rail", "F1"])
def test_help_shows_our_page_as_text(opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """By the rail and by F1: the Markdown is rendered, has an accessible name, and Escape closes it."""
    monkeypatch.setattr(main_window, "promises", lambda: PAGE)
    window = opened(FakeDesk())
    with qtbot.waitSignal(window.help_opened) as shown:
        window.rail.help.click() if way == "rail" else QTest.keyClick(window, Qt.Key.Key_F1)
    dialog = shown.args[0]
    assert isinstance(dialog, HelpDialog)
    assert "At most one live refund." in dialog.page.toPlainText()
    assert "**" not in dialog.page.toPlainText()
    assert dialog.page.accessibleName() == dialog.windowTitle() == "Promises and limits"
    assert not dialog.page.openLinks()
    assert not dialog.page.openExternalLinks()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_page_itself_is_there() -> None:
    """The program carries its promises, with their limits, and names no page of the net as a link."""
    page = promises()
    assert page.startswith("# ")
    assert "](http" not in page
