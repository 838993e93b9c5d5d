"""Splits of a refund over invoices: sums exact, caps kept, order stable, every refusal in words."""

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from nsz_desk.domain.allocation import (
    InvoiceLine,
    MemoLine,
    Proposal,
    Split,
    Strategy,
    default,
    difference,
    faults,
    proposals,
    propose,
)
from nsz_desk.domain.money import Money, decimals
from tests.builders import money, usd

CURRENCIES = ("USD", "EUR", "JPY", "KWD")


def line(number: int, room: str, day: date | None = date(2026, 1, 1), currency: str = "USD") -> InvoiceLine:
    """Invoice INV-n with so much left; what was paid is the same."""
    left = money(room, currency)
    return InvoiceLine(f"id-{number}", f"INV-{number}", day, left, money("0", currency), left)


FIVE = (
    line(3, "300.00", date(2026, 3, 1)),
    line(1, "100.00", date(2026, 1, 1)),
    line(2, "200.00", date(2026, 2, 1)),
    line(5, "500.00", date(2026, 5, 1)),
    line(4, "400.00", date(2026, 4, 1)),
)


def shares(proposal: Proposal) -> list[tuple[str, str]]:
    """A proposal's parts as texts."""
    return [(key, part.plain()) for key, part in proposal.parts]


def random_payment(dice: random.Random) -> tuple[list[InvoiceLine], Money]:
    """Invoices of one payment and an amount that fits into what is left of them."""
    currency = dice.choice(CURRENCIES)
    unit = Decimal(1).scaleb(-decimals(currency))
    rooms = [dice.choice((0, 1, dice.randrange(1, 50), dice.randrange(1, 10**7))) for _ in range(dice.randrange(1, 13))]
    rooms[0] = rooms[0] or 1
    lines = []
    for number, units in enumerate(rooms):
        room = Money(units * unit, currency)
        day = date(2026, 1, 1) + timedelta(days=dice.randrange(0, 5))
        lines.append(InvoiceLine(f"id-{number}", f"INV-{number:02}", day, room, Money(Decimal(0), currency), room))
    return lines, Money(dice.randrange(1, sum(rooms) + 1) * unit, currency)


def random_cases(count: int) -> Iterator[tuple[random.Random, list[InvoiceLine], Money]]:
    """Seeded, so that a failure can be seen again."""
    for seed in range(count):
        dice = random.Random(seed)
        yield dice, *random_payment(dice)


def test_ten_thousand_random_splits_are_exact_and_within_their_rooms() -> None:
    """Every strategy that proposes anything proposes a split that adds up and passes no invoice's room."""
    worked = dict.fromkeys(Strategy, 0)
    for _, lines, amount in random_cases(10_000):
        rooms = {one.invoice_id: one.room for one in lines}
        for found in proposals(lines, amount):
            assert found.why
            if found.works:
                worked[found.strategy] += 1
                assert sum(part.amount for _, part in found.parts) == amount.amount
                assert all(part.amount > 0 and part <= rooms[key] for key, part in found.parts)
                assert all(part.fits_currency() for _, part in found.parts)
    assert worked[Strategy.OLDEST_FIRST] == worked[Strategy.NEWEST_FIRST] == worked[Strategy.PRO_RATA] == 10_000
    assert worked[Strategy.ONE_INVOICE] > 2_000


def test_the_order_in_which_invoices_are_read_changes_no_split() -> None:
    """Two desks that read the invoices in another order propose the same parts."""
    for dice, lines, amount in random_cases(2_000):
        before = proposals(lines, amount)
        shuffled = list(lines)
        dice.shuffle(shuffled)
        assert proposals(shuffled, amount) == before


def test_pro_rata_is_never_a_unit_off_its_exact_share() -> None:
    """The largest remainder method: every part is its exact share rounded down or up by less than one unit."""
    for _, lines, amount in random_cases(2_000):
        total = sum(one.room.amount for one in lines)
        unit = Decimal(1).scaleb(-decimals(amount.currency))
        parts = dict(propose(Strategy.PRO_RATA, lines, amount).parts)
        for one in lines:
            share = amount.amount * one.room.amount / total
            got = parts.get(one.invoice_id, Money(Decimal(0), amount.currency)).amount
            assert abs(got - share) < unit


def test_pro_rata_gives_the_odd_unit_to_the_first_number_on_a_tie() -> None:
    """Three equal invoices and a cent that does not divide: the lowest numbers take it."""
    equal = [line(number, "10.00") for number in (3, 1, 2)]
    found = propose(Strategy.PRO_RATA, equal, usd("10.00"))
    assert shares(found) == [("id-1", "3.34"), ("id-2", "3.33"), ("id-3", "3.33")]


@pytest.mark.parametrize(
    ("currency", "amount", "expected"),
    [("JPY", "100", ["34", "33", "33"]), ("KWD", "1.000", ["0.334", "0.333", "0.333"])],
)
def test_currencies_without_or_with_three_decimals_keep_their_own_units(
    currency: str, amount: str, expected: list[str]
) -> None:
    """A yen is not split, a dinar has a thousand fils."""
    lines = [line(number, "100", currency=currency) for number in (1, 2, 3)]
    found = propose(Strategy.PRO_RATA, lines, money(amount, currency))
    assert [text for _, text in shares(found)] == expected


def test_oldest_first_fills_one_invoice_before_the_next() -> None:
    """By date, whatever the order they were read in."""
    found = propose(Strategy.OLDEST_FIRST, FIVE, usd("350.00"))
    assert shares(found) == [("id-1", "100.00"), ("id-2", "200.00"), ("id-3", "50.00")]
    assert "INV-1, INV-2, INV-3" in found.why


def test_newest_first_is_the_other_way_round() -> None:
    """The newest invoice is given back first."""
    assert shares(propose(Strategy.NEWEST_FIRST, FIVE, usd("550.00"))) == [("id-5", "500.00"), ("id-4", "50.00")]


def test_without_dates_no_order_by_date_is_pretended() -> None:
    """An unread date is not taken for an old or a new one."""
    lines = (*FIVE, line(6, "1.00", None))
    found = propose(Strategy.OLDEST_FIRST, lines, usd("50.00"))
    assert not found.works
    assert found.why == "The date of invoice INV-6 could not be read."


def test_one_invoice_prefers_the_one_that_fits_exactly() -> None:
    """An invoice of exactly this amount is likely the one that is meant, though an older one has room."""
    assert shares(propose(Strategy.ONE_INVOICE, FIVE, usd("400.00"))) == [("id-4", "400.00")]
    assert shares(propose(Strategy.ONE_INVOICE, FIVE, usd("150.00"))) == [("id-2", "150.00")]
    assert propose(Strategy.ONE_INVOICE, FIVE, usd("501.00")).why == "No single invoice has 501.00 USD left."


def test_the_memos_lines_decide_where_they_name_invoices() -> None:
    """Lines that name the same invoice are added; the text around the number does not matter."""
    memo = [
        MemoLine("Credit for inv-2, goodwill", usd("30.00")),
        MemoLine("INV-4: returned", usd("20.00")),
        MemoLine("Rest of INV-2", usd("5.00")),
    ]
    found = propose(Strategy.MEMO_LINES, FIVE, usd("55.00"), memo)
    assert shares(found) == [("id-2", "35.00"), ("id-4", "20.00")]
    chosen = default(proposals(FIVE, usd("55.00"), memo))
    assert chosen is not None
    assert chosen.strategy is Strategy.MEMO_LINES


@pytest.mark.parametrize(
    ("memo", "why"),
    [
        ([], "could not be read"),
        ([MemoLine("Goodwill", usd("55.00"))], "names no invoice"),
        ([MemoLine("INV-1 and INV-2", usd("55.00"))], "names several invoices"),
        ([MemoLine("INV-22", usd("55.00"))], "names no invoice"),
        ([MemoLine("INV-2", usd("54.00"))], "1.00 USD is still to be split"),
        ([MemoLine("INV-1", usd("155.00")), MemoLine("INV-2", usd("-100.00"))], "more than the 100.00 USD"),
        ([MemoLine("INV-2", money("55.00", "EUR"))], "is in EUR"),
    ],
)
def test_memo_lines_that_do_not_settle_it_are_not_followed(memo: list[MemoLine], why: str) -> None:
    """Half an answer is none; the reason is said, and the oldest invoices come first instead."""
    found = proposals(FIVE, usd("55.00"), memo)
    assert not found[0].works
    assert why in found[0].why
    chosen = default(found)
    assert chosen is not None
    assert chosen.strategy is Strategy.OLDEST_FIRST


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ((), "Nothing is split yet."),
        ((("id-1", usd("50.00")),), "5.00 USD is still to be split"),
        ((("id-2", usd("60.00")),), "5.00 USD is too much"),
        ((("id-2", usd("60.00")), ("id-3", usd("-5.00"))), "-5.00 USD is not more than zero"),
        ((("id-2", usd("55.00")), ("id-3", usd("0.00"))), "0.00 USD is not more than zero"),
        ((("id-2", usd("54.995")), ("id-3", usd("0.005"))), "more decimals than USD has"),
        ((("id-2", usd("30.00")), ("id-2", usd("25.00"))), "Invoice INV-2 stands twice."),
        ((("id-9", usd("55.00")),), "Invoice id-9 is not one that the payment was applied to."),
        ((("id-2", money("55.00", "EUR")),), "is not in USD"),
    ],
)
def test_every_wrong_split_is_refused_with_its_reason(parts: Split, why: str) -> None:
    """Sum, sign, decimals, duplicates, unknown invoices, currencies."""
    assert any(why in fault for fault in faults(FIVE, usd("55.00"), parts))


def test_a_part_above_its_room_is_refused_although_the_sum_is_right() -> None:
    """The cap is per invoice: what was refunded of it before is gone."""
    spent = InvoiceLine("id-7", "INV-7", None, usd("90.00"), usd("60.00"), usd("30.00"))
    found = faults((*FIVE, spent), usd("31.00"), (("id-7", usd("31.00")),))
    assert found == ("Invoice INV-7: 31.00 USD is more than the 30.00 USD that is left of it.",)


def test_a_right_split_has_no_fault_and_no_difference() -> None:
    """What remains is zero to the cent."""
    parts = (("id-1", usd("54.99")), ("id-5", usd("0.01")))
    assert faults(FIVE, usd("55.00"), parts) == ()
    assert difference(usd("55.00"), parts).amount == 0
    assert difference(usd("60.00"), parts) == usd("5.00")


@pytest.mark.parametrize("amount", [usd("1500.01"), usd("0.00"), usd("-1.00"), usd("0.001"), money("1.00", "EUR")])
def test_an_amount_that_cannot_be_split_gets_no_proposal(amount: Money) -> None:
    """More than all rooms, nothing, negative, a part of a cent, another currency."""
    assert not any(found.works for found in proposals(FIVE, amount))
    assert default(proposals(FIVE, amount)) is None


def test_a_thousand_invoices_are_split_within_fifty_milliseconds() -> None:
    """Once per keystroke: every strategy and the check of a split (the quickest of five runs)."""
    many = [line(number, "99.99", date(2026, 1, 1) + timedelta(days=number % 300)) for number in range(1_000)]
    amount, took = usd("50000.00"), list[float]()
    for _ in range(5):
        begun = time.perf_counter()
        found = proposals(many, amount)
        assert faults(many, amount, found[1].parts) == ()
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.050
