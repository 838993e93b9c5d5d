"""Invoices with their dates and balances: many in few calls, one by id where a balance must be the newest.

Whether `/v1/invoices` answers without Invoice Settlement is documented nowhere: the older calls are asked there.
"""

from collections.abc import Iterable

from nsz_desk.domain.errors import Missing, Refused
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Invoice
from nsz_desk.gateways.zuora import lists
from nsz_desk.gateways.zuora.mapping import KEY, WholeInvoiceRow, by_key, read_row, read_rows
from nsz_desk.gateways.zuora.payments import Payments
from nsz_desk.gateways.zuora.rest import Rest

ZOQL_INVOICE = "Id, InvoiceNumber, AccountId, InvoiceDate, Amount, Balance"


class Invoices:
    """Reads invoices; their currencies come from their accounts where the call does not tell them."""

    def __init__(self, rest: Rest, payments: Payments, settlement: bool) -> None:
        """`settlement`: whether Invoice Settlement is on, as the profile pins it."""
        self._rest, self._payments, self._settlement = rest, payments, settlement

    def many(self, ids: Iterable[str]) -> dict[str, Invoice]:
        """Invoices by id, those that exist, keyed by what was asked for; raises as `Rest.get`."""
        wanted = sorted(set(ids))
        found = by_key({row.id: row for row in self._search(wanted)}, wanted)
        self._payments.learn_currencies(row.account_id for row in found.values() if not row.currency)
        records = {key: self._record(row) for key, row in found.items()}
        for key in wanted:
            if key not in records:
                try:
                    records[key] = self.one(key)
                except Missing:
                    continue
        return records

    def one(self, invoice_id: str) -> Invoice:
        """One invoice by id as it stands now. Raises `Missing` and as `Rest.get`."""
        if not KEY.fullmatch(invoice_id):
            raise Missing("Zuora has no such invoice.", "Nothing was changed by this call.", "Check the invoice id.")
        content = (
            self._rest.get(f"/v1/invoices/{invoice_id}")
            if self._settlement
            else self._rest.get(f"/v1/object/invoice/{invoice_id}", flag="")
        )
        return self._record(read_row(WholeInvoiceRow, content))

    def _search(self, ids: list[str]) -> list[WholeInvoiceRow]:
        try:
            found = (
                lists.object_list_by_keys(self._rest, "invoices", "id", ids)
                if self._settlement
                else lists.zoql_by_keys(self._rest, ZOQL_INVOICE, "Invoice", "Id", ids)
            )
        except Refused:
            return []  # not filterable here: they are read one by one
        return read_rows(WholeInvoiceRow, found)

    def _record(self, row: WholeInvoiceRow) -> Invoice:
        currency = self._payments.currency_of(row.currency, row.account_id)
        return Invoice(
            row.id, row.number, row.account_id, row.day, Money(row.amount, currency), Money(row.balance, currency)
        )
