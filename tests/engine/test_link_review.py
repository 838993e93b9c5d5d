"""The page before a link and before an unlink: what it shows is what is sent, and only a link that stands offers it."""

import json
from typing import Any

from nsz_desk.engine.call_lines import CallLine
from nsz_desk.engine.plan import Plan
from nsz_desk.engine.results import Result
from tests.builders import usd
from tests.engine.test_link import LinkWorld
from tests.engine.undoing import bill, parts_of, undo
from tests.engine.worlds import World
from tests.fakes import ReportNever


def sent(world: World, since: int) -> list[dict[str, Any]]:
    """The intents of the journal from that line on: every write, in its order."""
    lines = world.journal.lines()[since:]
    return [dict(line.event.detail) for line in lines if line.event.kind == "intent"]


def fields_of(call: CallLine) -> dict[str, str]:
    """The fields that a line shows, a cleared one as a blank."""
    if call.body:
        told = json.loads(call.body)
        return {key: str(value) for key, value in told.items() if key != "financeInformation"}
    pairs = [text.partition(" := ") if " := " in text else (text.split(" ")[0], "", "") for text in call.fields]
    return {name: text for name, _, text in pairs}


def test_a_links_page_shows_every_write_in_its_order() -> None:
    """Systems, records and fields; what only the moment tells stands in angle brackets."""
    world = LinkWorld()
    choice = world.choice()
    page = world.desk().link_review(choice.plan, choice.candidate.refund.number)
    since = len(world.journal.lines())
    assert world.link(choice).result is Result.COMPLETE
    writes = sent(world, since)
    assert [call.system for call in page.calls] == ["Zuora" if "zuora_refund" in one else "NetSuite" for one in writes]
    for call, write in zip(page.calls, writes, strict=True):
        shown, values = fields_of(call), {**write["values"], **dict.fromkeys(write.get("clear", ()), "")}
        assert len(shown) + ("transferredToAccounting" in call.body) == len(values)
        told = [text for text in shown.values() if not text.startswith("<")]
        assert set(told) <= set(values.values())
    assert "R-F carries NetSuite id 901" in page.after[0]


def test_an_unlinks_page_shows_the_former_values() -> None:
    """Exactly what is put back or cleared, in its order, and the number of the refund that is let go."""
    world = LinkWorld()
    world.link()
    desk = world.desk()
    plan = desk.plan_unlink("901", "the wrong one")
    assert isinstance(plan, Plan)
    page = desk.link_review(plan)
    assert page.undoes
    assert "R-F carries no NetSuite id" in page.after[0]
    since = len(world.journal.lines())
    assert world.unlink(desk).result is Result.COMPLETE
    writes = sent(world, since)
    assert [call.system for call in page.calls] == ["Zuora", "NetSuite", "NetSuite"]
    for call, write in zip(page.calls, writes, strict=True):
        values = {**write["values"], **dict.fromkeys(write.get("clear", ()), "")}
        assert sorted(fields_of(call).values()) == sorted(values.values())


def can_unlink(world: World) -> bool:
    """Whether a desk that was just started offers it."""
    return world.desk().pending(ReportNever()).by_id["901"].can_unlink


def test_only_a_link_that_stands_can_be_taken_back() -> None:
    """Offered after the link, also after a restart; neither before, nor after an unlink or an undo."""
    world = LinkWorld()
    assert not can_unlink(world)
    world.link()
    assert can_unlink(world)
    world.unlink()
    assert not can_unlink(world)
    world.link()
    assert can_unlink(world)
    for part in parts_of(world):
        bill(world, part.invoice_id, part.applied + (part.refunded or usd("0.00")))
    assert undo(world).result is Result.COMPLETE
    assert not can_unlink(world)


def test_a_link_that_was_given_up_is_none() -> None:
    """The candidate was cancelled between pick and link: nothing is offered to be taken back."""
    world = LinkWorld()
    choice = world.choice()
    world.zuora.cancel("hand")
    assert world.link(choice).result is not Result.COMPLETE
    assert not can_unlink(world)
