"""The records of a month end in both systems' shapes, each made from its row."""

from __future__ import annotations

from decimal import Decimal

from nsz_desk.simulator.month_end_rows import Row, Rows
from nsz_desk.simulator.world import (
    Applied,
    NsCustomer,
    NsMemo,
    NsRefund,
    ZAccount,
    ZInvoice,
    ZPayment,
    ZRefund,
)

# The first internal id of each kind; all transactions of NetSuite share one row of ids.
CUSTOMERS, MEMOS, INVOICES, REFUNDS = 5_000_000, 10_000_000, 50_000_000, 70_000_000
ACCOUNT, PAYMENT, INVOICE, REFUND = "01", "02", "03", "04"  # in the ids of Zuora


def hex_id(kind: str, place: int) -> str:
    """Make Zuora's id of the record of this kind at `place`; ids ascend with places."""
    return f"8ac68d6b{kind}{place:022x}"


class Books:
    """Makes the record at each place. Places of invoices and Zuora refunds count on their own."""

    def __init__(self, rows: Rows) -> None:
        """Make the records of `rows`."""
        self._rows = rows

    def customer(self, place: int) -> NsCustomer:
        """Make a customer, who knows the account."""
        rows = self._rows
        return NsCustomer(
            str(CUSTOMERS + place), rows.name(place), hex_id(ACCOUNT, place), rows.currency(place),
            modified=rows.moment(rows.month),
        )  # fmt: skip

    def account(self, place: int) -> ZAccount:
        """Make the customer's account."""
        rows = self._rows
        return ZAccount(
            hex_id(ACCOUNT, place), f"A{place + 1:08d}", rows.name(place), rows.currency(place),
            integration_id=str(CUSTOMERS + place),
        )  # fmt: skip

    def refund(self, place: int) -> NsRefund:
        """Make the NetSuite refund of a row, applied to the row's memo."""
        row = self._rows.row(place)
        made = self._rows.moment(row.day)
        refund = NsRefund(
            str(REFUNDS + place), f"CR-{1001 + place}", str(CUSTOMERS + row.customer), row.day, row.amount,
            self._rows.currency(row.customer), row.method, row.memo, made, made,
            applied_to=[Applied(str(MEMOS + place), "credit_memo", row.amount)],
        )  # fmt: skip
        if row.stage == "synced":
            refund.integration_status, refund.zuora_id = "Sync Complete", self._refund_id(row)
            refund.sync_date = self._stamp(row)
        return refund

    def memo(self, place: int) -> NsMemo:
        """Make the credit memo of a row, with the row's mistake if that is one of the memo."""
        row = self._rows.row(place)
        made, mistake = self._rows.moment(row.day), row.mistake
        memo = NsMemo(
            str(MEMOS + place), f"CM-{201 + place}", str(CUSTOMERS + row.customer), row.day, row.amount,
            self._rows.currency(row.customer), made, made, create_zuora_refund=mistake != "unflagged",
            zuora_payment_id="" if mistake == "blank payment" else hex_id(PAYMENT, place),
            created_from=str(INVOICES + place) if mistake == "from invoice" else "", voided=mistake == "voided",
        )  # fmt: skip
        if row.stage == "synced":
            memo.integration_status, memo.zuora_id = "Sync Complete", self._refund_id(row)
        return memo

    def payment(self, place: int) -> ZPayment:
        """Make the payment of a row, less what earlier refunds took."""
        row = self._rows.row(place)
        made, first = self._rows.moment(row.paid_on), self._rows.invoices_before(place)
        ids = [hex_id(INVOICE, first + part) for part in range(len(row.parts))]
        left = {key: part - taken for key, part, taken in zip(ids, row.parts, row.taken, strict=True) if part > taken}
        return ZPayment(
            hex_id(PAYMENT, place), f"P-{place + 1:08d}", hex_id(ACCOUNT, row.customer), row.paid_on,
            sum(row.parts, Decimal(0)), self._rows.currency(row.customer),
            "Processing" if row.mistake == "unsettled" else "Processed", made, made, left,
            dict(zip(ids, row.parts, strict=True)),
        )  # fmt: skip

    def invoice(self, place: int) -> ZInvoice:
        """Make an invoice, whose balance is what earlier refunds took."""
        at, part = self._rows.invoice_at(place)
        row = self._rows.row(at)
        return ZInvoice(
            hex_id(INVOICE, place), f"INV{place + 1:08d}", hex_id(ACCOUNT, row.customer), row.paid_on, row.parts[part],
            row.taken[part], self._rows.currency(row.customer),
        )  # fmt: skip

    def zuora_refund(self, place: int) -> ZRefund:
        """Make the Zuora refund of a row that was synced, or one by hand."""
        row = self._rows.row(self._rows.pending + place)
        made, synced = self._rows.moment(row.day), row.stage == "synced"
        refund = ZRefund(
            hex_id(REFUND, place), f"R-{place + 1:08d}", hex_id(ACCOUNT, row.customer), hex_id(PAYMENT, row.place),
            row.amount, self._rows.currency(row.customer), row.day, "External", "Check", row.memo, "Processed", made,
            made, invoices={hex_id(INVOICE, self._rows.invoices_before(row.place)): row.amount},
            route="crud" if synced else "by hand",
        )  # fmt: skip
        if synced:
            refund.integration_id, refund.origin = str(REFUNDS + row.place), "NETSUITE"
            refund.sync_date, refund.transferred_to_accounting = self._stamp(row), "Yes"
            refund.transaction = f"{self._rows.name(row.customer)} {row.day.isoformat()}"
        return refund

    def _refund_id(self, row: Row) -> str:
        return hex_id(REFUND, row.place - self._rows.pending)

    def _stamp(self, row: Row) -> str:
        return f"{self._rows.moment(row.day):%Y-%m-%dT%H:%M:%SZ}"
