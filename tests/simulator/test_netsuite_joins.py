"""Searches by joined records, columns an account leaves empty, deposits, and when a customer changed."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from nsz_desk.simulator.world import Applied, NsCustomer, World
from tests.simulator.netsuite_envelopes import MAIN, Said, ask, columns, get, of_type, search, small_world

REFUNDS = of_type("customerRefund")


def world_of_two() -> World:
    """The small world, with refund 602 and its memo 502 at another customer."""
    world = small_world()
    world.customers["12"] = NsCustomer("12", "Birch & Co", "8a90z2", "USD", modified=datetime(2026, 2, 4, tzinfo=UTC))
    world.refunds["602"].customer_id = world.memos["502"].customer_id = "12"
    return world


def by_join(world: World, criteria: str, joined: str, kind: str = REFUNDS) -> Said:
    """An advanced search whose criteria reach into a joined record."""
    asked = search(kind + criteria, columns("internalId")).replace("</sales:criteria>", f"{joined}</sales:criteria>")
    return ask(world, asked)


def ids(said: Said) -> list[str]:
    """The internal ids of the rows."""
    return [node.get("internalId", "") for node in said.all("b:internalId/c:searchValue")]


@pytest.mark.parametrize("join", ["customerJoin", "customerMainJoin"])
def test_refunds_are_found_by_their_customer(join: str) -> None:
    """By the customer's Zuora id, a custom field; by the name; another id finds the other refund."""
    field = (
        '<b:customFieldList><c:customField xsi:type="c:SearchStringCustomField" scriptId="custentityzuoraid" '
        'operator="is"><c:searchValue>8a90z2</c:searchValue></c:customField></b:customFieldList>'
    )
    assert ids(by_join(world_of_two(), MAIN, f"<sales:{join}>{field}</sales:{join}>")) == ["602"]
    name = '<b:entityId operator="startsWith"><c:searchValue>Birch</c:searchValue></b:entityId>'
    assert ids(by_join(world_of_two(), MAIN, f"<sales:{join}>{name}</sales:{join}>")) == ["602"]


def test_refunds_are_found_by_what_they_are_applied_to_and_memos_by_what_pays_them() -> None:
    """The lines that point to memo 502; the line of memo 501 that refund 601 is applied to."""
    memo = '<b:internalId operator="anyOf"><c:searchValue internalId="502"/></b:internalId>'
    join = f"<sales:appliedToTransactionJoin>{of_type('creditMemo')}{memo}</sales:appliedToTransactionJoin>"
    assert ids(by_join(small_world(), "", join)) == ["602"]
    other = join.replace("_creditMemo", "_invoice")
    assert ids(by_join(small_world(), "", other)) == []
    number = '<b:tranId operator="is"><c:searchValue>CR-1</c:searchValue></b:tranId>'
    applying = f"<sales:applyingTransactionJoin>{number}</sales:applyingTransactionJoin>"
    assert ids(by_join(small_world(), "", applying, of_type("creditMemo"))) == ["501"]


def test_a_join_that_nobody_reads_is_a_fault() -> None:
    """Ignoring it would find every refund."""
    said = by_join(small_world(), MAIN, "<sales:itemJoin/>")
    assert said.status == 500
    assert "itemJoin" in said.raw.decode()


def test_a_column_may_stay_empty() -> None:
    """The named columns are missing from each row, a custom one, too; the others are there."""
    world = small_world()
    world.refunds["601"].zuora_id = "8a90"
    kind = '<c:customField xsi:type="c:SearchColumnStringCustomField" scriptId="custbodyzuoraid"/>'
    custom = f"<b:customFieldList>{kind}</b:customFieldList>"
    asked = search(REFUNDS + MAIN, columns("tranId", "fxAmount") + custom)
    assert len(ask(world, asked).all("b:customFieldList")) == 1
    world.netsuite.missing_columns = ["fxAmount", "custbodyzuoraid"]
    said = ask(world, asked)
    assert len(said.all("b:tranId")) == 2
    assert not said.all("b:fxAmount")
    assert not said.all("b:customFieldList")


def test_saved_deposits_stand_where_the_switch_says() -> None:
    """Among the applied rows as a Deposit Application with another id, or in the depositList; the sum is whole."""
    world = small_world()
    world.refunds["601"].applied_to = [
        Applied("501", "credit_memo", Decimal("70.00")),
        Applied("801", "deposit_application", Decimal("50.00")),
    ]
    said = ask(world, get("customerRefund", "601"))
    assert [node.text for node in said.all("tc:applyList/tc:apply/tc:type")] == ["Credit Memo", "Deposit Application"]
    assert not said.all("tc:depositList")
    world.netsuite.deposits_move_to_apply_list = False
    said = ask(world, get("customerRefund", "601"))
    assert [node.text for node in said.all("tc:applyList/tc:apply/tc:doc")] == ["501"]
    deposit = "tc:depositList/tc:customerRefundDeposit"
    assert (said.text(f"{deposit}/tc:doc"), said.text(f"{deposit}/tc:amount")) == ("801", "50.0")


def test_customers_are_found_by_when_they_changed() -> None:
    """The column is there where it is known; a search after a moment finds what changed since."""
    after = (
        '<b:lastModifiedDate operator="after"><c:searchValue>2026-02-03T00:00:00Z</c:searchValue></b:lastModifiedDate>'
    )
    asked = (
        '<m:search><m:searchRecord xsi:type="rel:CustomerSearchAdvanced">'
        f"<rel:criteria><rel:basic>{after}</rel:basic></rel:criteria>"
        f"<rel:columns><rel:basic>{columns('internalId', 'lastModifiedDate')}</rel:basic></rel:columns>"
        "</m:searchRecord></m:search>"
    )
    said = ask(world_of_two(), asked)
    assert ids(said) == ["12"]
    assert said.text("b:lastModifiedDate/c:searchValue").startswith("2026-02-03T16:00:00")
    assert ask(world_of_two(), get("customer", "12")).text("rel:lastModifiedDate").startswith("2026-02-03T16:00:00")
