"""Linking a Zuora refund that a person made by hand, and taking the link back: stories, and every cut of the power."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.link_offer import LinkChoice, LinkOffer, choose
from nsz_desk.engine.link_run import link_episode
from nsz_desk.engine.results import Result, RowResult
from nsz_desk.rules.book import Verdict
from tests.builders import a_payment, usd
from tests.engine.cuts import cut as cut_path
from tests.engine.cuts import happy
from tests.engine.splits import THREE
from tests.engine.worlds import HOUR, World
from tests.fakes import PowerCut, ReportNever

HAND = {"integration_id": "", "origin": "", "sync_date": "", "transferred": "No"}


class LinkWorld(World):
    """Somebody has made refund R-F of 100.00 by hand on the payment of refund 901, over two of its invoices."""

    def __init__(self) -> None:
        super().__init__(settlement=True, crud=False)
        self.zuora.known_payments["p-1"] = a_payment(parts=THREE)
        self.by_hand()

    def by_hand(self, **changes: Any) -> ZuoraRefund:
        """A refund that a person makes in Zuora."""
        parts = (("inv-1", usd("40.00")), ("inv-2", usd("60.00")))
        return self.foreign(**({"id": "hand", **HAND, "parts": parts} | changes))

    def offer(self, desk: Desk | None = None) -> LinkOffer:
        """The candidates."""
        found = (desk or self.desk()).candidates("901", ReportNever())
        assert isinstance(found, LinkOffer), found
        return found

    def choice(self, key: str = "R-F", offer: LinkOffer | None = None) -> LinkChoice:
        """A pick that may be approved."""
        found = choose(self.pair, offer or self.offer(), key)
        assert isinstance(found, LinkChoice), found
        return found

    def link(self, choice: LinkChoice | None = None, desk: Desk | None = None) -> RowResult:
        """Approve a pick and link it."""
        done = (desk or self.desk()).link(choice or self.choice(), ReportNever(), self.told.append)
        return self._clean(done).results[0]

    def unlink(self, desk: Desk | None = None) -> RowResult:
        """Take the link back."""
        desk = desk or self.desk()
        plan = desk.plan_unlink("901", "the wrong one")
        assert not isinstance(plan, Declined), plan
        return self._clean(desk.unlink(plan, ReportNever(), self.told.append)).results[0]

    def marks(self, refund_id: str = "hand") -> tuple[str, str]:
        """Id and origin on a Zuora refund."""
        refund = self.zuora.refunds[refund_id]
        return refund.integration_id, refund.origin


def test_the_picked_refund_is_stamped_and_both_systems_agree() -> None:
    """Our id, the origin and the sync date on it, marked as transferred; refund and memo name it; nothing was made."""
    world = LinkWorld()
    row = world.link()
    assert (row.result, row.zuora_refund_id) == (Result.COMPLETE, "hand")
    assert "linked" in row.reason
    assert world.marks() == ("901", "NETSUITE")
    assert world.zuora.refunds["hand"].sync_date
    assert world.creates() == []
    world.assert_done()


def test_candidates_come_with_reasons_and_differences_the_likeliest_first() -> None:
    """Same payment, amount, live, no id; what differs is said, and why the others are none."""
    world = LinkWorld()
    world.by_hand(id="far", number="R-G", date=date(2026, 3, 19), method="Other")
    world.by_hand(id="less", number="R-H", amount=usd("20.00"), parts=(("inv-3", usd("20.00")),))
    world.by_hand(id="dead", number="R-I", status="Canceled")
    world.by_hand(id="taken", number="R-J", integration_id="4711", amount=usd("10.00"), parts=())
    offer = world.offer()
    assert [one.refund.number for one in offer.candidates] == ["R-F", "R-G"]
    assert offer.candidates[0].differs == ()
    assert "same amount 100.00 USD" in offer.candidates[0].reasons
    assert offer.candidates[1].differs == ("dated 2026-03-19, 4 days later", "method Other instead of Check")
    why = {refund.number: words for refund, words in offer.others}
    assert why["R-H"] == "its amount is 20.00 USD"
    assert why["R-I"] == "it is Canceled"
    assert why["R-J"] == "it carries NetSuite id 4711"


@pytest.mark.parametrize(
    ("key", "word"),
    [("R-H", "its amount is 20.00 USD"), ("R-404", "has no refund R-404"), ("", "has no refund")],
)
def test_what_is_no_candidate_cannot_be_picked(key: str, word: str) -> None:
    """By id or number; the reason is said."""
    world = LinkWorld()
    world.by_hand(id="less", number="R-H", amount=usd("20.00"), parts=(("inv-3", usd("20.00")),))
    found = choose(world.pair, world.offer(), key)
    assert isinstance(found, Declined)
    assert word in found.why


def test_a_refund_made_by_hand_that_used_up_the_payment_can_be_linked() -> None:
    """What a create would need (room, a split, a method) a link does not: the money is out already."""
    world = LinkWorld()
    world.by_hand(amount=usd("250.00"), parts=tuple((part.invoice_id, part.applied) for part in THREE))
    world.edit(amount=usd("250.00"), applied=(replace(world.refund.applied[0], amount=usd("250.00")),))  # type: ignore[index]
    world.edit_memo(amount=usd("250.00"))
    listed = world.desk().pending(ReportNever()).by_id["901"]
    assert listed.verdict is Verdict.BLOCKED
    assert world.link().result is Result.COMPLETE


def test_what_is_not_to_be_synced_is_not_linked_either() -> None:
    """A voided refund, one that is complete, one whose Zuora refund exists already."""
    changes: tuple[Callable[[LinkWorld], object], ...] = (
        lambda world: world.edit(voided=True),
        lambda world: world.edit(status_text="Sync Complete", zuora_id="zr7"),
        lambda world: world.by_hand(id="ours", number="R-O", integration_id="901", amount=usd("1.00"), parts=()),
    )
    for change in changes:
        world = LinkWorld()
        change(world)
        assert isinstance(world.desk().candidates("901", ReportNever()), Declined)


def test_a_review_of_a_possible_manual_refund_ends_with_a_link() -> None:
    """5.9: it is this one. The refund turned up between listing and sync; the person links it."""
    world = World()
    desk = world.desk()
    batch = world.plan(desk, "901")
    world.foreign(id="hand", **HAND, parts=(("inv-1", usd("100.00")),))
    row = world.run(desk, batch).results[0]
    assert row.reason.startswith("possible manual refund")
    found = desk.candidates("901", ReportNever())
    assert isinstance(found, LinkOffer)
    choice = choose(world.pair, found, "hand")
    assert isinstance(choice, LinkChoice)
    assert desk.link(choice, ReportNever(), world.told.append).results[0].result is Result.COMPLETE
    world.assert_done()
    assert desk.ledger.words("901") == ""


MOVED: dict[str, Callable[[LinkWorld], object]] = {
    "cancelled": lambda world: world.zuora.cancel("hand"),
    "deleted": lambda world: world.zuora.delete("hand"),
    "taken by another": lambda world: world.by_hand(integration_id="4711"),
    "another amount": lambda world: world.by_hand(amount=usd("99.00"), parts=(("inv-1", usd("99.00")),)),
    "memo moved on": lambda world: world.edit_memo(payment_id="p-2", reference_zuora_id="p-2"),
    "voided": lambda world: world.edit(voided=True),
    "claimed": lambda world: world.edit(status_text="Creating Refund", claim_note="2026-03-20T11:59:00Z desk-9"),
}


@pytest.mark.parametrize("change", MOVED.values(), ids=MOVED.keys())
def test_what_changed_since_the_approval_links_nothing(change: Callable[[LinkWorld], object]) -> None:
    """Looked at again before anything is written: stopped, both systems as they were."""
    world = LinkWorld()
    choice, writes = world.choice(), world.oracle.writes
    change(world)
    row = world.link(choice)
    assert row.result in (Result.SKIPPED, Result.REFUSED), row
    assert world.oracle.writes == writes
    assert world.desk().open_episodes() == ()


def test_a_refund_that_was_taken_while_we_claimed_is_let_go() -> None:
    """Another desk linked the same Zuora refund to another NetSuite refund: not ours, claim released."""
    world = LinkWorld()
    writes = world.netsuite.on_write

    def taken(verb: str, args: tuple[Any, ...]) -> None:
        writes(verb, args)
        if not world.zuora.refunds["hand"].integration_id:
            world.by_hand(integration_id="4711")

    world.netsuite.on_write = taken
    row = world.link()
    assert row.result is Result.SKIPPED
    assert "4711" in row.reason
    assert world.marks()[0] == "4711"
    assert world.refund.status_text == ""


def test_two_desks_that_link_different_refunds_end_in_a_visible_conflict() -> None:
    """W8: the second sees the first one's at its last look; nobody stamps NetSuite over it; a person unlinks."""
    world = LinkWorld()
    world.by_hand(id="other", number="R-O")
    choice = world.choice()
    mark, seen = world.zuora.on_write, list[str]()

    def at_once(verb: str, args: tuple[Any, ...]) -> None:
        mark(verb, args)
        if verb == "mark_refund" and not seen:
            seen.append(args[0])
            world.by_hand(id="other", number="R-O", integration_id="901", origin="NETSUITE")

    world.zuora.on_write = at_once
    row = world.link(choice)
    assert row.result is Result.IN_DOUBT
    assert row.reason.startswith("two live: Zuora refunds R-F and R-O exist")
    assert world.refund.zuora_id == "" == world.memo.zuora_id
    assert world.unlink().result is Result.COMPLETE
    assert world.marks() == ("", "")
    assert world.refund.status_text == ""


def test_an_open_episode_stands_in_the_way() -> None:
    """R5: the power went while a create was under way; recovery looks first, nothing is linked beside it."""
    world = cut_path(happy, create_at(), "after")
    found = world.desk().candidates("901", ReportNever())
    assert isinstance(found, Declined)
    assert "Finish first" in found.why


def create_at() -> int:
    """Which effect of the happy path the create is."""
    world = World()
    start = world.power.count
    world.one()
    return world.power.trace.index("create_refund") + 1 - start


@pytest.mark.parametrize(("hours", "result"), [(1, Result.SKIPPED), (24.9, Result.SKIPPED), (25.1, Result.COMPLETE)])
def test_a_create_that_was_never_answered_stands_in_the_way_for_25_hours(hours: float, result: Result) -> None:
    """R5 once more, right before the link: what was sent may still turn up while its key lives."""
    world = LinkWorld()
    desk = world.desk()
    choice, run = world.choice(), desk._run(ReportNever(), world.told.append)
    e = link_episode(run, choice)
    sent = world.clock.wall - timedelta(hours=hours)
    e.memory["posts"] = [{"n": 0, "at": sent.isoformat(), "outcome": "NO_ANSWER"}]
    assert run.single(e, "link").results[0].result is result


def test_our_id_that_never_arrived_is_put_on_again_after_180_seconds() -> None:
    """An unanswered PUT may still run: looked at first, repeated only when it can no longer come."""
    world = LinkWorld()
    world.zuora.fails.fail("mark_refund", 1, "drop_request")
    world.link()
    world.clock.advance(200)
    world.recover_until_quiet()
    world.assert_done()
    assert world.marks()[0] == "901"


def test_a_search_that_is_behind_is_no_empty_search() -> None:
    """Without equal totals nobody knows whether another one carries our id: nothing is written."""
    world = LinkWorld()
    choice, writes = world.choice(), world.oracle.writes
    world.zuora.search_lag = HOUR
    world.by_hand(id="new", number="R-N", amount=usd("10.00"), parts=(("inv-3", usd("10.00")),))
    row = world.link(choice)
    assert row.result is Result.SKIPPED
    assert world.oracle.writes == writes


def test_unlinking_restores_what_was_there() -> None:
    """Id, origin and sync date off, NetSuite free, the reason in the journal; then it may be linked again."""
    world = LinkWorld()
    world.link()
    row = world.unlink()
    assert row.result is Result.COMPLETE
    assert "carries no NetSuite id any more" in row.reason
    assert world.marks() == ("", "")
    assert world.zuora.refunds["hand"].sync_date == ""
    assert (world.refund.status_text, world.refund.zuora_id, world.refund.claim_note) == ("", "", "")
    assert (world.memo.status_text, world.memo.zuora_id) == ("", "")
    opened = [line for line in world.journal.lines() if line.event.kind == "episode_opened"]
    assert opened[-1].event.detail["plan"]["body"] == "the wrong one"
    assert isinstance(world.desk().plan_unlink("901", "again"), Declined)
    assert world.link().result is Result.COMPLETE
    world.assert_done()


@pytest.mark.parametrize("reason", ["", "   "])
def test_unlinking_needs_a_reason(reason: str) -> None:
    """The reason is the approval."""
    world = LinkWorld()
    world.link()
    found = world.desk().plan_unlink("901", reason)
    assert isinstance(found, Declined)
    assert found.why == "A reason is needed."


def test_what_was_never_linked_cannot_be_unlinked() -> None:
    """A refund that the desk made is undone by a resync, not by an unlink."""
    world = World()
    world.one()
    found = world.desk().plan_unlink("901", "why not")
    assert isinstance(found, Declined)
    assert "no link" in found.why


def test_an_unlink_leaves_what_another_program_changed() -> None:
    """NetSuite names another Zuora refund, or the Zuora refund carries another id: a person looks."""
    world = LinkWorld()
    world.link()
    world.edit(zuora_id="zr99")
    assert world.unlink().result is Result.IN_DOUBT
    assert world.marks()[0] == "901"
    world = LinkWorld()
    world.link()
    world.by_hand(integration_id="4711")
    assert world.unlink().result is Result.SKIPPED
    assert world.refund.zuora_id == "hand"


def linked() -> LinkWorld:
    """A world with a link to take back."""
    world = LinkWorld()
    world.link()
    return world


def link_it(world: LinkWorld) -> Callable[[], RowResult]:
    """A link that was approved."""
    choice = world.choice()
    return lambda: world.link(choice)


def unlink_it(world: LinkWorld) -> Callable[[], RowResult]:
    """An unlink."""
    return world.unlink


Job = Callable[[LinkWorld], Callable[[], RowResult]]


def each_cut(prepare: Callable[[], LinkWorld], job: Job) -> list[tuple[int, str]]:
    """Every effect of a job, before and after it."""
    world = prepare()
    work, start = job(world), world.power.count
    work()
    return [(at, side) for at in range(1, world.power.count - start + 1) for side in ("before", "after")]


def cut(prepare: Callable[[], LinkWorld], job: Job, at: int, side: str) -> LinkWorld:
    """The world after the power went at that effect."""
    world = prepare()
    work = job(world)
    world.power.cut = (world.power.count + at, side)
    with pytest.raises(PowerCut):
        work()
    return world


def test_after_a_cut_anywhere_in_a_link_the_next_starts_end_it() -> None:
    """With the journal: linked as approved, or nothing was linked and the row is as before."""
    for at, side in each_cut(LinkWorld, link_it):
        world = cut(LinkWorld, link_it, at, side)
        where = (at, side, world.power.trace[-1])
        world.recover_until_quiet()
        if not world.live():
            assert world.link().result is Result.COMPLETE, where
        assert world.desk().open_episodes() == (), where
        assert world.oracle.violations == [], where
        assert world.creates() == [], where
        world.assert_done()


def test_a_link_is_finished_by_a_desk_without_its_journal() -> None:
    """76 minutes later a fresh desk adopts what carries our id, or the person links again."""
    for at, side in each_cut(LinkWorld, link_it):
        world = cut(LinkWorld, link_it, at, side)
        where = (at, side, world.power.trace[-1])
        world.new_journal()
        world.clock.advance(76 * 60)
        world.recover_until_quiet()
        if not world.live():
            assert world.link().result is Result.COMPLETE, where
        assert world.creates() == [], where
        world.assert_done()


def test_after_a_cut_anywhere_in_an_unlink_the_next_starts_end_it() -> None:
    """Zuora first, NetSuite last: whatever was begun is finished, and nothing is linked again by itself."""
    for at, side in each_cut(linked, unlink_it):
        world = cut(linked, unlink_it, at, side)
        where = (at, side, world.power.trace[-1])
        world.recover_until_quiet()
        if world.live():
            assert world.unlink().result is Result.COMPLETE, where
        assert world.desk().open_episodes() == (), where
        assert world.marks() == ("", ""), where
        assert (world.refund.zuora_id, world.memo.zuora_id) == ("", ""), where


def test_an_old_claim_that_left_nothing_does_not_lock_the_link() -> None:
    """Another desk died before its create; a fresh claim still does."""
    world = LinkWorld()
    world.edit(status_text="Creating Refund", claim_note="2026-03-20T08:00:00Z desk-9")
    assert world.link().result is Result.COMPLETE
    world = LinkWorld()
    world.edit(status_text="Creating Refund", claim_note="2026-03-20T11:59:00Z desk-9")
    assert isinstance(world.desk().candidates("901", ReportNever()), Declined)


def test_a_link_whose_refund_was_cancelled_since_is_not_unlinked() -> None:
    """The id on a dead refund tells what happened; it stays there."""
    world = LinkWorld()
    world.link()
    world.zuora.cancel("hand")
    row = world.unlink()
    assert row.result is Result.SKIPPED
    assert "nothing to unlink" in row.reason
    assert world.marks()[0] == "901"
