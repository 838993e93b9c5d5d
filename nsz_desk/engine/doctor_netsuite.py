"""The doctor's look at NetSuite: sign-in, clock, account, custom fields, lists, rights, values, periods."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from nsz_desk.domain.errors import Credentials, DeskError, Unreachable
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import Period
from nsz_desk.engine.checks import Answer, Check, Examined, Expected, Holdings, attempted, failed
from nsz_desk.engine.doctor_fields import FOR_ADMIN, field_check, lookups
from nsz_desk.engine.doctor_rights import MISSING, rights_checks
from nsz_desk.engine.doctor_rights import TITLES as RIGHTS
from nsz_desk.engine.doctor_values import METHODS, STATUSES, value_checks
from nsz_desk.engine.doctor_values import TITLES as VALUES
from nsz_desk.engine.survey import ListFound, PeriodsFound, SignedIn, Survey

# Seconds. NetSuite refuses a signature that is 300 s old, so that little is left well before.
SKEW_WARNS, SKEW_STOPS = 60, 240
REACHED, SIGNED, CLOCK, ACCOUNT = "netsuite_reachable", "netsuite_signed_in", "clock", "netsuite_account"
FIELDS, LISTS, PERIODS = "netsuite_fields", "netsuite_lists", "netsuite_periods"
TITLES = {
    REACHED: "NetSuite reachable",
    SIGNED: "NetSuite signed in",
    CLOCK: "Clock",
    ACCOUNT: "NetSuite account",
    FIELDS: "NetSuite custom fields",
    LISTS: "NetSuite lists",
    MISSING: RIGHTS[MISSING],
    **VALUES,
    PERIODS: "NetSuite periods",
}
NOT_TRIED = "not tried, because there is no sign-in to NetSuite"
NOT_REACHED = "not tried, because NetSuite was not reached"
REFRESHED = "If this sandbox was refreshed, its certificates and tokens are gone: have them made again."


def netsuite_checks(examined: Examined, holdings: Holdings) -> Iterator[Check]:
    """All checks of NetSuite, in order, each as soon as it is known; what the account holds goes into `holdings`."""
    survey = examined.netsuite.survey(examined.expected.since)
    before = examined.clock.now().wall
    who = attempted(survey.sign_in)
    middle = before + (examined.clock.now().wall - before) / 2
    if isinstance(who, DeskError):
        yield from _door(examined.expected, who)
        yield _skew(who.at, middle) if who.at else _not_tried(CLOCK)
        yield from (_not_tried(name) for name in (ACCOUNT, FIELDS, LISTS, MISSING, STATUSES, METHODS, PERIODS))
        return
    yield from _door(examined.expected, who)
    yield _skew(who.at, middle)
    yield _account(examined.expected, who)
    yield from _fields(examined.expected, survey, holdings)
    yield from _lists(examined.expected, survey)
    yield from rights_checks(who.role, survey.rights())
    yield from _values(examined.expected, survey, holdings)
    yield _periods(survey)


def _not_tried(name: str, why: str = NOT_TRIED) -> Check:
    return Check(name, TITLES[name], Answer.NOT_KNOWN, why)


def _door(expected: Expected, told: SignedIn | DeskError) -> Iterator[Check]:
    """Whether the address answers, and whether it lets us in; a refused sign-in is an answer."""
    there = Check(REACHED, TITLES[REACHED], Answer.OK, expected.netsuite_host)
    if isinstance(told, DeskError) and (isinstance(told, Unreachable) or told.at is None) and not _refused(told):
        yield failed(REACHED, TITLES[REACHED], told)
        yield _not_tried(SIGNED, NOT_REACHED)
        return
    yield there
    who = f"account {expected.environment.netsuite}, {_key(expected)}"
    if isinstance(told, Credentials):
        refreshed = f" {REFRESHED}" if expected.is_sandbox else ""
        yield Check(SIGNED, TITLES[SIGNED], Answer.PROBLEM, f"{told.title} ({who})", told.hint + refreshed)
    elif isinstance(told, DeskError):
        yield failed(SIGNED, TITLES[SIGNED], told)
    else:
        yield Check(SIGNED, TITLES[SIGNED], Answer.OK, _whom(expected, told))


def _refused(error: DeskError) -> bool:
    return isinstance(error, Credentials)


def _key(expected: Expected) -> str:
    return f"key {expected.login} (a fingerprint, no secret)"


def _whom(expected: Expected, told: SignedIn) -> str:
    """User and role by their ids, as NetSuite tells them; else what the profile signs in with."""
    if told.role or told.user:
        return (
            f"user {told.user or 'not told'} with role {told.role or 'not told'}, as NetSuite tells; {_key(expected)}"
        )
    return f"{_key(expected)}; NetSuite's SOAP interface tells neither user nor role"


def _account(expected: Expected, told: SignedIn) -> Check:
    ours = expected.environment.netsuite
    kind = "a sandbox" if expected.is_sandbox else "production"
    if told.account and told.account.replace("-", "_") != ours.upper().replace("-", "_"):
        found = f"{told.account} answers, the profile names {ours}"
        return Check(
            ACCOUNT, TITLES[ACCOUNT], Answer.PROBLEM, found, "Correct the account or the secrets in the profile."
        )
    how = "as NetSuite tells" if told.account else "which took the sign-in"
    return Check(ACCOUNT, TITLES[ACCOUNT], Answer.OK, f"{ours}, {kind}, {how}")


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


def _fields(expected: Expected, survey: Survey, holdings: Holdings) -> Iterator[Check]:
    found = attempted(survey.fields)
    if isinstance(found, DeskError):
        yield failed(FIELDS, TITLES[FIELDS], found)
        return
    holdings.fields = found
    yield from map(field_check, lookups(expected.fields, found))


def _lists(expected: Expected, survey: Survey) -> Iterator[Check]:
    found = attempted(survey.lists)
    if isinstance(found, DeskError):
        yield failed(LISTS, TITLES[LISTS], found)
        return
    for one in found:
        yield _list(f"list_{one.name.replace(' ', '_')}", one, f"since {expected.since}")


def _list(name: str, one: ListFound, since: str) -> Check:
    title = f"List of {one.name}"
    if isinstance(one.rows, Unread):
        remedy = f"{FOR_ADMIN}give the integration role the rights to search and view these records."
        return Check(name, title, Answer.PROBLEM, one.rows.why, remedy)
    if one.lacks:
        return Check(name, title, Answer.WARNING, f"{one.rows} rows {since}; {one.lacks}")
    return Check(name, title, Answer.OK, f"{one.rows} rows {since}")


def _values(expected: Expected, survey: Survey, holdings: Holdings) -> Iterator[Check]:
    seen = attempted(survey.seen)
    if isinstance(seen, DeskError):
        yield from (failed(name, TITLES[name], seen, Answer.NOT_KNOWN) for name in (STATUSES, METHODS))
        return
    holdings.seen = seen
    yield from value_checks(expected, seen)


def _periods(survey: Survey) -> Check:
    return periods_check(PERIODS, TITLES[PERIODS], survey.periods)


def periods_check(name: str, title: str, ask: Callable[[], tuple[Period, ...] | PeriodsFound | Unread]) -> Check:
    """The accounting periods of a book; a book whose periods cannot be read is a note, as in rule D.11."""
    found = attempted(ask)
    if isinstance(found, DeskError | Unread):
        why = found.title if isinstance(found, DeskError) else found.why
        remedy = "Rule D.11 then looks at the other book only. To have it read, give the right to see periods."
        return Check(name, title, Answer.WARNING, why, remedy)
    if isinstance(found, tuple):
        found = PeriodsFound(len(found), sum(one.is_open for one in found))
    words = f"{found.months} months, {found.still_open} of them open" if found.months else "none is defined"
    return Check(name, title, Answer.OK, words)
