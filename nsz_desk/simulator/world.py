"""The records of both pretended systems and the one lock around them.

What a record means on the wire is decided by `netsuite_soap` and `zuora_rest`; what may be done to
it by `zuora_books` and `netsuite_books`. Amounts are `Decimal` in the record's currency, business
dates are dates, times are aware UTC.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from nsz_desk.simulator.netsuite_found import Scan
from nsz_desk.simulator.records import Records

PAYMENT_METHODS = ("Cash", "Check", "Wire Transfer", "ACH", "Credit Card (external)", "Other")
CURRENCIES = ("USD", "GBP", "CAD", "EUR", "AUD", "JPY", "CHF", "SEK")
STATUSES = ("Creating Refund", "Sync Complete", "Error Creating Refund")


@dataclass(slots=True)
class Applied:
    """One row of an apply list: the other transaction, its type and the amount."""

    doc: str
    type: str  # "credit_memo", "invoice", "customer_refund", "deposit_application", "journal"
    amount: Decimal


@dataclass(slots=True)
class NsCustomer:
    """A NetSuite customer; `zuora_id` is its Zuora Customer ID field ("" when blank)."""

    id: str
    name: str
    zuora_id: str
    currency: str
    subsidiary: str = "1"
    modified: datetime | None = None


@dataclass(slots=True)
class NsRefund:
    """A NetSuite customer refund. Amounts are positive here; the wire may show them negative."""

    id: str
    number: str
    customer_id: str
    date: date
    amount: Decimal
    currency: str
    method: str
    memo: str
    created: datetime
    modified: datetime
    integration_status: str = ""
    zuora_id: str = ""
    sync_date: str = ""
    applied_to: list[Applied] = field(default_factory=list)
    voided: bool = False
    subsidiary: str = "1"


@dataclass(slots=True)
class NsMemo:
    """A NetSuite credit memo. `applied_to` holds invoices; the refund's own row is a switch of the wire."""

    id: str
    number: str
    customer_id: str
    date: date
    amount: Decimal
    currency: str
    created: datetime
    modified: datetime
    create_zuora_refund: bool = True
    zuora_payment_id: str = ""
    payment_reference: str = ""  # internal id of a NetSuite customer payment, "" when not picked
    integration_status: str = ""
    zuora_id: str = ""
    sync_date: str = ""
    applied_to: list[Applied] = field(default_factory=list)
    created_from: str = ""  # internal id of an invoice or return authorisation, "" when standalone
    item_lines: int = 1
    item_texts: list[str] = field(default_factory=list)  # descriptions of the lines, as far as they have one
    memo: str = ""
    voided: bool = False
    subsidiary: str = "1"


@dataclass(slots=True)
class NsPayment:
    """A NetSuite customer payment, as far as a memo's Payment Reference needs it."""

    id: str
    number: str
    customer_id: str
    zuora_id: str
    amount: Decimal
    currency: str
    date: date


@dataclass(slots=True)
class NsPeriod:
    """A NetSuite accounting period."""

    id: str
    name: str
    start: date
    end: date
    closed: bool = False
    allow_non_gl: bool = False


@dataclass(slots=True)
class OpenSearch:
    """A SOAP search that can be asked for more pages: its request (an XML element) and when it was last used."""

    asked: object
    version: str
    page_size: int
    body_only: bool
    pages: int
    used: datetime


@dataclass(slots=True)
class ZAccount:
    """A Zuora account; `parent_id` is "" at the top of a hierarchy."""

    id: str
    number: str
    name: str
    currency: str
    parent_id: str = ""
    integration_id: str = ""


@dataclass(slots=True)
class ZInvoice:
    """A Zuora invoice; a refund of its payment reopens the balance."""

    id: str
    number: str
    account_id: str
    date: date
    amount: Decimal
    balance: Decimal
    currency: str


@dataclass(slots=True)
class ZPayment:
    """A Zuora payment. `applied` is what is bound to each invoice now (refunds take it away)."""

    id: str
    number: str
    account_id: str
    date: date
    amount: Decimal
    currency: str
    status: str
    created: datetime
    updated: datetime
    applied: dict[str, Decimal] = field(default_factory=dict)  # invoice id -> amount, now
    paid: dict[str, Decimal] = field(default_factory=dict)  # invoice id -> amount, when it was made
    unapplied: Decimal = Decimal(0)


@dataclass(slots=True)
class ZRefund:
    """A Zuora refund of a payment, with the part taken from each invoice (and from loose money)."""

    id: str
    number: str
    account_id: str
    payment_id: str
    amount: Decimal
    currency: str
    date: date
    type: str
    method: str
    comment: str
    status: str
    created: datetime
    updated: datetime
    integration_id: str = ""
    integration_status: str = ""
    origin: str = ""
    sync_date: str = ""
    transaction: str = ""
    sync_to_netsuite: str = ""
    transferred_to_accounting: str = ""
    reason_code: str = "Standard Refund"
    invoices: dict[str, Decimal] = field(default_factory=dict)
    from_unapplied: Decimal = Decimal(0)
    cancelled: datetime | None = None
    route: str = ""  # which call made it: "crud", "refund", "unapply_and_refund", "by hand"


@dataclass(slots=True)
class ZPeriod:
    """A Zuora accounting period."""

    id: str
    name: str
    start: date
    end: date
    status: str = "Open"


@dataclass(slots=True)
class Tenant:
    """How the Zuora tenant is set, and the switches for readings nobody could verify."""

    tenant_id: str = "10023"
    entity_id: str = ""
    invoice_settlement: bool = False
    unapply_and_refund: bool = True
    crud_lines_under_settlement: str = "honoured"  # honoured | ignored | refused
    netsuite_fields: bool = True
    transaction_field: bool = True
    scope_names_tenant: bool = True
    forward_compatibility: bool = False  # Invoice Settlement in the making: its reads answer, its writes do not
    replay_stored_failures: bool = True
    replay_stored_4xx: bool = True  # a refusal by HTTP status is stored under the key as well
    replay_stored_429: bool = False  # "come back later", too
    key_mismatch: str = "other_body"  # url_only | other_body | never
    key_mismatch_status: int = 422  # 422 or 409: what a key that was used for another request answers
    key_still_runs: str = "conflict"  # conflict (409) | waits (for the first one's answer)
    not_found_status: int = 404  # 200 or 404: what a v1 read of an unknown key answers
    override_transferred: bool = True  # may leave TransferredToAccounting "Yes" again
    integration_id_indexed: bool = False  # Object Query may filter by IntegrationId__NS
    cancel_needs_content_type: bool = False  # a cancel without a body is 415, as the like call on payments is
    rate_header_prefix: str = "RateLimit"  # RateLimit | Rate-Limit
    retry_after_is_date: bool = False
    calls_per_minute: int = 50_000
    calls_per_hour: int = 2_250_000
    calls_per_day: int = 27_000_000
    tokens_per_minute: int = 100
    calls_at_once: int = 40
    object_query_calls_at_once: int = 80
    search_lag_seconds: int = 0  # listings and queries do not see younger refunds


@dataclass(slots=True)
class NsAccount:
    """How the NetSuite account is set, and the switches for readings nobody could verify."""

    account: str = "1234567_SB1"
    memo_shows_refund_row: bool = True
    applied_columns_filled: bool = True
    status_is_list: bool = False
    user_zone: str = "America/New_York"
    has_sync_date: bool = True
    locks_closed_periods: bool = False  # a closed period refuses even changes that move no money
    refund_amount_remaining_filled: bool = True
    deposits_move_to_apply_list: bool = True  # saved deposits stand among the applied rows, else in their own list
    missing_columns: list[str] = field(default_factory=list)  # search columns (names, script ids) that stay empty
    is_not_includes_empty: bool = True  # does "is not X" find a blank field?
    write_outcome: str = "plain"  # plain | warned (but saved) | after_submit_failed (saved, yet no success)
    certificates: list[str] = field(default_factory=list)  # PEM, registered for REST; none: the simulator's own
    revoked_certificates: list[str] = field(default_factory=list)  # their IDs
    token_seconds: int = 3600  # how long (really) an access token lives
    token_refusal: str = "oauth"  # oauth ({"error": ...}) | rest (INVALID_LOGIN): what a refused sign-in answers
    relabelled: list[str] = field(default_factory=list)  # custom fields as "script id=label"
    retyped: list[str] = field(default_factory=list)  # custom fields as "script id=kind": string, boolean or select
    more_fields: list[str] = field(default_factory=list)  # "record=script id=label=kind"; no record holds a value
    role_levels: list[str] = field(default_factory=list)  # rights of the REST role as "key=level"; level 0: not there
    refused_operations: list[str] = field(default_factory=list)  # the role may not: see netsuite_soap and netsuite_rest
    lists_open_credits: bool = False  # a refund's apply rows over REST: also the customer's memos not applied to it
    suiteql_hides: list[str] = field(default_factory=list)  # tables, or table.column, that the role may not see
    suiteql_zone: str = "UTC"  # the zone in which SuiteQL tells times
    refund_is_previousdoc: bool = True  # in the links between refunds and credit memos
    totals_are_negative: bool = True  # foreigntotal of refunds and credit memos
    methods: list[str] = field(default_factory=lambda: list(PAYMENT_METHODS))  # internal id = place, from 1
    currencies: list[str] = field(default_factory=lambda: list(CURRENCIES))
    statuses: list[str] = field(default_factory=lambda: list(STATUSES))


class World:
    """Both systems' records, their clock and the lock that every request holds while it works."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Start empty; `clock` is the real time, which `advance` shifts for the world's records."""
        self.lock = threading.RLock()
        self._clock = clock
        self._shift = timedelta(0)
        self.netsuite = NsAccount()
        self.tenant = Tenant()
        self.customers: Records[NsCustomer] = Records()
        self.refunds: Records[NsRefund] = Records()
        self.memos: Records[NsMemo] = Records()
        self.ns_payments: Records[NsPayment] = Records()
        self.ns_periods: dict[str, NsPeriod] = {}
        self.accounts: Records[ZAccount] = Records()
        self.invoices: Records[ZInvoice] = Records()
        self.payments: Records[ZPayment] = Records()
        self.zuora_refunds: Records[ZRefund] = Records()
        self.zuora_periods: dict[str, ZPeriod] = {}
        self.calls = {"netsuite": 0, "zuora": 0}
        self.ns_searches: dict[str, OpenSearch] = {}  # by search id
        self.ns_nonces: dict[str, float] = {}  # used nonce -> real time in seconds
        self.serials: dict[str, int] = {}
        # Of a world whose records are made when looked at: the ids per kind of record, in ascending order,
        # the ids whose search results depend on a record, and what searches found among the untouched.
        self.stretches: tuple[tuple[str, range], ...] = ()
        self.relatives: Callable[[str, str], Iterable[int]] = lambda _kind, _key: ()
        self.scans: dict[object, Scan] = {}

    def now(self) -> datetime:
        """The world's time: the real one plus what `advance` added. UTC."""
        return self._clock() + self._shift

    def advance(self, seconds: float) -> datetime:
        """Move the world's time on by `seconds` and return the new one."""
        self._shift += timedelta(seconds=seconds)
        return self.now()

    def serial(self, kind: str) -> int:
        """Count up and return the running number of `kind`, from 1; ids and numbers are made of it."""
        self.serials[kind] = self.serials.get(kind, 0) + 1
        return self.serials[kind]
