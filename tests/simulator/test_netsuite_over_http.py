"""The pretended NetSuite over a real socket, spoken to by hand and by a SOAP library with the vendor's own WSDL."""

import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nsz_desk.simulator.netsuite_auth import CREDENTIALS
from nsz_desk.simulator.server import Simulator
from tests.simulator.netsuite_envelopes import MAIN, columns, envelope, of_type, search, sign

WSDL = Path(__file__).parents[3] / "shared" / "vendor" / "netsuite-wsdl-2023_2" / "netsuite.wsdl"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The demo company on a free port."""
    with Simulator("demo") as running:
        yield running


def send(simulator: Simulator, body: bytes) -> tuple[int, bytes, str]:
    """POST an envelope; status, body and content type."""
    url = f"http://127.0.0.1:{simulator.port}/services/NetSuitePort_2025_2"
    request = urllib.request.Request(url, body, {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": "search"})
    try:
        with urllib.request.urlopen(request, timeout=10) as given:
            return given.status, given.read(), given.headers["Content-Type"]
    except urllib.error.HTTPError as exc:
        with exc:
            return exc.code, exc.read(), exc.headers["Content-Type"]


def test_a_search_over_the_socket_finds_every_refund(simulator: Simulator) -> None:
    """As many rows as the world has refunds, in one page, as XML."""
    body = envelope(search(of_type("customerRefund") + MAIN, columns("internalId", "tranId")))
    status, answer, content_type = send(simulator, body)
    assert (status, content_type) == (200, "text/xml; charset=utf-8")
    assert answer.count(b"<platformCore:searchRow ") == len(simulator.world.refunds) > 0


def test_a_fault_over_the_socket_is_http_500(simulator: Simulator) -> None:
    """The same envelope twice: the passport is used up."""
    body = envelope("<m:getServerTime/>")
    assert send(simulator, body)[0] == 200
    status, answer, _ = send(simulator, body)
    assert status == 500
    assert b"invalidCredentialsFault" in answer


class Library:
    """The vendor's WSDL in a SOAP library, with a new passport for every call."""

    def __init__(self, port: int) -> None:
        zeep = pytest.importorskip("zeep")
        self.client = zeep.Client(str(WSDL))
        self.core = self.client.type_factory("urn:core_2023_2.platform.webservices.netsuite.com")
        binding = "{urn:platform_2023_2.webservices.netsuite.com}NetSuiteBinding"
        url = f"http://127.0.0.1:{port}/services/NetSuitePort_2023_2"
        self.service = self.client.create_service(binding, url)

    def call(self, operation: str, **named: Any) -> Any:
        """Call an operation with a right passport."""
        nonce, stamp = uuid.uuid4().hex, int(time.time())
        parts = ["1234567_SB1", CREDENTIALS["consumer_key"], CREDENTIALS["token"], nonce, str(stamp)]
        signed = sign(f"{CREDENTIALS['consumer_secret']}&{CREDENTIALS['token_secret']}", "&".join(parts))
        signature = self.core.TokenPassportSignature(signed, algorithm="HMAC-SHA256")
        passport = self.core.TokenPassport(
            account=parts[0], consumerKey=parts[1], token=parts[2], nonce=nonce, timestamp=stamp, signature=signature
        )
        return getattr(self.service, operation)(_soapheaders={"tokenPassport": passport}, **named)


@pytest.mark.skipif(not WSDL.exists(), reason="the vendor's WSDL is not beside the project (../shared/vendor)")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_library_with_the_vendors_wsdl_reads_and_writes(simulator: Simulator) -> None:
    """An independent reader of the vendor's WSDL gets the refund, stamps it and reads the stamp back."""
    library = Library(simulator.port)
    refund = next(iter(simulator.world.refunds.values()))
    ref = library.core.RecordRef(internalId=refund.id, type="customerRefund")
    given = library.call("get", baseRef=ref).body.readResponse
    assert given.status.isSuccess
    assert given.record.tranId == refund.number
    assert given.record.applyList.apply[0].doc == int(refund.applied_to[0].doc)

    customers = library.client.type_factory("urn:customers_2023_2.transactions.webservices.netsuite.com")
    stamp = library.core.StringCustomFieldRef(scriptId="custbodyzuoraid", value="8a90stamp")
    listed = library.core.CustomFieldList(customField=[stamp])
    sent = customers.CustomerRefund(internalId=refund.id, customFieldList=listed)
    assert library.call("update", record=sent).body.writeResponse.status.isSuccess
    assert simulator.world.refunds[refund.id].zuora_id == "8a90stamp"

    nothing = library.core.NullField(name=["custbodyzuoraid", "custbodyzuoraintegrationstatus"])
    clearing = customers.CustomerRefund(internalId=refund.id, nullFieldList=nothing)
    assert library.call("update", record=clearing).body.writeResponse.status.isSuccess
    assert simulator.world.refunds[refund.id].zuora_id == ""
