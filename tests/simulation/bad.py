"""The older protocols that are known to be wrong: each must fail here, which tests the explorer and not the core."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any

from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.engine import doubt, idempotency, look, runner, sending, writeback
from nsz_desk.engine.effects import Act, Reply
from nsz_desk.engine.episode import Answer, Episode, Look
from nsz_desk.engine.flow import Outcome
from tests.simulation import hands
from tests.simulation.crowd import Tally, crowd, tally
from tests.simulation.draw import draw, duel
from tests.simulation.patches import Patch, patched

real_key, real_look, real_create = idempotency.key, look.look, sending.create
GROSS, SUBTLE = 1_000, 10_000
CHUNK = 100


def unlike_keys() -> Callable[..., str]:
    """No two creates share a key."""
    ids = count(1)
    return lambda a, z, refund_id, n: f"{real_key(a, z, refund_id, n)}:{next(ids)}"


def blind_look(e: Episode) -> Act[Reply[Look]]:
    """Nobody searches; the payment is read."""
    reply = yield from real_look(e)
    if reply.outcome is not Outcome.DONE:
        return reply
    e.look = replace(reply.got, ours=(), of_payment=(), behind="")
    return Reply(Outcome.DONE, e.look)


def foots_always(payment: object, refunds: object) -> str:
    """No cross-foot."""
    return ""


def believe(e: Episode, refund: ZuoraRefund) -> Answer:
    """A success that Zuora answers is taken for a live refund."""
    e.memory["zuora_number"] = refund.number
    return Answer(Outcome.DONE, "verified", "believed")


def nobody_checks(e: Episode) -> Act[Answer]:
    """No post-check: what was stamped is complete."""
    yield from ()
    return Answer(Outcome.DONE, "complete", "believed")


def keyed_by_generation(e: Episode) -> Act[Answer]:
    """A key of two dimensions: how many dead refunds the search shows, and the attempt."""
    generation = len(e.look.dead_ids) if e.look else 0

    def key(a: str, z: str, refund_id: str, n: int) -> str:
        return f"{real_key(a, z, refund_id, 0)}:{generation}:{n}"

    with patched(((sending, "key", key),)):
        answer = yield from real_create(e)
    return answer


def counting_start(e: Episode) -> Act[Answer]:
    """The chain begins at the number of dead refunds that the search shows."""
    if e.look is not None:
        e.n = len(e.look.dead_ids)
    answer = yield from real_create(e)
    return answer


def never_hangs_up(world: object, line: object) -> None:
    """A client with a pool opens the connection again by itself."""


def look_patches(instead: Callable[..., Any]) -> tuple[Patch, ...]:
    """Every place that searches."""
    return ((doubt, "look", instead), (writeback, "look", instead))


def create_patches(instead: Callable[..., Any]) -> tuple[Patch, ...]:
    """Both states that create."""
    return ((runner.STEPS, "armed", instead), (sending, "create", instead))


@dataclass(frozen=True, slots=True)
class Bad:
    """A protocol: what replaces what, and within how many seeds it must fail."""

    patches: Callable[[], tuple[Patch, ...]]
    within: int


PROTOCOLS: Mapping[str, Bad] = {
    "naive": Bad(lambda: ((sending, "key", unlike_keys()), *look_patches(blind_look)), GROSS),
    "search only": Bad(lambda: ((sending, "key", unlike_keys()),), GROSS),
    "fixed key": Bad(
        lambda: (
            (sending, "key", lambda a, z, refund_id, n: real_key(a, z, refund_id, 0)),
            (writeback, "_compare", believe),
            (runner.STEPS, "both", nobody_checks),
        ),
        GROSS,
    ),
    "2-D key": Bad(lambda: create_patches(keyed_by_generation), SUBTLE),
    "unpinned": Bad(lambda: ((hands, "hang_up", never_hangs_up),), SUBTLE),
    "count-start": Bad(lambda: create_patches(counting_start), SUBTLE),
}


def first_failures(patches: tuple[Patch, ...], seeds: range) -> Tally:
    """Play the seeds with the patches in, here."""
    with patched(patches):
        return tally((duel(seed) if seed % 2 else draw(seed) for seed in seeds), catch=True)


def hunt(patches: tuple[Patch, ...], within: int, jobs: int = 0) -> Tally:
    """Play until something fails, chunk by chunk on all cores, at most `within` seeds."""
    done, first, size = Tally(), 0, CHUNK * 2
    while first < within and not done.failed:
        last = min(first + size, within)
        done += crowd(range(first, last, CHUNK), partial(_chunk, patches), jobs)
        first, size = last, CHUNK * 10
    return done


def _chunk(patches: tuple[Patch, ...], first: int) -> Tally:
    return first_failures(patches, range(first, first + CHUNK))


def print_bad(*, jobs: int = 0) -> bool:
    """Every protocol with what finds it."""
    good = True
    for name, bad in PROTOCOLS.items():
        done = hunt(bad.patches(), bad.within, jobs)
        names = sorted({violation.split(":")[0] for _, violation in done.failed})
        found = f"{len(done.failed)} of {done.runs:,} schedules fail ({', '.join(names)})"
        print(f"known-bad: {name}: {found if done.failed else f'NOT FOUND in {done.runs:,}'}", flush=True)
        good &= bool(done.failed)
    return good
