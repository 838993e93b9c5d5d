"""The guards of the protocol, switched off one at a time: each must be missed by a named invariant.

A guard in `REDUNDANT` may survive: a second one holds behind it, and its row says which.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import chain, islice
from typing import Any

from nsz_desk.engine import doubt, judging, look, runner, sending, writeback
from nsz_desk.engine.batch import Run
from nsz_desk.engine.effects import Act
from nsz_desk.engine.episode import Answer, Episode
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.ledger import Ledger
from nsz_desk.engine.sync_table import SYNC
from tests.simulation import bad, desks, worlds
from tests.simulation.crowd import Tally, crowd, tally
from tests.simulation.faults import Fault
from tests.simulation.patches import Patch, patched
from tests.simulation.trees import BASE, PARTS, SCENARIOS, depth_one
from tests.simulation.undo_mutants import UNDO_MUTANTS, UNDO_TREES

DONE = Outcome.DONE
real_doubt, real_judge, real_answer = doubt.find_in_doubt, judging.still_holds, sending._answer


def _at_once(answer: Answer) -> Callable[[Episode], Act[Answer]]:
    """A step that does nothing and answers."""

    def step(e: Episode) -> Act[Answer]:
        yield from ()
        return answer

    return step


def _no_intent(e: Episode, what: str, **detail: Any) -> Act[None]:
    """Nothing is written down before a write."""
    e.attempt += 1
    yield from ()


def _no_guard(e: Episode) -> Act[Answer | None]:
    """Nobody looks once more."""
    yield from ()
    return None


def _next_on_timeout(e: Episode) -> Act[Answer]:
    """A timeout moves on in the chain."""
    answer = yield from real_doubt(e)
    if answer.to == "again":
        e.n += 1
    return answer


def _not_sent(e: Episode, reply: Any) -> Answer:
    """Silence is taken for "nothing was sent"."""
    answer = real_answer(e, reply)
    return Answer(Outcome.NOT_SENT, reason=answer.reason) if answer.outcome is Outcome.NO_ANSWER else answer


def _any_dead_is_known(e: Episode, refund: Any) -> Answer:
    """Every dead refund that Zuora replays is passed."""
    if refund.dead:
        return Answer(Outcome.CONFLICT, "next key", "passed")
    return Answer(DONE, "verified", "agrees")


def _steps(**states: Any) -> tuple[Patch, ...]:
    return tuple((runner.STEPS, state.replace("_", " "), step) for state, step in states.items())


def _limits(**changes: Any) -> tuple[Patch, ...]:
    return ((desks, "LIMITS", replace(worlds.LIMITS, **changes)),)


def _safe_stops() -> tuple[Patch, ...]:
    return ((runner.FLOWS, "SYNC", replace(SYNC, safe_stops=SYNC.safe_stops | {"in doubt", "held doubt"})),)


def _complete() -> Callable[[Episode], Act[Answer]]:
    return _at_once(Answer(DONE, "complete", "believed"))


MUTANTS: Mapping[str, Callable[[], tuple[Patch, ...]]] = {
    "key: every create has its own": lambda: ((sending, "key", bad.unlike_keys()),),
    "key: one for ever, and no read-back": lambda: bad.PROTOCOLS["fixed key"].patches(),
    "search: nobody looks": lambda: bad.look_patches(bad.blind_look),
    "search: what it finds is not adopted": lambda: ((doubt, "found", lambda e, seen: None),),
    "cancelled by somebody: dead refunds are not compared": lambda: (
        (doubt, "unlisted_dead", lambda e, seen: frozenset()),
    ),
    "known dead: any dead refund is passed": lambda: ((writeback, "_compare", _any_dead_is_known),),
    "known dead: passed, and the search after it does not compare": lambda: (
        (writeback, "_compare", _any_dead_is_known),
        (doubt, "unlisted_dead", lambda e, seen: frozenset()),
    ),
    "verify: an answer is believed": lambda: _steps(made=_at_once(Answer(DONE, "verified", "believed"))),
    "amount: neither adopt nor verify compares": lambda: (
        (look, "agrees", lambda e, refund: ""),
        (writeback, "mismatches", lambda e, refund: []),
    ),
    "amount: adopt does not compare": lambda: ((look, "agrees", lambda e, refund: ""),),
    "amount: verify does not compare": lambda: ((writeback, "mismatches", lambda e, refund: []),),
    "drift: no post-check": lambda: _steps(both=_complete()),
    "mark: NetSuite hears first": lambda: _steps(verified=_at_once(Answer(DONE, reason="skipped"))),
    "stamps: the refund is not stamped": lambda: _steps(marked=_at_once(Answer(DONE, reason="skipped"))),
    "pinned line: it opens itself again": lambda: bad.PROTOCOLS["unpinned"].patches(),
    "cross-foot: never compared": lambda: ((look, "cross_foot", bad.foots_always),),
    "guard: no last look": lambda: ((sending, "guard", _no_guard),),
    "guard: proofs never grow old": lambda: _limits(proof=1e12),
    "judge again: the re-send is not judged": lambda: (
        (judging, "still_holds", _at_once(Answer(DONE, reason="believed"))),
        (doubt, "still_holds", _at_once(Answer(DONE, reason="believed"))),
    ),
    "bytes identical: a changed plan is not seen": lambda: ((judging, "changes", lambda e, case: ()),),
    "intent: nothing is durable before a write": lambda: ((sending, "intend", _no_intent),),
    "chain: a timeout advances n": lambda: _steps(in_doubt=_next_on_timeout),
    "doubt: silence is taken for not sent": lambda: ((sending, "_answer", _not_sent),),
    "doubt: a user may stop in it": _safe_stops,
    "doubt: not made is believed at once": lambda: _limits(young=timedelta(0), old=timedelta(0)),
    "doubt: a new episode beside an open one": lambda: ((Ledger, "words", lambda ledger, refund_id: ""),),
    "crash: states are taken up where they were": lambda: ((runner, "AFTER_CRASH", {}),),
    "claim: none is written": lambda: (
        *_steps(free=_at_once(Answer(DONE, reason="skipped")), claiming=_at_once(Answer(DONE, reason="skipped"))),
    ),
    "claim: another's is overwritten": lambda: _steps(claiming=_at_once(Answer(DONE, reason="skipped"))),
    "band: none": lambda: ((doubt, "band", lambda e, seen: None),),
    "burst: its keys need no new proof": lambda: _limits(burst=1e12),
    "inheritance: earlier posts are forgotten": lambda: ((Run, "episode", _forgetful(Run.episode)),),
    "mended: other content is passed": lambda: ((doubt, "_old_content_is_ours", _at_once_true),),
    **UNDO_MUTANTS,
}


def _forgetful(real: Callable[..., Episode]) -> Callable[..., Episode]:
    def episode(run: Run, plan: Any, *kind: str, **memory: Any) -> Episode:
        e = real(run, plan, *kind, **memory)
        e.memory = dict(memory)
        return e

    return episode


def _at_once_true(e: Episode, seen: Any) -> Act[bool]:
    yield from ()
    return True


# Survivors, each with what holds behind it.
REDUNDANT: Mapping[str, str] = {
    "known dead: any dead refund is passed": "`next key` searches anew and asks about a dead refund the plan lacks",
    "amount: adopt does not compare": "verify reads the adopted refund by id and compares the same facts",
    "amount: verify does not compare": "a create sends the plan's own amount, an adoption compares before",
    "cross-foot: never compared": "within 24 h the key refuses a second one; the guard reads the total by id",
    "claim: none is written": "a courtesy by design: the key chain alone refuses the second one",
    "claim: another's is overwritten": "a courtesy by design: the key chain alone refuses the second one",
    "band: none": "the last look before every post; its own test is in tests/engine/test_key_chain.py",
    "burst: its keys need no new proof": "the last look before every post; tests/engine/test_key_chain.py",
    "inheritance: earlier posts are forgotten": "the deterministic chain finds the same keys again",
    "crash: states are taken up where they were": "proofs live in memory only, so the guard sends it back to judge",
    "mended: other content is passed": "two searches show what the key holds; tests/engine/test_key_chain.py",
    "doubt: a new episode beside an open one": "the ledger keeps both, and both walk one chain of keys",
    "shield: it is not taken down": "the list shows drift and Recover marks it; killed by tests/engine/test_resync.py",
    "apply again: whose money is loose is not asked": "no undo begins or cancels then; killed by schedule 481 (kept)",
    "late write: nobody watches for it": "the list shows the drift; tests/engine/test_resync_faults.py",
    "bytes identical: a changed plan is not seen": "Zuora answers other bytes under one key with 422",
}
SEEDS = 1_000


DOUBT = replace(BASE, faults=(Fault("zuora.create_refund", 1, "drop_request"),))
TREES = (BASE, SCENARIOS["undone, then synced again"], DOUBT, DOUBT)


def miss(name: str, jobs: int = 0) -> Tally:
    """Play every letter at every effect of some scenarios with a mutant in, then seeds, until something fails."""
    patches, trees = MUTANTS[name](), UNDO_TREES if name in UNDO_MUTANTS else TREES

    def part(number: int) -> Tally:
        with patched(patches):
            mine = islice(depth_one(trees[number % 4]), number // 4, None, PARTS)
            return tally(chain((trees[number % 4],), mine), catch=True)

    done = Tally()
    for first in range(0, PARTS * 4, 4):
        done += crowd(range(first, first + 4), part, jobs)
        if done.failed:
            return done
    done += bad.hunt(patches, SEEDS, jobs)
    return done


def print_mutants(*, jobs: int = 0) -> bool:
    """Every guard with what misses it, as the rows of a table; a survivor without an argument is a failure."""
    good, killed = True, 0
    print("| guard switched off | what misses it (of so many schedules), or what holds behind it |\n|---|---|")
    for name in MUTANTS:
        done = miss(name, jobs)
        names = sorted({violation.split(":")[0] for _, violation in done.failed})
        killed += bool(done.failed)
        verdict = f"killed by {', '.join(names)} ({len(done.failed)} of {done.runs:,})"
        if not done.failed:
            verdict = f"survives {done.runs:,}; {REDUNDANT.get(name, 'NO ARGUMENT')}"
            good &= name in REDUNDANT
        print(f"| {name} | {verdict} |", flush=True)
    print(f"mutants: {killed} of {len(MUTANTS)} killed; the others are held by a second guard")
    return good
