"""Whether a piece of evidence is there: one function for each, answering "" or why not.

What did not answer is never taken for a proof.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.engine.review_look import Evidence
from nsz_desk.engine.reviews import Need

HOUR, KEY_AGE = timedelta(hours=1), timedelta(hours=25)
NO_SEARCH = "the search did not answer"


def differs(seen: Evidence, one: ZuoraRefund) -> list[str]:
    """In what a Zuora refund differs from NetSuite's, the date left out."""
    refund, memo = seen.refund, seen.memo
    if refund is None:
        return ["everything: NetSuite's refund was not read"]
    paid = seen.look.payment.id if seen.look else ""
    wrong = [
        ("amount", one.amount != refund.amount),
        ("payment", bool(memo and memo.payment_id) and one.payment_id is not None and one.payment_id != paid),
        ("NetSuite id", one.integration_id != refund.id),
        ("type", bool(one.type) and one.type.casefold() != "external"),
        ("status", not one.live),
        ("method", bool(one.method) and one.method.casefold() != seen.method.casefold()),
    ]
    return [name for name, bad in wrong if bad]


def _one_live(seen: Evidence, accepted: tuple[str, ...] = ()) -> str:
    if seen.look is None:
        return NO_SEARCH
    if seen.look.behind:
        return f"the search is behind: {seen.look.behind}"
    if len(seen.live) != 1:
        named = " and ".join(one.number for one in seen.live)
        return f"{named} are live" if named else "none is live"
    wrong = [what for what in differs(seen, seen.live[0]) if what not in accepted]
    return f"{seen.live[0].number} differs in {', '.join(wrong)}" if wrong else ""


def _only_method(seen: Evidence) -> str:
    if against := _one_live(seen, ("method",)):
        return against
    return "" if differs(seen, seen.live[0]) else f"{seen.live[0].number} does not differ"


def _only_date(seen: Evidence) -> str:
    against = _one_live(seen)
    return against or ("" if seen.names == seen.live[0].id else "NetSuite does not name the live one")


def _all_read(seen: Evidence) -> str:
    """Whether the search answered, agrees with the payment's total, and everything live in it was read by id."""
    if seen.look is None:
        return NO_SEARCH
    if seen.look.behind:
        return f"the search is behind: {seen.look.behind}"
    return _dead_read(seen)


def _several_live(seen: Evidence) -> str:
    few = "" if len(seen.live) > 1 else f"{len(seen.live) or 'none'} is live"
    return _all_read(seen) or few or _none_to_cancel(seen)


def _none_to_cancel(seen: Evidence) -> str:
    """Zuora cancels what is Processed and nothing else."""
    if seen.cancellable:
        return ""
    return f"{', '.join(f'{one.number} is {one.status}' for one in seen.live)}: only a Processed one can be cancelled"


def _unnamed_live(seen: Evidence) -> str:
    if against := _all_read(seen):
        return against
    if len(seen.live) != 1:
        return f"{len(seen.live) or 'none'} live"
    return f"NetSuite names {seen.names}" if seen.names else _none_to_cancel(seen)


def _void_live(seen: Evidence) -> str:
    if against := _netsuite_void(seen):
        return against
    return _all_read(seen) or (_none_to_cancel(seen) if seen.live else "none is live")


def _none_live(seen: Evidence) -> str:
    if seen.look is None:
        return NO_SEARCH
    live = [one.number for one in (*seen.live, *seen.look.live)]
    if live:
        return f"{', '.join(dict.fromkeys(live))} is live"
    return f"the search is behind: {seen.look.behind}" if seen.look.behind else ""


def _named_live(seen: Evidence) -> str:
    if not seen.names:
        return "NetSuite names none"
    if seen.named is None or not seen.named.live:
        return f"{seen.names} is not live"
    wrong = seen.named.integration_id != seen.known.refund_id
    return f"{seen.named.number} carries another NetSuite id, or none" if wrong else ""


def _names_other(seen: Evidence) -> str:
    live = [one.id for one in seen.live]
    return "" if seen.named_dead and seen.names not in live else "NetSuite does not name another one that is dead"


def _names_no_other(seen: Evidence) -> str:
    others = {seen.names, seen.memo.zuora_id.strip() if seen.memo else ""} - {"", *(one.id for one in seen.live)}
    return f"NetSuite names {', '.join(sorted(others))}" if others else ""


def _dead_read(seen: Evidence) -> str:
    missing = [one.number for one in seen.look.ours if one.id not in {own.id for own in seen.own}] if seen.look else []
    return f"{', '.join(missing)} cannot be read by id" if missing else ""


def _netsuite_read(seen: Evidence) -> str:
    if seen.refund is None:
        return "NetSuite did not show it"
    return "it is voided in NetSuite" if seen.refund.voided is True else ""


def _netsuite_void(seen: Evidence) -> str:
    if seen.refund is None:
        return "NetSuite did not answer" if any(one.startswith("NetSuite") for one in seen.unread) else ""
    return "" if seen.refund.voided is True else "NetSuite has it, and it is not voided"


def _older(seen: Evidence, age: timedelta) -> str:
    posted = seen.known.posted
    if posted is None or seen.at.wall - posted >= age:
        return ""
    return f"the last create was sent at {posted:%Y-%m-%d %H:%M} UTC: wait until {posted + age:%Y-%m-%d %H:%M} UTC"


def _settled(seen: Evidence) -> str:
    at = seen.known.silent
    return (
        f"a create of {at:%Y-%m-%d %H:%M} UTC was never answered: wait until {at + KEY_AGE:%Y-%m-%d %H:%M} UTC"
        if at
        else ""
    )


def _payment_gone(seen: Evidence) -> str:
    if seen.of_account is None:
        return "the payment is there, or did not answer"
    live = [one.number for one in seen.of_account if one.integration_id == seen.known.refund_id and not one.dead]
    return f"{', '.join(live)} is live" if live else ""


def _foots(seen: Evidence) -> str:
    return NO_SEARCH if seen.look is None else seen.look.behind


def _named_dead(seen: Evidence) -> str:
    if not seen.names:
        return "NetSuite names none"
    return "" if seen.named_dead else f"{seen.names} is not cancelled, or did not answer"


def _twins_read(seen: Evidence) -> str:
    if seen.look is None:
        return NO_SEARCH
    return "" if seen.twins and all(not one.integration_id for one in seen.twins) else "there is no look-alike any more"


CHECKS: Mapping[Need, Callable[[Evidence], str]] = {
    Need.ONE_LIVE: _one_live,
    Need.ONLY_METHOD: _only_method,
    Need.ONLY_DATE: _only_date,
    Need.SEVERAL_LIVE: _several_live,
    Need.UNNAMED_LIVE: _unnamed_live,
    Need.VOID_LIVE: _void_live,
    Need.NONE_LIVE: _none_live,
    Need.FOOTS: _foots,
    Need.NAMED_LIVE: _named_live,
    Need.NAMED_DEAD: _named_dead,
    Need.NAMES_OTHER: _names_other,
    Need.NAMES_NO_OTHER: _names_no_other,
    Need.NAMES_NONE: lambda seen: f"NetSuite names {seen.names}" if seen.names else "",
    Need.DEAD_READ: _dead_read,
    Need.TWINS_READ: _twins_read,
    Need.PAYMENT_GONE: _payment_gone,
    Need.NETSUITE_READ: _netsuite_read,
    Need.NETSUITE_VOID: _netsuite_void,
    Need.SETTLED: _settled,
    Need.AN_HOUR: lambda seen: _older(seen, HOUR),
    Need.FORGOTTEN: lambda seen: _older(seen, KEY_AGE),
}


def missing(seen: Evidence, needs: tuple[Need, ...]) -> tuple[str, ...]:
    """Why each of these is not proved; empty when all are."""
    return tuple(f"{need.value}: {why}" for need in needs if (why := CHECKS[need](seen)))
