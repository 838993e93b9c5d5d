"""Hand-written SOAP for the tests of the pretended NetSuite: a small world, signed envelopes, a reading of answers."""

import base64
import hashlib
import hmac
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.netsuite_auth import CREDENTIALS
from nsz_desk.simulator.netsuite_soap import answer
from nsz_desk.simulator.world import Applied, NsCustomer, NsMemo, NsPayment, NsPeriod, NsRefund, World

VERSION = "2025_2"
MADE = datetime(2026, 2, 3, 17, 30, tzinfo=UTC)
CORE = "urn:core_2025_2.platform.webservices.netsuite.com"
NAMESPACES = {
    "s": "http://schemas.xmlsoap.org/soap/envelope/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "m": "urn:messages_2025_2.platform.webservices.netsuite.com",
    "c": CORE,
    "b": "urn:common_2025_2.platform.webservices.netsuite.com",
    "sales": "urn:sales_2025_2.transactions.webservices.netsuite.com",
    "tc": "urn:customers_2025_2.transactions.webservices.netsuite.com",
    "rel": "urn:relationships_2025_2.lists.webservices.netsuite.com",
    "acct": "urn:accounting_2025_2.lists.webservices.netsuite.com",
    "f": "urn:faults_2025_2.platform.webservices.netsuite.com",
}
STATUS, ZUORA_ID = "custbodyzuoraintegrationstatus", "custbodyzuoraid"


def small_world() -> World:
    """Refund 601 pays out memo 501, refund 602 pays out memo 502, which is also applied to invoice 301."""
    world = World()
    world.customers["11"] = NsCustomer("11", 'Åkerman & "Söner" <AB>', "8a90z1", "USD")
    world.ns_payments["401"] = NsPayment("401", "P-401", "11", "8a90pay1", Decimal("120.00"), "USD", date(2026, 1, 5))
    for number in (1, 2):
        amount = Decimal("120.00") * number
        memo = NsMemo(
            f"50{number}", f"CM-{number}", "11", date(2026, 2, 1), amount, "USD", MADE, MADE,
            zuora_payment_id="8a90pay1", payment_reference="401", item_lines=number,
        )  # fmt: skip
        refund = NsRefund(
            f"60{number}", f"CR-{number}", "11", date(2026, 2, 2), amount, "USD", "Check", "pay <back>", MADE, MADE
        )
        refund.applied_to.append(Applied(memo.id, "credit_memo", amount))
        world.memos[memo.id], world.refunds[refund.id] = memo, refund
    world.memos["502"].applied_to.append(Applied("301", "invoice", Decimal("15.00")))
    world.memos["502"].amount += Decimal("15.00")
    world.ns_periods["71"] = NsPeriod("71", "Feb 2026", date(2026, 2, 1), date(2026, 2, 28))
    return world


def sign(secrets: str, base: str, algorithm: str = "HMAC-SHA256") -> str:
    """The signature by the document: base64 of the HMAC over the joined parts."""
    digest = hashlib.sha1 if algorithm.endswith("1") else hashlib.sha256
    return base64.b64encode(hmac.new(secrets.encode(), base.encode(), digest).digest()).decode()


def passport(
    account: str = "1234567_SB1",
    nonce: str = "",
    stamp: int | None = None,
    algorithm: str = "HMAC-SHA256",
    signed: str = "",
) -> str:
    """A tokenPassport header, right unless told otherwise."""
    nonce, stamp = nonce or uuid.uuid4().hex, int(time.time()) if stamp is None else stamp
    base = "&".join([account, CREDENTIALS["consumer_key"], CREDENTIALS["token"], nonce, str(stamp)])
    signed = signed or sign(f"{CREDENTIALS['consumer_secret']}&{CREDENTIALS['token_secret']}", base, algorithm)
    return (
        f"<m:tokenPassport><c:account>{account}</c:account><c:consumerKey>{CREDENTIALS['consumer_key']}</c:consumerKey>"
        f"<c:token>{CREDENTIALS['token']}</c:token><c:nonce>{nonce}</c:nonce><c:timestamp>{stamp}</c:timestamp>"
        f'<c:signature algorithm="{algorithm}">{signed}</c:signature></m:tokenPassport>'
    )


def envelope(body: str, header: str | None = None) -> bytes:
    """A request; `header` None means a right passport."""
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    head = passport() if header is None else header
    return f"<s:Envelope {names}><s:Header>{head}</s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()


@dataclass(slots=True)
class Said:
    """An answer, read."""

    status: int
    raw: bytes
    root: Element = field(init=False)

    def __post_init__(self) -> None:
        self.root = ElementTree.fromstring(self.raw)  # noqa: S314 - our own simulator wrote it

    def all(self, path: str) -> list[Element]:
        """Every element on an XPath with our prefixes."""
        return self.root.findall(f".//{path}", NAMESPACES)

    def text(self, path: str) -> str:
        """The text of the only element there."""
        (found,) = self.all(path)
        return found.text or ""

    def codes(self) -> list[str]:
        """The codes of all failed statuses."""
        return [node.text or "" for node in self.all("c:statusDetail/c:code")]

    def fault_kind(self) -> str:
        """The name of the fault element, "" where the detail holds none."""
        found = [node.tag for node in self.all("s:Fault/detail/*") if "faults_" in node.tag]
        return found[0].rpartition("}")[2] if found else ""


def read(given: Answer) -> Said:
    """Read a raw answer."""
    return Said(given.status, given.body)


def ask(world: World, body: str, header: str | None = None) -> Said:
    """Send one operation and read what comes back."""
    return read(answer(world, Request("POST", "/services/NetSuitePort_2025_2", body=envelope(body, header))))


def get(kind: str, internal_id: str) -> str:
    """The get operation."""
    return f'<m:get><m:baseRef xsi:type="c:RecordRef" type="{kind}" internalId="{internal_id}"/></m:get>'


def custom(script_id: str, value: str, kind: str = "String") -> str:
    """A custom field with a finished value element."""
    return f'<c:customField xsi:type="c:{kind}CustomFieldRef" scriptId="{script_id}">{value}</c:customField>'


def update(inner: str, internal_id: str = "601", kind: str = "CustomerRefund", operation: str = "update") -> str:
    """The update operation with one record."""
    return (
        f'<m:{operation}><m:record xsi:type="tc:{kind}" internalId="{internal_id}">{inner}</m:record></m:{operation}>'
    )


def search(criteria: str, columns: str, joins: str = "") -> str:
    """An advanced transaction search from basic criteria, basic columns and finished joins."""
    return (
        f'<m:search><m:searchRecord xsi:type="sales:TransactionSearchAdvanced">'
        f"<sales:criteria><sales:basic>{criteria}</sales:basic></sales:criteria>"
        f"<sales:columns><sales:basic>{columns}</sales:basic>{joins}</sales:columns></m:searchRecord></m:search>"
    )


def of_type(*kinds: str) -> str:
    """The criterion on the transaction's type."""
    values = "".join(f"<c:searchValue>_{kind}</c:searchValue>" for kind in kinds)
    return f'<b:type operator="anyOf">{values}</b:type>'


def columns(*names: str) -> str:
    """Empty columns, which ask for themselves."""
    return "".join(f"<b:{name}/>" for name in names)


MAIN = "<b:mainLine><c:searchValue>true</c:searchValue></b:mainLine>"


def preferences(size: int) -> str:
    """A right passport and a page size."""
    return passport() + f"<m:searchPreferences><m:pageSize>{size}</m:pageSize></m:searchPreferences>"
