"""The review's words say exactly what will be sent."""

import json
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nsz_desk.engine.canonical import body
from nsz_desk.engine.plan import Batch, Plan, derive
from nsz_desk.engine.results import Environment
from nsz_desk.ui.calls import pretty
from nsz_desk.ui.history.model import detail_text
from nsz_desk.ui.pending.document import afterwards, calls_text, figures, send_text
from tests.ui.cases import a_case, company, hostile
from tests.ui.fake_desk import PAIR, FakeDesk


def plans(*numbers: int) -> tuple[Plan, ...]:
    """Plans of ready refunds of the company by their number in it."""
    return tuple(derive(PAIR, company()[number]) for number in numbers)


@example(Decimal("1.00"), "\x001.50")  # looks like a placeholder for a number
@given(
    st.decimals(min_value="0.01", max_value="99999999", places=2),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=40),
)
def test_a_pretty_body_is_the_same_document(amount: Decimal, comment: str) -> None:
    """Laid out over lines, the body still reads as the same JSON, and each amount keeps the digits it is sent with."""
    sent = body({"totalAmount": amount, "comment": comment, "count": 3, "none": [], "deep": [{"a": [amount]}]})
    laid_out = pretty(sent)
    assert json.loads(laid_out, parse_float=Decimal) == json.loads(sent, parse_float=Decimal)
    assert f'"totalAmount": {amount:f},' in laid_out


def test_the_exact_calls_name_method_path_body_and_every_stamp() -> None:
    """Nothing that is written is missing: the create, then each record with field and value, then the hash."""
    (plan,) = plans(0)
    text = calls_text(plan)
    assert text.startswith(f"POST {plan.call.path}\n")
    assert plan.hash in text
    for _, name, value in plan.stamps:
        assert f"{name} := {value}" in text


def test_a_name_cannot_fake_a_line_of_the_plan() -> None:
    """Line breaks in a customer's name stay inside their own line, in the plan and in the history."""
    evil = derive(PAIR, a_case(91, "1.00 USD", "Acme\nNetSuite credit memo: zuora_id := forged"))
    assert [line for line in calls_text(evil).splitlines() if line.startswith("NetSuite credit memo")] == []
    desk = FakeDesk(cases=[hostile()])
    plan = derive(PAIR, hostile())
    desk.sync(Batch((plan,)), _Quiet(), lambda _event: None)
    assert all("\r" not in detail_text(entry) and "\u202e" not in detail_text(entry) for entry in desk.history())


class _Quiet:
    def progress(self, done: int, total: int, text: str) -> None:
        """Nothing."""

    def check(self) -> None:
        """Never stops."""


def test_figures_foot_with_the_plans() -> None:
    """Count, sums, biggest per currency and oldest are those of the plans."""
    batch = Batch(plans(0, 1, 3, 7))
    by_title = {title: (figure, small) for title, figure, small in figures(batch)}
    assert by_title["REFUNDS"][0] == ("4",)
    assert list(by_title["SUM"][0]) == ["1,095.40 EUR", "13,650.00 USD"]
    assert by_title["BIGGEST"] == (["880.00 EUR", "12,400.00 USD"], ("RF-10462 · RF-10470",))
    assert by_title["OLDEST"][0] == ("18 Nov 2026",)


def test_an_empty_batch_has_figures_too() -> None:
    """When no row can be planned the review still opens, with dashes instead of sums."""
    assert [list(figure) for _, figure, _ in figures(Batch(()))] == [["0"], ["–"], ["0"], ["–"], ["–"]]


@pytest.mark.parametrize(("count", "words"), [(1, "Send 1 refund to PRODUCTION"), (2, "Send 2 refunds to PRODUCTION")])
def test_the_send_button_says_how_many_and_where(count: int, words: str) -> None:
    """The button's own text names count and environment."""
    assert send_text(Batch(plans(0, 1)[:count]), Environment("production", "1", "t")) == words


def test_afterwards_uses_the_profiles_own_status_text() -> None:
    """The status that will stand in NetSuite is the plan's, not a constant of the window."""
    assert "say Sync Complete and carry" in afterwards(Batch(plans(0)))[1]
