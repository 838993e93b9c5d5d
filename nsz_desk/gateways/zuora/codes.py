"""What an answer of Zuora means: tables of HTTP statuses, code categories and the older calls' text codes.

A code is six digits of resource and two of category; the category decides.
Source: protocol, classes of answers to the create; zuora reference, section 10.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

from nsz_desk.gateways.http import scrub

WAIT_CAP = 900.0  # seconds: nobody waits longer than 15 minutes because a header says so
DEFAULT_WAIT = 2.0  # seconds, for "too many calls" without a time


class Meaning(Enum):
    """What is known after an answer."""

    DONE = "done"
    REFUSED = "a definite no; nothing happened"
    MISSING = "a definite no: there is no such record"
    SIGN_IN = "the token was not accepted; nothing was executed"
    AGAIN = "failed for now, or so it says"
    WAIT = "too many calls; the same again after a while"
    KEY_BUSY = "the first call with this key still runs, or another conflict"
    OTHER_CONTENT = "the key holds other content"
    UNCLEAR = "a failure whose fate is unclear"
    NONSENSE = "no answer that says anything"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The meaning with Zuora's code and words (scrubbed), "" where it gave none."""

    meaning: Meaning
    code: str = ""
    words: str = ""


CATEGORIES: Mapping[int, Meaning] = {
    10: Meaning.REFUSED,  # permission
    11: Meaning.SIGN_IN,  # authentication
    20: Meaning.REFUSED,  # invalid value
    21: Meaning.REFUSED,  # unknown field
    22: Meaning.REFUSED,  # missing field
    23: Meaning.REFUSED,  # missing parameter
    27: Meaning.REFUSED,  # invalid parameter
    30: Meaning.REFUSED,  # business rule
    40: Meaning.MISSING,  # not found
    45: Meaning.REFUSED,  # method not supported
    50: Meaning.AGAIN,  # lock contention
    60: Meaning.UNCLEAR,  # internal
    61: Meaning.AGAIN,  # temporary
    70: Meaning.AGAIN,  # concurrent limit
    90: Meaning.REFUSED,  # malformed JSON
    99: Meaning.UNCLEAR,  # integration
}

# TRANSACTION_FAILED is left out: it carries broken business rules, so that the HTTP status has to decide.
TEXT_CODES: Mapping[str, Meaning] = {
    "API_DISABLED": Meaning.REFUSED,
    "DUPLICATE_VALUE": Meaning.REFUSED,
    "INVALID_FIELD": Meaning.REFUSED,
    "INVALID_ID": Meaning.REFUSED,
    "INVALID_TYPE": Meaning.REFUSED,
    "INVALID_VALUE": Meaning.REFUSED,
    "INVALID_VERSION": Meaning.REFUSED,
    "MALFORMED_QUERY": Meaning.REFUSED,
    "MISSING_REQUIRED_VALUE": Meaning.REFUSED,
    "LOCK_COMPETITION": Meaning.AGAIN,
    "REQUEST_EXCEEDED_LIMIT": Meaning.AGAIN,
    "REQUEST_EXCEEDED_RATE": Meaning.AGAIN,
    "SERVER_UNAVAILABLE": Meaning.AGAIN,
    "TEMPORARY_ERROR": Meaning.AGAIN,
    "TRANSACTION_TERMINATED": Meaning.UNCLEAR,
    "TRANSACTION_TIMEOUT": Meaning.UNCLEAR,
    "UNKNOWN_ERROR": Meaning.UNCLEAR,
    "INVALID_SESSION": Meaning.SIGN_IN,
}

STATUSES: Mapping[int, Meaning] = {
    401: Meaning.SIGN_IN,
    409: Meaning.KEY_BUSY,
    422: Meaning.OTHER_CONTENT,
    429: Meaning.WAIT,
}
DEFINITE = frozenset({400, 403, 404, 405, 413, 415})  # with JSON whose codes do not say otherwise
PATIENT = frozenset({408, 503})  # to be waited for where the answer says how long


def judge(status: int, headers: Mapping[str, str], content: object, flag: str = "") -> Verdict:
    """What an answer means; `content` is its JSON, None when it is none.

    `flag` names the success flag that a good answer must carry (`success`, `Success`); "" where the call has none.
    """
    told = _reasons(content)
    code, words = (told[0][0] if told else ""), scrub("; ".join(text for _, text in told if text))
    if status in STATUSES:
        return Verdict(STATUSES[status], code or str(status), words)
    if status in PATIENT and "Retry-After" in headers:
        return Verdict(Meaning.WAIT, code or str(status), words)
    if not isinstance(content, dict) or 300 <= status < 400:
        return Verdict(Meaning.NONSENSE, str(status), "a redirect" if 300 <= status < 400 else "not JSON")
    if status >= 500:
        return Verdict(Meaning.UNCLEAR, str(status), words)
    if 200 <= status < 300:
        return _judge_success(content, flag, told, code, words)
    if status not in DEFINITE:
        return Verdict(Meaning.UNCLEAR, str(status), words)
    if status == 404 and not told and content.get("records") == {}:
        return Verdict(Meaning.MISSING, "404", "no such record")
    meaning = _together(told, unknown=Meaning.REFUSED)
    return Verdict(meaning or Meaning.REFUSED, code or str(status), words)


def wait_seconds(headers: Mapping[str, str], now: datetime | None) -> float:
    """How long Retry-After (seconds or a date) asks to wait: 0 to 900 s, 2 s where it cannot be read."""
    text = headers.get("Retry-After", "").strip()
    if text.lstrip("-").isdigit():
        return min(max(float(text[:12]), 0.0), WAIT_CAP)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return DEFAULT_WAIT
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - (now or datetime.now(UTC))).total_seconds(), 0.0), WAIT_CAP)


def _judge_success(
    content: Mapping[str, object], flag: str, told: list[tuple[str, str]], code: str, words: str
) -> Verdict:
    flags = [content[name] for name in ("success", "Success") if name in content]
    if False in flags:
        meaning = _together(told, unknown=Meaning.UNCLEAR) or Meaning.UNCLEAR
        return Verdict(meaning, code or "200", words or "it says that it failed, without a reason")
    if told or (flag and content.get(flag) is not True) or any(value is not True for value in flags):
        return Verdict(Meaning.NONSENSE, code or "200", words or "it does not say whether it succeeded")
    return Verdict(Meaning.DONE)


def _together(told: list[tuple[str, str]], unknown: Meaning) -> Meaning | None:
    """What several reasons mean together: definite or passing only if every one is."""
    found = {_of_code(code) or unknown for code, _ in told}
    if len(found) <= 1:
        return next(iter(found), None)
    return Meaning.REFUSED if found == {Meaning.REFUSED, Meaning.MISSING} else Meaning.UNCLEAR


def _of_code(code: str) -> Meaning | None:
    if code in TEXT_CODES:
        return TEXT_CODES[code]
    if not code.isdigit() or len(code) < 8:
        return None
    return CATEGORIES.get(int(code[-2:]))


def _reasons(content: object) -> list[tuple[str, str]]:
    """Codes and messages of any of the error shapes, in their order."""
    if not isinstance(content, dict):
        return []
    rows: list[object] = []
    for name in ("reasons", "Errors", "errors"):
        found = content.get(name)
        rows += found if isinstance(found, list) else [found] if found else []
    if not rows and ("FaultCode" in content or {"code", "message"} <= content.keys()):
        rows = [content]
    if not rows and isinstance(content.get("message"), str) and not {"success", "Success"} & content.keys():
        rows = [{"message": content["message"]}]
    return [_reason(row) for row in rows]


def _reason(row: object) -> tuple[str, str]:
    if not isinstance(row, dict):
        return "", scrub(row)
    code = next((row[name] for name in ("code", "Code", "FaultCode") if row.get(name) not in (None, "")), "")
    words = next((row[name] for name in ("message", "Message", "FaultMessage") if row.get(name)), "")
    return scrub(code)[:60], scrub(words)
