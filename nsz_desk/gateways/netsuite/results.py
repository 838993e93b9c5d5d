"""What an answer's content says: did it succeed, which record is it, which page of a list."""

from dataclasses import dataclass
from datetime import datetime

from nsz_desk.gateways.http import no_answer, scrub
from nsz_desk.gateways.netsuite.codes import ALARM, Failure
from nsz_desk.gateways.netsuite.soap_open import Answer, Failed
from nsz_desk.gateways.netsuite.soap_read import Node
from nsz_desk.gateways.netsuite.soap_rows import Row, rows_in


def failure_in(container: Node | None, at: datetime | None) -> Failure | None:
    """What the status of a result says went wrong; None when it says success.

    Raises:
        NoAnswer: it says nothing.
    """
    status = container.child("status") if container else None
    success = status.element.get("isSuccess", "") if status else ""
    if status is None or success not in ("true", "false", "1", "0"):
        raise no_answer("NetSuite", "it does not say whether it succeeded", at)
    details = status.children("statusDetail")
    saved = any(_saved_anyway(one) for one in details)
    if success in ("true", "1") and not saved:
        return None
    shown = next((one for one in details if one.element.get("type") == "ERROR"), details[0] if details else None)
    if shown is None:
        return Failure("", "it says that it failed, without a reason")
    return Failure(scrub(shown.text("code")), scrub(shown.text("message")), saved=saved)


def _saved_anyway(detail: Node) -> bool:
    """The flag is spelt in two ways."""
    return "true" in (detail.text("afterSubmitFailed"), detail.text("aftersubmitFailed"))


def need_success(container: Node | None, at: datetime | None) -> None:
    """Insist on success.

    Raises:
        Failed: it failed.
        NoAnswer: it does not say.
    """
    if failure := failure_in(container, at):
        raise Failed(failure, at)


def record_in(response: Node, kind: str, record_id: str, at: datetime | None) -> Node:
    """The record of a readResponse, which must be the one that was asked for.

    Raises:
        Failed: it could not be read.
        NoAnswer: another record came (code `alarm`), or none.
    """
    need_success(response, at)
    record = response.child("record")
    if record is None:
        raise no_answer("NetSuite", "it answers without the record", at)
    if record.id != record_id or record.kind.casefold() != kind.casefold():
        raise no_answer("NetSuite", f"it answers with another record than {kind} {record_id}", at, ALARM)
    return record


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a search: how many rows there are in all, pages, its own number, and its rows."""

    total: int
    pages: int
    index: int
    search_id: str
    rows: tuple[Row, ...]


def page_in(answer: Answer) -> Page:
    """The page in an answer to search or searchMoreWithId.

    Raises:
        Failed: the search failed.
        NoAnswer: its counts cannot be read.
    """
    result = answer.content.child("searchResult")
    need_success(result, answer.at)
    if result is None:
        raise no_answer("NetSuite", "it answers without a result", answer.at)
    total, pages, index = (_count(result, name, answer.at) for name in ("totalRecords", "totalPages", "pageIndex"))
    rows = tuple(rows_in(result)) if answer.rows is None else answer.rows
    return Page(total, pages, index, result.text("searchId"), rows)


def _count(result: Node, name: str, at: datetime | None) -> int:
    text = result.text(name)
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise no_answer("NetSuite", f"a page of a list has no {name}", at)
    return int(text)
