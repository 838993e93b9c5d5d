"""What the doctor asks NetSuite: custom fields and lists, on accounts that tell much, little or something odd."""

from collections.abc import Iterator
from typing import Any

import pytest

from nsz_desk.domain.facts import Unread
from nsz_desk.engine.ports import MEMO, REFUND, FieldFound
from nsz_desk.simulator import netsuite_search, netsuite_soap
from nsz_desk.simulator.netsuite_xml import RecordError
from nsz_desk.simulator.server import Simulator
from tests.gateways.netsuite_desk import LONG_AGO, profile, soap, world


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """The demo company."""
    with Simulator("demo") as started:
        yield started


@pytest.fixture(autouse=True)
def fresh(simulator: Simulator) -> None:
    """As it was at the start."""
    simulator.router.reset()


def found(simulator: Simulator, **settings: Any) -> dict[tuple[str, str], FieldFound]:
    """The fields by record and name."""
    return {(one.record, one.name): one for one in soap(simulator, **settings).fields(LONG_AGO)}


def refuse(*args: object) -> str:
    """The role may not."""
    raise RecordError("INSUFFICIENT_PERMISSION", "You lack a right.")


def test_every_field_of_the_profile_is_found_with_its_kind(simulator: Simulator) -> None:
    """Nine fields on three records; kinds are those that records show."""
    fields = found(simulator)
    assert len(fields) == 9
    assert all(one.found for one in fields.values())
    assert fields[MEMO, "create_zuora_refund"].kind == "Boolean"
    assert fields[MEMO, "refund_payment_id"].kind == "String"
    assert fields["customer", "customer_zuora_id"].kind == "String"


def test_a_status_that_is_a_list_is_told(simulator: Simulator) -> None:
    """One refund of the demo company has a status, so its kind is seen."""
    simulator.world.netsuite.status_is_list = True
    for refund in simulator.world.refunds.values():
        refund.integration_status = "Sync Complete"
    assert found(simulator)[REFUND, "integration_status"].kind == "Select"


def test_a_wrong_script_id_is_not_found_and_the_right_one_is_named(simulator: Simulator) -> None:
    """Found by the label that the connector's package gives it."""
    ids = profile(simulator).netsuite.fields.model_dump() | {"zuora_id": "custbodynosuch"}
    field = found(simulator, fields=ids)[REFUND, "zuora_id"]
    assert (field.found, field.elsewhere) == (False, ("custbodyzuoraid",))


def test_a_field_that_the_account_lacks_is_not_found(simulator: Simulator) -> None:
    """The claim note's field may be missing; a profile without one does not ask for it."""
    simulator.world.netsuite.has_sync_date = False
    assert found(simulator)[REFUND, "sync_date"].found is False
    assert (REFUND, "sync_date") not in found(simulator, claim_note_field="")


def test_a_role_that_may_not_see_fields_leaves_what_records_show(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field with a value on a record is found; one that is blank everywhere is not known, never missing."""
    monkeypatch.setitem(netsuite_soap.OPERATIONS, "getCustomizationId", refuse)
    for refund in simulator.world.refunds.values():
        refund.integration_status = refund.sync_date = ""
    fields = found(simulator)
    assert fields[MEMO, "create_zuora_refund"].found is True
    assert fields["customer", "customer_zuora_id"].found is True
    assert fields[REFUND, "integration_status"].found is None


def test_every_list_is_counted_by_its_first_page(simulator: Simulator) -> None:
    """One call each; the refunds' count is the world's."""
    before = world(simulator)["calls"]["netsuite"]
    lists = soap(simulator).lists(LONG_AGO)
    assert world(simulator)["calls"]["netsuite"] - before == len(lists) == 6
    live = [one for one in world(simulator)["netsuite"]["refunds"] if not one["voided"]]
    assert {one.name: one.rows for one in lists}["refunds"] == len(live)
    assert not any(one.lacks for one in lists)


def test_an_account_whose_lists_show_no_applications_is_noticed(simulator: Simulator) -> None:
    """Then refunds are read one by one, which people should know beforehand."""
    simulator.world.netsuite.applied_columns_filled = False
    lacking = [one.name for one in soap(simulator).lists(LONG_AGO) if one.lacks]
    assert lacking == ["what refunds are applied to"]


def test_a_list_that_may_not_be_searched_is_unread(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is NetSuite's; fields are still told from the account's own list."""
    monkeypatch.setattr(netsuite_search, "search", refuse)
    lists = soap(simulator).lists(LONG_AGO)
    assert all(isinstance(one.rows, Unread) and "lacks a right" in one.rows.why for one in lists)
    assert all(one.found for one in found(simulator).values())
