"""A month end of a million refunds: there at once, small, searchable, and no other than if it were all written."""

import random
import time
import tracemalloc

import pytest

from nsz_desk.simulator.records import Records
from nsz_desk.simulator.scenarios import build
from nsz_desk.simulator.server import Simulator
from nsz_desk.simulator.world import World
from nsz_desk.simulator.world_listing import listing
from tests.simulator.netsuite_envelopes import MAIN, ask, columns, of_type, preferences, search, update
from tests.simulator.zuora_caller import Caller

MILLION = 1_000_000
LISTS = ("customers", "refunds", "memos", "ns_payments", "accounts", "invoices", "payments", "zuora_refunds")
COLUMNS = columns("internalId", "tranId", "amountRemaining", "appliedToTransaction", "applyingTransaction")
ZUORA_ID = (
    '<c:customField xsi:type="c:StringCustomFieldRef" scriptId="custbodyzuoraid"><c:value>x</c:value></c:customField>'
)
BLANK = (
    '<b:customFieldList><c:customField xsi:type="c:SearchStringCustomField" scriptId="custbodyzuoraid" '
    'operator="empty"/></b:customFieldList>'
)
SEARCHES = (
    search(of_type("customerRefund") + MAIN, COLUMNS),
    search(of_type("customerRefund"), COLUMNS),
    search(of_type("creditMemo", "customerRefund") + MAIN + BLANK, COLUMNS),
    search('<b:status operator="anyOf"><c:searchValue>_creditMemoOpen</c:searchValue></b:status>', COLUMNS),
    search("", COLUMNS),
)


def written(world: World) -> World:
    """The same world with every record written, as small scenarios are."""
    other = World(world.now)
    other.netsuite, other.tenant = world.netsuite, world.tenant
    other.ns_periods, other.zuora_periods, other.serials = world.ns_periods, world.zuora_periods, dict(world.serials)
    for name in LISTS:
        records: Records[object] = Records()  # type: ignore[type-var]
        for one in getattr(world, name).values():
            records[one.id] = one
        setattr(other, name, records)
    return other


def pages(world: World, asked: str) -> list[str]:
    """All rows of a search as text, in pages of seven; the id of the search is another one each time."""
    said = ask(world, asked, preferences(7))
    found, search_id = [_rows(said.raw)], said.text("c:searchId")
    for page in range(2, int(said.text("c:totalPages")) + 1):
        found.append(_rows(ask(world, more(search_id, page)).raw))
    return [said.text("c:totalRecords"), *found]


def more(search_id: str, page: int) -> str:
    """The operation that asks for another page."""
    inner = f"<m:searchId>{search_id}</m:searchId><m:pageIndex>{page}</m:pageIndex>"
    return f"<m:searchMoreWithId>{inner}</m:searchMoreWithId>"


def _rows(raw: bytes) -> str:
    return raw.decode().partition("</platformCore:searchId>")[2]


def change(world: World, chance: random.Random) -> None:
    """Do one thing a person or a program could do; both worlds get the same from equal seeds."""
    refund = world.refunds[chance.choice(sorted(world.refunds))]
    memo = world.memos[chance.choice(sorted(world.memos))]
    kind = chance.randrange(5)
    if kind == 0:
        ask(world, update(f"<tc:customFieldList>{ZUORA_ID}</tc:customFieldList>", refund.id))
    elif kind == 1:
        refund.voided = True
    elif kind == 2:
        del world.refunds[refund.id]
    elif kind == 3:
        memo.created_from = memo.created_from or "777"
    else:
        memo.zuora_id = "by hand"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_searching_made_records_gives_what_searching_written_ones_gives(seed: int) -> None:
    """Every page of five searches is the same text in both worlds, before and after each of twelve changes."""
    made = build("month-end", refunds=40, seed=seed)
    plain = written(made)
    chances = random.Random(seed), random.Random(seed)
    for _ in range(12):
        for asked in SEARCHES:
            assert pages(made, asked) == pages(plain, asked)
        change(made, chances[0])
        change(plain, chances[1])


def test_made_records_are_found_by_every_way_that_written_ones_are() -> None:
    """By id, by number, by owner and in the order of ids the two worlds hold equal records."""
    made = build("month-end", refunds=50, seed=2)
    plain = written(made)
    for name in LISTS:
        one, other = getattr(made, name), getattr(plain, name)
        assert len(one) == len(other) == len(list(one))
        assert list(one.behind("")) == sorted(other.values(), key=lambda record: record.id)
        for record in other.values():
            assert one.peek(record.id) == record
            for field in ("number", "account_id", "payment_id"):
                if hasattr(record, field) and name not in ("refunds", "memos"):
                    value = getattr(record, field)
                    assert list(one.about(field, value)) == list(other.about(field, value))
    for nothing in ("1", "", "8ac68d6b", "8ac68d6b03" + "f" * 22, "70000050x"):
        assert nothing not in made.refunds
        assert made.invoices.peek(nothing) is None


def test_a_change_lasts_and_a_deleted_record_stays_away() -> None:
    """What is asked for by id is kept; a deleted record is in no list any more; the count follows."""
    records = build("month-end", refunds=9, seed=1).refunds
    first, second, *_ = list(records)
    records[first].memo = "changed"
    del records[second]
    assert next(one.memo for one in records.values()) == "changed"
    assert second not in records
    assert second not in list(records)
    assert records.peek(second) is None
    assert len(records) == len(list(records)) == 10
    with pytest.raises(KeyError):
        del records[second]


def test_a_million_refunds_start_at_once_and_small() -> None:
    """Under a quarter of a second and two megabytes, and any record is there, the last as quickly as the first."""
    tracemalloc.start()
    started = time.process_time()
    world = build("month-end", refunds=MILLION, seed=1)
    assert len(world.refunds) == MILLION + MILLION // 20
    *_, last = (world.refunds.peek(str(70_000_000 + place)) for place in range(0, MILLION, 99_999))
    assert last is not None
    assert world.payments.peek(world.memos[last.applied_to[0].doc].zuora_payment_id)
    assert time.process_time() - started < 0.25
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_zuora_serves_any_of_a_million_payments_without_looking_at_the_others() -> None:
    """Lists of an account, reads by number, a refund and its cancel take milliseconds each; only they are kept."""
    with Simulator("month-end", refunds=MILLION, seed=1) as simulator, Caller(simulator) as caller:
        started = time.process_time()
        number = next(
            one.number
            for place in range(800_000, 801_000)
            if (one := simulator.world.payments.peek(f"8ac68d6b02{place:022x}")) and one.status == "Processed"
        )
        payment = caller.get(f"/v1/payments/{number}").json
        account = payment["accountId"]
        assert {one["accountId"] for one in caller.get("/v1/payments", accountId=account).json["payments"]} == {account}
        assert caller.get(f"/v1/accounts/{account}").json["basicInfo"]["id"] == account
        body = {"type": "External", "methodType": "Check", "totalAmount": 1}
        body["refundDate"] = simulator.world.now().date().isoformat()
        refund = caller.call("POST", f"/v1/payments/{payment['id']}/refunds/unapply", body).json
        listed = caller.get("/v1/refunds", accountId=account).json["refunds"]
        assert refund["id"] in {one["id"] for one in listed}
        assert caller.get("/object-query/payments", pageSize="3").json["nextPage"]
        assert caller.call("PUT", f"/v1/refunds/{refund['id']}/cancel", {}).json["status"] == "Canceled"
        assert time.process_time() - started < 2
        touched = caller.raw("GET", "/world?touched").json
        assert [one["id"] for one in touched["zuora"]["refunds"]] == [refund["id"]]
        assert [one["number"] for one in touched["zuora"]["payments"]] == [number]


def test_fifty_thousand_rows_are_looked_at_once_and_paged_quickly() -> None:
    """The first page may take its time; a late page takes a fifth of a second, and a stamped row falls out of it."""
    world = build("month-end", refunds=50_000, seed=1)
    asked = search(of_type("customerRefund") + MAIN + BLANK, columns("internalId", "tranId"))
    first = ask(world, asked, preferences(1000))
    assert first.text("c:totalRecords") == "50000"
    ask(world, update(f"<tc:customFieldList>{ZUORA_ID}</tc:customFieldList>", "70000007"))
    search_id = first.text("c:searchId")
    started = time.process_time()
    said = ask(world, more(search_id, 50))
    assert time.process_time() - started < 0.2
    assert said.text("c:totalRecords") == "49999"
    assert len(said.all("c:searchRow")) == 999


def test_the_listing_of_the_touched_has_the_keys_of_the_whole() -> None:
    """The contract's keys are there in both; untouched records only in the whole."""
    world = build("month-end", refunds=5, seed=1)
    whole, touched = listing(world), listing(world, touched=True)
    assert {key: set(part) for key, part in whole.items() if isinstance(part, dict)} == {
        key: set(part) for key, part in touched.items() if isinstance(part, dict)
    }
    assert len(whole["netsuite"]["refunds"]) == 7  # type: ignore[index]
    assert touched["netsuite"]["refunds"] == []  # type: ignore[index]


def test_more_refunds_than_ids_are_refused() -> None:
    """The sentence names the most."""
    with pytest.raises(ValueError, match="10000000"):
        build("month-end", refunds=10_000_001)
