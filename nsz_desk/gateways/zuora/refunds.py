"""Refunds: of an account, of the tenant since a day, and one by id. A list is whole or it is no answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from nsz_desk.domain.errors import Missing, Refused
from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.gateways.http import no_answer
from nsz_desk.gateways.zuora import lists, mapping
from nsz_desk.gateways.zuora.accounts import account_rows
from nsz_desk.gateways.zuora.mapping import KEY, InvoicePaymentRow, RefundLineRow, RefundRow, read_row, read_rows
from nsz_desk.gateways.zuora.payments import Payments
from nsz_desk.gateways.zuora.rest import Rest

EXPANDED = (("expand[]", "refundapplications"), ("includeNullFields", "true"))
DAY = timedelta(days=1)
NOBODY = "0" * 32  # an id that no refund has
ZOQL_REFUND = (
    "Id, RefundNumber, AccountId, Amount, RefundDate, Type, MethodType, Status, TransferredToAccounting,"
    " CreatedDate, UpdatedDate, IntegrationId__NS, Origin__NS, SyncDate__NS"
)
ZOQL_LINE = "Id, RefundId, InvoicePaymentId, InvoiceId, RefundAmount"


class Refunds:
    """Reads refunds; remembers the currencies of payments, which never change."""

    def __init__(self, rest: Rest, payments: Payments, settlement: bool) -> None:
        """`settlement`: whether Invoice Settlement is on, as the profile pins it."""
        self._rest, self._payments, self._settlement = rest, payments, settlement
        self._currencies: dict[str, str] = {}  # by payment id

    def of_account(self, account_id: str) -> tuple[ZuoraRefund, ...]:
        """Every refund of an account; raises as `Rest.get`."""
        if not KEY.fullmatch(account_id):
            raise Missing("Zuora has no such account.", "Nothing was changed by this call.", "Check the account id.")
        if self._settlement:
            params = [("accountId", account_id)]
            rows = read_rows(RefundRow, lists.v1_list(self._rest, "/v1/refunds", "refunds", params))
        else:
            where = lists.equals("AccountId", account_id)
            rows = read_rows(RefundRow, lists.zoql(self._rest, ZOQL_REFUND, "Refund", where))
        if any(row.account_id != account_id for row in rows):
            raise no_answer("Zuora", "a list of refunds does not match its filter")
        found = self._records(rows)
        return self._exactly_timed(account_id, found) if self._settlement else found

    def updated_since(self, since: datetime) -> tuple[ZuoraRefund, ...]:
        """Every refund of the tenant updated since; some older ones may be among them. Raises as `Rest.get`."""
        first = since.astimezone(UTC) - DAY  # a day is a day of the tenant's own zone, whichever that is
        if self._settlement:
            wanted = [*EXPANDED, ("filter[]", f"updateddate.GE:{first:%Y-%m-%d}")]
            rows = read_rows(RefundRow, lists.object_list(self._rest, "refunds", wanted))
        else:
            where = f"UpdatedDate >= '{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00'"
            rows = read_rows(RefundRow, lists.zoql(self._rest, ZOQL_REFUND, "Refund", where))
        found = self._records(rows)
        if any(one.updated is not None and one.updated < first - 2 * DAY for one in found):
            raise no_answer("Zuora", "a list of refunds does not match its filter")
        return found

    def one(self, refund_id: str) -> ZuoraRefund:
        """One refund by id, with its payment and parts. Raises `Missing` and as `Rest.get`."""
        if not KEY.fullmatch(refund_id):
            raise Missing("Zuora has no such refund.", "Nothing was changed by this call.", "Check the refund id.")
        if not self._settlement:
            content = self._rest.get(f"/v1/object/refund/{refund_id}", flag="")
            return self._records([read_row(RefundRow, content)])[0]
        row = read_row(RefundRow, self._rest.get(f"/v1/refunds/{refund_id}"))
        if shown := self._shown(row.id):
            row = row.model_copy(update={"applications": shown.applications, "created": shown.created})
        return self._records([row])[0]

    def sample(self) -> tuple[Mapping[str, object], ...]:
        """A raw row of the list that the desk searches; none without Invoice Settlement, where it queries."""
        if not self._settlement:
            return ()
        found = self._rest.get("/v1/refunds", [("pageSize", "1")]).get("refunds")
        return tuple(row for row in found if isinstance(row, dict)) if isinstance(found, list) else ()

    def query_ids(self) -> None:
        """Name IntegrationId__NS in a query that finds nothing; raises as `Rest.get`, `Refused` without the field."""
        lists.zoql(self._rest, "Id, IntegrationId__NS", "Refund", lists.equals("Id", NOBODY))

    def _shown(self, refund_id: str) -> RefundRow | None:
        """What Object Query tells of it: its lines and its exact times; None where it tells nothing."""
        try:
            return read_row(RefundRow, self._rest.get(f"/object-query/refunds/{refund_id}", EXPANDED, flag=""))
        except Refused:
            return None

    def _records(self, rows: Sequence[RefundRow]) -> tuple[ZuoraRefund, ...]:
        """The rows as records, each once, with payment, parts and currency."""
        unique = list({row.id: row for row in rows}.values())
        lines = {} if self._settlement else self._lines(unique)
        payments = {row.id: _payment_of(row, lines.get(row.id, ())) for row in unique}
        currencies = self._currencies_of(unique, payments)
        found = []
        for row in unique:
            parts = (
                mapping.application_parts([one for _, one in lines[row.id]], row.amount, currencies[row.id])
                if row.id in lines
                else None
            )
            record = mapping.refund(row, currencies[row.id], payments[row.id], parts)
            blind = "integration_id" not in row.model_fields_set
            # A row that cannot show our id must not replace one that does, so it has no time to be newer by.
            found.append(replace(record, updated=None) if blind and self._settlement else record)
        return tuple(found)

    def _lines(self, rows: Sequence[RefundRow]) -> dict[str, list[tuple[str, mapping.Application]]]:
        """Without Invoice Settlement: payment and invoice of every line of the refunds."""
        asked = lists.zoql_by_keys(self._rest, ZOQL_LINE, "RefundInvoicePayment", "RefundId", (row.id for row in rows))
        found = read_rows(RefundLineRow, asked)
        keys = {line.invoice_payment_id for line in found if line.invoice_payment_id}
        paid = lists.zoql_by_keys(self._rest, "Id, PaymentId, InvoiceId, Amount", "InvoicePayment", "Id", keys)
        by_id = {row.id: row for row in read_rows(InvoicePaymentRow, paid)}
        lines: dict[str, list[tuple[str, mapping.Application]]] = {}
        for line in found:
            source = by_id.get(line.invoice_payment_id)
            invoice = line.invoice_id or (source.invoice_id if source else "")
            one = mapping.Application.model_construct(payment_id="", invoice_id=invoice, amount=line.amount)
            lines.setdefault(line.refund_id, []).append((source.payment_id if source else "", one))
        return lines

    def _currencies_of(self, rows: Sequence[RefundRow], payments: Mapping[str, str]) -> dict[str, str]:
        """A refund's currency: its own where told, its payment's, its account's where it has no payment."""
        silent = [row for row in rows if not row.currency]
        self._learn_currencies({payments[row.id] for row in silent if payments[row.id]})
        alone = [row for row in silent if payments[row.id] not in self._currencies]
        accounts = account_rows(self._rest, self._settlement, {row.account_id for row in alone})
        found = {row.id: row.currency.upper() for row in rows if row.currency}
        for row in silent:
            code = self._currencies.get(payments[row.id], "")
            if not code and row.account_id in accounts:
                code = accounts[row.account_id].currency.upper()
            if not code:
                raise no_answer("Zuora", "a refund's currency is not told")
            found[row.id] = code
        return found

    def _learn_currencies(self, ids: Iterable[str]) -> None:
        missing = sorted(key for key in ids if key not in self._currencies)
        for row in self._payments.rows(missing) if missing else ():
            self._currencies[row.id] = self._payments.currency(row)

    def _exactly_timed(self, account_id: str, found: tuple[ZuoraRefund, ...]) -> tuple[ZuoraRefund, ...]:
        """Dead refunds with their exact time of creation: the age of keys is judged by it, and v1 tells no zone."""
        if not any(one.dead for one in found):
            return found
        try:
            asked = lists.object_list_by_keys(self._rest, "refunds", "accountid", [account_id])
        except Refused:
            return found
        times = {row.id: mapping.moment(row.created) for row in read_rows(RefundRow, asked)}
        return tuple(replace(one, created=times.get(one.id) or one.created) for one in found)


def _payment_of(row: RefundRow, lines: Iterable[tuple[str, mapping.Application]]) -> str:
    """The one payment a refund is of, "" where it is not told or not one."""
    told = {key for key, _ in lines} | {one.payment_id for one in row.applications or ()} - {""}
    return row.payment_id or (told.pop() if len(told) == 1 else "")
