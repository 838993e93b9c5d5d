"""A whole small world for the engine: both systems, journals and desks, watched by an oracle at every change."""

from dataclasses import replace
from itertools import count
from typing import Any

from nsz_desk.domain.records import CreditMemo, CustomerRefund, Payment, ZuoraRefund
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.episode import Limits
from nsz_desk.engine.ledger import Ledger
from nsz_desk.engine.plan import Batch, Pair
from nsz_desk.engine.ports import Report
from nsz_desk.engine.results import BatchResult, Environment, RowEvent, RowResult
from nsz_desk.engine.review_reasons import reason_for
from nsz_desk.engine.route import Route
from tests.builders import a_customer, a_memo, a_part, a_payment, a_policy, a_refund, a_zuora_refund, an_account, row
from tests.engine.oracle import Oracle
from tests.fakes import FakeClock, FakeNetSuite, FakeZuora, MemoryJournal, Power, PowerCut, ReportNever, SerialLanes

COMPLETE, ERROR, CREATING = "Sync Complete", "Error Creating Refund", "Creating Refund"
HOUR = 3600.0


class World:
    """Refund 901 of 100.00 USD waits for its Zuora refund, made on payment p-1 of account acc-1."""

    def __init__(self, *, settlement: bool = False, crud: bool = True) -> None:
        self.clock, self.power = FakeClock(), Power()
        self.netsuite = FakeNetSuite(self.clock, self.power)
        self.zuora = FakeZuora(self.clock, self.power)
        self.zuora.settlement = settlement
        self.pair = Pair("1234567_SB1", "tenant.1/-", Route(settlement, crud))
        self.policy = a_policy()
        self.limits = Limits()
        self.journals: list[MemoryJournal] = []
        self.journal = self.new_journal()
        self.oracle = Oracle(self.netsuite, self.zuora, self.journals)
        self.lanes = SerialLanes()
        self.told: list[RowEvent] = []
        self.cancelled: list[str] = []  # what a person cancelled in Zuora while a desk was at work
        self._ids = count(1)
        self.add(1)

    def new_journal(self) -> MemoryJournal:
        """An empty journal; the old ones are remembered as evidence only."""
        self.journal = MemoryJournal(lambda: self.clock.wall, self.power)
        self.journals.append(self.journal)
        return self.journal

    def add(self, n: int, payment: str = "", **changes: Any) -> str:
        """Another refund 90n with memo 80n, and payment p-n of account acc-n unless `payment` names one."""
        refund_id, memo_id, payment_id = f"90{n}", f"80{n}", payment or f"p-{n}"
        account = self.zuora.known_payments[payment].account_id if payment else f"acc-{n}"
        if not payment:
            self.zuora.known_accounts[account] = an_account(id=account, number=f"A-{n}")
            self.zuora.known_payments[payment_id] = a_payment(
                id=payment_id, number=f"P-{n}", account_id=account, parts=(a_part(n),)
            )
        self.netsuite.customers[f"50{n}"] = a_customer(id=f"50{n}", zuora_id=account)
        self.netsuite.memos[memo_id] = a_memo(
            id=memo_id,
            number=f"CM-{memo_id}",
            customer_id=f"50{n}",
            payment_id=payment_id,
            reference_zuora_id=payment_id,
            refunds=(refund_id,),
        )
        fresh = a_refund(id=refund_id, number=f"CR-{refund_id}", customer_id=f"50{n}", applied=(row(memo_id),))
        self.netsuite.refunds[refund_id] = replace(fresh, **changes)
        return refund_id

    # What tests look at.

    @property
    def refund(self) -> CustomerRefund:
        """The NetSuite refund."""
        return self.netsuite.refunds["901"]

    @property
    def memo(self) -> CreditMemo:
        """Its credit memo."""
        return self.netsuite.memos["801"]

    @property
    def payment(self) -> Payment:
        """Its Zuora payment as it stands now."""
        return self.zuora.payment("p-1")

    def live(self, refund_id: str = "901") -> list[ZuoraRefund]:
        """The live Zuora refunds of a NetSuite refund."""
        return [one for one in self.zuora.refunds.values() if one.integration_id == refund_id and not one.dead]

    def creates(self) -> list[str]:
        """The keys of every create that was sent, in order."""
        return [args[1] for args in self.zuora.fails.of("create_refund")]

    # What tests do.

    @classmethod
    def approved(cls) -> "tuple[World, Desk, Batch]":
        """A world, a desk, and a plan of refund 901 that was approved and has not run yet."""
        world = cls()
        desk = world.desk()
        return world, desk, world.plan(desk, "901")

    def edit(self, **changes: Any) -> None:
        """A person edits the NetSuite refund."""
        self.netsuite.refunds["901"] = replace(self.refund, **changes)

    def edit_memo(self, **changes: Any) -> None:
        """A person edits the credit memo."""
        self.netsuite.memos["801"] = replace(self.memo, **changes)

    def foreign(self, **changes: Any) -> ZuoraRefund:
        """Somebody else makes a Zuora refund."""
        base = {"id": "foreign", "number": "R-F", "created": None, "updated": None, "transferred": "No"}
        return self.zuora.put(a_zuora_refund(**(base | changes)))

    def desk(self, name: str = "desk-1", journal: MemoryJournal | None = None) -> Desk:
        """A desk that was just started, on the world's journal or one of its own."""
        return Desk(
            Environment("simulator", self.pair.netsuite, self.pair.zuora),
            self.pair,
            self.policy,
            self.limits,
            name,
            self.netsuite,
            self.zuora,
            Ledger(journal or self.journal),
            self.clock,
            self.lanes,
            lambda: f"ep{next(self._ids):04}",
        )

    def plan(self, desk: Desk | None = None, *ids: str) -> Batch:
        """Plans as the facts stand now."""
        return (desk or self.desk()).plan(ids or tuple(self.netsuite.refunds), ReportNever())

    def sync(self, desk: Desk | None = None, *ids: str, report: Report | None = None) -> BatchResult:
        """Plan and sync."""
        desk = desk or self.desk()
        return self.run(desk, self.plan(desk, *ids), report)

    def run(self, desk: Desk, plan: Batch, report: Report | None = None) -> BatchResult:
        """Sync a plan that was approved before."""
        return self._clean(desk.sync(plan, report or ReportNever(), self.told.append))

    def one(self, desk: Desk | None = None, report: Report | None = None) -> RowResult:
        """Plan and sync refund 901 alone."""
        return self.sync(desk, "901", report=report).results[0]

    def recover(self, desk: Desk | None = None) -> BatchResult:
        """What the next start does."""
        return self._clean((desk or self.desk()).recover(ReportNever(), self.told.append))

    def try_recover(self) -> None:
        """Start once; the power may go meanwhile."""
        try:
            self.recover()
        except PowerCut:
            return

    def _clean(self, done: BatchResult) -> BatchResult:
        """The answer of a run, after the oracle and the journal's chain were asked."""
        assert self.oracle.violations == []
        assert not [one for one in done.results if "fault in the program" in one.reason], done
        self.journal.verify()
        self.assert_exits()
        return done

    def assert_exits(self) -> None:
        """Whatever ended in a person's hands has decisions of its own in the table of exits."""
        for line in self.journal.lines():
            if line.event.kind == "episode_ended" and line.event.detail["end"] in ("review", "drift"):
                assert reason_for(str(line.event.detail["reason"])).key != "other", line.event.detail

    def recover_until_quiet(self, passes: int = 40, pause: float = HOUR) -> tuple[RowResult, ...]:
        """Start again and again until nothing is open; answers the last results of each refund."""
        last: dict[str, RowResult] = {}
        for _ in range(passes):
            desk = self.desk()
            last |= {one.id: one for one in self.recover(desk).results}
            if not desk.open_episodes():
                break
            self.clock.advance(pause)
        return tuple(last.values())

    def states(self) -> list[str]:
        """The states that the journal's outcome lines lead to, in order."""
        return [str(line.event.detail["next"]) for line in self.journal.lines() if line.event.kind == "outcome"]

    def assert_done(self) -> None:
        """One live refund, marked; refund and memo stamped with it."""
        (live,) = self.live()
        assert live.transferred == "Yes"
        assert (self.refund.status_text, self.refund.zuora_id) == (COMPLETE, live.id)
        assert (self.memo.status_text, self.memo.zuora_id) == (COMPLETE, live.id)

    def assert_nothing_made(self) -> None:
        """No create was sent and NetSuite is as it was."""
        assert self.creates() == []
        assert not self.zuora.refunds
        assert self.refund.zuora_id == "" == self.memo.zuora_id
