"""The table of exits: every reason that the engine can give has its row, and nothing in it moves money unproved."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import nsz_desk.engine
from nsz_desk.engine.janitor import JANITOR, Act, Says, Seen
from nsz_desk.engine.review_proof import CHECKS
from nsz_desk.engine.review_reasons import offers, reason_for
from nsz_desk.engine.reviews import BY_KEY, REASONS, Follow, Need, Reason, What
from nsz_desk.engine.runner import FLOWS, HELD

ENGINE = Path(nsz_desk.engine.__file__).parent
ENDS = ("review", "drift")


def head(value: ast.expr, function: ast.AST) -> list[str]:
    """How the words of an expression begin: of a text, of a formatted text, or of the names and calls behind it."""
    if isinstance(value, ast.Constant):
        return [str(value.value)]
    if isinstance(value, ast.JoinedStr):
        first = value.values[0]
        if isinstance(first, ast.Constant):
            return [str(first.value)]
        assert isinstance(first, ast.FormattedValue)
        return head(first.value, function)
    if isinstance(value, ast.IfExp):
        return head(value.body, function) + head(value.orelse, function)
    if isinstance(value, ast.Name):
        found = (one.value for one in ast.walk(function) if isinstance(one, ast.Assign) and _names(one, value.id))
        return [text for one in found for text in head(one, function)]
    return []


def _names(one: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in one.targets)


def said() -> Iterator[tuple[str, str]]:
    """Where and with which words the engine's steps answer that a person is to decide."""
    for file in sorted(ENGINE.glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
            for call in (one for one in ast.walk(function) if isinstance(one, ast.Call)):
                yield from ((f"{file.name}:{function.name}", text) for text in _words(call, function))


def _words(call: ast.Call, function: ast.FunctionDef) -> list[str]:
    """The words of one answer that ends in a person's hands, or that contradicts: its table may lead there too."""
    args = call.args
    if getattr(call.func, "id", "") != "Answer" or not args:
        return []
    to = args[1].value if len(args) > 1 and isinstance(args[1], ast.Constant) else None
    if to not in ENDS:
        return []
    value = args[2] if len(args) > 2 else next((one.value for one in call.keywords if one.arg == "reason"), None)
    return head(value, function) if value is not None else []


SAID = sorted(set(said()))


def test_the_scan_finds_the_engine_s_own_words() -> None:
    """It is not empty by mistake: the reasons that the protocol lists are among them."""
    heads = " ".join(text for _, text in SAID)
    for word in ("duplicate", "mismatch", "orphan", "not readable", "totals differ", "parts differ", "fields", "date"):
        assert word in heads or word == "parts differ"
    assert len(SAID) >= 25


@pytest.mark.parametrize(("where", "words"), SAID, ids=lambda one: one[:40])
def test_every_reason_that_a_step_gives_has_its_row(where: str, words: str) -> None:
    """The cautious row for unknown words is for none of them."""
    assert reason_for(words).key != "other", where


@pytest.mark.parametrize("state", sorted(HELD))
def test_every_held_state_has_its_row(state: str) -> None:
    """By its own name; a look is always open, and goes on in the same episode."""
    assert BY_KEY[state].decisions[0].what is What.LOOK_AGAIN
    assert BY_KEY[state].decisions[0].follow is Follow.RESUME


def test_held_states_are_the_tables_own() -> None:
    """A new one in any table needs a row here."""
    states = {state for flow in FLOWS.values() for state in flow.moves if state.startswith("held")}
    assert states == HELD


def test_words_nobody_knows_get_the_cautious_row() -> None:
    """Only what is proved by a look of its own."""
    assert reason_for("the moon is full").key == "other"


def test_every_need_has_its_check() -> None:
    """And every check is asked by some decision."""
    assert set(CHECKS) == set(Need)
    assert {need for reason in REASONS for one in reason.decisions for need in one.needs} == set(Need)


@pytest.mark.parametrize("reason", REASONS, ids=lambda one: one.key)
def test_no_decision_moves_money_or_clears_without_proof(reason: Reason) -> None:
    """A new create needs that none is live and none is under way; a clear that it is dead; a write-back one live."""
    for one in reason.decisions:
        if one.what is What.MAKE_NEW:
            assert {Need.NONE_LIVE, Need.SETTLED, Need.NAMES_NONE} <= set(one.needs)
        if one.what in (What.CLEAR, What.GO_ON) or (one.what is What.SKIP_APPLY and one.follow is Follow.UNDO):
            assert {Need.NAMED_DEAD, Need.NONE_LIVE} <= set(one.needs)
        if one.follow is Follow.WRITE_BACK:
            assert {Need.ONE_LIVE, Need.ONLY_METHOD} & set(one.needs)
            assert {Need.NAMES_OTHER, Need.NAMES_NO_OTHER} & set(one.needs)
        if one.what is What.RELINK:
            assert Need.NAMES_OTHER in one.needs
        if one.what is What.CANCEL:
            proofs = {Need.SEVERAL_LIVE, Need.UNNAMED_LIVE, Need.VOID_LIVE} & set(one.needs)
            assert len(proofs) == 1
            assert Need.SEVERAL_LIVE in proofs or Need.SETTLED in one.needs
        if one.what is What.RESYNC:
            assert {Need.NAMED_LIVE, Need.SETTLED} <= set(one.needs)


@pytest.mark.parametrize("reason", [one for one in REASONS if not one.key.startswith("held")], ids=lambda one: one.key)
def test_every_row_that_waits_for_a_person_has_an_exit(reason: Reason) -> None:
    """At least: leave it, with a reason."""
    assert {What.SET_ASIDE, What.LOOK_AGAIN} & {one.what for one in reason.decisions}


@pytest.mark.parametrize("reason", REASONS, ids=lambda one: one.key)
def test_each_decision_stands_once_in_a_row(reason: Reason) -> None:
    """The word on the command line names exactly one."""
    names = [one.what for one in reason.decisions]
    assert len(names) == len(set(names))


def test_the_sentence_for_a_list_names_all() -> None:
    """In the table's order."""
    assert offers(BY_KEY["none live"]) == "Review offers: clear, relink, adopt, make-new or set-aside."


def test_every_drift_that_the_list_shows_has_a_row_of_its_own() -> None:
    """What the janitor leaves to a person behind a complete refund."""
    asked = {seen for (says, seen), act in JANITOR.items() if says is Says.COMPLETE and act in (Act.ASK, Act.REVIEW)}
    assert asked == {Seen.NONE, Seen.OTHER_ID, Seen.SEVERAL, Seen.DIFFERS, Seen.VOIDED}
