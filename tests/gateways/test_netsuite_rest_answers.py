"""What the REST services' answers mean: the vendor's published bodies, and bodies that are none."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nsz_desk.domain.errors import Credentials, DeskError, Missing, NoAnswer, Refused
from nsz_desk.gateways.http import Reply
from nsz_desk.gateways.netsuite.codes import error_of
from nsz_desk.gateways.netsuite.rest_answers import content_of
from nsz_desk.gateways.netsuite.rest_rows import JsonRecord, SqlRow
from nsz_desk.gateways.netsuite.soap_open import Failed
from nsz_desk.gateways.netsuite.suiteql import page_of

SAMPLES = Path(__file__).parents[3] / "shared" / "vendor" / "netsuite-rest-samples"
AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
published = pytest.mark.skipif(not SAMPLES.exists(), reason="the vendor's samples are not beside the project")


def reply(body: bytes, status: int = 200, content_type: str = "application/json") -> Reply:
    """A whole answer."""
    return Reply(status, {"Content-Type": content_type}, body, AT)


def sample(name: str) -> Any:
    """One of the vendor's samples."""
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def told(body: bytes, status: int) -> tuple[DeskError, bool]:
    """The error that an answer stands for, and whether it may be waited for."""
    with pytest.raises(Failed) as caught:
        content_of(reply(body, status))
    return error_of(caught.value.failure, caught.value.at), caught.value.failure.busy


@published
@pytest.mark.parametrize(
    ("name", "status", "kind", "code", "busy"),
    [
        ("err_400_invalid_content", 400, Refused, "INVALID_CONTENT", False),
        ("err_400_invalid_request", 400, Refused, "INVALID_REQUEST", False),
        ("err_401_invalid_login", 401, Credentials, "INVALID_LOGIN", False),
        ("err_404_nonexistent_id", 404, Missing, "NONEXISTENT_ID", False),
        ("err_429_concurrency", 429, NoAnswer, "CONCURRENCY_LIMIT_EXCEEDED", True),
        ("err_400_concurrency_field_variant", 400, NoAnswer, "CONCURRENCY_LIMIT_EXCEEDED", True),
        ("err_500_unexpected", 500, NoAnswer, "UNEXPECTED_ERROR", False),
        ("err_400_idempotency", 400, NoAnswer, "IDEMPOTENCY_ERROR", False),
    ],
)
def test_a_published_error_has_its_class(name: str, status: int, kind: type, code: str, busy: bool) -> None:
    """By its code in the details, whatever its HTTP status says; the server's own words stand in the title."""
    body = sample(name)
    error, waits = told(json.dumps(body).encode(), status)
    assert (type(error), error.code, waits, error.at) == (kind, code, busy, AT)
    assert body["o:errorDetails"][0]["detail"][:40] in error.title


@published
def test_a_published_error_names_the_place() -> None:
    """The path of the faulty field is shown."""
    error, _ = told(json.dumps(sample("err_400_invalid_content")).encode(), 400)
    assert "item.items[0].item" in error.title


@published
def test_published_pages_are_read() -> None:
    """The shortened page has no `hasMore`, so its counts tell that there is more; texts stay texts."""
    rows, more = page_of(sample("suiteql_page_shape"), 1000)
    assert ([row.text("count") for row in rows], more) == (["143", "144", "145"], True)
    rows, more = page_of(sample("suiteql_rolepermissions"), 1000)
    assert (rows[0].text("permKey"), len(rows), more) == ("ADMI_CUSTFIELD", 5, True)


@pytest.mark.parametrize(
    ("content", "rows", "more"),
    [
        ({"items": [], "count": 0, "hasMore": False, "totalResults": 0}, 0, False),
        ({"items": [{}], "count": 1, "hasMore": True}, 1, True),
        ({"items": [{}], "count": 1, "totalResults": 2}, 1, True),
        ({"items": [{}] * 3}, 3, True),  # a full page that says nothing is not the last one
        ({"items": [{}] * 2}, 2, False),
    ],
)
def test_a_page_is_the_last_only_when_nothing_speaks_against_it(
    content: dict[str, object], rows: int, more: bool
) -> None:
    """A list that ends too early would lose refunds."""
    found, goes_on = page_of(content, 3)
    assert (len(found), goes_on) == (rows, more)


@pytest.mark.parametrize(
    "content", [{}, {"items": None}, {"items": [1]}, {"items": [{}], "count": 2}, {"items": [{}] * 4}]
)
def test_a_page_that_contradicts_itself_is_no_answer(content: dict[str, object]) -> None:
    """Without its rows, with another count, or with more rows than asked for."""
    with pytest.raises(NoAnswer):
        page_of(content, 3)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, Credentials), (403, Credentials), (429, NoAnswer), (404, NoAnswer), (502, NoAnswer)]
)
def test_an_error_without_a_body_says_only_what_its_status_proves(status: int, kind: type) -> None:
    """A bare 404 may come from anything on the way, so it does not prove that a record is missing."""
    try:
        content_of(reply(b"", status))
    except Failed as failed:
        error: DeskError = error_of(failed.failure, failed.at)
    except NoAnswer as no:
        error = no
    assert type(error) is kind


@pytest.mark.parametrize(
    ("body", "status", "content_type"),
    [
        (b"<html>Sign in</html>", 200, "text/html"),
        (b'{"a": 1}', 200, "text/html; charset=utf-8"),
        (b"[]", 200, "application/json"),
        (b'{"a": NaN}', 200, "application/json"),
        (b'{"a": 1, "a": 2}', 200, "application/json"),
        (b'{"a"', 200, "application/json"),
        (b"", 302, "application/json"),
    ],
)
def test_what_is_no_answer_of_the_services_proves_nothing(body: bytes, status: int, content_type: str) -> None:
    """A proxy's page, damaged JSON, a redirect."""
    with pytest.raises(NoAnswer):
        content_of(reply(body, status, content_type))


def test_a_script_that_fails_after_the_record_was_saved_leaves_doubt() -> None:
    """USER_ERROR may be raised after the save, so it is no definite no."""
    body = {"o:errorDetails": [{"detail": "Custom script said no", "o:errorCode": "USER_ERROR"}]}
    assert type(told(json.dumps(body).encode(), 400)[0]) is NoAnswer


def test_amounts_are_read_exactly() -> None:
    """A number of JSON is a Decimal with its own digits, never a float."""
    record = JsonRecord(content_of(reply(b'{"total": 1234567890123.45, "big": 12, "id": "1"}')))
    assert (record.text("total"), record.text("big")) == ("1234567890123.45", "12")


def test_a_list_within_a_record_is_whole_or_refused() -> None:
    """Not expanded, cut off, or further pages: each would lose an application."""
    cut: list[object] = [None, {"links": []}, {"items": [{}], "hasMore": True}, {"items": [{}], "totalResults": 2}]
    for held in cut:
        with pytest.raises(ValueError, match="apply rows"):
            JsonRecord({"apply": held}).rows("apply")
    assert len(JsonRecord({"apply": {"items": [{}], "totalResults": 1}}).rows("apply")) == 1


def test_a_field_that_people_see_filled_never_reads_blank() -> None:
    """Kept value and shown value: text, list, or the shown one alone; blank only when both are."""
    assert SqlRow({}).custom("custbodyx") is None
    row = SqlRow({"custbodyx": "Sync Complete", "shown_custbodyx": "Sync Complete"}).custom("custbodyx")
    assert row is not None
    assert (row.kind, row.text) == ("String", "Sync Complete")
    row = SqlRow({"custbodyx": "2", "shown_custbodyx": "Sync Complete"}).custom("custbodyx")
    assert row is not None
    assert (row.kind, row.internal_id, row.name) == ("Select", "2", "Sync Complete")
    row = SqlRow({"shown_custbodyx": "Sync Complete"}).custom("custbodyx")
    assert row is not None
    assert row.name == "Sync Complete"
