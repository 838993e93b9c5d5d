"""The profile of one pair of systems. Frozen; every field's title and description are its label and tooltip.

Secrets do not stand here: the vault holds them under the profile's name.
"""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, field_validator, model_validator

from nsz_desk.domain.case import Policy
from nsz_desk.domain.choices import METHOD_TYPES
from nsz_desk.domain.status import StatusTexts

NETSUITE_HOST = re.compile(r"^[0-9a-z]+(-[0-9a-z]+)*\.suitetalk\.api\.netsuite\.com$")
# Source: Zuora data centers, https://docs.zuora.com/basics/environments/zuora-data-centers
ZUORA_HOSTS = {
    "rest.na.zuora.com": "production",
    "rest.sandbox.na.zuora.com": "sandbox",
    "rest.zuora.com": "production",
    "rest.apisandbox.zuora.com": "sandbox",
    "rest.test.zuora.com": "sandbox",
    "rest.eu.zuora.com": "production",
    "rest.sandbox.eu.zuora.com": "sandbox",
    "rest.test.eu.zuora.com": "sandbox",
    "rest.ap.zuora.com": "production",
    "rest.test.ap.zuora.com": "sandbox",
}
CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,4000}-----END CERTIFICATE-----")
PROXY = r"^(https?://[A-Za-z0-9.-]+:\d{1,5})?$"  # no name or password in it: those would be secrets
LOOPBACK = frozenset({"127.0.0.1", "localhost"})


class Frozen(BaseModel):
    """A settings block: immutable, and unknown keys are errors, so that a typing slip is seen."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Kind(StrEnum):
    """Which world a profile talks to."""

    SIMULATOR = "simulator"
    SANDBOX = "sandbox"
    PRODUCTION = "production"


class FieldIds(Frozen):
    """Script ids of the connector's custom fields; the defaults are guesses, the connection test verifies them."""

    integration_status: str = Field("custbodyzuoraintegrationstatus", title="Zuora Integration Status")
    zuora_id: str = Field("custbodyzuoraid", title="Zuora ID")
    sync_date: str = Field("custbodyzuorasyncdate", title="Zuora Sync Date")
    create_zuora_refund: str = Field("custbodyzuoracreatezuorarefund", title="Zuora Create Zuora Refund")
    refund_payment_id: str = Field("custbodyzuorarefundpaymentid", title="Zuora Refund Payment ID")
    refund_payment_reference: str = Field("custbodyzuorarefundpaymentreference", title="Zuora Refund Payment Reference")
    customer_zuora_id: str = Field("custentityzuoraid", title="Zuora ID of the customer")

    @model_validator(mode="after")
    def _ids_are_ids(self) -> Self:
        for name in type(self).model_fields:
            if not re.fullmatch(r"cust(body|entity)[a-z0-9_]+", getattr(self, name)):
                raise ValueError(f"{name}: not a script id of a custom field: {getattr(self, name)!r}")
        return self


class NetSuiteSettings(Frozen):
    """How NetSuite is reached."""

    interface: Literal["soap", "rest"] = Field("soap", title="Interface")
    account: str = Field(title="Account", description="The account id as NetSuite shows it, such as 1234567_SB1")
    url: str = Field("", title="Address", description="Blank: built from the account id")
    version: str = Field("2025_2", title="SOAP endpoint version", pattern=r"^\d{4}_[12]$")
    user_zone: str = Field(
        "America/Los_Angeles",
        title="Time zone of the integration user",
        description="Dates travel as midnight of this zone",
    )
    fields: FieldIds = FieldIds()
    claim_note_field: Literal["sync_date", ""] = Field("sync_date", title="Field for the claim note")
    calls_at_once: Annotated[int, Field(ge=1, le=20)] = 2
    certificate: str = Field(
        "", title="Certificate", description="Public, as PEM, of the key in use for REST: it tells its last day"
    )
    next_certificate: str = Field(
        "", title="Next certificate", description="Public, as PEM, of a new key that waits for its certificate id"
    )

    @field_validator("certificate", "next_certificate")
    @classmethod
    def _nothing_but_a_certificate(cls, text: str) -> str:
        if text and not CERTIFICATE.fullmatch(text):
            raise ValueError("is no certificate in PEM")
        return text

    @property
    def base(self) -> str:
        """The address without a path."""
        host = self.account.strip().lower().replace("_", "-")
        return self.url.rstrip("/") or f"https://{host}.suitetalk.api.netsuite.com"


class ZuoraSettings(Frozen):
    """How Zuora is reached, and what the connection test found out and pinned."""

    url: str = Field(title="Address", description="The REST address of the data centre")
    tenant: str = Field("", title="Tenant", description="Pinned by the connection test; part of every key")
    entity: str = Field("-", title="Entity")
    invoice_settlement: Literal["on", "off"] = Field("on", title="Invoice Settlement")
    unapply_route: Literal["unapply_and_refund", "crud"] = Field("unapply_and_refund", title="Create call")
    transaction_field: bool = Field(True, title="Tenant has Transaction__NS on refunds")
    transaction_separator: Annotated[str, StringConstraints(strip_whitespace=False)] = Field(
        " ", title="Separator in Transaction__NS"
    )
    shield: bool = Field(
        True,
        title="Ignore before a cancel",
        description="A resync sets Transferred to Accounting to Ignore first, so that the connector leaves it alone",
    )
    org: str = Field("", title="Organisation ids")
    calls_at_once: Annotated[int, Field(ge=1, le=40)] = 4

    @property
    def settlement(self) -> bool:
        """Whether Invoice Settlement is on."""
        return self.invoice_settlement == "on"


class StatusSettings(Frozen):
    """The status texts as written; reading is tolerant."""

    creating: str = "Creating Refund"
    complete: str = "Sync Complete"
    error: str = "Error Creating Refund"


class ConnectorOff(Frozen):
    """A person's word that the vendor's connector does not sync refunds from NetSuite to Zuora."""

    by: str = Field(title="Confirmed by", min_length=2, max_length=80)
    on: date = Field(title="Confirmed on")


class NetworkSettings(Frozen):
    """What a company's own network asks for. Proxies and certificates of the surroundings are never used."""

    ca_bundle: str = Field("", title="Trusted authorities", description="A PEM file in place of the built-in ones")
    proxy: str = Field("", title="Proxy", description="Such as http://proxy.example.com:3128", pattern=PROXY)


class Profile(Frozen):
    """One pair of a NetSuite account and a Zuora tenant, and how the desk works on them."""

    kind: Kind = Field(title="Environment")
    netsuite: NetSuiteSettings
    zuora: ZuoraSettings
    cutover: date = Field(title="Cutover date", description="Older refunds are only counted")
    lanes: Annotated[int, Field(ge=1, le=16)] = 4
    idle_minutes: Annotated[int, Field(ge=0, le=1440)] = Field(
        15, title="Lock after idle minutes", description="The window locks when nobody has used it so long; 0: never"
    )
    claim_wait_seconds: Annotated[float, Field(ge=0, le=10)] = 1.5
    caps: dict[str, Annotated[Decimal, Field(gt=0)]] = Field(
        default_factory=dict, title="Caps", description="Currency to the most that one run may move in it"
    )
    backoff_seconds: tuple[float, ...] = (2.0, 4.0, 8.0, 16.0)
    network: NetworkSettings = NetworkSettings()
    status: StatusSettings = StatusSettings()
    connector_off: ConnectorOff | None = Field(
        None, title="Connector's refund sync is off", description="Who confirmed it, and when; the connection test asks"
    )
    methods: dict[str, str] = Field(
        default_factory=lambda: {name: name for name in METHOD_TYPES},
        title="Payment methods",
        description="NetSuite payment method name to Zuora MethodType",
    )

    @model_validator(mode="after")
    def _hosts_are_allowed(self) -> Self:
        self._check_host("NetSuite", self.netsuite.base)
        self._check_host("Zuora", self.zuora.url)
        if self.kind is Kind.SIMULATOR:
            return self
        host = urlsplit(self.zuora.url).hostname or ""
        sandbox_account = bool(re.search(r"_(SB|RP)\d*$", self.netsuite.account.upper()))
        if (ZUORA_HOSTS[host] == "sandbox") != sandbox_account or sandbox_account != (self.kind is Kind.SANDBOX):
            raise ValueError("NetSuite, Zuora and the environment must all be sandbox or all be production")
        return self

    def _check_host(self, system: str, url: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError(f"{system}: the address may hold nothing but host and port")
        if self.kind is Kind.SIMULATOR:
            if host not in LOOPBACK:
                raise ValueError(f"{system}: a simulator is on this computer, not on {host or 'no host'}")
            return
        if parts.scheme != "https" or parts.port not in (None, 443):
            raise ValueError(f"{system}: https on port 443 is required")
        allowed = NETSUITE_HOST.fullmatch(host) if system == "NetSuite" else host in ZUORA_HOSTS
        if not allowed:
            raise ValueError(f"{system}: {host or 'no host'} is not on the list of allowed hosts")

    @property
    def policy(self) -> Policy:
        """What the rules need of these settings."""
        texts = StatusTexts(self.status.creating, self.status.complete, self.status.error)
        return Policy(self.cutover, texts, self.methods)


class NetSuiteSecrets(Frozen):
    """Token-based authentication: two pairs of key and secret."""

    consumer_key: SecretStr
    consumer_secret: SecretStr
    token: SecretStr
    token_secret: SecretStr


class NetSuiteRestSecrets(Frozen):
    """OAuth 2.0 client credentials with a certificate, for the interface rest.

    `certificate_id` is what NetSuite shows once the certificate is mapped; `private_key` a PEM of an EC P-256 key.
    """

    client_id: SecretStr
    certificate_id: SecretStr
    private_key: SecretStr


class ZuoraSecrets(Frozen):
    """OAuth client credentials."""

    client_id: SecretStr
    client_secret: SecretStr


class Secrets(BaseModel):
    """What the vault holds for one profile. Extra keys of later interfaces are let through."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    netsuite: NetSuiteSecrets | None
    zuora: ZuoraSecrets
    netsuite_rest: NetSuiteRestSecrets | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_way_in_is_enough(cls, held: Any) -> Any:
        """Keys for REST make those for SOAP superfluous; with neither, those for SOAP are said to be missing."""
        if isinstance(held, dict) and held.get("netsuite_rest"):
            return {"netsuite": None, **held}
        return held

    def used_by(self, interface: str) -> Self:
        """Without the keys for the other interface to NetSuite, which need not be kept; as it is where only those are.

        That they are the wrong ones is said when they are needed.
        """
        used, spare = ("netsuite_rest", "netsuite") if interface == "rest" else ("netsuite", "netsuite_rest")
        return self.model_copy(update={spare: None}) if getattr(self, used) else self
