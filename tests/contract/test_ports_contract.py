"""What the engine's tests believe of both systems: the fakes and the gateways on the simulator must agree.

A fake that lies would make every test of the engine worthless; so each promise is kept by both or by none.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from nsz_desk.domain.errors import Changed, KeyMismatch, Missing, Refused, Unreachable
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import Invoice, Payment
from nsz_desk.engine.ports import MEMO, NOTE, REFUND, STATUS, ZUORA_ID, Created, NetSuite, Zuora
from nsz_desk.simulator import zuora_books
from nsz_desk.simulator.server import Simulator
from tests.builders import a_memo, a_payment, a_refund, an_account
from tests.engine.worlds import World
from tests.fakes import FakeClock, FakeZuora
from tests.gateways.netsuite_desk import soap
from tests.gateways.zuora_desk import crud_call, on_simulator

KEY, OTHER, TRACK = "nsrf:0123456789abcdef0123456789abcdef:0", "nsrf:0123456789abcdef0123456789abcdef:1", "rf1.901.e1.1"


@dataclass
class Stage:
    """A Zuora port with one untouched payment, and what happens around it."""

    zuora: Zuora
    payment: str
    account: str
    cancel: Callable[[str], None]
    advance: Callable[[float], object]
    settlement: bool = False

    def create(self, amount: str = "5.00", key: str = KEY, payment: str = "") -> Created:
        """Create on a line of its own."""
        call = crud_call(payment or self.payment, amount, "48213")
        return self.zuora.create_refund(self.zuora.open_line(), call, key, TRACK)

    def refunded(self) -> Decimal:
        """The payment's refunded total, by id."""
        return self.zuora.read_payment(self.payment).refunded.amount


@pytest.fixture(params=["fake", "fake with settlement", "rest", "rest with settlement"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Each Zuora in both modes."""
    settlement = "settlement" in request.param
    if request.param.startswith("fake"):
        clock = FakeClock()
        fake = FakeZuora(clock)
        fake.settlement = settlement
        fake.known_payments["p-1"], fake.known_accounts["acc-1"] = a_payment(), an_account()
        paid = a_payment().amount
        fake.known_invoices["inv-1"] = Invoice("inv-1", "INV-1", "acc-1", a_payment().date, paid, paid - paid)
        yield Stage(fake, "p-1", "acc-1", fake.cancel, clock.advance, settlement)
        return
    with on_simulator(settlement) as bench:
        payment, world = bench.fresh_payment(), bench.world

        def cancel(refund_id: str) -> None:
            zuora_books.cancel(world, world.zuora_refunds[refund_id])

        yield Stage(bench.gateway, payment.id, payment.account_id, cancel, world.advance, settlement)


def test_a_created_refund_can_be_read_and_counts_in_the_payments_total(stage: Stage) -> None:
    """By id it is there at once, live, with our id; the total moved by its amount."""
    made = stage.create()
    read = stage.zuora.read_refund(made.refund_id)
    assert (read.integration_id, read.payment_id, read.amount.amount) == ("48213", stage.payment, Decimal(5))
    assert (read.live, read.type, read.method, read.account_id) == (True, "External", "Check", stage.account)
    assert read.transferred != "Yes"
    assert stage.refunded() == Decimal(5)


def test_one_key_makes_one_refund_also_after_it_was_cancelled(stage: Stage) -> None:
    """The first answer is replayed, even of a refund that is dead by now; the next key makes another one."""
    first = stage.create()
    assert stage.create().refund_id == first.refund_id
    stage.cancel(first.refund_id)
    assert stage.create().refund_id == first.refund_id
    assert stage.zuora.read_refund(first.refund_id).dead
    assert stage.refunded() == 0
    assert stage.create(key=OTHER).refund_id != first.refund_id
    assert stage.refunded() == Decimal(5)


def test_a_key_is_forgotten_after_a_day(stage: Stage) -> None:
    """Then the same key and bytes make a second refund: this is what the chain guards against."""
    first = stage.create()
    stage.advance(timedelta(hours=23, minutes=55).total_seconds())
    assert stage.create().refund_id == first.refund_id
    stage.advance(timedelta(minutes=10).total_seconds())
    assert stage.create().refund_id != first.refund_id


def test_other_content_under_a_key_is_a_mismatch_and_makes_nothing(stage: Stage) -> None:
    """422: neither a refusal nor an answer."""
    stage.create("5.00")
    with pytest.raises(KeyMismatch):
        stage.create("6.00")
    assert stage.refunded() == Decimal(5)


def test_a_refusal_is_stored_and_replayed(stage: Stage) -> None:
    """Too much for the payment: a definite no, the same one again under the same key."""
    codes = set()
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            stage.create("99999999.00")
        codes.add(caught.value.code[-2:])
    assert len(codes) == 1
    assert stage.refunded() == 0
    with pytest.raises(KeyMismatch):
        stage.create("5.00")


def test_a_line_serves_one_create(stage: Stage) -> None:
    """It never opens itself again."""
    line = stage.zuora.open_line()
    call = crud_call(stage.payment, "5.00", "48213")
    stage.zuora.create_refund(line, call, KEY, TRACK)
    with pytest.raises(Unreachable):
        stage.zuora.create_refund(line, call, OTHER, TRACK)
    assert stage.refunded() == Decimal(5)


def test_both_listings_show_the_refund_and_its_cancellation(stage: Stage) -> None:
    """By account, and by time of update across the tenant, with our id."""
    made = stage.create()
    since = made.at - timedelta(minutes=1)
    for dead in (False, True):
        for listing in (stage.zuora.refunds_of_account(stage.account), stage.zuora.refunds_updated_since(since)):
            (found,) = [one for one in listing if one.id == made.refund_id]
            assert (found.integration_id, found.dead, found.amount.amount) == ("48213", dead, Decimal(5))
        if not dead:
            stage.cancel(made.refund_id)
    stage.advance(timedelta(days=5).total_seconds())
    later = made.at + timedelta(days=4)  # some hours older may be among them, days may not
    assert made.refund_id not in {one.id for one in stage.zuora.refunds_updated_since(later)}


def test_marks_are_set_and_read_back(stage: Stage) -> None:
    """Transferred and the sync date; nothing else of the refund changes."""
    made = stage.create()
    before = stage.zuora.read_refund(made.refund_id)
    stage.zuora.mark_refund(made.refund_id, {"transferred_to_accounting": "Yes", "sync_date": "2026-03-20T12:00:00Z"})
    after = stage.zuora.read_refund(made.refund_id)
    assert (after.transferred, after.sync_date) == ("Yes", "2026-03-20T12:00:00Z")
    assert (after.amount, after.status, after.integration_id) == (before.amount, before.status, before.integration_id)


def test_a_cancelled_refund_is_dead_and_its_money_is_free(stage: Stage) -> None:
    """By id Canceled; the total falls at once; with Invoice Settlement it is loose, else on its invoice again."""
    before = stage.zuora.read_payment(stage.payment)
    made = stage.create()
    stage.zuora.cancel_refund(made.refund_id)
    assert stage.zuora.read_refund(made.refund_id).dead
    after = stage.zuora.read_payment(stage.payment)
    assert after.refunded == before.refunded
    assert applied_sum(after) + after.unapplied.amount == applied_sum(before) + before.unapplied.amount


def applied_sum(payment: Payment) -> Decimal:
    """What a payment pays of all its invoices."""
    assert isinstance(payment.parts, tuple)
    return sum((part.applied.amount for part in payment.parts), Decimal(0))


def test_a_second_cancel_is_refused_and_changes_nothing(stage: Stage) -> None:
    """A definite no; the look after it says Canceled."""
    made = stage.create()
    stage.zuora.cancel_refund(made.refund_id)
    total = stage.refunded()
    with pytest.raises(Refused):
        stage.zuora.cancel_refund(made.refund_id)
    assert stage.zuora.read_refund(made.refund_id).dead
    assert stage.refunded() == total


def test_a_live_refund_can_be_shielded_and_unshielded(stage: Stage) -> None:
    """Yes, Ignore, Yes: each reads back as written."""
    made = stage.create()
    for word in ("Yes", "Ignore", "Yes"):
        stage.zuora.mark_refund(made.refund_id, {"transferred_to_accounting": word})
        assert stage.zuora.read_refund(made.refund_id).transferred == word


def test_loose_money_is_applied_again_exactly_once_per_call(stage: Stage) -> None:
    """The parts are as before the refund; a second call is refused. Without Invoice Settlement the cancel does it."""
    before = stage.zuora.read_payment(stage.payment)
    made = stage.create()
    parts = stage.zuora.read_refund(made.refund_id).parts
    assert parts
    stage.zuora.cancel_refund(made.refund_id)
    if stage.settlement:
        assert stage.zuora.read_payment(stage.payment).unapplied.amount == before.unapplied.amount + 5
        stage.zuora.apply_payment(stage.payment, parts)
    after = stage.zuora.read_payment(stage.payment)
    assert (applied_sum(after), after.unapplied) == (applied_sum(before), before.unapplied)
    if stage.settlement:
        with pytest.raises(Refused):
            stage.zuora.apply_payment(stage.payment, parts)
    assert stage.zuora.read_payment(stage.payment) == after


def test_what_does_not_exist_is_missing(stage: Stage) -> None:
    """By id Missing, in a list of ids left out."""
    nobody = "8ac68d6b9101aa10019101bb20ccffff"
    for ask in (stage.zuora.read_payment, stage.zuora.read_refund):
        with pytest.raises(Missing):
            ask(nobody)
    with pytest.raises(Refused):
        stage.zuora.cancel_refund(nobody)
    assert set(stage.zuora.payments([stage.payment, nobody])) == {stage.payment}
    assert set(stage.zuora.accounts([stage.account, nobody])) == {stage.account}


@dataclass
class Books:
    """A NetSuite port with one refund and one memo."""

    netsuite: NetSuite
    refund: str
    memo: str


@pytest.fixture(params=["fake", "soap"])
def books(request: pytest.FixtureRequest) -> Iterator[Books]:
    """The fake, and the SOAP gateway on the demo company."""
    if request.param == "fake":
        fake = World().netsuite
        fake.on_write = lambda verb, args: None  # nobody writes intents here
        yield Books(fake, a_refund().id, a_memo().id)
        return
    with Simulator("demo") as simulator:
        refund = next(one for one in simulator.world.refunds.values() if not one.voided)
        yield Books(soap(simulator), refund.id, refund.applied_to[0].doc)


@pytest.mark.parametrize("record", [REFUND, MEMO])
def test_netsuites_fields_are_set_and_cleared_in_one_update(books: Books, record: str) -> None:
    """Read back as written; what is not named stays as it was."""
    record_id = books.refund if record == REFUND else books.memo
    books.netsuite.write_fields(record, record_id, {STATUS: "Creating Refund", ZUORA_ID: "8a1", NOTE: "x"}, [])
    books.netsuite.write_fields(record, record_id, {NOTE: "y"}, [STATUS])
    found = books.netsuite.read_fields(record, record_id)
    assert (found.status, found.zuora_id, found.note) == ("", "8a1", "y")


def test_netsuites_whole_refund_shows_what_was_written(books: Books) -> None:
    """The judge reads the claim that the claim step wrote, and a write moves the time of change."""
    at = books.netsuite.write_fields(REFUND, books.refund, {STATUS: "Creating Refund", NOTE: "2026 desk"}, [])
    facts = books.netsuite.read(books.refund)
    assert (facts.refund.status_text, facts.refund.claim_note) == ("Creating Refund", "2026 desk")
    assert [memo.id for memo in facts.memos] == [books.memo]
    assert facts.refund.modified is not None
    assert abs((facts.refund.modified - at).total_seconds()) < 60


def test_a_glance_shows_the_desks_fields_as_the_whole_refund_does(books: Books) -> None:
    """Amount, date, method and the fields are the same; what was left out is Unread, never guessed."""
    books.netsuite.write_fields(REFUND, books.refund, {STATUS: "Sync Complete", ZUORA_ID: "8a1", NOTE: "x"}, [])
    whole, glance = books.netsuite.read(books.refund), books.netsuite.glance(books.refund)
    seen = glance.refund
    assert all(isinstance(one, Unread) for one in (seen.applied, seen.voided, glance.customer, glance.memos[0].refunds))
    assert seen == replace(whole.refund, applied=seen.applied, voided=seen.voided)
    assert [(memo.id, memo.zuora_id, memo.status_text) for memo in glance.memos] == [
        (memo.id, memo.zuora_id, memo.status_text) for memo in whole.memos
    ]


def test_netsuite_has_no_record_of_an_unknown_id(books: Books) -> None:
    """Missing for every kind of access, and no other error."""
    for ask in (
        lambda: books.netsuite.read("99999999"),
        lambda: books.netsuite.glance("99999999"),
        lambda: books.netsuite.read_fields(MEMO, "99999999"),
        lambda: books.netsuite.write_fields(REFUND, "99999999", {STATUS: "x"}, []),
    ):
        with pytest.raises(Missing) as caught:
            ask()
        assert not isinstance(caught.value, Changed)
