"""The pretended NetSuite over a real socket, spoken to by hand."""

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from nsz_desk.simulator.server import Simulator
from tests.simulator.netsuite_envelopes import MAIN, columns, envelope, of_type, search


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
