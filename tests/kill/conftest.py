"""Windows has neither SIGKILL nor forks: there this folder is left out."""

import os

collect_ignore_glob = [] if os.name == "posix" else ["test_*.py"]
