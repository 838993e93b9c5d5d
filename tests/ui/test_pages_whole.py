"""Wizard, assistant, link and decision on a full-HD screen at 200 %: half as many pixels each way, nothing cut off."""

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opened
from tests.ui.pages_by_hand import deciding_desk, pages
from tests.ui.seeing import cut_off, misnamed

PAGES = (
    "allocate allocate-wrong split-review link link-review decide decide-plan resync-compare resync-reason "
    "resync-review resync-run resync-result"
).split()


@pytest.mark.parametrize("size", [(960, 500), (1120, 760)], ids=["full HD at 200 %", "1120"])
@pytest.mark.parametrize("kind", ["simulator", "production"])
def test_no_page_is_cut_off(opened: Opened, qtbot: QtBot, size: tuple[int, int], kind: str) -> None:
    """Every control inside its window and as wide as its text, named as it reads; wrapped texts have their height."""
    desk = deciding_desk(kind)
    desk.undoing.pause = 0.03
    seen, wrong = [], list[str]()
    for name, page in pages(opened(desk, size=size), desk, qtbot):
        qtbot.wait(20)
        seen.append(name)
        wrong += [f"{name}: {one}" for one in (*cut_off(page), *misnamed(page))]
        assert page.width() <= size[0]
        assert page.height() <= size[1]
    assert seen == PAGES
    assert wrong == []
