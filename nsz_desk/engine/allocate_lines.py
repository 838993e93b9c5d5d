"""What was seen of the invoices when a split was approved, and whether it still stands.

The forecast lies in the episode's memory as JSON: per invoice of the split its room, its part and its balance.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from nsz_desk.domain.allocation import InvoiceLine, Split
from nsz_desk.domain.facts import known
from nsz_desk.domain.money import Money, exact
from nsz_desk.domain.records import Payment
from nsz_desk.engine import effects
from nsz_desk.engine.canonical import Json
from nsz_desk.engine.effects import Act
from nsz_desk.engine.episode import Answer, Episode
from nsz_desk.engine.flow import Outcome

NOTHING = Decimal(0)


def forecast_of(lines: Sequence[InvoiceLine], parts: Split) -> list[dict[str, Json]]:
    """Room and balance of every invoice of the split, before and after."""
    known_lines = {line.invoice_id: line for line in lines}
    return [_forecast(known_lines[key], part) for key, part in parts]


def _forecast(line: InvoiceLine, part: Money) -> dict[str, Json]:
    before: dict[str, Json] = {
        "invoice_id": line.invoice_id,
        "number": line.number,
        "part": part.plain(),
        "room": line.room.plain(),
        "room_after": (line.room - part).plain(),
    }
    if line.balance is None:
        return before
    return before | {"balance": line.balance.plain(), "balance_after": (line.balance + part).plain()}


def rooms(payment: Payment) -> dict[str, Decimal]:
    """What of the payment is applied to each invoice now.

    Raises:
        FactMissing: its parts could not be read.
    """
    return {part.invoice_id: part.applied.amount for part in known(payment.parts)}


def lines_moved(e: Episode, payment: Payment) -> str:
    """Which invoice of the approved split does not stand as it did at the approval, in words; "" when all do.

    Raises:
        FactMissing: the payment's parts could not be read.
    """
    now, moved = rooms(payment), list[str]()
    for line in _lines(e):
        left = now.get(line["invoice_id"], NOTHING)
        if left != exact(line["room"]):
            shown = Money(left, payment.amount.currency).plain()
            moved.append(f"invoice {_name(line)} had {line['room']} left when the split was approved, now {shown}")
    return "; ".join(moved[:3]) + (f" and {len(moved) - 3} more" if len(moved) > 3 else "")


def read_back(e: Episode) -> Act[Answer | None]:
    """After the stamps: room and balance of every invoice of the split are the forecast ones, or say which is not.

    Tried again after pauses, since a balance may follow late.
    """
    answer = yield from _compare(e)
    for pause in e.limits.not_readable:
        if answer is None or answer.outcome is not Outcome.CONFLICT:
            break
        yield from effects.sleep(pause)
        answer = yield from _compare(e)
    return answer


def _compare(e: Episode) -> Act[Answer | None]:
    payment = yield from effects.read_payment(e.plan.payment_id)
    if payment.outcome is not Outcome.DONE:
        return Answer(Outcome.NO_ANSWER, reason=payment.reason)
    if isinstance(payment.got.parts, tuple):
        now = rooms(payment.got)
        for line in _lines(e):
            if now.get(line["invoice_id"], NOTHING) != exact(line["room_after"]):
                return _differs(line, "still to be refunded", now.get(line["invoice_id"], NOTHING), line["room_after"])
    for line in _lines(e):
        if "balance_after" not in line:
            continue
        invoice = yield from effects.read_invoice(line["invoice_id"])
        if invoice.outcome is not Outcome.DONE:
            return Answer(Outcome.NO_ANSWER, reason=invoice.reason)
        if invoice.got.balance.amount != exact(line["balance_after"]):
            return _differs(line, "balance", invoice.got.balance.amount, line["balance_after"])
    return None


def _differs(line: Mapping[str, Any], what: str, found: Decimal, expected: str) -> Answer:
    words = f"fields: invoice {_name(line)} shows {what} {found}, the forecast was {expected}"
    return Answer(Outcome.CONFLICT, "drift", words)


def _name(line: Mapping[str, Any]) -> str:
    return str(line["number"] or line["invoice_id"])


def _lines(e: Episode) -> Iterable[Mapping[str, Any]]:
    lines: list[Mapping[str, Any]] = e.memory.get("forecast", [])
    return lines
