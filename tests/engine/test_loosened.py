"""Two undos on one payment: what the second one loosens could not be told from what the first one left loose."""

from datetime import UTC, datetime

import pytest

from nsz_desk.engine.ledger import LOOSENED, Ledger
from nsz_desk.engine.ports import Event
from nsz_desk.engine.resync_table import RESYNC
from tests.fakes import MemoryJournal

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PLAN = {"date": "2026-11-18", "payment_id": "p-1"}


def ledger_in(state: str, end: str = "") -> Ledger:
    """A ledger with an undo of refund 903 that rests in a state, or has ended."""
    made = Ledger(MemoryJournal(lambda: NOW))
    made.append(Event("episode_opened", "903", "ep1", {"state": "confirmed", "plan": PLAN}))
    made.append(Event("outcome", "903", "ep1", {"state": "x", "step": "look", "outcome": "DONE", "next": state}))
    if end:
        made.append(Event("episode_ended", "903", "ep1", {"end": end}))
    return made


@pytest.mark.parametrize("state", sorted(LOOSENED))
def test_an_undo_waits_for_another_one_on_the_same_payment(state: str) -> None:
    """From the cancel's intent until the payment is settled; its words name the other refund and where it stands."""
    ledger = ledger_in(state)
    words = ledger.loose_beside("p-1", "901")
    assert "refund 903" in words
    assert state in words
    assert ledger.loose_beside("p-1", "903") == ""
    assert ledger.loose_beside("p-2", "901") == ""


@pytest.mark.parametrize("state", ["confirmed", "mine", "shielding", "settled", "clearing", "cleared"])
def test_before_the_cancel_and_after_the_proof_nobody_waits(state: str) -> None:
    """Nothing of the payment is loose then."""
    assert ledger_in(state).loose_beside("p-1", "901") == ""


def test_an_undo_that_has_ended_keeps_nobody_waiting() -> None:
    """However it ended: what is left then is told by the payment itself."""
    assert ledger_in("loose", "review").loose_beside("p-1", "901") == ""


def test_every_state_named_here_is_one_of_the_table() -> None:
    """A renamed state must not let the guard sleep."""
    assert set(RESYNC.moves) >= LOOSENED
