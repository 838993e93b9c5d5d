"""How long a keystroke takes in a split over 1,000 invoices: `python -m tests.benchmark.keystroke`.

A keystroke judges the whole split, puts the words to each row, and paints the window's visible part. Target: 50 ms.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from decimal import Decimal

from nsz_desk.domain.allocation import InvoiceLine, Strategy, proposals
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Payment
from nsz_desk.engine.allocate import Offer
from nsz_desk.engine.results import Environment
from nsz_desk.ui.allocate.dialog import AllocateDialog
from nsz_desk.ui.allocate.table import TYPED
from nsz_desk.ui.application import application
from nsz_desk.ui.theme import apply
from nsz_desk.ui.widgets import card
from tests.ui.cases import a_case, a_row

COUNT, TIMES, TARGET_MS = 1000, 40, 50


def big_offer() -> Offer:
    """A payment over so many invoices, each with room for 10.00; half of it is refunded."""
    row = a_row(a_case(1, f"{COUNT * 5}.00 USD"))
    payment = row.case.payment_fact
    if not isinstance(payment, Payment):
        raise TypeError("the case has no payment")
    zero, full = Money(Decimal(0), "USD"), Money(Decimal(10), "USD")
    day = row.case.refund.date
    lines = tuple(InvoiceLine(f"i{n}", f"INV-{n:05d}", day, full, zero, full, zero) for n in range(COUNT))
    return Offer(row, payment, lines, proposals(lines, row.amount))


def measure(act: Callable[[int], object]) -> list[float]:
    """Milliseconds of each call, with the painting it causes, the first few left out."""
    took = []
    for at in range(TIMES + 3):
        began = time.perf_counter()
        act(at)
        application().processEvents()
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took[3:])


def rounds(dialog: AllocateDialog) -> Iterator[tuple[str, list[float]]]:
    """Typing into a right split, then into one where every part is above its room, then where none is an amount."""
    model, texts = dialog.model, dialog.typed.texts
    dialog.typed.follow(dialog.typed.offer.proposal(Strategy.PRO_RATA))
    yield "a right split", measure(lambda at: model.setData(model.index(500, TYPED), f"5.{at % 10}"))
    texts.update({line.invoice_id: "11" for line in dialog.typed.offer.lines})
    yield "every part above its room", measure(lambda at: model.setData(model.index(500, TYPED), f"12.{at % 10}"))
    texts.update({line.invoice_id: "x" for line in dialog.typed.offer.lines})
    yield "no part an amount", measure(lambda at: model.setData(model.index(500, TYPED), f"y{at % 10}"))


def main() -> int:
    """Print the figures; 1 when the target is missed."""
    app = application()
    apply(app, "light")
    owner = card()
    owner.resize(1280, 800)
    dialog = AllocateDialog(big_offer(), Environment("simulator", "ns", "z"), owner)
    dialog.show()
    app.processEvents()
    missed = False
    for name, took in rounds(dialog):
        middle, late = statistics.median(took), took[int(len(took) * 0.95)]
        missed = missed or late > TARGET_MS
        print(f"{COUNT:,} invoices, {name}: median {middle:.1f} ms, 95 % within {late:.1f} ms (target {TARGET_MS})")
    dialog.close()
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
