"""Recovery: finish or explain what the journal left open, and what NetSuite shows as begun by nobody known."""

from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import FactMissing
from nsz_desk.engine.batch import Run
from nsz_desk.engine.episode import Episode
from nsz_desk.engine.janitor import Act, act, seen
from nsz_desk.engine.listing import DECIDE
from nsz_desk.engine.lists import Row
from nsz_desk.engine.plan import NO_CALL, Pair, derive, load
from nsz_desk.engine.results import BatchResult, Pending, Result, RowResult, Told
from nsz_desk.engine.resync_plan import load_resync
from nsz_desk.engine.resync_run import remember_silence
from nsz_desk.engine.runner import fold
from nsz_desk.rules.book import Verdict

TOLD = {
    Act.LATER: (Told.CANNOT_TELL, "Finish again when Zuora answers."),
    Act.WAIT: (Told.CANNOT_TELL, "Wait until the other program has finished, then refresh."),
    Act.SAFE: (Told.DOES_NOT_EXIST, "It is safe to sync it now."),
    Act.ASK: (Told.CANNOT_TELL, "Compare both records and decide; the desk sends nothing."),
}
WALKED = (Act.ADOPT, Act.REVIEW)


def recover(run: Run, listed: Pending, pair: Pair) -> BatchResult:
    """Resume every open episode in its lane, then look at the rows in doubt that this journal knows nothing of."""
    left = _all_open(run)
    known = {e.refund_id for e in left}
    others = [row for row in listed.rows if row.id not in known and not row.case.desk.open_episode]
    foreign = [row for row in others if _needs_a_look(row)]
    waiting = [row for row in listed.rows if row.id not in known and row.case.desk.open_episode]
    run.total = len(left) + len(foreign) + len(waiting)
    run.lanes.run([(e.plan.account_id, run.job(e, resumed=True)) for e in left])
    for row in foreign:
        run.results[row.id] = _look_at(run, row, pair)
    for row in waiting:
        run.results[row.id] = _say(row, row.case.desk.open_episode, DECIDE, Told.CANNOT_TELL)
    order = [e.refund_id for e in left] + [row.id for row in (*foreign, *waiting)]
    return BatchResult(tuple(run.results[key] for key in dict.fromkeys(order)), "")


def recover_open(run: Run) -> BatchResult:
    """Resume this desk's own open episodes and nothing else: what a desk may do by itself."""
    left = _all_open(run)
    run.total = len(left)
    run.lanes.run([(e.plan.account_id, run.job(e, resumed=True)) for e in left])
    return BatchResult(tuple(run.results[key] for key in dict.fromkeys(e.refund_id for e in left)), "")


def _all_open(run: Run) -> list[Episode]:
    return [resume(run, episode) for episode in run.ledger.open_episodes()]


def _needs_a_look(row: Row) -> bool:
    """In doubt, or something that a write-back would mend."""
    return row.verdict is Verdict.IN_DOUBT or act(row) in WALKED


def resume(run: Run, episode: str) -> Episode:
    """An open episode as its lines left it; looking now is always allowed."""
    left = fold(run.ledger.episode(episode))
    plan = load_resync(left.plan) if left.kind == "RESYNC" else load(left.plan)
    e = run.episode(plan, left.kind, left.state, **left.memory)
    e.id, e.cut = left.episode, left.cut
    e.memory = dict(left.memory)  # its own; what a new episode inherits would be a permission that nobody gave
    if left.kind == "RESYNC":
        remember_silence(run, e)
    if left.state == "held doubt":
        e.memory.pop("wait_until", None)
    return e


def _look_at(run: Run, row: Row, pair: Pair) -> RowResult:
    """A row that somebody else began, or whose fields contradict: it exists, it does not, or cannot tell."""
    what = act(row)
    if what not in WALKED:
        told, step = TOLD.get(what, (Told.CANNOT_TELL, row.judgement.next_step))
        step = step if what is not Act.SAFE or row.can_sync else row.judgement.next_step
        return _say(row, f"{what.value.capitalize()}: {seen(row).value}. {row.judgement.why}".strip(), step, told)
    try:
        plan = derive(pair, row.case, parts=(), call=NO_CALL)
    except (FactMissing, DeskError) as problem:
        words = f"It exists in Zuora, but cannot be adopted: {problem}"
        return _say(row, words, "Compare both records by hand.", Told.EXISTS)
    return run.walk(run.episode(plan, adopt_only=True))


def _say(row: Row, reason: str, next_step: str, told: Told) -> RowResult:
    return RowResult(row.id, row.number, Result.IN_DOUBT, "", reason, next_step, row.amount, told=told)
