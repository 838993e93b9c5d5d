"""SuiteQL over HTTP: pages, windows, the header and the body it wants."""

from collections.abc import Iterator
from typing import Any

import pytest

from nsz_desk.simulator.server import Simulator
from nsz_desk.simulator.world import World
from tests.simulator.netsuite_rest_caller import SAMPLES, RestCaller, complaint, sample


@pytest.fixture(scope="module")
def caller() -> Iterator[RestCaller]:
    """A caller of the demo company, which these tests only read."""
    with Simulator("demo") as simulator, RestCaller(simulator) as one:
        yield one


@pytest.fixture
def world(caller: RestCaller) -> World:
    """The world behind the caller."""
    return caller.simulator.world


def test_pages_follow_each_other(caller: RestCaller, world: World) -> None:
    """Every row is on exactly one page; count, total, hasMore and the links fit."""
    seen: list[str] = []
    reply: Any = None
    for offset in range(0, 100, 20):
        reply = caller.query(
            "SELECT id FROM transaction WHERE type='CustRfnd' ORDER BY id", window=f"?limit=20&offset={offset}"
        )
        page = reply.json
        seen += [row["id"] for row in page["items"]]
        assert (page["offset"], page["count"], page["totalResults"]) == (offset, len(page["items"]), len(world.refunds))
        rels = {one["rel"] for one in page["links"]}
        assert ("next" in rels) is page["hasMore"] is (offset + 20 < len(world.refunds))
        if not page["hasMore"]:
            break
    assert seen == sorted(world.refunds)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the vendor's samples are not beside the project")
def test_a_page_has_the_members_of_the_vendors_sample(caller: RestCaller) -> None:
    """The same names, and links with the same words in the same order."""
    page, theirs = (
        caller.query("SELECT id FROM transaction", window="?limit=5&offset=10").json,
        sample("suiteql_rolepermissions"),
    )
    assert page.keys() == theirs.keys()
    assert [one["rel"] for one in page["links"]] == [one["rel"] for one in theirs["links"]]
    assert page["items"][0]["links"] == []


@pytest.mark.parametrize(
    "window",
    [
        "?limit=10&offset=5",
        "?limit=0",
        "?limit=1001",
        "?limit=-1",
        "?limit=x",
        "?limit=1000&offset=100000",
        "?offset=%C2%B2",
    ],
)
def test_a_bad_window_is_refused(caller: RestCaller, window: str) -> None:
    """At most 1,000 rows a page and 100,000 a query; the offset is divisible by the limit."""
    assert complaint(caller.query("SELECT id FROM transaction", window=window)) == (400, "INVALID_PARAMETER")


def test_the_prefer_header_is_required(caller: RestCaller) -> None:
    """Without it the header is named as the fault."""
    reply = caller.rest("POST", "query/v1/suiteql", {"q": "SELECT id FROM transaction"})
    detail = reply.json["o:errorDetails"][0]
    assert (reply.status, detail["o:errorHeader"]) == (400, "Prefer")


@pytest.mark.parametrize("body", [None, [], {}, {"q": ""}, {"q": 5}, {"q": "SELECT 1 FROM dual", "params": {"a": 1}},
                                  {"q": "SELECT 1 FROM dual", "params": [None]}])  # fmt: skip
def test_a_bad_body_is_refused(caller: RestCaller, body: object) -> None:
    """A missing statement or parameters that are no list of plain values are a bad request."""
    assert caller.rest("POST", "query/v1/suiteql", body, Prefer="transient").status == 400
