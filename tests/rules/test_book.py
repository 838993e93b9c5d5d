"""The Book: each number of the vendor's page and each of our own has one rule, with examples of every answer."""

import re
from pathlib import Path

import pytest

from nsz_desk.domain.case import RefundCase
from nsz_desk.rules.book import BY_ID, OVERRIDABLE, RULES, Verdict, judge
from nsz_desk.rules.rule import Answer
from tests.builders import a_case, a_refund
from tests.rules.examples import ALL_UNREAD, FAILING, NEVER_FAILS, NEVER_UNKNOWN, PASSING, UNREAD

VENDOR = ["1.a", "1.b", "1.c", "1.d", "2.a", "2.b", "2.c", "P.1", "P.2", "P.3", "P.4", "M.1"]
OURS = [f"D.{number}" for number in range(1, 16)]
DESIGN = Path(__file__).parents[3] / "shared" / "DESIGN.md"
WIDTH = 140  # characters of a cause or fix that the rules panel shows without wrapping twice


def each(table: dict[str, list[RefundCase]]) -> list[tuple[str, RefundCase]]:
    """One test for each example."""
    return [(number, case) for number, cases in table.items() for case in cases]


def test_every_number_has_exactly_one_rule_in_page_order() -> None:
    """The vendor's numbers first, as on the page, then ours; none twice, none missing."""
    assert [rule.id for rule in RULES] == VENDOR + OURS
    assert set(BY_ID) == set(VENDOR + OURS)


@pytest.mark.parametrize("number", VENDOR + OURS)
def test_a_rule_says_what_it_holds_and_where_that_comes_from(number: str) -> None:
    """A statement in one sentence; the page's number as its source, or a reason where it is ours."""
    found = BY_ID[number]
    assert re.fullmatch(r"[A-Z].{15,}\.", found.statement)
    assert found.source == (found.id if found.id in VENDOR else "ours")
    assert bool(found.reason) == (found.id in OURS)


def test_machine_names_are_stable_words() -> None:
    """Exports carry them: upper case, one for each rule (2.b and P.3 state one fact and share theirs)."""
    codes = [rule.code for rule in RULES]
    assert all(re.fullmatch(r"[A-Z]+(_[A-Z]+)*", code) for code in codes)
    assert len(set(codes)) == len(codes) - 1
    assert BY_ID["2.b"].code == BY_ID["P.3"].code == "NO_PAYMENT_REFERENCE"
    assert len({rule.statement for rule in RULES}) == len(RULES)


def test_every_rule_has_an_example_of_every_answer_it_can_give() -> None:
    """The tables of examples are complete, but for the answers that are named as impossible."""
    everything = set(VENDOR + OURS)
    assert set(PASSING) == everything
    assert set(FAILING) == everything - NEVER_FAILS
    assert set(UNREAD) == everything - NEVER_UNKNOWN


@pytest.mark.parametrize(("number", "case"), each(PASSING))
def test_a_rule_holds(number: str, case: RefundCase) -> None:
    """PASS names the facts it looked at, and neither cause nor fix."""
    finding = BY_ID[number](case)
    assert finding.answer is Answer.PASS, finding
    assert finding.rule == number
    assert finding.facts
    assert (finding.cause, finding.fix) == ("", "")


@pytest.mark.parametrize(("number", "case"), each(FAILING))
def test_a_rule_does_not_hold(number: str, case: RefundCase) -> None:
    """FAIL names facts, cause and fix, short enough to be read at a glance."""
    finding = BY_ID[number](case)
    assert finding.answer is Answer.FAIL, finding
    assert finding.rule == number
    assert finding.facts
    for words in (finding.cause, finding.fix):
        assert re.fullmatch(r"\S.*\.", words)
        assert len(words) <= WIDTH, words


@pytest.mark.parametrize(("number", "case"), each(UNREAD))
def test_a_rule_does_not_know(number: str, case: RefundCase) -> None:
    """UNKNOWN says which fact is missing and what to do; it is neither PASS nor FAIL."""
    finding = BY_ID[number](case)
    assert finding.answer is Answer.UNKNOWN, finding
    assert finding.rule == number
    for words in (finding.cause, finding.fix):
        assert words
        assert len(words) <= WIDTH, words


@pytest.mark.parametrize("number", VENDOR + OURS)
def test_with_nothing_read_a_rule_is_unknown_unless_it_needs_nothing(number: str) -> None:
    """No rule takes a missing fact for a good one; those that need none still answer."""
    answer = BY_ID[number](ALL_UNREAD).answer
    assert answer is (Answer.PASS if number in NEVER_UNKNOWN else Answer.UNKNOWN)


@pytest.mark.parametrize("number", sorted(NEVER_FAILS))
def test_a_noting_rule_only_notes(number: str) -> None:
    """D.7 and D.14 hold whatever the examples do to a case; their last passing example carries a note."""
    for cases in (PASSING, FAILING):
        for _, case in each(cases):
            assert BY_ID[number](case).answer is not Answer.FAIL
    assert [bool(BY_ID[number](case).note) for case in PASSING[number]] == [False, True]


@pytest.mark.parametrize(("length", "noted"), [(255, False), (256, True)])
def test_a_comment_is_measured_as_zuora_does(length: int, noted: bool) -> None:
    """255 fits, 256 is noted; a character outside the basic plane counts twice."""
    for text in ("ä" * length, "\U0001f600" * (length // 2) + "x" * (length % 2)):
        assert bool(BY_ID["D.7"](a_case(refund=a_refund(memo=text))).note) is noted


def design_table() -> list[tuple[str, str, str]]:
    """The design page's own rules: id, what holds, what happens on failure."""
    rows = re.findall(r"^\| (D\.\d+) \| (.*?) \| (.*?) \|$", DESIGN.read_text(encoding="utf-8"), re.MULTILINE)
    return [(number, holds, failure) for number, holds, failure in rows]


ON_FAILURE = {
    "blocked": Verdict.BLOCKED,
    "in doubt": Verdict.IN_DOUBT,
    "not selected": Verdict.NOT_SELECTED,
    "PASS": Verdict.READY,
}


@pytest.mark.skipif(not DESIGN.exists(), reason="the design page is not beside this checkout")
def test_our_rules_are_those_of_the_design_page() -> None:
    """Same ids in the same order, and each failure leads to the verdict that the page names."""
    table = design_table()
    assert [number for number, _, _ in table] == OURS
    for number, _, failure in table:
        expected = next(verdict for words, verdict in ON_FAILURE.items() if failure.startswith(words))
        example = FAILING[number][0] if number not in NEVER_FAILS else PASSING[number][-1]
        assert judge(example).verdict is expected, number


def test_only_two_rules_can_be_overridden() -> None:
    """D.11 and D.12, with a reason; the vendor's own never."""
    assert {"D.11", "D.12"} == OVERRIDABLE
