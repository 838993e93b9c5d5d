"""An allocated refund on the fakes: what is offered, what is refused, what is made, and every cut of the power."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from nsz_desk.domain.allocation import MemoLine, Split, Strategy
from nsz_desk.domain.facts import Unread
from nsz_desk.engine.allocate import BY_HAND, Offer, allot, follow
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.results import Result, RowResult
from nsz_desk.rules.book import Verdict
from tests.builders import a_part, a_payment, usd
from tests.engine.splits import HAND, SplitWorld
from tests.engine.worlds import World
from tests.fakes import PowerCut, ReportNever

ROUTES = [(True, False), (True, True), (False, True)]


@pytest.mark.parametrize(("settlement", "crud"), ROUTES, ids=["unapply", "settlement crud", "no settlement"])
def test_exactly_the_approved_split_is_made(settlement: bool, crud: bool) -> None:
    """On every route one refund with these lines, every invoice as forecast, both systems stamped."""
    world = SplitWorld(settlement=settlement, crud=crud)
    assert world.allocate().result is Result.COMPLETE
    (made,) = world.live()
    assert made.parts == HAND
    assert world.rooms() == {"inv-1": "90.00", "inv-2": "10.00", "inv-3": "50.00"}
    assert world.zuora.invoice("inv-2").balance == usd("77.00")
    world.assert_done()


def test_the_offer_tells_what_there_is_to_split() -> None:
    """Paid, refunded, left, date and balance of every invoice; every strategy with its why; the first to begin with."""
    world = SplitWorld()
    world.other_refund("inv-2", "20.00")
    offer = world.offer()
    assert [line.name for line in offer.lines] == ["INV-1", "INV-2", "INV-3"]
    two = offer.lines[1]
    assert (two.paid, two.refunded, two.room) == (usd("80.00"), usd("20.00"), usd("60.00"))
    assert two.balance == usd("27.00")
    assert offer.default is offer.proposal(Strategy.OLDEST_FIRST)
    assert offer.proposal(Strategy.OLDEST_FIRST).parts == (("inv-3", usd("50.00")), ("inv-2", usd("50.00")))
    assert offer.difference((("inv-1", usd("99.99")),)) == usd("0.01")
    assert offer.line_of("INV-3") == "inv-3"


@pytest.mark.parametrize(
    ("prepare", "word"),
    [
        (lambda world: world.edit(voided=True), "blocked"),
        (lambda world: world.zuora.known_payments.update({"p-1": a_payment()}), "needs no split"),
        (lambda world: world.edit(status_text="Sync Complete", zuora_id="zr9"), "in doubt"),
    ],
    ids=["voided", "one invoice", "synced"],
)
def test_only_a_refund_that_needs_a_person_for_its_split_is_offered(prepare: Any, word: str) -> None:
    """Whatever else speaks against a refund is not waived by a split."""
    world = SplitWorld()
    prepare(world)
    found = world.desk().allocation("901", ReportNever())
    assert isinstance(found, Declined)
    assert word in found.why


def test_an_unknown_refund_is_said_to_be_unknown() -> None:
    """No refund, no offer."""
    found = SplitWorld().desk().allocation("4711", ReportNever())
    assert isinstance(found, Declined)
    assert "no customer refund" in found.why


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ((("inv-1", usd("30.00")),), "70.00 USD is still to be split"),
        ((("inv-3", usd("50.01")), ("inv-1", usd("49.99"))), "more than the 50.00 USD that is left"),
        ((("inv-9", usd("100.00")),), "not one that the payment was applied to"),
    ],
)
def test_a_wrong_split_has_no_plan(parts: Split, word: str) -> None:
    """Refused with the reason; no plan, so nothing could be sent."""
    world = SplitWorld()
    found = allot(world.pair, world.offer(), parts, BY_HAND, "")
    assert isinstance(found, Declined)
    assert word in found.why


def test_a_strategy_that_cannot_says_why() -> None:
    """No single invoice is big enough for 130.00."""
    world = SplitWorld()
    world.edit(amount=usd("130.00"), applied=(replace(world.refund.applied[0], amount=usd("130.00")),))  # type: ignore[index]
    world.edit_memo(amount=usd("130.00"))
    found = follow(world.pair, world.offer(), Strategy.ONE_INVOICE)
    assert isinstance(found, Declined)
    assert found.why == "one-invoice: No single invoice has 130.00 USD left."


def test_the_split_is_in_the_plans_hash() -> None:
    """Another split is another plan; the same split in another order is the same plan."""
    world = SplitWorld()
    other: Split = (("inv-1", usd("31.00")), ("inv-2", usd("69.00")))
    assert world.allot().plan.hash != world.allot(other).plan.hash
    assert world.allot().plan.hash == world.allot(HAND[::-1]).plan.hash


def test_rooms_that_moved_since_the_approval_send_nothing() -> None:
    """Somebody refunded 60.00 of an invoice meanwhile: refused, and it says which and how much is left."""
    world = SplitWorld()
    allotment = world.allot()
    world.other_refund("inv-2", "60.00")
    row = world.allocate(allotment)
    assert row.result is Result.REFUSED
    assert "invoice INV-2 had 80.00 left when the split was approved, now 20.00" in row.reason
    assert world.creates() == []
    assert world.states() == ["drafted", "approved", "needs allocation", "stopped"]
    assert world.desk().open_episodes() == ()


def test_rooms_of_other_invoices_may_move() -> None:
    """What happens to an invoice that the split does not touch is no reason to ask again."""
    world = SplitWorld()
    allotment = world.allot()
    world.other_refund("inv-3", "50.00")
    assert world.allocate(allotment).result is Result.COMPLETE


def test_a_memo_that_names_another_payment_now_sends_nothing() -> None:
    """The split is of that payment's invoices and of no other."""
    world = SplitWorld()
    allotment = world.allot()
    world.zuora.known_payments["p-9"] = a_payment(id="p-9", number="P-9", parts=(a_part(9),))
    world.edit_memo(payment_id="p-9", reference_zuora_id="p-9")
    row = world.allocate(allotment)
    assert (row.result, world.creates()) == (Result.REFUSED, [])
    assert "payment P-1" in row.reason


def test_parts_that_cannot_be_read_send_nothing() -> None:
    """Unknown is not green: the run stops and may be tried again."""
    world = SplitWorld()
    allotment = world.allot()
    gap = Unread("parts of the payment", "not told")
    world.zuora.known_payments["p-1"] = a_payment(parts=gap)
    row = world.allocate(allotment)
    assert (row.result, world.creates()) == (Result.SKIPPED, [])
    assert "not told" in row.reason


def test_other_lines_than_the_approved_end_at_a_person() -> None:
    """Zuora made another split than was sent: nothing is stamped."""
    world = SplitWorld()
    make = world.zuora._refund_from
    wrong = (("inv-1", usd("100.00")),)
    world.zuora._refund_from = lambda *args: replace(make(*args), parts=wrong)  # type: ignore[method-assign]
    row = world.allocate()
    assert row.result is Result.IN_DOUBT
    assert row.reason.startswith("allocation differs")
    assert world.refund.zuora_id == ""


def test_a_split_on_one_of_several_invoices_is_compared_too() -> None:
    """One line is a split as well: another invoice than the chosen one is found out."""
    world = SplitWorld(settlement=False, crud=True)
    make = world.zuora._refund_from
    wrong = (("inv-2", usd("100.00")),)
    world.zuora._refund_from = lambda *args: replace(make(*args), parts=wrong)  # type: ignore[method-assign]
    row = world.allocate(world.allot((("inv-1", usd("100.00")),)))
    assert row.reason.startswith("allocation differs")


def test_a_balance_off_its_forecast_is_drift() -> None:
    """The refund is as approved, but the invoice is not: made, and a person compares."""
    world = SplitWorld()
    allotment = world.allot()
    invoice = world.zuora.known_invoices["inv-1"]
    world.zuora.known_invoices["inv-1"] = replace(invoice, balance=usd("1.00"))
    row = world.allocate(allotment)
    assert row.result is Result.IN_DOUBT
    assert "invoice INV-1 shows balance 31.00, the forecast was 37.00" in row.reason
    world.assert_done()


def test_two_desks_with_two_splits_make_one_refund() -> None:
    """The second desk's split meets the first one's refund: adopted as it is or asked about, never made again."""
    world = SplitWorld()
    first, second = world.allot(), world.allot((("inv-1", usd("100.00")),))
    other = world.desk("desk-2", world.new_journal())
    assert world.allocate(first).result is Result.COMPLETE
    row = world.allocate(second, other)
    assert row.result is Result.REFUSED
    assert len(world.live()) == 1


def test_another_split_under_a_key_that_holds_one_is_other_content() -> None:
    """Desk 1's split was refused and is stored under the key; desk 2, which knows nothing of it, asks a person."""
    world = SplitWorld()
    first, second = world.allot(), world.allot((("inv-1", usd("100.00")),))
    world.zuora.fails.fail("create_refund", 1, "refused")
    assert world.allocate(first).result is Result.FAILED
    row = world.allocate(second, world.desk("desk-2", world.new_journal()))
    assert row.result is Result.IN_DOUBT
    assert row.reason.startswith("other content")
    assert world.live() == []


def test_a_refused_split_may_be_split_again() -> None:
    """The desk that holds the refusal passes the key with the new split: one refund, with the new lines."""
    world = SplitWorld()
    world.zuora.fails.fail("create_refund", 1, "refused")
    assert world.allocate().result is Result.FAILED
    again = (("inv-1", usd("100.00")),)
    assert world.allocate(world.allot(again)).result is Result.COMPLETE
    (made,) = world.live()
    assert made.parts == again


def test_an_answer_that_was_lost_is_adopted_with_its_lines() -> None:
    """In doubt, the search finds it; the lines are compared as after any create."""
    world = SplitWorld()
    world.zuora.fails.fail("create_refund", 1, "drop_answer")
    world.allocate()
    world.recover_until_quiet()
    world.assert_done()
    assert len(world.creates()) == 1


def test_a_request_that_was_lost_is_sent_again_with_the_same_split() -> None:
    """M.1 is answered by the split in the second judgement too."""
    world = SplitWorld()
    world.zuora.fails.fail("create_refund", 1, "drop_request")
    world.allocate()
    world.recover_until_quiet()
    world.assert_done()
    (made,) = world.live()
    assert made.parts == HAND


def happy() -> SplitWorld:
    """Nothing goes wrong."""
    return SplitWorld()


def answer_lost() -> SplitWorld:
    """The create works, its answer is lost."""
    world = SplitWorld()
    world.zuora.fails.fail("create_refund", 1, "drop_answer")
    return world


def request_lost() -> SplitWorld:
    """The create never arrives, nobody knows; older create, without Invoice Settlement."""
    world = SplitWorld(settlement=False, crud=True)
    world.zuora.fails.fail("create_refund", 1, "drop_request")
    return world


def stamp_lost() -> SplitWorld:
    """NetSuite does not answer when the refund is stamped."""
    world = SplitWorld()
    world.netsuite.fails.fail("write_fields", 2, "drop_request")
    return world


Path = Callable[[], SplitWorld]
PATHS = (happy, answer_lost, request_lost, stamp_lost)


def each_cut(path: Path) -> list[tuple[int, str]]:
    """Every effect of the path, before and after it."""
    world = path()
    allotment, start = world.allot(), world.power.count
    world.allocate(allotment)
    return [(at, side) for at in range(1, world.power.count - start + 1) for side in ("before", "after")]


def cut(path: Path, at: int, side: str) -> SplitWorld:
    """The world after the power went at that effect of the path."""
    world = path()
    allotment = world.allot()
    world.power.cut = (world.power.count + at, side)
    with pytest.raises(PowerCut):
        world.allocate(allotment)
    return world


def settled(world: World, where: object) -> None:
    """One live refund with the approved lines, both systems stamped, nothing open."""
    assert world.desk().open_episodes() == (), where
    assert world.oracle.violations == [], where
    world.assert_done()
    (made,) = world.live()
    assert made.parts == HAND, where


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_after_a_cut_anywhere_the_next_starts_end_complete(path: Path) -> None:
    """With the journal: what sent a create is finished by recovery alone, with its split."""
    for at, side in each_cut(path):
        world = cut(path, at, side)
        where, sent = (at, side, world.power.trace[-1]), bool(world.creates() and world.desk().open_episodes())
        results: tuple[RowResult, ...] = world.recover_until_quiet()
        if sent:
            assert [one.result for one in results] == [Result.COMPLETE], where
        if not world.live():
            assert world.one().result is Result.COMPLETE, where
        settled(world, where)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_a_lost_journal_is_no_second_refund(path: Path) -> None:
    """A fresh desk with an empty journal adopts what was made, or the person splits again."""
    for at, side in each_cut(path):
        world = cut(path, at, side)
        where = (at, side, world.power.trace[-1])
        world.new_journal()
        world.clock.advance(76 * 60)
        world.recover_until_quiet()
        if not world.live():
            world.one()
            world.recover_until_quiet()
        settled(world, where)


def test_sync_never_takes_a_row_that_needs_a_split() -> None:
    """The row is manual, and has no plan without a person's split."""
    world = SplitWorld()
    listed = world.desk().pending(ReportNever())
    assert listed.by_id["901"].verdict is Verdict.MANUAL
    assert world.sync(None, "901").results[0].result is Result.REFUSED
    assert world.creates() == []


def test_the_memos_lines_are_the_first_choice_where_they_name_invoices() -> None:
    """Read for the offer alone; the split they name is proposed and made."""
    world = SplitWorld()
    world.netsuite.lines["801"] = (MemoLine("Part of INV-1", usd("30.00")), MemoLine("INV-2 returned", usd("70.00")))
    offer = world.offer()
    assert offer.default is offer.proposal(Strategy.MEMO_LINES)
    assert world.allocate(world.allot(Strategy.MEMO_LINES, offer)).result is Result.COMPLETE
    (made,) = world.live()
    assert made.parts == HAND


def test_memo_lines_that_cannot_be_read_do_not_stop_the_offer() -> None:
    """The other strategies work; why this one does not is said."""
    world = SplitWorld()
    world.netsuite.fails.fail("memo_lines", 1, "drop_request")
    offer = world.offer()
    assert offer.proposal(Strategy.MEMO_LINES).why == "The credit memo's lines could not be read."
    assert offer.default is offer.proposal(Strategy.OLDEST_FIRST)


def test_a_listed_row_is_offered_in_two_calls() -> None:
    """An assistant that opens on a row of the list reads the memo's lines and the invoices, and nothing else."""
    world = SplitWorld()
    desk = world.desk()
    row = desk.pending(ReportNever()).by_id["901"]
    before = len(world.netsuite.fails.calls) + len(world.zuora.fails.calls)
    assert isinstance(desk.allocation_of(row), Offer)
    assert len(world.netsuite.fails.calls) + len(world.zuora.fails.calls) == before + 2


def test_an_old_claim_that_left_nothing_does_not_lock_the_split() -> None:
    """Another desk claimed the row and died before its create: the search shows nothing, so a person may split it."""
    world = SplitWorld()
    world.edit(status_text="Creating Refund", claim_note="2026-03-20T08:00:00Z desk-9")
    assert world.allocate().result is Result.COMPLETE
    world = SplitWorld()
    world.edit(status_text="Creating Refund", claim_note="2026-03-20T11:59:00Z desk-9")
    assert isinstance(world.desk().allocation("901", ReportNever()), Declined)
