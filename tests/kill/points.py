"""The named crash points: where in a refund's sync the desk dies, and what the remote made of the last request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nsz_desk.engine.ports import MEMO, ZUORA_ID

BEFORE, DURING, AFTER = "before", "during", "after"
RUNNING_SECONDS = 2.5  # how long the remote still works on a request whose sender is dead
DIES_AFTER = 0.4  # the request is with the remote by then


@dataclass(frozen=True)
class Point:
    """Die before, during or after the n-th thing called `what`; `fault` is what the simulator does to that request."""

    what: str
    when: str
    nth: int = 1
    fault: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How people call it."""
        remote = {"delay": ", remote still running", "deliver_later": ", delivered later"}
        return f"{self.when} {self.what}{remote.get(self.fault.get('kind', ''), '')}"


def named(verb: str, args: tuple[Any, ...]) -> str:
    """What an effect is called here: a write by its purpose, a line by its kind and state, a read by its verb."""
    room, call = verb.split(".")
    if call == "write_fields":
        return _of_netsuite(*args)
    if call == "mark_refund":
        return _of_zuora(args[1])
    if room == "journal":
        event = args[0]
        state = event.detail.get("state", "")
        return f"line {event.kind} {state}".strip() if event.kind != "episode_opened" else "line episode_opened"
    return {"create_refund": "create", "cancel_refund": "cancel", "apply_payment": "apply"}.get(call, verb)


def _of_netsuite(record: str, _: str, values: Mapping[str, str], clear: Sequence[str] = ()) -> str:
    """A write in NetSuite by the fields that it sets or clears; one that lets go of a claim counts as a claim."""
    what = "stamp" if ZUORA_ID in values else "clear" if ZUORA_ID in clear else ""
    return f"{what} {'memo' if record == MEMO else 'refund'}" if what else "claim"


def _of_zuora(values: Mapping[str, str]) -> str:
    """A PUT on a Zuora refund by the marks that it sets."""
    if "integration_id" in values:
        return "link" if values["integration_id"] else "unlink"
    return "shield" if values.get("transferred_to_accounting") == "Ignore" else "mark"


# The writes of one sync in their order: the simulator's word for the request, and which one of that word it is.
WRITES = {
    "claim": ("netsuite.update", 1),
    "create": ("zuora.create_refund", 1),
    "mark": ("zuora.update_refund", 1),
    "stamp refund": ("netsuite.update", 2),
    "stamp memo": ("netsuite.update", 3),
}
READS = (
    "netsuite.read",
    "zuora.refunds_of_account",
    "netsuite.read_fields",
    "zuora.open_line",
    "zuora.read_payment",
    "zuora.read_refund",
)
LINES = (
    "line episode_opened",
    "line outcome ready",
    "line outcome judged",
    "line intent free",
    "line outcome free",
    "line outcome claiming",
    "line outcome claimed",
    "line intent armed",
    "line outcome armed",
    "line outcome made",
    "line intent verified",
    "line outcome verified",
    "line intent marked",
    "line outcome marked",
    "line intent stamped",
    "line outcome stamped",
    "line outcome both",
    "line episode_ended",
)


def running(what: str, request: tuple[str, int], kind: str) -> Point:
    """The remote is still at the write when its sender dies; `request` is the simulator's word for it, and which."""
    where, nth = request
    fault = {"where": where, "kind": kind, "nth": nth, "seconds": RUNNING_SECONDS}
    return Point(what, DURING if kind == "delay" else AFTER, 1, fault)


# Before a write the remote did nothing; after it, it did it and nobody noted the answer; or it is still at it.
WRITE_POINTS = (
    *(Point(what, when) for what in WRITES for when in (BEFORE, AFTER)),
    *(running(what, WRITES[what], kind) for what in WRITES for kind in ("delay", "deliver_later")),
)
LINE_POINTS = tuple(Point(what, AFTER) for what in LINES)
READ_POINTS = tuple(Point(what, AFTER) for what in READS)
POINTS = (*WRITE_POINTS, *LINE_POINTS, *READ_POINTS)
# The same in the second refund of a run, while other lanes work; a fault counts requests, so only without one.
PARALLEL_POINTS = tuple(Point(one.what, one.when, 2) for one in POINTS if not one.fault)
