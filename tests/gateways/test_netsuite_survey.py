"""What the doctor asks NetSuite over either interface: accounts that tell much, little or something odd."""

from collections.abc import Iterator

import pytest

from nsz_desk.domain.errors import Credentials
from nsz_desk.domain.facts import Unread
from nsz_desk.engine.ports import MEMO, REFUND, NetSuite
from nsz_desk.engine.survey import CUSTOMER, LIST, TEXT, TICK_BOX, CustomField, Survey
from nsz_desk.simulator import netsuite_search, netsuite_soap
from nsz_desk.simulator.netsuite_xml import RecordError
from nsz_desk.simulator.server import Simulator
from tests.gateways.netsuite_desk import LONG_AGO, rest, rest_secrets, secrets, soap, world

MOST = 10  # remote calls of a connection test, Zuora's among them
ZUORA_CALLS = 4  # token, settlement, refund, periods: with Invoice Settlement off one more than with it on


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """The demo company."""
    with Simulator("demo") as started:
        yield started


@pytest.fixture(autouse=True)
def fresh(simulator: Simulator) -> None:
    """As it was at the start."""
    simulator.router.reset()


@pytest.fixture(params=["soap", "rest"])
def survey(request: pytest.FixtureRequest, simulator: Simulator) -> Survey:
    """A look over each interface; nothing is asked yet."""
    return looks(request.param, simulator)


def looks(interface: str, simulator: Simulator) -> Survey:
    """A look over an interface."""
    return rest(simulator).survey(LONG_AGO) if interface == "rest" else soap(simulator).survey(LONG_AGO)


def fields_of(survey: Survey) -> dict[tuple[str, str], CustomField]:
    """The custom fields by record and script id; whoever looks signs in first."""
    survey.sign_in()
    return {(one.record, one.script_id): one for one in survey.fields().fields}


def refuse(*args: object) -> str:
    """The role may not."""
    raise RecordError("INSUFFICIENT_PERMISSION", "You lack a right.")


def test_a_whole_look_is_ten_calls_at_most(survey: Survey, simulator: Simulator) -> None:
    """Counted at the simulator, with the token; Zuora's come on top."""
    before = world(simulator)["calls"]["netsuite"]
    survey.sign_in()
    survey.fields()
    survey.lists()
    survey.rights()
    survey.seen()
    survey.periods()
    assert world(simulator)["calls"]["netsuite"] - before <= MOST - ZUORA_CALLS


def test_fields_are_found_with_label_and_kind(survey: Survey) -> None:
    """On three records; what the connector's labels are stands beside the script ids."""
    found = fields_of(survey)
    assert found[MEMO, "custbodyzuoracreatezuorarefund"].kind == TICK_BOX
    assert found[MEMO, "custbodyzuorarefundpaymentid"].kind == TEXT
    assert found[CUSTOMER, "custentityzuoraid"].kind == TEXT
    assert "zuora" in found[REFUND, "custbodyzuoraintegrationstatus"].label.casefold()


def test_a_status_that_is_a_list_is_told_with_its_ids(survey: Survey, simulator: Simulator) -> None:
    """The desk writes a list's value by its internal id, so both must be known."""
    simulator.world.netsuite.status_is_list = True
    for refund in simulator.world.refunds.values():
        refund.integration_status = "Sync Complete"
    assert fields_of(survey)[REFUND, "custbodyzuoraintegrationstatus"].kind == LIST
    seen = survey.seen()
    assert seen.status_is_list
    assert seen.statuses["Sync Complete"].isdigit()


def test_payment_methods_in_use_and_months_are_told(survey: Survey, simulator: Simulator) -> None:
    """Every method that a refund of the company has, by its name."""
    survey.sign_in()
    methods, periods = survey.seen().methods, survey.periods()
    assert not isinstance(methods, Unread)
    assert set(methods) == {one.method for one in simulator.world.refunds.values()}
    assert not isinstance(periods, Unread)
    assert periods.months > periods.still_open > 0


def test_a_field_that_the_account_lacks_is_not_found(survey: Survey, simulator: Simulator) -> None:
    """It is missing for certain, because all fields of the record are known."""
    simulator.world.netsuite.has_sync_date = False
    survey.sign_in()
    found = survey.fields()
    assert REFUND in found.complete
    assert "custbodyzuorasyncdate" not in {one.script_id for one in found.fields}


def test_over_soap_a_role_that_may_not_see_fields_leaves_what_records_show(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field with a value on a record is found; one that is blank everywhere is not known, never missing."""
    monkeypatch.setitem(netsuite_soap.OPERATIONS, "getCustomizationId", refuse)
    for refund in simulator.world.refunds.values():
        refund.integration_status = refund.sync_date = ""
    survey = looks("soap", simulator)
    survey.sign_in()
    found = survey.fields()
    assert {(MEMO, "custbodyzuoracreatezuorarefund"), (CUSTOMER, "custentityzuoraid")} <= {
        (one.record, one.script_id) for one in found.fields
    }
    assert (REFUND, "custbodyzuoraintegrationstatus") not in {(one.record, one.script_id) for one in found.fields}
    assert not found.complete


def test_lists_are_counted(survey: Survey, simulator: Simulator) -> None:
    """The refunds' count is the world's; nothing is lacking in this company."""
    survey.sign_in()
    rows = {one.name: one for one in survey.lists()}
    live = [one for one in world(simulator)["netsuite"]["refunds"] if not one["voided"]]
    assert rows["refunds"].rows == len(live)
    assert not rows["refunds"].lacks


def test_an_account_whose_lists_show_no_applications_is_noticed(simulator: Simulator) -> None:
    """Then refunds are read one by one, which people should know beforehand."""
    simulator.world.netsuite.applied_columns_filled = False
    survey = looks("soap", simulator)
    survey.sign_in()
    assert "read whole" in next(one.lacks for one in survey.lists() if one.name == "refunds")


def test_a_list_that_may_not_be_searched_is_unread(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is NetSuite's; fields are still told from the account's own list."""
    monkeypatch.setattr(netsuite_search, "search", refuse)
    survey = looks("soap", simulator)
    assert (REFUND, "custbodyzuoraid") in fields_of(survey)
    lists = survey.lists()[:2]
    assert all(isinstance(one.rows, Unread) and "lacks a right" in one.rows.why for one in lists)


def test_only_rest_tells_role_user_and_rights(simulator: Simulator) -> None:
    """The token names them; SOAP says that it cannot."""
    over_rest, over_soap = looks("rest", simulator), looks("soap", simulator)
    who = over_rest.sign_in()
    assert (bool(who.role), bool(who.user), bool(who.account)) == (True, True, True)
    assert not isinstance(over_rest.rights(), Unread)
    over_soap.sign_in()
    assert isinstance(over_soap.rights(), Unread)


@pytest.mark.parametrize("interface", ["soap", "rest"])
def test_a_wrong_key_is_a_refused_sign_in(interface: str, simulator: Simulator) -> None:
    """Named as such, and nothing else is asked."""
    if interface == "soap":
        made: NetSuite = soap(simulator, keys=secrets(simulator, token_secret="wrong"))
    else:
        made = rest(simulator, keys=rest_secrets(simulator, certificate_id="none-such"))
    with pytest.raises(Credentials):
        made.survey(LONG_AGO).sign_in()


def test_a_field_that_nobody_knows_breaks_no_record(simulator: Simulator) -> None:
    """The account may have more custom fields than the desk uses; a record is read whole all the same."""
    fields = ("customerRefund=custbody_copy=Copy=string", "customerRefund=custbody_tick=Tick=boolean")
    simulator.world.netsuite.more_fields = list(fields)
    assert rest(simulator).read("48001").refund.id == "48001"
