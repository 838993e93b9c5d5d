"""Writes over REST: one PATCH, strict about names, sent again only where nothing was done."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from nsz_desk.domain.errors import DeskError, Missing, NoAnswer, Refused, Setup, Unreachable
from nsz_desk.engine.ports import MEMO, NOTE, REFUND, STATUS, ZUORA_ID
from nsz_desk.gateways.http import Http
from nsz_desk.gateways.netsuite.rest import RestNetSuite
from nsz_desk.settings.model import NetSuiteSettings
from nsz_desk.simulator.server import Simulator
from tests.gateways.netsuite_desk import LONG_AGO, Impatient, Quiet, Wire, rest
from tests.gateways.raw_server import RawServer, answer, hang_up
from tests.gateways.test_oauth import SECRETS

TOKEN = answer(json.dumps({"access_token": "t", "expires_in": "3600", "token_type": "Bearer"}).encode())
DONE = answer(b"", 204)


@pytest.fixture(scope="module")
def company() -> Iterator[Simulator]:
    """The demo company."""
    with Simulator("demo") as started:
        yield started


@pytest.fixture
def simulator(company: Simulator) -> Simulator:
    """The demo company as it was at the start."""
    company.router.reset()
    return company


def desk_at(url: str, clock: Impatient | None = None) -> RestNetSuite:
    """A gateway on a raw server."""
    clock = clock or Impatient()
    settings = NetSuiteSettings(interface="rest", account="1", url=url)
    return RestNetSuite(settings, SECRETS, clock=clock, http=Http(1, pause=clock.sleep))


def error(code: str, status: int) -> bytes:
    """An answer with an error in the documented form."""
    return answer(json.dumps({"o:errorDetails": [{"detail": "said", "o:errorCode": code}]}).encode(), status)


def test_one_patch_sets_and_clears_and_insists_on_known_names() -> None:
    """Method, path, header and body are the documented ones; nothing but the desk's own fields is in it."""
    with RawServer([TOKEN, DONE]) as server:
        at = desk_at(server.url).write_fields(MEMO, "77", {ZUORA_ID: "8a9 é", NOTE: ""}, [])
    assert at == datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    head, _, body = server.requests[1].partition(b"\r\n\r\n")
    assert head.startswith(b"PATCH /services/rest/record/v1/creditMemo/77 HTTP/1.1\r\n")
    assert b"x-netsuite-propertynamevalidation: error" in head.lower()
    assert b"prefer" not in head.lower()  # an asynchronous write would prove nothing
    assert json.loads(body) == {"custbodyzuoraid": "8a9 é", "custbodyzuorasyncdate": None}
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 429])
def test_a_busy_server_is_waited_for(status: int) -> None:
    """By its code, whatever the HTTP status: such a request was not carried out."""
    clock = Impatient()
    with RawServer([TOKEN, error("CONCURRENCY_LIMIT_EXCEEDED", status), DONE]) as server:
        desk_at(server.url, clock).write_fields(REFUND, "1", {ZUORA_ID: "x"}, [])
    assert [one.split()[0] for one in server.requests] == [b"POST", b"PATCH", b"PATCH"]
    assert len(clock.slept) == 1


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (error("UNEXPECTED_ERROR", 500), NoAnswer),
        (error("USER_ERROR", 400), NoAnswer),
        (error("INVALID_CONTENT", 400), Refused),
        (error("TRAN_PRD_CLOSED", 400), Refused),
        (error("NONEXISTENT_ID", 404), Missing),
        (answer(b"<html>", 502), NoAnswer),
        (answer(b"{}", 202), NoAnswer),
        (answer(b'{"id": "1"}', 200), NoAnswer),
        (hang_up, NoAnswer),
    ],
    ids=["unexpected", "script", "field", "period", "gone", "proxy", "accepted", "content", "silence"],
)
def test_any_other_answer_to_a_write_is_told_once(script: Any, kind: type[DeskError]) -> None:
    """A write is never sent again by itself, and only a definite no is Refused."""
    with RawServer([TOKEN, script]) as server, pytest.raises(kind) as caught:
        desk_at(server.url).write_fields(REFUND, "1", {ZUORA_ID: "x"}, [])
    assert type(caught.value) is kind
    assert [one.split()[0] for one in server.requests] == [b"POST", b"PATCH"]


def test_without_a_token_nothing_was_sent() -> None:
    """Silence at the sign-in is no doubt about the write."""
    with RawServer([hang_up]) as server, pytest.raises(Unreachable) as caught:
        desk_at(server.url).write_fields(REFUND, "1", {ZUORA_ID: "x"}, [])
    assert "Nothing was sent" in caught.value.message
    assert not [one for one in server.requests if one.startswith(b"PATCH")]


@pytest.mark.parametrize("record_id", ["", "..", "1/../2", "1?replace=apply", "ä", "1 2", "\u0661"])
def test_what_is_no_id_never_becomes_part_of_an_address(record_id: str) -> None:
    """Missing, and nothing is sent."""
    with RawServer([DONE]) as server:
        with pytest.raises(Missing):
            desk_at(server.url).read_fields(REFUND, record_id)
        with pytest.raises(Missing):
            desk_at(server.url).write_fields(REFUND, record_id, {ZUORA_ID: "x"}, [])
    assert server.requests == []


def test_another_record_than_asked_for_is_an_alarm() -> None:
    """Its fields would be judged as those of the wrong refund; the read is not repeated."""
    other = answer(b'{"id": "2", "custbodyzuoraid": "8a"}')
    with RawServer([TOKEN, other]) as server, pytest.raises(NoAnswer, match="another record") as caught:
        desk_at(server.url).read_fields(REFUND, "1")
    assert caught.value.code == "alarm"
    assert len(server.requests) == 2


def test_a_mistyped_field_is_refused_and_named(simulator: Simulator) -> None:
    """NetSuite would drop it without a word, were it not asked to be strict; nothing else was written either."""
    fields = json.loads(json.dumps(simulator.announcement()["profile"]))["netsuite"]["fields"]
    desk = rest(simulator, fields=fields | {"zuora_id": "custbodymistyped"})
    with pytest.raises(Refused, match="custbodymistyped"):
        desk.write_fields(REFUND, "48001", {ZUORA_ID: "8a", STATUS: "Sync Complete"}, [])
    assert simulator.world.refunds["48001"].integration_status == ""


def test_a_status_that_is_a_list_is_written_by_its_id(simulator: Simulator) -> None:
    """The id comes from a record that holds the value; a text that no record holds is refused, and nothing is sent."""
    simulator.world.netsuite.status_is_list = True
    wire = Wire()
    desk = rest(simulator, wire=wire)
    desk.write_fields(REFUND, "48001", {STATUS: "Sync Complete"}, [])
    assert simulator.world.refunds["48001"].integration_status == "Sync Complete"
    assert json.loads(wire.sent[-1]) == {"custbodyzuoraintegrationstatus": {"id": "2"}}
    assert desk.read_fields(REFUND, "48001").status == "Sync Complete"
    desk.write_fields(REFUND, "48001", {}, [STATUS])
    assert simulator.world.refunds["48001"].integration_status == ""
    with pytest.raises(Setup, match="Never Used"):
        desk.write_fields(REFUND, "48001", {STATUS: "Never Used"}, [])


def test_a_status_list_that_a_listing_has_shown_needs_no_further_call(simulator: Simulator) -> None:
    """What was seen is kept: the write alone is sent."""
    simulator.world.netsuite.status_is_list = True
    desk = rest(simulator)
    desk.pending(LONG_AGO, Quiet())
    before = simulator.world.calls["netsuite"]
    desk.write_fields(REFUND, "48001", {STATUS: "Sync Complete"}, [])
    assert simulator.world.calls["netsuite"] - before == 1


def test_without_a_claim_note_field_the_note_is_left_out(simulator: Simulator) -> None:
    """The profile says so; a write of the note alone only asks the time."""
    wire = Wire()
    desk = rest(simulator, claim_note_field="", wire=wire)
    desk.write_fields(REFUND, "48001", {ZUORA_ID: "8a", NOTE: "x"}, [])
    assert json.loads(wire.sent[-1]) == {"custbodyzuoraid": "8a"}
    desk.write_fields(REFUND, "48001", {NOTE: "x"}, [])
    assert simulator.world.refunds["48001"].sync_date == ""


@pytest.mark.parametrize("kind", ["drop_answer", "http_500", "http_503", "html", "truncate"])
def test_a_passing_failure_of_a_read_is_tried_again(simulator: Simulator, kind: str) -> None:
    """One fault among the reads of a list changes nothing in it."""
    plain = rest(simulator).pending(LONG_AGO, Quiet())
    simulator.router.faults.replace([{"where": "netsuite.search", "kind": kind, "nth": 3}])
    found = rest(simulator).pending(LONG_AGO, Quiet())
    simulator.router.faults.replace([])
    assert found.refunds == plain.refunds
    assert found.memos == plain.memos
