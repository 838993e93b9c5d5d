"""Recovery: finish or explain what the journal left open, and what NetSuite shows as begun by nobody known."""

from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import FactMissing, Unread
from nsz_desk.engine.batch import Run
from nsz_desk.engine.episode import Episode
from nsz_desk.engine.lists import Row
from nsz_desk.engine.plan import NO_CALL, Pair, derive, load
from nsz_desk.engine.results import BatchResult, Pending, Result, RowResult
from nsz_desk.engine.runner import fold
from nsz_desk.rules.book import Verdict


def recover(run: Run, listed: Pending, pair: Pair) -> BatchResult:
    """Resume every open episode in its lane, then look at the rows in doubt that this journal knows nothing of."""
    left = [resume(run, episode) for episode in run.ledger.open_episodes()]
    known = {e.refund_id for e in left}
    foreign = [
        row
        for row in listed.rows
        if (row.verdict is Verdict.IN_DOUBT and row.id not in known and not row.case.desk.open_episode)
        or _half_stamped(row)
    ]
    run.total = len(left) + len(foreign)
    run.lanes.run([(e.plan.account_id, run.job(e, resumed=True)) for e in left])
    for row in foreign:
        run.results[row.id] = _look_at(run, row, pair)
    waiting = [row for row in listed.rows if row.id not in known and row.case.desk.open_episode]
    for row in waiting:
        run.results[row.id] = _say(row, row.case.desk.open_episode, "Look at both records and decide; nothing is sent.")
    order = [e.refund_id for e in left] + [row.id for row in (*foreign, *waiting)]
    return BatchResult(tuple(run.results[key] for key in order), "")


def resume(run: Run, episode: str) -> Episode:
    """An open episode as its lines left it; looking now is always allowed."""
    left = fold(run.ledger.episode(episode))
    e = run.episode(load(left.plan), **left.memory)
    e.id, e.state = left.episode, left.state
    e.memory = dict(left.memory)  # its own; what a new episode inherits would be a permission that nobody gave
    if left.state == "held doubt":
        e.memory.pop("wait_until", None)
    return e


def _half_stamped(row: Row) -> bool:
    """The refund is stamped with a live Zuora refund of its own, but its memo is blank: a lost journal's rest."""
    own, memos, zuora_id = row.case.own_refunds_fact, row.case.memos, row.case.refund.zuora_id
    if row.verdict is not Verdict.SYNCED or isinstance(own, Unread) or isinstance(memos, Unread):
        return False
    blank = any(memo.create_zuora_refund and not memo.zuora_id and not memo.status_text for memo in memos)
    return blank and any(refund.live and refund.id == zuora_id for refund in own)


def _look_at(run: Run, row: Row, pair: Pair) -> RowResult:
    """A row that somebody else began, or whose fields contradict: it exists, it does not, or cannot tell."""
    own = row.case.own_refunds_fact
    if isinstance(own, Unread):
        return _say(row, f"Cannot tell yet: Zuora's refunds could not be read ({own.why}).", "Recover again later.")
    if not [refund for refund in own if not refund.dead]:
        fix = "It is safe to sync it now." if row.can_sync else row.judgement.next_step
        return _say(row, f"It does not exist in Zuora: looked completely. {row.judgement.why}", fix)
    try:
        plan = derive(pair, row.case, parts=(), call=NO_CALL)
    except (FactMissing, DeskError) as problem:
        return _say(row, f"It exists in Zuora, but cannot be adopted: {problem}", "Compare both records by hand.")
    return run.walk(run.episode(plan, adopt_only=True))


def _say(row: Row, reason: str, next_step: str) -> RowResult:
    return RowResult(row.id, row.number, Result.IN_DOUBT, "", reason, next_step, row.amount)
