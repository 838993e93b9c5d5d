"""How much is done: what fits into the checks of every build, or all of it (`packaging/kill --all`)."""

import os

ALL = os.environ.get("NSZ_DESK_KILL") == "all"

KILLS, KILL_SECONDS = (200, 3600.0) if ALL else (40, 45.0)  # random kills: as many as fit into the time
FLIPS = 60 if ALL else 3  # bits flipped in each page of a journal
OUTAGE_SECONDS = 60.0 if ALL else 8.0  # how long the network is away at least
REFUNDS = 400 if ALL else 110  # of the company whose refunds the crash points use up
JOB_REFUNDS = 450 if ALL else 88  # of the company whose refunds undo, split, link and unlink use up
