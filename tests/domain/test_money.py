"""Money: exact, never mixed, with its currency's decimals."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsz_desk.domain.money import CurrencyMismatch, Money, decimals, exact, sums
from tests.builders import money

CURRENCIES = ["USD", "EUR", "JPY", "KRW", "KWD", "BHD", "CLF"]
MINOR = st.integers(-(10**15), 10**15)


@st.composite
def amounts(draw: st.DrawFn, currency: str = "USD") -> Money:
    """An amount of one currency in whole minor units, up to a quadrillion of them."""
    return Money(Decimal(draw(MINOR)).scaleb(-decimals(currency)), currency)


def digits(value: Money) -> Decimal:
    """The amount back from its machine text."""
    return Decimal(value.plain())


@pytest.mark.parametrize("currency", CURRENCIES)
@given(data=st.data())
def test_sums_are_exact_in_every_currency(currency: str, data: st.DataObject) -> None:
    """Adding and taking away again is nothing, order does not matter, and no digit is lost."""
    one, two = data.draw(amounts(currency)), data.draw(amounts(currency))
    assert one + two == two + one
    assert (one + two) - two == one
    scale = 10 ** decimals(currency)
    assert int((one + two).amount * scale) == int(one.amount * scale) + int(two.amount * scale)
    assert (one + two).fits_currency()


@given(one=amounts(), two=amounts())
def test_comparing_agrees_with_subtracting(one: Money, two: Money) -> None:
    """Less means that the difference is below zero; equal amounts are equal however they are written."""
    assert (one < two) == ((one - two).amount < 0)
    assert (one <= two) == ((one - two).amount <= 0)
    assert one == Money(one.amount.normalize(), "USD")
    assert hash(one) == hash(Money(one.amount.normalize(), "USD"))


@pytest.mark.parametrize("one", ["USD", "JPY", "KWD"])
@pytest.mark.parametrize("other", ["EUR", "usd"])
def test_two_currencies_never_meet(one: str, other: str) -> None:
    """Every operation on two amounts refuses, also a code in another case."""
    left, right = money("1", one), money("1", other)
    for operation in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__):
        with pytest.raises(CurrencyMismatch, match=f"{one} with {other}"):
            operation(left, right)
    assert left != right


@pytest.mark.parametrize(
    ("amount", "currency", "text", "plain"),
    [
        ("1234.5", "USD", "1,234.50 USD", "1234.50"),
        ("1E+3", "USD", "1,000.00 USD", "1000.00"),
        ("-0.1", "EUR", "-0.10 EUR", "-0.10"),
        ("1234567", "JPY", "1,234,567 JPY", "1234567"),
        ("1500.000", "JPY", "1,500 JPY", "1500"),
        ("12.5", "KWD", "12.500 KWD", "12.500"),
        ("0.1234", "CLF", "0.1234 CLF", "0.1234"),
        ("10.005", "USD", "10.005 USD", "10.005"),
        ("0", "USD", "0.00 USD", "0.00"),
    ],
)
def test_amounts_are_shown_with_their_currencys_decimals(amount: str, currency: str, text: str, plain: str) -> None:
    """Never fewer decimals than the currency has, and never a digit less than there is."""
    shown = money(amount, currency)
    assert str(shown) == text
    assert shown.plain() == plain
    assert shown.json() == {"amount": plain, "currency": currency}


@pytest.mark.parametrize("currency", CURRENCIES)
@given(data=st.data())
def test_the_machine_text_keeps_the_amount(currency: str, data: st.DataObject) -> None:
    """What `plain` writes reads back as the same amount, without exponent or separators."""
    value = data.draw(amounts(currency))
    assert digits(value) == value.amount
    assert set(value.plain()) <= set("-.0123456789")


@pytest.mark.parametrize(
    ("amount", "currency", "fits"),
    [
        ("10.00", "USD", True),
        ("10.001", "USD", False),
        ("10.0000", "USD", True),
        ("100", "JPY", True),
        ("100.5", "JPY", False),
        ("1.234", "KWD", True),
        ("1.2345", "KWD", False),
        ("1.2345", "UYW", True),
        ("1E+2", "JPY", True),
    ],
)
def test_an_amount_fits_when_it_has_no_more_decimals_than_its_currency(amount: str, currency: str, fits: bool) -> None:
    """Trailing zeros do not count."""
    assert money(amount, currency).fits_currency() is fits


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4))
def test_exact_reads_what_is_written(value: Decimal) -> None:
    """Plain digits, surrounding blanks and an exponent all give the same exact number."""
    assert exact(f" {value:f}\n") == exact(f"{value:E}") == value


def test_a_whole_number_with_an_exponent_becomes_plain() -> None:
    """1E2 is a hundred, and prints as one."""
    assert str(exact("1E2")) == "100"


@pytest.mark.parametrize(
    "text", ["", " ", "NaN", "sNaN", "Infinity", "-inf", "10,00", "1,000.00", "$5", "1e999", "1e-99", "0x10", "1 0"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    """Also a comma, a symbol, infinity and numbers of absurd size: an amount is never guessed."""
    with pytest.raises(ValueError, match="not an amount"):
        exact(text)


@given(st.lists(st.one_of(*(amounts(currency) for currency in CURRENCIES)), max_size=20))
def test_totals_are_per_currency(values: list[Money]) -> None:
    """One total for each currency there is, in the order of the codes; together they hold every amount."""
    totals = sums(iter(values))
    assert [total.currency for total in totals] == sorted({value.currency for value in values})
    for total in totals:
        assert total.amount == sum(value.amount for value in values if value.currency == total.currency)


def test_the_order_of_amounts_is_total_within_a_currency() -> None:
    """Sorting by amount works with the two comparisons there are."""
    values = [money(text) for text in ("3", "-1", "2.50", "2.5", "0")]
    ordered = sorted(values)
    assert all(one <= two for one, two in itertools.pairwise(ordered))
    assert [one.amount for one in ordered] == sorted(value.amount for value in values)
