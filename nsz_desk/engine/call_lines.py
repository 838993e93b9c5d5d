"""The writes of a plan as lines for the page on which a person approves it: method, path and body as they are sent.

Only Zuora's calls have a path here: how NetSuite is reached (SOAP or REST) is the connection's own matter, and the
record with its fields is the same in both.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from nsz_desk.engine.canonical import Json, body
from nsz_desk.engine.ports import MEMO, CreateCall
from nsz_desk.engine.route import Parts, amount_number

ZUORA_REFUND = "zuora_refund"  # the record of a stamp that goes to Zuora
# What the engine calls a field of a Zuora refund, and its name in the request.
WIRE = {
    "integration_id": "IntegrationId__NS",
    "origin": "Origin__NS",
    "sync_date": "SyncDate__NS",
    "transaction": "Transaction__NS",
}


@dataclass(frozen=True, slots=True)
class CallLine:
    """One write: the system, what it does, its body (JSON) or its fields. `only_if` says when it is left out."""

    system: str
    what: str
    body: str = ""
    only_if: str = ""
    fields: tuple[str, ...] = ()


def mark_call(settlement: bool, zuora_id: str, values: Mapping[str, str]) -> CreateCall:
    """The update of a Zuora refund's fields, named as the engine names them. Source: zuora reference, section 5.3."""
    content: dict[str, Json] = {WIRE[name]: text for name, text in values.items() if name in WIRE}
    if transferred := values.get("transferred_to_accounting"):
        content |= (
            {"financeInformation": {"transferredToAccounting": transferred}}
            if settlement
            else {"TransferredToAccounting": transferred}
        )
    room = "/v1/refunds" if settlement else "/v1/object/refund"
    return CreateCall("PUT", f"{room}/{quote(zuora_id, safe='')}", body(content))


def apply_call(payment_id: str, parts: Parts) -> CreateCall:
    """The application of a payment's loose money to invoices. Source: zuora reference, section 5.2."""
    lines: list[Json] = [{"invoiceId": key, "amount": amount_number(amount)} for key, amount in parts]
    return CreateCall("PUT", f"/v1/payments/{quote(payment_id, safe='')}/apply", body({"invoices": lines}))


def zuora_line(call: CreateCall, only_if: str = "") -> CallLine:
    """A call to Zuora."""
    return CallLine("Zuora", f"{call.method} {call.path}", call.body, only_if)


def netsuite_line(record: str, key: str, fields: Iterable[tuple[str, str]], only_if: str = "") -> CallLine:
    """An update of fields in NetSuite; a field without a text is cleared."""
    name = "credit memo" if record == MEMO else "customer refund"
    said = tuple(f"{field} := {text}" if text else f"{field} is cleared" for field, text in fields)
    return CallLine("NetSuite", f"update {name} {key}", "", only_if, said)


def lines_text(lines: Iterable[CallLine], lay_out: Callable[[str], Iterable[str]] = lambda body: (body,)) -> list[str]:
    """The lines numbered in their order, below each its fields or body and its condition; one text per line of a page.

    `lay_out` puts a body over several lines.
    """
    said: list[str] = []
    for place, call in enumerate(lines, 1):
        below = [*call.fields, *(lay_out(call.body) if call.body else ())]
        below += [f"({call.only_if})"] if call.only_if else []
        said += [f"{place}  {call.system:<8}  {call.what}", *(f"{'':13}{text}" for text in below)]
    return said
