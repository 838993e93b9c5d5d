"""The Zuora port over REST."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from nsz_desk.domain.errors import DeskError, Missing, Refused, Setup
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Invoice, Payment, Period, ZuoraAccount, ZuoraRefund
from nsz_desk.engine.ports import Clock, CreateCall, Created, Line, Tenant
from nsz_desk.gateways.http import Http, no_answer
from nsz_desk.gateways.road import OPEN, Road
from nsz_desk.gateways.zuora import lists
from nsz_desk.gateways.zuora.accounts import account_rows
from nsz_desk.gateways.zuora.auth import Tokens
from nsz_desk.gateways.zuora.invoices import Invoices
from nsz_desk.gateways.zuora.mapping import ID, KEY, PeriodRow, read_rows
from nsz_desk.gateways.zuora.payments import Payments
from nsz_desk.gateways.zuora.refunds import Refunds
from nsz_desk.gateways.zuora.rest import Content, Rest, ZuoraLine
from nsz_desk.settings.model import ZuoraSecrets, ZuoraSettings

# What the engine calls a field of a refund, and its name on the wire in v1 and in the older calls.
MARKS = {
    "sync_date": "SyncDate__NS",
    "transaction": "Transaction__NS",
    "integration_id": "IntegrationId__NS",
    "origin": "Origin__NS",
}
NO_SETTLEMENT = ("30", "40", "45")  # categories that say: there is no such call here; 10 may be a missing right


class ZuoraGateway:
    """Zuora as the engine asks it; usable from several threads at once."""

    def __init__(
        self,
        settings: ZuoraSettings,
        secrets: ZuoraSecrets,
        *,
        clock: Clock,
        simulator: bool,
        on_request: Callable[[str, str, bytes | None], None] | None = None,
        road: Road = OPEN,
    ) -> None:
        """Connect to nothing yet.

        Raises:
            Setup: the address is not https although this is no simulator.
        """
        if not simulator and not settings.url.startswith("https://"):
            raise Setup("Zuora is reached by https only.", "Nothing was sent.", "Correct the address in the settings.")
        self._clock = clock
        http = Http(settings.calls_at_once, pause=clock.sleep, on_request=on_request, road=road)
        self._tokens = Tokens(settings, secrets, http, clock)
        self._rest = Rest(settings, self._tokens, http, clock)
        self._settlement = settings.settlement
        self._sample: tuple[Mapping[str, object], ...] | None = None  # what the last look at the tenant brought
        self._payments = Payments(self._rest, settings.settlement)
        self._refunds = Refunds(self._rest, self._payments, settings.settlement)
        self._invoices = Invoices(self._rest, self._payments, settings.settlement)

    def tenant(self) -> Tenant:
        """Sign in afresh and say who answers; Invoice Settlement is probed with a read."""
        token = self._tokens.token(afresh=True)
        tenant = token.tenants[0] if len(token.tenants) == 1 else ""
        entity = token.entities[0] if len(token.entities) == 1 else "-"
        return Tenant(tenant, entity, self._probe())

    def payments(self, ids: Iterable[str]) -> Mapping[str, Payment]:
        """Payments by id or number, those that exist, keyed by what was asked for."""
        return self._payments.many(ids)

    def accounts(self, ids: Iterable[str]) -> Mapping[str, ZuoraAccount]:
        """Accounts by id or number, those that exist, keyed by what was asked for."""
        found = account_rows(self._rest, self._settlement, ids)
        return {key: row.record() for key, row in found.items()}

    def read_payment(self, key: str) -> Payment:
        """One payment by id as it stands now: refunded total and what is still applied per invoice."""
        return self._payments.one(key)

    def invoices(self, ids: Iterable[str]) -> Mapping[str, Invoice]:
        """Invoices by id, those that exist, keyed by what was asked for."""
        return self._invoices.many(ids)

    def read_invoice(self, invoice_id: str) -> Invoice:
        """One invoice by id: its balance as it stands now."""
        return self._invoices.one(invoice_id)

    def refunds_of_account(self, account_id: str) -> tuple[ZuoraRefund, ...]:
        """Every refund of an account, all pages."""
        return self._refunds.of_account(account_id)

    def refunds_updated_since(self, since: datetime) -> tuple[ZuoraRefund, ...]:
        """Every refund of the tenant updated since then, all pages; a few older ones may be among them."""
        return self._refunds.updated_since(since)

    def read_refund(self, refund_id: str) -> ZuoraRefund:
        """One refund by id, with its payment and its parts per invoice where Zuora tells them."""
        return self._refunds.one(refund_id)

    def open_line(self) -> ZuoraLine:
        """Open the connection for a create now, with a token that lives long enough."""
        return self._rest.open_line()

    def create_refund(self, line: Line, call: CreateCall, key: str, track: str) -> Created:
        """Send the create on that connection: once; after a 401, which executes nothing, once more on a new one.

        Raises:
            Refused: Zuora's definite no.
            KeyMismatch: the key holds other content.
            Credentials: the sign-in was refused twice; nothing was executed.
            Unreachable: not a byte left.
            NoAnswer: anything else. `code`: "wait" (with `wait`), "409", "again:CODE" for a failure that calls itself
                passing, "unclear:CODE" for one whose fate is unclear.
        """
        if not isinstance(line, ZuoraLine):
            raise TypeError("a line that this gateway has not opened")
        older = call.path.startswith("/v1/object/")
        content, reply = self._rest.create(line, call, key, track, "Success" if older else "success")
        made = content.get("Id" if older else "id")
        if not isinstance(made, str) or not ID.fullmatch(made):
            raise no_answer("Zuora", "it says success without an id", reply.at, "no id")
        return Created(made, reply.at or self._clock.now().wall)

    def mark_refund(self, refund_id: str, values: Mapping[str, str]) -> None:
        """PUT fields of a refund in one request; where Zuora refuses it, once more without the transaction text.

        A refusal is definite, so that the second request cannot meet the first.
        """
        try:
            self._put(refund_id, values)
        except Missing:
            raise
        except Refused:
            rest = {name: text for name, text in values.items() if name != "transaction"}
            if not rest or len(rest) == len(values):
                raise
            self._put(refund_id, rest)

    def cancel_refund(self, refund_id: str) -> None:
        """Cancel one refund: with Invoice Settlement its own call (which wants a JSON body), else the older update.

        One request without a key; a refused sign-in, which executes nothing, is renewed once. That the older update
        cancels is inferred from its schema. Source: zuora reference, section 5.1.
        """
        _known_key(refund_id)
        if self._settlement:
            answer = self._rest.put(f"/v1/refunds/{refund_id}/cancel", b"{}", "success")
        else:
            content = json.dumps({"Status": "Canceled"}).encode("ascii")
            answer = self._rest.put(f"/v1/object/refund/{refund_id}", content, "Success")
        _check_same(answer, refund_id)

    def apply_payment(self, payment_id: str, parts: Sequence[tuple[str, Money]]) -> None:
        """Apply loose money of a payment to invoices: one request that adds, never repeated here."""
        for key in (payment_id, *(invoice for invoice, _ in parts)):
            _known_key(key)
        lines = ",".join(f'{{"invoiceId":"{invoice}","amount":{amount.plain()}}}' for invoice, amount in parts)
        content = f'{{"invoices":[{lines}]}}'.encode("ascii")
        answer = self._rest.put(f"/v1/payments/{payment_id}/apply", content, "success")
        _check_same(answer, payment_id)

    def periods(self) -> tuple[Period, ...]:
        """Zuora's accounting periods."""
        found = lists.v1_list(self._rest, "/v1/accounting-periods", "accountingPeriods", sized=False)
        return tuple(row.record() for row in read_rows(PeriodRow, found))

    def shows_ids(self) -> bool | None:
        """Whether refunds show IntegrationId__NS; None when nothing tells.

        A row that carries the field proves it. A query that names it proves that the tenant has it, which is enough
        where the desk searches by queries, or where there is no row yet.
        """
        rows = () if not self._settlement else self._refunds.sample() if self._sample is None else self._sample
        if any(MARKS["integration_id"] in row for row in rows):
            return True
        try:
            self._refunds.query_ids()
        except Refused as error:
            return False if "INVALID_FIELD" in error.code else None
        return None if rows else True

    def _put(self, refund_id: str, values: Mapping[str, str]) -> None:
        _known_key(refund_id)
        content: dict[str, object] = {MARKS[name]: text for name, text in values.items() if name in MARKS}
        if transferred := values.get("transferred_to_accounting"):
            content |= (
                {"financeInformation": {"transferredToAccounting": transferred}}
                if self._settlement
                else {"TransferredToAccounting": transferred}
            )
        path = f"/v1/refunds/{refund_id}" if self._settlement else f"/v1/object/refund/{refund_id}"
        body = json.dumps(content).encode("ascii")
        answer = self._rest.put(path, body, "success" if self._settlement else "Success")
        _check_same(answer, refund_id)

    def _probe(self) -> bool | None:
        """Whether Invoice Settlement is on; None when it could not be found out, as where a right is missing."""
        try:
            listed = self._rest.get("/v1/refunds", [("pageSize", "1")]).get("refunds")
            self._sample = tuple(row for row in listed if isinstance(row, dict)) if isinstance(listed, list) else ()
        except Refused as error:
            return False if error.code[-2:] in NO_SETTLEMENT else None
        except DeskError:
            return None
        return True


def _known_key(key: str) -> None:
    if not KEY.fullmatch(key):
        raise Missing("Zuora has no such record.", "Nothing was changed by this call.", "Check the id.")


def _check_same(answer: Content, key: str) -> None:
    told = answer.get("id") or answer.get("Id")
    if told is not None and told != key:
        raise no_answer("Zuora", "the update was answered for another record")
