"""The other jobs that write, each with its crash points: undo a sync, split one, link a refund by hand, unlink it.

A job says how it is begun on a refund of the company, and what must be true of that refund after Recover.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.kill.around import Around, around
from tests.kill.points import AFTER, BEFORE, Point, running
from tests.story.truth import wrongs

OTHERS = ("comment", "method")  # what a person wrote on a refund by hand stays


@dataclass(frozen=True)
class Job:
    """A command: its writes in their order, and the lines that an undisturbed one leaves in the journal.

    `grave` are the writes that move money or say whose a Zuora refund is.
    """

    name: str
    writes: tuple[str, ...]
    grave: tuple[str, ...]
    lines: tuple[str, ...]
    words: dict[str, tuple[str, int]]  # the simulator's word for each write, and which one of that word it is

    @property
    def quick_points(self) -> tuple[Point, ...]:
        """After each write the remote did it and nobody noted the answer; before the grave ones it did nothing."""
        return (*(Point(what, AFTER) for what in self.writes), *(Point(what, BEFORE) for what in self.grave))

    @property
    def all_points(self) -> tuple[Point, ...]:
        """Before and after every write, the remote still at it, and after every line."""
        plain = [Point(what, when) for what in self.writes for when in (BEFORE, AFTER)]
        still = [running(what, self.words[what], kind) for what in self.writes for kind in ("delay", "deliver_later")]
        return (*plain, *still, *(Point(line, AFTER) for line in self.lines))


def _lines(text: str) -> tuple[str, ...]:
    """`intent armed, outcome armed` as the points call them."""
    return tuple(f"line {one.strip()}" for one in ("episode_opened, " + text + ", episode_ended").split(","))


_WRITE_BACK = (
    "outcome made, intent verified, outcome verified, intent marked, outcome marked, intent stamped, outcome stamped, "
    "outcome both"
)
_STAMPS = {"stamp refund": ("netsuite.update", 2), "stamp memo": ("netsuite.update", 3)}
_CLAIM = {"claim": ("netsuite.update", 1)}

RESYNC = Job(
    "resync",
    ("claim", "shield", "cancel", "apply", "clear refund", "clear memo"),
    ("cancel", "apply", "clear refund"),
    _lines(
        "outcome confirmed, intent planned, outcome planned, intent mine, outcome mine, outcome shielding, "
        "intent shielded, outcome shielded, outcome cancelling, outcome cancelled, intent loose, outcome loose, "
        "outcome reapplying, intent settled, outcome settled, outcome clearing, intent refund cleared, "
        "outcome refund cleared, outcome cleared"
    ),
    _CLAIM
    | {"shield": ("zuora.update_refund", 1), "cancel": ("zuora.cancel_refund", 1), "apply": ("zuora.apply_payment", 1)}
    | {"clear refund": ("netsuite.update", 2), "clear memo": ("netsuite.update", 3)},
)
ALLOCATE = Job(
    "allocate",
    ("claim", "create", "mark", "stamp refund", "stamp memo"),
    ("create",),
    _lines(
        "outcome needs allocation, outcome drafted, outcome approved, outcome ready, outcome judged, intent free, "
        f"outcome free, outcome claiming, outcome claimed, intent armed, outcome armed, {_WRITE_BACK}"
    ),
    _CLAIM | {"create": ("zuora.create_refund", 1), "mark": ("zuora.update_refund", 1)} | _STAMPS,
)
LINK = Job(
    "link",
    ("claim", "link", "mark", "stamp refund", "stamp memo"),
    ("link",),
    _lines(
        "outcome picking, outcome picked, intent linkable, outcome linkable, intent linking mine, "
        f"outcome linking mine, outcome linking, {_WRITE_BACK}"
    ),
    _CLAIM | {"link": ("zuora.update_refund", 1), "mark": ("zuora.update_refund", 2)} | _STAMPS,
)
UNLINK = Job(
    "unlink",
    ("unlink", "clear refund", "clear memo"),
    ("unlink",),
    _lines(
        "outcome linked, intent unlinking, outcome unlinking, outcome unlink sent, intent id removed, "
        "outcome id removed, intent refund freed, outcome refund freed"
    ),
    {
        "unlink": ("zuora.update_refund", 1),
        "clear refund": ("netsuite.update", 1),
        "clear memo": ("netsuite.update", 2),
    },
)
JOBS = (RESYNC, ALLOCATE, LINK, UNLINK)


@dataclass(frozen=True)
class Begun:
    """One refund with a job on it: the world before, the command, the split or the refund by hand."""

    job: Job
    refund_id: str
    command: tuple[str, ...]
    unsynced: Around  # before anything of ours
    was: Around  # right before the job
    parts: dict[str, str]
    by_hand: str = ""


@dataclass(frozen=True)
class Death:
    """A refund whose desk died at a point, and how it was left."""

    begun: Begun
    point: Point
    left: Around


def faults(begun: Begun, died: Around, world: dict[str, Any]) -> list[str]:
    """What is wrong with a refund after Recover; `died` is how the dead desk left it."""
    now = around(world, begun.refund_id)
    return [f"{begun.refund_id}: {words}" for words in _JUDGED[begun.job.name](begun, died, now, world)]


def _resynced(begun: Begun, died: Around, now: Around, world: dict[str, Any]) -> list[str]:
    """What was live when the desk died is as before the undo: the approval ended. What was dead then is undone."""
    if died.live:
        return [] if now == begun.was else ["neither undone nor as before"]
    return undone(begun, now)


def undone(begun: Begun, now: Around) -> list[str]:
    """Both records are blank, the payment is as before the sync to the cent, the old refund is kept as Canceled."""
    clean, (made,) = begun.unsynced, begun.was.live
    checks = {
        "refund": now.refund == clean.refund,
        "memo": now.memo == clean.memo,
        "payment": now.payment == clean.payment,
        "live": not now.live,
        "kept": [(one["id"], one["status"], one["transferred_to_accounting"]) for one in now.made]
        == [(made["id"], "Canceled", "Ignore")],
    }
    return [f"{name} is not as after an undo" for name, holds in checks.items() if not holds]


def _split(begun: Begun, died: Around, now: Around, world: dict[str, Any]) -> list[str]:
    """One live refund with exactly the approved parts, and everything as after a sync."""
    parts = [{part["id"]: part["amount"] for part in one["invoices"]} for one in now.live]
    other = [] if parts == [begun.parts] else [f"the parts are {parts}"]
    return other + wrongs(world, begun.refund_id)


def _linked(begun: Begun, died: Around, now: Around, world: dict[str, Any]) -> list[str]:
    """The refund by hand carries our id, none was made, and both systems are as after a sync."""
    wrong = [one for one in wrongs(world, begun.refund_id) if not one.endswith(OTHERS)]
    return wrong + ([] if [one["id"] for one in now.made] == [begun.by_hand] else ["another refund was made"])


def _unlinked(begun: Begun, died: Around, now: Around, world: dict[str, Any]) -> list[str]:
    """Everything as before the link, but for the mark that keeps the connector away."""
    (clean,) = begun.unsynced.made
    checks = {
        "refund": now.refund == begun.unsynced.refund,
        "memo": now.memo == begun.unsynced.memo,
        "payment": now.payment == begun.unsynced.payment,
        "refund by hand": [_unmarked(one) for one in now.made] == [_unmarked(clean)],
    }
    return [f"{name} is not as before the link" for name, holds in checks.items() if not holds]


def _unmarked(refund: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in refund.items() if key not in ("transferred_to_accounting", "transaction")}


_JUDGED = {"resync": _resynced, "allocate": _split, "link": _linked, "unlink": _unlinked}


def parts_of(payment: dict[str, Any], amount: str) -> dict[str, str]:
    """A split that no strategy would choose: most of the amount on the second invoice, a cent less than all."""
    first, second = (one["id"] for one in payment["invoices"][:2])
    return {first: "0.01", second: str(Decimal(amount) - Decimal("0.01"))}
