"""What a person must see before deciding: both systems read now, by id and by a complete search. Sends nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nsz_desk.domain.records import CreditMemo, CustomerRefund, ZuoraRefund
from nsz_desk.engine import effects
from nsz_desk.engine.effects import Act, Reply
from nsz_desk.engine.episode import Look
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.look import search
from nsz_desk.engine.ports import Moment, NetSuiteFacts
from nsz_desk.engine.resync_look import read_surely
from nsz_desk.rules.ours_records import NEAR

DONE = Outcome.DONE


@dataclass(frozen=True, slots=True)
class Known:
    """What the journal tells of a refund: its payment ("" for none), dead and foreign Zuora refunds, its creates.

    `silent` is when a create was sent that may still arrive, `posted` when any was sent last; UTC. `account_id` is
    the Zuora account of its last plan.
    """

    refund_id: str
    payment_id: str
    dead: frozenset[str]
    ignored: frozenset[str]
    silent: datetime | None
    posted: datetime | None
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Both systems as they were read just now; None where nothing was found or nothing answered.

    `own` are the Zuora refunds with this id, `twins` the look-alikes without any, all read by id. `unread` says what
    did not answer; `named_gone` that Zuora has no more what NetSuite names.
    """

    known: Known
    at: Moment
    facts: NetSuiteFacts | None
    named: ZuoraRefund | None
    named_gone: bool
    look: Look | None
    own: tuple[ZuoraRefund, ...]
    twins: tuple[ZuoraRefund, ...]
    unread: tuple[str, ...]
    method: str = ""  # what the refund's payment method is in Zuora, by the profile
    of_account: tuple[ZuoraRefund, ...] | None = None  # where the payment is gone: all refunds of its account

    @property
    def refund(self) -> CustomerRefund | None:
        """The NetSuite refund."""
        return self.facts.refund if self.facts else None

    @property
    def names(self) -> str:
        """The Zuora refund that NetSuite names, "" for none."""
        return self.refund.zuora_id.strip() if self.refund else ""

    @property
    def memo(self) -> CreditMemo | None:
        """The credit memo that asks for a Zuora refund."""
        memos = self.facts.memos if self.facts else ()
        return next((memo for memo in memos if memo.create_zuora_refund), memos[0] if memos else None)

    @property
    def live(self) -> tuple[ZuoraRefund, ...]:
        """Those with this id that are not dead, as read by id."""
        return tuple(one for one in self.own if not one.dead)

    @property
    def cancellable(self) -> tuple[ZuoraRefund, ...]:
        """Those of the live ones that Zuora lets be cancelled."""
        return tuple(one for one in self.live if one.status.casefold() == "processed")

    @property
    def named_dead(self) -> bool:
        """Whether what NetSuite names is proved dead."""
        return bool(self.names) and (self.named_gone or (self.named is not None and self.named.dead))


def gather(known: Known, methods: Mapping[str, str], pauses: tuple[float, ...] = ()) -> Act[Evidence]:
    """Read the refund, what it names, all Zuora refunds with its id and the look-alikes; a 404 is asked again."""
    unread: list[str] = []
    facts = yield from effects.read_facts(known.refund_id)
    _note(unread, "NetSuite", facts)
    refund = facts.value.refund if facts.value else None
    zuora_id = refund.zuora_id.strip() if refund else ""
    named: Reply[ZuoraRefund] = Reply(DONE, None)
    if zuora_id:
        named = yield from read_surely(zuora_id, pauses)
        _note(unread, f"Zuora refund {zuora_id}", named)
    look: Look | None = None
    of_account: tuple[ZuoraRefund, ...] | None = None
    if payment_id := _payment_id(known, facts.value, named.value):
        dead = known.dead | ({zuora_id} if named.outcome is Outcome.ABSENT else set())
        seen = yield from search(payment_id, known.refund_id, refund.created if refund else None, dead)
        _note(unread, "search", seen)
        look = seen.value
        if seen.outcome is Outcome.ABSENT:
            of_account = yield from _of_account(payment_id, known.account_id, pauses, unread)
    own = yield from _each(look.ours if look else (), unread, pauses)
    twins = yield from _each(_look_alikes(known, refund, look), unread, pauses)
    at = yield from effects.now()
    gone = named.outcome is Outcome.ABSENT
    method = methods.get(refund.method, "") if refund else ""
    return Evidence(known, at, facts.value, named.value, gone, look, own, twins, tuple(unread), method, of_account)


def _of_account(
    payment_id: str, account_id: str, pauses: tuple[float, ...], unread: list[str]
) -> Act[tuple[ZuoraRefund, ...] | None]:
    """Every refund of the account of a payment that is gone at every read; None where it is not, or nothing told."""
    for pause in pauses:
        yield from effects.sleep(pause)
        again = yield from effects.read_payment(payment_id)
        if again.outcome is not Outcome.ABSENT:
            return None
    reply = yield from effects.refunds_of_account(account_id)
    _note(unread, "refunds of the account", reply)
    return reply.value


def _note(unread: list[str], what: str, reply: Reply[Any]) -> None:
    if reply.outcome not in (DONE, Outcome.ABSENT):
        unread.append(f"{what}: {reply.reason}")


def _payment_id(known: Known, facts: NetSuiteFacts | None, named: ZuoraRefund | None) -> str:
    told = next((memo.payment_id for memo in facts.memos if memo.payment_id), "") if facts else ""
    return told or (named.payment_id if named and named.payment_id else "") or known.payment_id


def _look_alikes(known: Known, refund: CustomerRefund | None, look: Look | None) -> tuple[ZuoraRefund, ...]:
    if refund is None or look is None:
        return ()
    return tuple(
        one
        for one in look.of_payment
        if not one.integration_id
        and not one.dead
        and one.amount == refund.amount
        and abs(one.date - refund.date) <= NEAR
        and one.id not in known.ignored
    )


def _each(
    refunds: tuple[ZuoraRefund, ...], unread: list[str], pauses: tuple[float, ...]
) -> Act[tuple[ZuoraRefund, ...]]:
    """Each read by id; one that is gone at every read is left out, one that did not answer is noted."""
    found: list[ZuoraRefund] = []
    for refund in refunds:
        reply = yield from read_surely(refund.id, pauses)
        _note(unread, f"Zuora refund {refund.number}", reply)
        if reply.value is not None:
            found.append(reply.value)
    return tuple(found)


def told(seen: Evidence) -> tuple[str, ...]:
    """What was read, in sentences for people and for the journal."""
    return (*_netsuite_told(seen), *_zuora_told(seen), *(f"Not read: {one}" for one in seen.unread))


def _netsuite_told(seen: Evidence) -> tuple[str, ...]:
    refund, memo = seen.refund, seen.memo
    if refund is None:
        silent = any(one.startswith("NetSuite") for one in seen.unread)
        return () if silent else ("NetSuite shows no such refund.",)
    void = ", voided" if refund.voided is True else ""
    stands = f"{refund.status_text or 'blank'}, Zuora ID {refund.zuora_id or 'blank'}{void}"
    said = [f"NetSuite refund {refund.number}: {refund.amount} of {refund.date}, {stands}."]
    if memo is not None:
        said.append(f"Credit memo {memo.number}: {memo.status_text or 'blank'}, Zuora ID {memo.zuora_id or 'blank'}.")
    return tuple(said)


def _zuora_told(seen: Evidence) -> tuple[str, ...]:
    said = []
    if seen.named_gone:
        said.append(f"Zuora has no refund {seen.names} any more.")
    shown = {one.id: one for one in (*seen.own, *seen.twins, *((seen.named,) if seen.named else ()))}
    for one in shown.values():
        whose = f"NetSuite id {one.integration_id}" if one.integration_id else "no NetSuite id"
        changed = f", last changed {one.updated:%Y-%m-%d %H:%M} UTC" if one.updated else ""
        what = f"{one.status}, {one.amount} of {one.date}, {one.method or 'no method'}"
        said.append(f"Zuora refund {one.number}: {what}, {whose}{changed}.")
    if seen.of_account is not None:
        said.append(f"Zuora has payment {seen.known.payment_id} no more; its account's refunds were read.")
    if seen.look is not None:
        paid = seen.look.payment
        foots = "the search agrees" if not seen.look.behind else seen.look.behind
        said.append(f"Zuora payment {paid.number}: {paid.refunded} of {paid.amount} refunded; {foots}.")
    return tuple(said)
