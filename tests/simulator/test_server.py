"""The server itself: announcement, connections, start and stop, the blocking command."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from nsz_desk.simulator.faults import BadFault
from nsz_desk.simulator.server import Simulator
from tests.simulator.zuora_caller import Caller

ROOT = Path(__file__).parents[2]


def test_the_announcement_has_what_the_contract_names() -> None:
    """One port for all addresses; credentials and both profiles have the agreed keys."""
    with Simulator("demo") as simulator:
        said: Any = simulator.announcement()
        url = f"http://127.0.0.1:{simulator.port}"
    assert said["netsuite_soap"] == f"{url}/services/NetSuitePort_2025_2"
    assert said["netsuite_rest"] == said["zuora"] == said["control"] == url
    assert set(said["credentials"]["netsuite"]) == {"consumer_key", "consumer_secret", "token", "token_secret"}
    assert len(said["credentials"]["zuora"]["client_id"]) == 36
    assert len(said["credentials"]["zuora"]["client_secret"]) <= 42
    keys = {
        "kind",
        "netsuite",
        "zuora",
        "cutover",
        "lanes",
        "claim_wait_seconds",
        "backoff_seconds",
        "status",
        "methods",
    }
    assert set(said["profile"]) == set(said["profile_rest"]) == keys
    assert (said["profile"]["netsuite"]["interface"], said["profile_rest"]["netsuite"]["interface"]) == ("soap", "rest")
    assert said["profile"]["zuora"]["tenant"] == "tenant.10023"
    assert said["profile"]["zuora"]["invoice_settlement"] == "on"
    assert json.loads(json.dumps(said)) == said


def test_a_connection_serves_many_requests_without_delay() -> None:
    """Hundred reads over one kept-alive connection stay far below the forty milliseconds a stalled packet costs."""
    with Simulator("empty") as simulator, Caller(simulator) as caller:
        start = time.monotonic()
        for _ in range(100):
            caller.get("/v1/accounting-periods")
        assert time.monotonic() - start < 2


def test_many_callers_at_once_lose_no_cent() -> None:
    """Eight threads refund one payment ten times each; exactly as many succeed as it has money for."""
    with Simulator("empty") as simulator, Caller(simulator) as first:
        first.edit("zuora", "tenant", set={"invoice_settlement": True})
        payment = first.pay("50.00")
        won: list[bool] = []

        def work() -> None:
            with Caller(simulator) as caller:
                for _ in range(10):
                    body = {"type": "External", "methodType": "Check", "refundDate": "2026-01-06", "totalAmount": 1}
                    path = f"/v1/payments/{payment['id']}/refunds/unapply"
                    won.append(caller.call("POST", path, body).json["success"])

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(won), sum(won)) == (80, 50)
        assert first.get(f"/v1/payments/{payment['id']}").json["refundAmount"] == 50


def test_stop_ends_open_connections_and_frees_the_port() -> None:
    """After stop a kept-alive connection is dead, and another simulator can take the same port."""
    with Simulator("empty") as simulator:
        port = simulator.port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/clock")
        connection.getresponse().read()

    def once_more() -> None:
        connection.request("GET", "/clock")
        connection.getresponse()

    with pytest.raises((http.client.HTTPException, OSError)):
        once_more()
    connection.close()
    with Simulator("empty", port=port) as again:
        assert again.port == port


def test_it_listens_on_loopback_only() -> None:
    """The listening address is 127.0.0.1."""
    with Simulator("empty") as simulator, socket.create_connection(("127.0.0.1", simulator.port), 5) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"
        assert simulator.announcement()["control"] == f"http://127.0.0.1:{simulator.port}"


def test_a_body_without_a_length_is_refused() -> None:
    """A chunked body is 411, not misread as the next request."""
    with Simulator("empty") as simulator, socket.create_connection(("127.0.0.1", simulator.port), 5) as connection:
        head = b"POST /clock HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head + b"5\r\nhello\r\n0\r\n\r\n")
        with connection.makefile("rb") as answer:
            assert b" 411 " in answer.readline()


def test_wrong_options_are_said_before_anything_listens() -> None:
    """An unknown scenario, no refunds and a bad fault raise, with the reason in words."""
    with pytest.raises(ValueError, match="no scenario"):
        Simulator("nowhere")
    with pytest.raises(ValueError, match="at least one"):
        Simulator("month-end", refunds=0)
    with pytest.raises(BadFault, match="where"):
        Simulator("empty", faults=[{"where": "moon", "kind": "html"}])


def test_latency_makes_every_answer_wait_but_control() -> None:
    """With 100 ms a Zuora call takes at least that long; the control address answers at once."""
    with Simulator("empty", latency_ms=100) as simulator, Caller(simulator) as caller:
        start = time.monotonic()
        caller.get("/v1/accounting-periods")
        assert time.monotonic() - start >= 0.1


@pytest.mark.skipif(sys.platform == "win32", reason="a console signal would end the test run, too")
def test_serve_prints_one_line_and_ends_at_a_signal() -> None:
    """The first line is JSON with working addresses; SIGTERM ends it with code 0 and nothing on standard error."""
    code = "from nsz_desk.simulator.server import serve; serve('month-end', refunds=5)"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=pipe, stderr=pipe) as running:
        assert running.stdout is not None
        said = json.loads(running.stdout.readline())
        connection = http.client.HTTPConnection(said["control"].removeprefix("http://"), timeout=10)
        connection.request("GET", "/world")
        assert len(json.loads(connection.getresponse().read())["netsuite"]["refunds"]) >= 5
        connection.close()
        running.send_signal(signal.SIGTERM)
        rest, errors = running.communicate(timeout=10)
    assert (running.returncode, rest, errors) == (0, b"", b"")
