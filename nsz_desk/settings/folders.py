"""The folders the desk writes to. Loaded before the first window is painted, so it imports little."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

APP = "nsz-desk"
HOME = "NSZ_DESK_HOME"


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the desk keeps what."""

    config: Path
    journal: Path
    logs: Path
    locks: Path


def folders(environ: Mapping[str, str] = os.environ) -> Folders:
    """The operating system's usual places, or all in the one folder that NSZ_DESK_HOME names."""
    if home := environ.get(HOME):
        root = Path(home).expanduser().absolute()
        return Folders(root, root / "journal", root / "logs", root / "locks")
    import platformdirs  # late: not needed where one folder is named

    local = platformdirs.user_data_path(APP, appauthor=False)
    return Folders(
        platformdirs.user_config_path(APP, appauthor=False),
        local / "journal",
        platformdirs.user_log_path(APP, appauthor=False),
        local / "locks",
    )
