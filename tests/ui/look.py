"""Pictures of every stage for people to look at: `python -m tests.ui.look FOLDER [simulator|sandbox|production]`."""

import sys
from pathlib import Path

from nsz_desk.lanes import Jobs
from nsz_desk.ui.tour import tour
from tests.ui.fake_desk import FakeDesk


def main() -> int:
    """Walk the tour on the fake desk."""
    folder, kind = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "simulator"
    jobs = Jobs()
    try:
        return tour(FakeDesk(kind=kind, pause=0.05, spoil=True), jobs, folder, lambda result: [])
    finally:
        jobs.close()


if __name__ == "__main__":
    raise SystemExit(main())
