"""What an earlier run left: how many are in doubt, not started and done, in one line. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nsz_desk.engine.lists import Row
from nsz_desk.engine.outlook import LastRun
from nsz_desk.rules.book import Verdict
from nsz_desk.ui.texts import count_text, time_text


@dataclass(frozen=True, slots=True)
class Left:
    """What the journal says is left: ids of open episodes, and the last run where there was one."""

    episodes: tuple[str, ...] = ()
    last: LastRun | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Counts for the banner. `not_started` are ids of ready rows; `began` is None when the last run left nothing."""

    in_doubt: int
    half_done: int
    not_started: tuple[str, ...] = ()
    done: int = 0
    not_done: int = 0
    began: datetime | None = None


def unfinished(rows: Sequence[Row], left: Left) -> Unfinished:
    """Count what is left, over the judged rows and the journal.

    In doubt is what the desk left open, also where its refund is no longer listed, and what others began. Not started
    counts what could be sent now; done what is no longer pending.
    """
    doubt = {row.id for row in rows if row.verdict is Verdict.IN_DOUBT}
    foreign = {row.id for row in rows if row.id in doubt and not row.case.desk.open_episode}
    last = left.last
    own = (doubt - foreign) | set(last.open if last else ())
    in_doubt = max(len(own), len(left.episodes)) + len(foreign - own)
    verdicts = {row.id: row.verdict for row in rows}
    waiting = tuple(one for one in last.not_started if verdicts.get(one) is Verdict.READY) if last else ()
    if last is None or not (waiting or last.open):
        return Unfinished(in_doubt, len(left.episodes))
    ended = [verdicts.get(one, Verdict.SYNCED) for one in last.done]
    done = ended.count(Verdict.SYNCED)
    not_done = len(ended) - done - ended.count(Verdict.IN_DOUBT)
    return Unfinished(in_doubt, len(left.episodes), waiting, done, not_done, last.began)


def unfinished_text(what: Unfinished, today: date) -> str:
    """The banner's line, "" when nothing is left: `2 in doubt · 57 not started · 330 done — since 14:03.` and more."""
    if not (what.in_doubt or what.not_started):
        return ""
    counts = (
        (what.in_doubt, "in doubt"),
        (len(what.not_started), "not started"),
        (what.not_done, "not done"),
        (what.done if what.began else 0, "done"),
    )
    lead = " · ".join(f"{count:,} {words}" for count, words in counts if count)
    since = f" — since {time_text(what.began, today)}" if what.began else ""
    parts = [f"{lead}{since}."]
    if what.half_done:
        parts.append(f"{count_text(what.half_done, 'refund was', 'refunds were')} left half done last time.")
    if what.in_doubt:
        parts.append("Finish completes or explains each.")
    return " ".join(parts)
