"""The faults of the control address strike NetSuite's REST services, in the words of REST."""

import http.client
from collections.abc import Callable, Iterator

import pytest

from nsz_desk.simulator.faults import KINDS, classify
from nsz_desk.simulator.http_types import Request
from nsz_desk.simulator.server import Simulator
from tests.simulator.netsuite_rest_caller import SAMPLES, RestCaller, complaint, sample
from tests.simulator.zuora_caller import Reply

FIELD = "custbodyzuoraid"
REFUND = "customerRefund/48001"
LOST = (http.client.RemoteDisconnected, ConnectionResetError, http.client.IncompleteRead)
LOSES = {"drop_request", "drop_answer", "deliver_later", "truncate"}
EFFECT = {"drop_answer", "delay", "duplicate", "truncate"}  # the kinds under which a write has worked
CALLS: dict[str, Callable[[RestCaller], Reply]] = {
    "netsuite.token": lambda caller: caller.ask(caller.assertion()),
    "netsuite.search": lambda caller: caller.query("SELECT id FROM transaction WHERE id = 48001"),
    "netsuite.get": lambda caller: caller.rest("GET", f"record/v1/{REFUND}"),
    "netsuite.update": lambda caller: caller.patch(REFUND, {FIELD: "written"}),
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """The demo company."""
    with Simulator("demo") as running:
        yield running


@pytest.fixture
def caller(simulator: Simulator) -> Iterator[RestCaller]:
    """A caller of a company as it was at the start, with no fault armed."""
    simulator.router.reset()
    with RestCaller(simulator) as one:
        yield one


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("POST /services/rest/auth/oauth2/v1/token", "netsuite.token"),
        ("POST /services/rest/query/v1/suiteql", "netsuite.search"),
        ("GET /services/rest/record/v1/metadata-catalog/customerRefund", "netsuite.search"),
        ("GET /services/rest/record/v1/customerRefund/1", "netsuite.get"),
        ("PATCH /services/rest/record/v1/creditMemo/1", "netsuite.update"),
        ("DELETE /services/rest/record/v1/creditMemo/1", ""),
    ],
)
def test_each_call_has_its_name(line: str, where: str) -> None:
    """The places are those of SOAP, with the token beside."""
    method, _, path = line.partition(" ")
    assert classify(Request(method, path)) == where


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", CALLS)
def test_a_fault_strikes_once_and_the_next_call_is_served(caller: RestCaller, where: str, kind: str) -> None:
    """What is lost is lost, what answers speaks JSON (but html), and a write worked only where it says so."""
    caller.faults({"where": where, "kind": kind, "nth": 1, "seconds": 0.05 if kind == "delay" else 600})
    cut_of_nothing = kind == "truncate" and where == "netsuite.update"  # 204 has no body to cut
    if kind in LOSES and not cut_of_nothing:
        with pytest.raises(LOST):
            CALLS[where](caller)
    else:
        reply = CALLS[where](caller)
        fine = kind in ("delay", "duplicate") or cut_of_nothing
        if kind == "html":
            assert reply.body.startswith(b"<!DOCTYPE")
        else:
            # The second delivery of an assertion is refused, but the caller sees the answer to the first.
            assert (reply.status in (200, 204)) is fine
            assert fine or reply.json["o:errorDetails"]
    if where == "netsuite.update":
        assert (caller.simulator.world.refunds["48001"].zuora_id == "written") is (kind in EFFECT)
    with RestCaller(caller.simulator) as another:  # the first one's connection may have ended
        another.faults()
        assert CALLS[where](another).status in (200, 204)


SAYS = {
    "http_500": (500, "UNEXPECTED_ERROR"), "http_503": (503, "UNEXPECTED_ERROR"),
    "http_429": (429, "CONCURRENCY_LIMIT_EXCEEDED"), "success_false": (400, "USER_ERROR"),
    "record_locked": (400, "RCRD_LOCKED_BY_WF"), "period_closed": (400, "TRAN_PRD_CLOSED"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SAYS)
def test_a_fault_has_its_code_and_takes_another(caller: RestCaller, kind: str) -> None:
    """Status and code are the documented ones; `code` and `message` of the fault replace code and text."""
    caller.faults({"where": "netsuite.update", "kind": kind})
    assert complaint(CALLS["netsuite.update"](caller)) == SAYS[kind]
    caller.faults({"where": "netsuite.update", "kind": kind, "code": "OTHER", "message": "said so"})
    reply = CALLS["netsuite.update"](caller)
    assert reply.json["o:errorDetails"] == [{"detail": "said so", "o:errorCode": "OTHER"}]


@pytest.mark.parametrize("kind", ["http_500", "http_503", "http_429", "html"])
def test_an_error_may_come_after_the_write(caller: RestCaller, kind: str) -> None:
    """With the effect "after" the change is there, whatever the answer says."""
    caller.faults({"where": "netsuite.update", "kind": kind, "effect": "after"})
    CALLS["netsuite.update"](caller)
    assert caller.simulator.world.refunds["48001"].zuora_id == "written"


@pytest.mark.skipif(not SAMPLES.exists(), reason="the vendor's samples are not beside the project")
def test_error_bodies_have_the_members_of_the_vendors_samples(caller: RestCaller) -> None:
    """429 with its odd second code, and 500 with its number."""
    caller.faults({"where": "netsuite.search", "kind": "http_429"})
    assert CALLS["netsuite.search"](caller).json == sample("err_429_concurrency")
    caller.faults({"where": "netsuite.search", "kind": "http_500"})
    ours, theirs = CALLS["netsuite.search"](caller).json, sample("err_500_unexpected")
    assert ours.keys() == theirs.keys()
    assert ours["o:errorDetails"][0]["detail"][:-20] == theirs["o:errorDetails"][0]["detail"][:-20]


def test_a_write_held_back_works_when_the_clock_passes(caller: RestCaller) -> None:
    """The caller heard nothing; later the change appears."""
    caller.faults({"where": "netsuite.update", "kind": "deliver_later", "nth": 1, "seconds": 600})
    with pytest.raises(LOST):
        CALLS["netsuite.update"](caller)
    assert FIELD not in caller.read(REFUND)
    caller.control("/clock", {"advance_seconds": 601})
    assert caller.read(REFUND)[FIELD] == "written"


def test_every_answer_has_the_worlds_time_and_counts_as_a_call(caller: RestCaller) -> None:
    """The Date header moves with the world's clock, and calls are counted with those of SOAP."""
    before = caller.world()["calls"]["netsuite"]
    caller.control("/clock", {"advance_seconds": 86_400 * 400})
    reply = caller.rest("GET", f"record/v1/{REFUND}")
    assert f"{caller.simulator.world.now():%d %b %Y}" in reply.headers["Date"]
    assert caller.world()["calls"]["netsuite"] == before + 1
