"""The doctor's look at NetSuite: reachable, signed in, clock, custom fields, lists, periods."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from nsz_desk.domain.errors import Credentials, DeskError, Unreachable
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import Period
from nsz_desk.engine.checks import Answer, Check, Examined, attempted, failed
from nsz_desk.engine.ports import FieldFound, ListFound

# Seconds. NetSuite refuses a signature that is 300 s old, so that little is left well before.
SKEW_WARNS, SKEW_STOPS = 60, 240
REACHED, SIGNED, CLOCK = "netsuite_reachable", "netsuite_signed_in", "clock"
TITLES = {
    REACHED: "NetSuite reachable",
    SIGNED: "NetSuite signed in",
    CLOCK: "Clock",
    "netsuite_fields": "NetSuite custom fields",
    "netsuite_lists": "NetSuite lists",
    "netsuite_periods": "NetSuite periods",
}
NOT_TRIED = "not tried, because there is no sign-in to NetSuite"
NOT_REACHED = "not tried, because NetSuite was not reached"
ON = {"refund": "refund", "memo": "credit memo", "customer": "customer"}
KINDS = {"String": "text", "Select": "list", "Boolean": "tick box", "MultiSelect": "list", "Date": "date"}


def netsuite_checks(examined: Examined) -> tuple[Check, ...]:
    """All checks of NetSuite, in order."""
    before = examined.clock.now().wall
    told = attempted(examined.netsuite.server_time)
    middle = before + (examined.clock.now().wall - before) / 2
    if isinstance(told, DeskError):
        skew = _skew(told.at, middle) if told.at else _not_tried(CLOCK)
        rest = (_not_tried(name) for name in ("netsuite_fields", "netsuite_lists", "netsuite_periods"))
        return (*_door(examined, told), skew, *rest)
    return (*_door(examined, None), _skew(told, middle), *_fields(examined), *_lists(examined), _periods(examined))


def _not_tried(name: str, why: str = NOT_TRIED) -> Check:
    return Check(name, TITLES[name], Answer.NOT_KNOWN, why)


def _door(examined: Examined, error: DeskError | None) -> tuple[Check, Check]:
    """Whether the address answers, and whether it lets us in; a refused sign-in is an answer."""
    expected = examined.expected
    who = f"account {expected.environment.netsuite}, token {expected.login}"
    there = Check(REACHED, TITLES[REACHED], Answer.OK, expected.netsuite_host)
    if error is None:
        return there, Check(SIGNED, TITLES[SIGNED], Answer.OK, f"{who} (a fingerprint, no secret)")
    if isinstance(error, Credentials):
        found = f"{error.title} ({who})"
        return there, Check(SIGNED, TITLES[SIGNED], Answer.PROBLEM, found, error.hint)
    if isinstance(error, Unreachable) or error.at is None:
        return failed(REACHED, TITLES[REACHED], error), _not_tried(SIGNED, NOT_REACHED)
    return there, failed(SIGNED, TITLES[SIGNED], error)


def _skew(server: datetime, ours: datetime) -> Check:
    seconds = round((ours - server) / timedelta(seconds=1))
    side = "ahead of" if seconds > 0 else "behind"
    found = f"this computer is {abs(seconds)} s {side} NetSuite" if seconds else "the same as NetSuite's"
    remedy = "Let this computer set its clock from the network; signatures are refused when it is 300 s off."
    if abs(seconds) > SKEW_STOPS:
        return Check(CLOCK, TITLES[CLOCK], Answer.PROBLEM, found, remedy)
    if abs(seconds) > SKEW_WARNS:
        return Check(CLOCK, TITLES[CLOCK], Answer.WARNING, found, remedy)
    return Check(CLOCK, TITLES[CLOCK], Answer.OK, found)


def _fields(examined: Examined) -> Iterator[Check]:
    found = attempted(lambda: examined.netsuite.fields(examined.expected.since))
    if isinstance(found, DeskError):
        yield failed("netsuite_fields", TITLES["netsuite_fields"], found)
    else:
        yield from map(_field, found)


def _field(one: FieldFound) -> Check:
    name, title = f"field_{one.record}_{one.name}", f"Field {one.label} of the {ON.get(one.record, one.record)}"
    if one.found:
        kind = f" ({KINDS.get(one.kind, one.kind)})" if one.kind else ""
        return Check(name, title, Answer.OK, f"{one.script_id}{kind}")
    if one.found is None:
        found = f"{one.script_id}: NetSuite lists no fields for this role, and no record looked at carries a value"
        remedy = "Let the role see custom fields, or compare the script id with the field's page in NetSuite."
        return Check(name, title, Answer.NOT_KNOWN, found, remedy)
    found = f"the account has no field {one.script_id}"
    if one.elsewhere:
        found += f"; with this label it has {', '.join(one.elsewhere)}"
    return Check(name, title, Answer.PROBLEM, found, _remedy(one))


def _remedy(one: FieldFound) -> str:
    if one.elsewhere:
        return f"Set netsuite.fields.{one.name} in the profile to {one.elsewhere[0]}."
    if one.name == "sync_date":
        return "Set netsuite.claim_note_field in the profile to blank; the desk works without this field."
    return f"Set netsuite.fields.{one.name} in the profile to the field's script id, as its page in NetSuite shows it."


def _lists(examined: Examined) -> Iterator[Check]:
    found = attempted(lambda: examined.netsuite.lists(examined.expected.since))
    if isinstance(found, DeskError):
        yield failed("netsuite_lists", TITLES["netsuite_lists"], found)
        return
    for one in found:
        yield _list(f"list_{one.name.replace(' ', '_')}", one, f"since {examined.expected.since}")


def _list(name: str, one: ListFound, since: str) -> Check:
    title = f"List of {one.name}"
    if isinstance(one.rows, Unread):
        remedy = "Give the role the rights to search and view these records."
        return Check(name, title, Answer.PROBLEM, one.rows.why, remedy)
    if one.lacks:
        return Check(name, title, Answer.WARNING, f"{one.rows} rows {since}; {one.lacks}")
    return Check(name, title, Answer.OK, f"{one.rows} rows {since}")


def _periods(examined: Examined) -> Check:
    return periods_check("netsuite_periods", TITLES["netsuite_periods"], attempted(examined.netsuite.periods))


def periods_check(name: str, title: str, found: tuple[Period, ...] | DeskError) -> Check:
    """The accounting periods of a book; a book whose periods cannot be read is a note, as in rule D.11."""
    if isinstance(found, DeskError):
        remedy = "Rule D.11 then looks at the other book only. To have it read, give the right to see periods."
        return Check(name, title, Answer.WARNING, found.title, remedy)
    still = sum(one.is_open for one in found)
    return Check(name, title, Answer.OK, f"{len(found)} months, {still} of them open" if found else "none is defined")
