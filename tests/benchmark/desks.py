"""A whole desk on a simulator's or a recording's address, with throw-away folders."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nsz_desk import assembly
from nsz_desk.engine.desk import Desk
from nsz_desk.settings.file import Folders, profile_of
from nsz_desk.settings.vault import secrets_from_json


class Quiet:
    """The Report port for nobody."""

    def progress(self, done: int, total: int, text: str) -> None:
        """Tell nobody."""

    def check(self) -> None:
        """Nobody stops."""


@contextmanager
def desk_on(said: Mapping[str, Any], url: str = "") -> Iterator[Desk]:
    """The desk of a simulator's announcement; `url` puts another server in its place."""
    profile = dict(said["profile"])
    if url:
        profile |= {system: {**profile[system], "url": url} for system in ("netsuite", "zuora")}
    secrets = secrets_from_json(json.dumps(said["credentials"]))
    with tempfile.TemporaryDirectory(prefix="nsz-desk-benchmark-") as home:
        root = Path(home)
        places = Folders(root, root / "journal", root / "logs", root / "locks")
        with assembly.open_desk(profile_of(profile, "the benchmark"), secrets, places, writes=True) as desk:
            yield desk
