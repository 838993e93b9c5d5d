"""The SOAP gateway over real sockets: faults on the way, odd accounts, lists of many pages."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from nsz_desk.domain.errors import Credentials, DeskError, NoAnswer, Refused, Setup, Unreachable
from nsz_desk.domain.facts import Unread, known
from nsz_desk.engine.ports import MEMO, NOTE, REFUND, STATUS, ZUORA_ID, NetSuiteListing
from nsz_desk.gateways.netsuite.caller import BUSY_TRIES, Caller
from nsz_desk.gateways.netsuite.fields import refund_query
from nsz_desk.gateways.netsuite.results import Page
from nsz_desk.gateways.netsuite.searching import Searches, by_id
from nsz_desk.gateways.netsuite.soap import SoapNetSuite
from nsz_desk.gateways.netsuite.soap_write import Messages
from nsz_desk.gateways.netsuite.values import zone
from nsz_desk.settings.model import NetSuiteSettings
from nsz_desk.simulator.server import Simulator
from tests.gateways.netsuite_desk import LONG_AGO, Impatient, Quiet, Wire, profile, secrets, soap
from tests.gateways.raw_server import unused_port

CLAIM = {STATUS: "Creating Refund", NOTE: "2026-03-20T12:00:00Z desk-1"}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The demo company."""
    with Simulator("demo") as started:
        yield started


def listed(simulator: Simulator, **how: Any) -> NetSuiteListing:
    """The whole list."""
    return soap(simulator, **how).pending(LONG_AGO, Quiet())


def a_refund_id(simulator: Simulator) -> str:
    """Some refund."""
    return next(iter(simulator.world.refunds))


def nonces(wire: Wire) -> list[bytes]:
    """The nonces of what was sent."""
    return [found for body in wire.sent for found in re.findall(rb"nonce[^>]*>(\w+)<", body)]


def test_many_pages_give_what_one_page_gives(simulator: Simulator) -> None:
    """The size of a page changes the number of calls, not the list."""
    small, large = listed(simulator, page_size=7), listed(simulator)
    assert (small.refunds, dict(small.memos), dict(small.customers)) == (
        large.refunds,
        dict(large.memos),
        dict(large.customers),
    )


class Meddler(Wire):
    """Does something to the world once, right before a certain request leaves."""

    def __init__(self, operation: bytes, deed: Callable[[], None]) -> None:
        super().__init__()
        self.operation, self.deed, self.done = operation, deed, False

    def __call__(self, method: str, url: str, body: bytes | None) -> None:
        """Note the request; meddle once."""
        super().__call__(method, url, body)
        if not self.done and b":" + self.operation in (body or b""):
            self.done = True
            self.deed()


def test_a_row_that_falls_out_between_pages_hides_no_other(simulator: Simulator) -> None:
    """When a refund is voided while the list is paged, the list is read again and the rest is complete."""
    first = a_refund_id(simulator)

    def void() -> None:
        simulator.world.refunds[first].voided = True

    meddler = Meddler(b"searchMoreWithId", void)
    found = [one.id for one in listed(simulator, page_size=7, wire=meddler).refunds]
    assert meddler.done
    assert sorted(found) == sorted(one.id for one in simulator.world.refunds.values() if not one.voided)


def test_a_search_that_expired_is_started_again(simulator: Simulator) -> None:
    """A search id that NetSuite forgot costs a second search, not the list."""
    meddler = Meddler(b"searchMoreWithId", simulator.world.ns_searches.clear)
    found = listed(simulator, page_size=7, wire=meddler).refunds
    assert meddler.done
    assert len(found) == sum(not one.voided for one in simulator.world.refunds.values())


class Stuck:
    """A server that answers every page with the same one."""

    def read(self, *_: Any) -> tuple[Page, Any]:
        """Page one of three."""
        return Page(15, 3, 1, "W1", ()), None


def test_a_page_that_does_not_advance_is_noticed() -> None:
    """The same page twice ends the list with an error; it does not run for ever."""
    searches = Searches(cast(Caller, Stuck()), Messages("2025_2", zone("UTC")))
    with pytest.raises(NoAnswer, match="page 2"):
        searches.transactions(refund_query(NetSuiteSettings(account="1")), by_id)


@pytest.mark.parametrize("kind", ["drop_answer", "drop_request", "http_500", "http_503", "html", "truncate"])
def test_a_write_without_a_usable_answer_is_sent_once(simulator: Simulator, kind: str) -> None:
    """Whatever breaks after the request left: no answer, and no second request."""
    simulator.router.faults.replace([{"where": "netsuite.update", "kind": kind}])
    wire = Wire()
    with pytest.raises(NoAnswer):
        soap(simulator, wire=wire).write_fields(REFUND, a_refund_id(simulator), CLAIM | {ZUORA_ID: "8a"}, [])
    assert sum(b":update" in body for body in wire.sent) == 1


def test_a_write_that_found_no_free_place_is_sent_again(simulator: Simulator) -> None:
    """Too many calls at once means that nothing was carried out; each try has a passport of its own."""
    simulator.router.faults.replace([{"where": "netsuite.update", "kind": "http_429", "nth": 1, "times": 3}])
    wire, clock = Wire(), Impatient()
    netsuite = soap(simulator, wire=wire, clock=clock)
    netsuite.write_fields(REFUND, a_refund_id(simulator), {ZUORA_ID: "8a"}, [])
    assert simulator.world.refunds[a_refund_id(simulator)].zuora_id == "8a"
    assert len(wire.sent) == len(set(nonces(wire))) == 4
    assert len(clock.slept) == 3
    assert clock.slept == sorted(clock.slept)


def test_waiting_for_a_free_place_ends(simulator: Simulator) -> None:
    """After so many tries it is an error that says so."""
    simulator.router.faults.replace([{"where": "netsuite.update", "kind": "http_429"}])
    clock = Impatient()
    with pytest.raises(NoAnswer, match="no more calls"):
        soap(simulator, clock=clock).write_fields(REFUND, a_refund_id(simulator), {ZUORA_ID: "8a"}, [])
    assert len(clock.slept) == BUSY_TRIES


@pytest.mark.parametrize("kind", ["drop_answer", "http_500", "html", "truncate", "success_false"])
def test_a_read_is_tried_again(simulator: Simulator, kind: str) -> None:
    """Two failures of a read are forgiven, with a new passport each time; a third is not."""
    wire = Wire()
    netsuite = soap(simulator, wire=wire)
    simulator.router.faults.replace([{"where": "netsuite.get", "kind": kind, "nth": 1, "times": 2}])
    assert netsuite.read_fields(REFUND, a_refund_id(simulator)).status == ""
    assert len(set(nonces(wire))) == 3
    simulator.router.faults.replace([{"where": "netsuite.get", "kind": kind, "nth": 1, "times": 3}])
    with pytest.raises(NoAnswer):
        netsuite.read_fields(REFUND, a_refund_id(simulator))


@pytest.mark.parametrize(
    ("kind", "code"), [("record_locked", "RCRD_LOCKED_BY_WF"), ("period_closed", "TRAN_PRD_CLOSED")]
)
def test_a_definite_no_is_told_with_its_code(simulator: Simulator, kind: str, code: str) -> None:
    """The engine decides by the code; the error says that nothing was changed."""
    simulator.router.faults.replace([{"where": "netsuite.update", "kind": kind}])
    with pytest.raises(Refused) as caught:
        soap(simulator).write_fields(MEMO, next(iter(simulator.world.memos)), {ZUORA_ID: "8a"}, [])
    assert caught.value.code == code
    assert caught.value.at is not None


def test_a_script_that_fails_after_saving_is_doubt(simulator: Simulator) -> None:
    """NetSuite says no, yet the value stands: that must not count as refused."""
    simulator.world.netsuite.write_outcome = "after_submit_failed"
    with pytest.raises(NoAnswer):
        soap(simulator).write_fields(REFUND, a_refund_id(simulator), {ZUORA_ID: "8a"}, [])
    assert simulator.world.refunds[a_refund_id(simulator)].zuora_id == "8a"


def test_a_warning_on_success_is_success(simulator: Simulator) -> None:
    """A status with a warning says that it was written."""
    simulator.world.netsuite.write_outcome = "warned"
    soap(simulator).write_fields(REFUND, a_refund_id(simulator), {ZUORA_ID: "8a"}, [])


def test_a_wrong_key_is_told_at_once_and_shows_no_key(simulator: Simulator) -> None:
    """One request, no further tries (they would lock the user out), and no secret in the words."""
    keys, wire = secrets(simulator, token_secret="wrong-and-private"), Wire()
    netsuite = soap(simulator, keys=keys, wire=wire)
    with pytest.raises(Credentials) as caught:
        netsuite.server_time()
    assert len(wire.sent) == 1
    words = repr(caught.value) + str(caught.value)
    for name in type(keys).model_fields:
        assert getattr(keys, name).get_secret_value() not in words
        assert getattr(keys, name).get_secret_value() not in repr(vars(netsuite))


def test_nobody_there_is_unreachable(simulator: Simulator) -> None:
    """Not a byte left, for a write as for a read."""
    with unused_port() as address:
        netsuite = soap(simulator, url=address)
        with pytest.raises(Unreachable):
            netsuite.write_fields(REFUND, "1", {ZUORA_ID: "8a"}, [])
        with pytest.raises(Unreachable):
            netsuite.server_time()


def test_an_account_whose_lists_show_no_links_is_read_whole(simulator: Simulator) -> None:
    """Where the applied-to columns stay empty the same facts come from whole records, in chunks."""
    full = listed(simulator)
    simulator.world.netsuite.applied_columns_filled = False
    before = simulator.world.calls["netsuite"]
    sparse = listed(simulator)
    assert simulator.world.calls["netsuite"] - before <= 16
    assert sparse.refunds == full.refunds
    assert sparse.memos.keys() == full.memos.keys()
    for key, memo in sparse.memos.items():
        assert {(row.doc, row.kind) for row in known(memo.applied)} == {
            (row.doc, row.kind) for row in known(full.memos[key].applied)
        }
        assert memo.refunds == full.memos[key].refunds


def test_a_refund_whose_record_cannot_be_read_keeps_its_row(simulator: Simulator) -> None:
    """Its applied rows are unread, which no rule takes for none; the other refunds are whole."""
    simulator.world.netsuite.applied_columns_filled = False
    refused = {"where": "netsuite.get", "kind": "success_false", "code": "INSUFFICIENT_PERMISSION", "nth": 2}
    simulator.router.faults.replace([refused])  # the first get is that of the names
    refunds = listed(simulator).refunds
    assert len(refunds) == sum(not one.voided for one in simulator.world.refunds.values())
    assert all(isinstance(one.applied, Unread) for one in refunds)
    assert all("right" in one.applied.why for one in refunds if isinstance(one.applied, Unread))


def test_an_account_whose_memos_hide_their_refunds_still_tells_them(simulator: Simulator) -> None:
    """The search from the refund's side finds them."""
    full = listed(simulator)
    simulator.world.netsuite.memo_shows_refund_row = False
    hidden = listed(simulator)
    assert {key: memo.refunds for key, memo in hidden.memos.items()} == {
        key: memo.refunds for key, memo in full.memos.items()
    }


def test_an_account_that_shows_no_side_of_a_link_leaves_it_unread(simulator: Simulator) -> None:
    """Where neither lists nor memos show who is applied, D.9 must not be told that nobody is."""
    simulator.world.netsuite.memo_shows_refund_row = False
    simulator.world.netsuite.applied_columns_filled = False
    facts = soap(simulator).read(a_refund_id(simulator))
    assert isinstance(facts.memos[0].refunds, Unread)
    assert known(facts.memos[0].applied) == ()


def test_a_status_that_is_a_list_is_read_and_written_by_name(simulator: Simulator) -> None:
    """The desk speaks texts; the account's internal ids stay in the gateway, also before any was seen."""
    simulator.world.netsuite.status_is_list = True
    refund_id = a_refund_id(simulator)
    soap(simulator).write_fields(REFUND, refund_id, CLAIM, [])
    assert simulator.world.refunds[refund_id].integration_status == "Creating Refund"
    netsuite = soap(simulator)
    assert netsuite.read_fields(REFUND, refund_id).status == "Creating Refund"
    assert {one.id: one.status_text for one in netsuite.pending(LONG_AGO, Quiet()).refunds}[refund_id] == (
        "Creating Refund"
    )
    netsuite.write_fields(REFUND, refund_id, {}, [STATUS])
    assert netsuite.read_fields(REFUND, refund_id).status == ""


def test_a_status_list_without_the_text_is_a_matter_of_settings(simulator: Simulator) -> None:
    """Nothing is sent when the account's list lacks the value."""
    simulator.world.netsuite.status_is_list = True
    wire = Wire()
    with pytest.raises(Setup, match="no value"):
        soap(simulator, wire=wire).write_fields(REFUND, a_refund_id(simulator), {STATUS: "Busy, Busy"}, [])
    assert not any(b":update" in body for body in wire.sent)


def test_without_a_note_field_the_note_is_left_out(simulator: Simulator) -> None:
    """Status and id are written, the note is not, and an account without the field is fine."""
    simulator.world.netsuite.has_sync_date = False
    netsuite = soap(simulator, claim_note_field="")
    refund_id = a_refund_id(simulator)
    netsuite.write_fields(REFUND, refund_id, CLAIM, [])
    assert netsuite.read_fields(REFUND, refund_id).note == ""
    assert netsuite.read_fields(REFUND, refund_id).status == "Creating Refund"
    assert netsuite.pending(LONG_AGO, Quiet()).refunds
    netsuite.write_fields(REFUND, refund_id, {NOTE: "only a note"}, [])


def test_a_field_that_the_account_lacks_is_told(simulator: Simulator) -> None:
    """The code names it, so that the engine can write the rest."""
    simulator.world.netsuite.has_sync_date = False
    with pytest.raises(Refused) as caught:
        soap(simulator).write_fields(REFUND, a_refund_id(simulator), CLAIM, [])
    assert caught.value.code == "INVALID_KEY_OR_REF"


def test_a_field_cannot_be_set_and_cleared(simulator: Simulator) -> None:
    """That is a bug of the caller, found before anything is sent."""
    wire = Wire()
    with pytest.raises(ValueError, match="cannot write"):
        soap(simulator, wire=wire).write_fields(REFUND, "1", {STATUS: "x"}, [STATUS])
    assert wire.sent == []


def test_a_wrong_time_zone_stops_the_list(simulator: Simulator) -> None:
    """Dates a day off would go to Zuora; the list is refused instead."""
    with pytest.raises(Setup, match="midnight"):
        listed(simulator, user_zone="Asia/Tokyo")
    with pytest.raises(Setup, match="time zone"):
        soap(simulator, user_zone="Nowhere/Town")


def test_a_customer_that_cannot_be_read_is_unread(simulator: Simulator) -> None:
    """One missing fact does not take the others away."""
    refund = simulator.world.refunds[a_refund_id(simulator)]
    del simulator.world.customers[refund.customer_id]
    facts = soap(simulator).read(refund.id)
    assert isinstance(facts.customer, Unread)
    assert facts.memos
    assert refund.customer_id not in listed(simulator).customers


def test_a_stop_is_heard_between_calls(simulator: Simulator) -> None:
    """The user's stop ends a long list."""

    class Stop(Quiet):
        def check(self) -> None:
            raise DeskError("stopped")

    with pytest.raises(DeskError, match="stopped"):
        soap(simulator).pending(LONG_AGO, Stop())


def test_the_gateway_makes_its_own_pool(simulator: Simulator) -> None:
    """As the program builds it: settings, keys and a clock are enough."""
    netsuite = SoapNetSuite(profile(simulator).netsuite, secrets(simulator), clock=Impatient())
    assert netsuite.server_time().tzinfo is not None


def test_zeep_is_not_loaded_before_it_is_needed() -> None:
    """Starting the program does not pay for it."""
    code = "import sys; import nsz_desk.gateways.netsuite.soap; sys.exit('zeep' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_several_threads_share_a_gateway(simulator: Simulator) -> None:
    """Lanes use one gateway at once from its very first call on; each gets its own record's answer."""
    netsuite = soap(simulator)
    ids = list(simulator.world.refunds)[:8]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda refund_id: netsuite.read(refund_id).refund.id, ids))
    assert found == ids
