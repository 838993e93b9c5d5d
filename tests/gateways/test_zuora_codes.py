"""The meaning of answers: the tables of the protocol, row by row."""

from datetime import UTC, datetime

import pytest

from nsz_desk.gateways.zuora.codes import Meaning, judge, wait_seconds

M = Meaning
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def v1(*codes: object) -> dict[str, object]:
    """A v1 failure."""
    return {"success": False, "reasons": [{"code": code, "message": "words"} for code in codes]}


def crud(code: str) -> dict[str, object]:
    """A failure of the older calls."""
    return {"Success": False, "Errors": [{"Code": code, "Message": "words"}]}


TABLE: list[tuple[int, object, Meaning]] = [
    (200, {"success": True, "id": "x"}, M.DONE),
    *((200, v1(58730000 + category), M.REFUSED) for category in (10, 20, 21, 22, 23, 27, 30, 45, 90)),
    (200, v1(58730040), M.MISSING),
    (200, v1(58730011), M.SIGN_IN),
    *((200, v1(58730000 + category), M.AGAIN) for category in (50, 61, 70)),
    *((200, v1(58730000 + category), M.UNCLEAR) for category in (60, 99, 33)),
    (200, v1("58730030"), M.REFUSED),
    (200, v1("SystemError"), M.UNCLEAR),
    (200, v1(), M.UNCLEAR),
    (200, v1(58730050, 58730061), M.AGAIN),
    (200, v1(58730030, 58730050), M.UNCLEAR),
    (200, v1(58730030, 58730040), M.REFUSED),
    (200, {"success": False, "reasons": "all wrong"}, M.UNCLEAR),
    (200, {"id": "x"}, M.NONSENSE),
    (200, {"success": "true", "id": "x"}, M.NONSENSE),
    (200, {"success": None}, M.NONSENSE),
    (200, {"Success": True, "Id": "x"}, M.NONSENSE),
    (200, None, M.NONSENSE),
    (200, [], M.NONSENSE),
    (204, None, M.NONSENSE),
    (200, crud("INVALID_VALUE"), M.REFUSED),
    (200, crud("LOCK_COMPETITION"), M.AGAIN),
    (200, crud("TRANSACTION_FAILED"), M.UNCLEAR),
    (200, crud("NEVER_HEARD_OF"), M.UNCLEAR),
    (400, crud("INVALID_VALUE"), M.REFUSED),
    (400, crud("TRANSACTION_FAILED"), M.REFUSED),
    (400, crud("LOCK_COMPETITION"), M.AGAIN),
    (400, crud("UNKNOWN_ERROR"), M.UNCLEAR),
    (400, {"message": "Error - unrecognised fields"}, M.REFUSED),
    (400, {"FaultCode": "MALFORMED_QUERY", "FaultMessage": "words"}, M.REFUSED),
    *((status, v1("99999930"), M.REFUSED) for status in (400, 403, 404, 405, 413, 415)),
    (404, {"records": {}, "size": 0, "done": True}, M.MISSING),
    (404, v1("50000040"), M.MISSING),
    (404, {"message": "no route matched"}, M.REFUSED),
    (401, {"message": "Authentication error"}, M.SIGN_IN),
    (409, v1("1"), M.KEY_BUSY),
    (422, {"message": "other"}, M.OTHER_CONTENT),
    (429, {"code": "REQUEST_EXCEEDED_LIMIT", "message": "words"}, M.WAIT),
    (500, {"reasons": [{"code": "SystemError", "message": "words"}]}, M.UNCLEAR),
    (500, v1(58730030), M.UNCLEAR),
    (502, None, M.NONSENSE),
    (503, {}, M.UNCLEAR),
    (408, {}, M.UNCLEAR),
    (418, {}, M.UNCLEAR),
    *((status, {"success": True, "id": "x"}, M.NONSENSE) for status in (301, 302, 307, 308)),
]


@pytest.mark.parametrize(("status", "content", "meaning"), TABLE)
def test_each_answer_means_what_the_table_says(status: int, content: object, meaning: Meaning) -> None:
    """Status and body together decide; a definite no is never read where the fate is open, nor the other way."""
    assert judge(status, {}, content, "success").meaning is meaning


@pytest.mark.parametrize("status", [408, 429, 503])
def test_a_named_wait_is_a_wait(status: int) -> None:
    """408, 429 and 503 with Retry-After ask for the same call after a while."""
    assert judge(status, {"Retry-After": "7"}, {}, "success").meaning is Meaning.WAIT


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7), ("0", 0), ("-5", 0), ("999999999999999999", 900), ("", 2), ("soon", 2),
        ("Wed, 25 Nov 2026 03:01:30 GMT", 90), ("Wed, 25 Nov 2026 02:00:00 GMT", 0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 900),
    ],
)  # fmt: skip
def test_retry_after_is_read_as_seconds_or_date_and_capped(text: str, seconds: float) -> None:
    """Seconds or a date, never negative, at most 15 minutes; two seconds where it cannot be read."""
    assert wait_seconds({"Retry-After": text}, NOW) == seconds


def test_zuoras_words_are_scrubbed() -> None:
    """Line breaks and control characters of a message do not reach a title."""
    body = {"success": False, "reasons": [{"code": 58730030, "message": "a\nb\u202ec" + "x" * 999}]}
    words = judge(200, {}, body, "success").words
    assert words.startswith("a b\ufffdc")
    assert len(words) == 300
