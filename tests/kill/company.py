"""A company whose refunds the jobs use up: each job takes refunds that nobody touched, and makes them what it needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.kill.around import around
from tests.kill.jobs import Begun, Death, Job, parts_of
from tests.kill.processes import KillableDesk, killable
from tests.story.programs import simulator

PART = "2.00"  # of every payment over several invoices: a refund that asks for a split


@dataclass
class JobsCompany:
    """One simulator and one desk; `one` and `several` are the free refunds by the invoices of their payment."""

    desk: KillableDesk
    before: dict[str, Any]
    one: list[str]
    several: list[str]
    taken: list[str] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)  # those that no Recover has looked at
    asked: set[str] = field(default_factory=set)  # refunds for which a person is asked, as a late write undid their end

    def begin(self, job: Job, count: int) -> list[Begun]:
        """So many refunds, each ready for the job's command."""
        return {
            "resync": self._synced,
            "allocate": self._partial,
            "link": self._by_hand,
            "unlink": self._linked,
        }[job.name](job, count)

    def _take(self, free: list[str], count: int) -> list[str]:
        assert len(free) >= count, "the company is too small"
        some = [free.pop(0) for _ in range(count)]
        self.taken += some
        return some

    def _synced(self, job: Job, count: int) -> list[Begun]:
        """Synced refunds; of several the last ones are of a payment over three invoices."""
        some = [*self._take(self.one, count - count // 4), *self._take(self.several, count // 4)]
        clean = self.desk.world.read()
        assert self.desk.run("sync", *some, "--yes").code == 0
        now = self.desk.world.read()
        return [
            Begun(
                job, key, ("resync", key, "--reason", "wrong date", "--yes"), around(clean, key), around(now, key), {}
            )
            for key in some
        ]

    def _partial(self, job: Job, count: int) -> list[Begun]:
        """Refunds of a part of their payment, with a split by hand over two of its invoices."""
        some = self._take(self.several, count)
        for key in some:
            self._make_small(key)
        world = self.desk.world.read()
        return [self._allotted(job, world, key) for key in some]

    def _make_small(self, key: str) -> None:
        memo = around(self.before, key).memo["id"]
        row = {"id": memo, "type": "credit_memo", "amount": PART}
        self._edit("netsuite", "refunds", id=key, set={"amount": PART, "applied_to": [row]})
        self._edit("netsuite", "credit_memos", id=memo, set={"amount": PART})

    def _allotted(self, job: Job, world: dict[str, Any], key: str) -> Begun:
        was = around(world, key)
        parts = parts_of(was.payment, PART)
        over = [f"{invoice}={amount}" for invoice, amount in parts.items()]
        return Begun(job, key, ("allocate", key, "--over", *over, "--yes"), was, was, parts)

    def _by_hand(self, job: Job, count: int) -> list[Begun]:
        """Refunds for which a person made the Zuora refund by hand."""
        some = self._take(self.one, count)
        for key in some:
            there = around(self.before, key)
            made = {"payment_id": there.payment["id"], "amount": there.refund["amount"], "date": there.refund["date"]}
            self._edit("zuora", "refunds", create=made)
        world = self.desk.world.read()
        return [self._picked(job, world, key) for key in some]

    def _picked(self, job: Job, world: dict[str, Any], key: str) -> Begun:
        was = around(world, key)
        (hand,) = was.made
        return Begun(job, key, ("link", key, "--zuora-refund", hand["number"], "--yes"), was, was, {}, hand["id"])

    def _linked(self, job: Job, count: int) -> list[Begun]:
        """Linked refunds."""
        linked = self._by_hand(job, count)
        for one in linked:
            assert self.desk.run(*one.command).code == 0
        world = self.desk.world.read()
        return [
            Begun(
                job,
                one.refund_id,
                ("unlink", one.refund_id, "--reason", "another memo's"),
                one.was,
                around(world, one.refund_id),
                {},
                one.by_hand,
            )
            for one in linked
        ]

    def _edit(self, system: str, record: str, **what: object) -> None:
        self.desk.world.post("/edit", {"system": system, "record": record, **what})


@contextmanager
def jobs_company(home: Path, refunds: int) -> Iterator[JobsCompany]:
    """A month end with Invoice Settlement, where an undo applies the loosened money again."""
    with simulator("--scenario", "month-end", "--refunds", str(refunds), "--seed", "11") as world:
        desk = killable(home, world)
        there, ready = world.read(), desk.ready()
        several = [key for key in ready if len(around(there, key).payment["invoices"]) > 1]
        one = [key for key in ready if key not in set(several)]
        yield JobsCompany(desk, there, one, several)
