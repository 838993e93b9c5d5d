"""A world in which refund 901 of 100.00 USD is a part of a payment over three invoices, so that a person splits it."""

from dataclasses import replace
from datetime import date

from nsz_desk.domain.allocation import Split, Strategy
from nsz_desk.domain.records import Invoice
from nsz_desk.engine.allocate import BY_HAND, Allotment, Offer, allot, follow
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.results import RowResult
from tests.builders import a_part, a_payment, usd
from tests.engine.worlds import World
from tests.fakes import ReportNever

THREE = (a_part(1, "120.00"), a_part(2, "80.00"), a_part(3, "50.00"))
HAND: Split = (("inv-1", usd("30.00")), ("inv-2", usd("70.00")))


class SplitWorld(World):
    """Payment p-1 paid 120.00, 80.00 and 50.00; the newest invoice has the lowest number."""

    def __init__(self, *, settlement: bool = True, crud: bool = False) -> None:
        super().__init__(settlement=settlement, crud=crud)
        self.zuora.known_payments["p-1"] = a_payment(parts=THREE)
        for number in (1, 2, 3):
            self.zuora.known_invoices[f"inv-{number}"] = Invoice(
                f"inv-{number}", f"INV-{number}", "acc-1", date(2026, 1, 31 - number), usd("500.00"), usd("7.00")
            )

    def offer(self, desk: Desk | None = None) -> Offer:
        """What there is to split."""
        found = (desk or self.desk()).allocation("901", ReportNever())
        assert isinstance(found, Offer), found
        return found

    def allot(self, how: Split | Strategy = HAND, offer: Offer | None = None) -> Allotment:
        """A split that may be approved."""
        offer = offer or self.offer()
        found = (
            follow(self.pair, offer, how)
            if isinstance(how, Strategy)
            else allot(self.pair, offer, how, BY_HAND, "Agreed with the customer.")
        )
        assert not isinstance(found, Declined), found
        return found

    def allocate(self, allotment: Allotment | None = None, desk: Desk | None = None) -> RowResult:
        """Approve a split and send it."""
        allotment = allotment or self.allot()
        done = (desk or self.desk()).allocate(allotment, ReportNever(), self.told.append)
        return self._clean(done).results[0]

    def one(self, desk: Desk | None = None, report: object = None) -> RowResult:
        """What a person does with refund 901 here: split and send; a row that needs no split is synced."""
        found = (desk or self.desk()).allocation("901", ReportNever())
        if isinstance(found, Declined):
            return super().one(desk)
        return self.allocate(self.allot(HAND, found), desk)

    def rooms(self) -> dict[str, str]:
        """What is applied to each invoice now."""
        parts = self.payment.parts
        assert isinstance(parts, tuple)
        return {part.invoice_id: part.applied.plain() for part in parts}

    def other_refund(self, invoice: str, amount: str) -> None:
        """Somebody refunds a part of one invoice."""
        refund = self.foreign(
            id=f"other-{invoice}", integration_id="", amount=usd(amount), parts=((invoice, usd(amount)),)
        )
        assert replace(refund).live
