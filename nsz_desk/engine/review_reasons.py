"""Which row of the table of exits a refund waits in: by the engine's own words, or by what the list shows."""

from collections.abc import Iterable

from nsz_desk.engine.janitor import Act, Says, Seen, act, drift, says, seen
from nsz_desk.engine.ledger import Standing
from nsz_desk.engine.lists import Row
from nsz_desk.engine.reviews import BY_KEY, REASONS, Reason
from nsz_desk.rules.book import Verdict
from nsz_desk.rules.rule import Answer

_SEEN = {
    Seen.NONE: "none live",
    Seen.OTHER_ID: "another Zuora ID",
    Seen.SEVERAL: "duplicate",
    Seen.DIFFERS: "fields",
    Seen.VOIDED: "voided",
}


def reason_for(words: str) -> Reason:
    """The row of the table for the engine's words; the cautious last one for words it does not know."""
    found = (one for one in REASONS for start in one.starts if words.startswith(start))
    return next(found, BY_KEY["other"])


def reason_of(standing: Standing | None, row: Row | None) -> tuple[Reason, str] | None:
    """Why a refund waits for a person, and in which words; None when it does not."""
    if standing and standing.state in BY_KEY:
        return BY_KEY[standing.state], standing.reason
    if standing and not standing.is_open:
        return reason_for(standing.reason), standing.reason
    return _listed(row) if row and not standing else None


def _listed(row: Row) -> tuple[Reason, str] | None:
    """What the list itself shows, without an episode of this desk."""
    if drift(row):
        return drifted(row), drift(row)
    twin = next((one for one in row.judgement.findings if one.rule == "D.12" and one.answer is Answer.FAIL), None)
    if twin is not None:
        return BY_KEY["possible manual refund"], twin.cause
    if (
        row.verdict is Verdict.IN_DOUBT
        and act(row) in (Act.ASK, Act.REVIEW, Act.ADOPT)
        and says(row) is not Says.FRESH_CLAIM
    ):
        key = {Seen.SEVERAL: "duplicate", Seen.DIFFERS: "mismatch"}.get(seen(row), "fields contradict")
        return BY_KEY[key], row.judgement.why
    return None


def drifted(row: Row) -> Reason:
    """The reason of a refund that NetSuite calls complete, and that is not."""
    return BY_KEY[_SEEN.get(seen(row), "fields")]


def offers(reason: Reason) -> str:
    """The decisions of a reason in one sentence, for a list."""
    return f"Review offers: {_joined(one.what.value for one in reason.decisions)}."


def _joined(words: Iterable[str]) -> str:
    *first, last = dict.fromkeys(words)
    return f"{', '.join(first)} or {last}" if first else last
