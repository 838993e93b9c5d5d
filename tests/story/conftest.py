"""Fixtures of the stories."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.story.programs import Program, simulator


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Program]:
    """The desk on the demo company in a simulator process."""
    with simulator("--scenario", "demo") as world:
        program = Program(tmp_path, world)
        program.profile()
        yield program
