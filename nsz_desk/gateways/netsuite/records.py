"""Whole records by id: one, or many at a time, each checked to be the one that was asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import Kind
from nsz_desk.gateways.http import LIST_CAP, MONEY_CAP, no_answer
from nsz_desk.gateways.netsuite.caller import Caller
from nsz_desk.gateways.netsuite.codes import Failure, error_of
from nsz_desk.gateways.netsuite.results import need_success, record_in
from nsz_desk.gateways.netsuite.soap_open import Answer, Failed
from nsz_desk.gateways.netsuite.soap_read import Node
from nsz_desk.gateways.netsuite.soap_write import Messages

AT_ONCE = 100  # records in one call; each takes the server up to a second
GONE = "RCRD_DSNT_EXIST"
KINDS = {"creditMemo": Kind.CREDIT_MEMO, "invoice": Kind.INVOICE, "customerRefund": Kind.REFUND}
Ref = tuple[str, str]  # kind (customerRefund, creditMemo, …) and internal id


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a document is, and its record where it could be read."""

    kind: Kind | Unread
    record: Node | None = None


class Records:
    """Reads records."""

    def __init__(self, caller: Caller, messages: Messages) -> None:
        """Use this way of calling."""
        self._caller, self._messages = caller, messages

    def one(self, kind: str, record_id: str) -> tuple[Node, datetime]:
        """One record and the server's time.

        Raises:
            Missing: there is none.
            DeskError: it could not be read.
        """

        def take(answer: Answer) -> Node:
            response = answer.content.child("readResponse")
            if response is None:
                raise no_answer("NetSuite", "it answers without a result", answer.at)
            return record_in(response, kind, record_id, answer.at)

        return self._caller.read("get", lambda passport: self._messages.get(passport, kind, record_id), take, MONEY_CAP)

    def many(self, refs: Iterable[Ref]) -> Mapping[Ref, Node | Failure]:
        """Records of any kinds, each with what went wrong where it could not be read."""
        wanted = list(dict.fromkeys(refs))
        found: dict[Ref, Node | Failure] = {}
        for start in range(0, len(wanted), AT_ONCE):
            found.update(self._some(wanted[start : start + AT_ONCE]))
        return found

    def resolve(self, docs: Iterable[str], kinds: Iterable[str]) -> Mapping[str, Resolved]:
        """What documents are: each of `kinds` is tried in turn; one that is none of them is `Kind.OTHER`."""
        rest, found = list(dict.fromkeys(docs)), dict[str, Resolved]()
        for kind in kinds:
            for (_, doc), record in self.many((kind, doc) for doc in rest).items():
                if isinstance(record, Node):
                    found[doc] = Resolved(KINDS[kind], record)
                elif record.code != GONE:
                    found[doc] = Resolved(Unread(f"transaction {doc}", error_of(record, None).title))
            rest = [doc for doc in rest if doc not in found]
        return found | {doc: Resolved(Kind.OTHER) for doc in rest}

    def _some(self, refs: list[Ref]) -> Mapping[Ref, Node | Failure]:
        def take(answer: Answer) -> Mapping[Ref, Node | Failure]:
            listed = answer.content.child("readResponseList")
            responses = listed.children("readResponse") if listed else []
            if len(responses) != len(refs):
                need_success(listed, answer.at)
                raise no_answer("NetSuite", f"{len(refs)} records were asked for, {len(responses)} came", answer.at)
            found = {ref: _one(response, ref, answer) for ref, response in zip(refs, responses, strict=True)}
            if all(isinstance(one, Failure) and one.passing for one in found.values()):
                raise Failed(next(one for one in found.values() if isinstance(one, Failure)), answer.at)
            return found

        return self._caller.read("getList", lambda passport: self._messages.get_list(passport, refs), take, LIST_CAP)[0]


def _one(response: Node, ref: Ref, answer: Answer) -> Node | Failure:
    """A record, or why it is none; too many calls at once concern the whole call."""
    try:
        return record_in(response, *ref, answer.at)
    except Failed as failed:
        if failed.failure.busy:
            raise
        return failed.failure


def expect(found: Mapping[Ref, Node | Failure], ref: Ref, at: datetime | None = None) -> Node:
    """The record of that reference.

    Raises:
        DeskError: it could not be read.
    """
    record = found[ref]
    if isinstance(record, Node):
        return record
    error: DeskError = error_of(record, at)
    raise error
