"""The split as it is typed: what counts as an amount, what is wrong with it, and how often it is judged."""

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QObject

from nsz_desk.domain.allocation import InvoiceLine, Strategy, proposals
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Payment
from nsz_desk.engine.allocate import BY_HAND, Offer
from nsz_desk.ui.allocate.split import Typed, number
from nsz_desk.ui.allocate.table import TYPED, SplitModel
from tests.ui.cases import a_case, a_row


def money(text: str, currency: str = "USD") -> Money:
    """An amount."""
    return Money(Decimal(text), currency)


def typed(count: int = 3, room: str = "100", amount: str = "150", currency: str = "USD") -> Typed:
    """Some invoices with equal room, nothing typed."""
    row = a_row(a_case(1, f"{amount} {currency}"))
    payment = row.case.payment_fact
    assert isinstance(payment, Payment)
    zero, full = money("0", currency), money(room, currency)
    lines = tuple(
        InvoiceLine(f"i{n}", f"INV-{n}", date(2026, 1, n % 27 + 1), full, zero, full, zero) for n in range(1, count + 1)
    )
    return Typed(Offer(row, payment, lines, proposals(lines, money(amount, currency))))


@pytest.mark.parametrize(
    ("text", "amount"),
    [("", "0"), (" 1,234.50 ", "1234.50"), ("7", "7"), ("-3", "-3"), ("12.345", "12.345"), ("0.00", "0.00")],
)
def test_an_amount_is_read_as_people_type_it(text: str, amount: str) -> None:
    """With or without grouping; nothing typed is nothing."""
    assert number(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "12,50",
        "1.234,56",
        "1,23,4",
        ",5",
        "1,",
        "- 5",
        "1e3",
        "NaN",
        "Infinity",
        "1.2.3",
        "--1",
        "٣",
        "1_000",
        "12€",
    ],
)
def test_what_is_no_amount_is_none(text: str) -> None:
    """No exponent, no word, no other script's digits."""
    assert number(text) is None


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"i1": "100", "i2": "49.99"}, "0.01 USD is still to be split"),
        ({"i1": "100", "i2": "50.01"}, "0.01 USD is too much"),
        ({"i1": "150"}, "is more than the 100.00 USD that is left of it"),
        ({"i1": "-50", "i2": "100", "i3": "100"}, "is not more than zero"),
        ({"i1": "100", "i2": "49.995", "i3": "0.005"}, "more decimals than USD has"),
        ({"i1": "100", "i2": "fifty"}, "'fifty' is no amount"),
        ({}, "Nothing is split yet"),
    ],
)
def test_a_wrong_split_cannot_be_approved_and_says_why(texts: dict[str, str], words: str) -> None:
    """Each mistake in words; the invoice it is about is named."""
    one = typed()
    for key, text in texts.items():
        one.type(key, text)
    assert any(words in wrong for wrong in one.wrong()), one.wrong()


def test_currencies_have_their_own_decimals() -> None:
    """No decimals for yen, three for the Kuwaiti dinar."""
    yen, dinar = typed(amount="150", currency="JPY"), typed(amount="150", currency="KWD")
    for one, texts in ((yen, ("100", "50")), (dinar, ("99.999", "50.001"))):
        for key, text in zip(("i1", "i2"), texts, strict=True):
            one.type(key, text)
        assert one.wrong() == ()
    yen.type("i2", "49.5")
    assert any("more decimals" in wrong for wrong in yen.wrong())


def test_a_strategy_keeps_its_name_until_an_amount_is_changed() -> None:
    """Typing the same amount again changes nothing; another one makes it a person's."""
    one = typed()
    one.follow(one.offer.proposal(Strategy.PRO_RATA))
    assert (one.how, one.wrong()) == ("pro-rata", ())
    one.type("i1", one.texts["i1"])
    assert one.how == "pro-rata"
    one.type("i1", "1")
    assert one.how == BY_HAND


def test_a_keystroke_judges_the_split_once(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many invoices there are, the model asks for what is wrong once for each change."""
    one, asked = typed(count=1000, room="10", amount="5000"), list[int]()
    owner = QObject()
    model, real = SplitModel(one, owner), Typed.wrong

    def counted(self: Typed) -> tuple[str, ...]:
        asked.append(1)
        return real(self)

    monkeypatch.setattr(Typed, "wrong", counted)
    assert model.setData(model.index(500, TYPED), "7.5")
    assert len(asked) == 1
    assert model.wrong(0) == model.wrong(500) == ""
    assert model.setData(model.index(500, TYPED), "75")
    assert "is left of it" in model.wrong(500)


def test_each_wrong_amount_is_told_at_its_own_row() -> None:
    """However many are wrong; an invoice whose amount is right says nothing."""
    one, owner = typed(count=4, room="10", amount="40"), QObject()
    model = SplitModel(one, owner)
    for row, text in enumerate(("11", "x", "10", "-1")):
        assert model.setData(model.index(row, TYPED), text)
    assert "is left of it" in model.wrong(0)
    assert "no amount" in model.wrong(1)
    assert model.wrong(2) == ""
    assert "not more than zero" in model.wrong(3)
