"""Random moments: whenever the desk dies, nothing is twice and nothing is lost."""

from pathlib import Path

import pytest

from tests.kill.moments import storm
from tests.kill.scale import KILL_SECONDS, KILLS


def test_killed_at_random_moments_nothing_is_twice_and_nothing_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Batches of 50, the desk killed in Sync and in Recover; after each death the world and the chain are looked at."""
    toll = storm(tmp_path, KILLS, seed=1, seconds=KILL_SECONDS)
    with capsys.disabled():
        print(f"\n{toll}")
    assert toll.wrong == []
    assert toll.total >= 5
    assert toll.open_left > 0, "no kill came in the middle of an episode, so this run proved nothing"
