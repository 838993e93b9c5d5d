"""From a seed to a schedule: which world, which desks, which faults."""

import random
from dataclasses import replace

from tests.simulation.faults import ACTS, CREATES, JOURNALS, MARKS, NETSUITE_WRITES, READS, Fault
from tests.simulation.play import Schedule
from tests.simulation.wishes import subject
from tests.simulation.worlds import SPLIT

CAREFUL = 32  # every so many-th seed keeps journals with JSON text and the hash chain
UNDOING = 0.2  # so many of the schedules of everything begin with something that is then undone
SPLITTING = 0.12  # and in so many there is a payment over three invoices
LINKING = 0.08  # or a refund that somebody made by hand
LAYOUTS = ((1, 2), (1, 1), (1, 1, 2), (1, 2, 3), (1, 1, 1), (1, 1, 2, 2), (1, 1, 1, 2))
ROUTES = ((False, True), (False, True), (True, False), (True, True))
HISTORIES = (0.1, 0.9, 19.9, 23.98, 24.0, 26.0)
DELAYS = (0.2, 3.0, 30.0, 90.0, 400.0, 900.0)
CREATE = "zuora.create_refund"
# (verb, its letters, how often of 100, how far the nth call reaches)
SPOTS = (
    (CREATE, CREATES, 34, 6),
    (CREATE, ACTS, 8, 6),
    ("zuora.mark_refund", MARKS, 6, 4),
    ("netsuite.write_fields", NETSUITE_WRITES, 10, 12),
    ("journal.append", JOURNALS, 8, 80),
    ("journal.append", ACTS, 20, 80),
    ("zuora.read_payment", READS, 4, 16),
    ("zuora.read_refund", READS, 3, 10),
    ("zuora.refunds_of_account", READS, 3, 8),
    ("netsuite.read", READS, 2, 6),
    ("netsuite.read_fields", READS, 2, 20),
)
WEIGHTS = tuple(weight for _, _, weight, _ in SPOTS)
UNDO_SPOTS = (
    ("zuora.cancel_refund", MARKS, 3, 2),
    ("zuora.cancel_refund", ACTS, 1, 2),
    ("zuora.apply_payment", MARKS, 2, 2),
    ("zuora.mark_refund", MARKS, 2, 3),
    ("netsuite.write_fields", NETSUITE_WRITES, 4, 8),
    ("journal.append", JOURNALS, 3, 60),
    ("journal.append", ACTS, 3, 60),
)
UNDO_WEIGHTS = tuple(weight for _, _, weight, _ in UNDO_SPOTS)


# What the seam of a key's life is made of: refunds that are dead, searches that are late, machines that slept.
SEAM_CREATES = (
    *("drop_answer", "drop_request", "zombie", "stored:53200030", "others_refusal:old", "crash_after"),
    *("nap_25h", "nap_12h", "to_expiry", "stale_search"),
)
SEAM_ACTS = (
    *("connector_cancelled", "connector_cancelled", "stale_search", "to_expiry", "nap_25h", "nap_12h"),
    *("person_resyncs", "person_cancels", "lost_journal", "crash_after", "suspend_12h"),
)
SEAM_VERBS = (CREATE, "journal.append", "zuora.refunds_of_account", "zuora.read_payment")


def a_seam_fault(dice: random.Random) -> Fault:
    """A fault of the seam."""
    verb = dice.choice(SEAM_VERBS)
    reach = 40 if verb == "journal.append" else 8
    letters = SEAM_CREATES if verb == CREATE else SEAM_ACTS
    return Fault(verb, 1 + int(dice.random() * reach), dice.choice(letters), dice.choice(DELAYS))


def a_seam(seed: int, dice: random.Random) -> Schedule:
    """Two or three desks at one refund or two, mostly after an earlier one was undone."""
    layout, wanted = ((1, 1), ("901", "902")) if dice.random() < 0.3 else ((1, 2), ("901",))
    desks = (wanted,) * (2 if dice.random() < 0.7 else 3)
    faults = tuple(a_seam_fault(dice) for _ in range(2 + int(dice.random() * 5)))
    history = (dice.choice(HISTORIES),) if dice.random() < 0.6 else ()
    careful = seed % CAREFUL == 0
    lags = tuple(dice.choice((0.0, 0.0, 600.0, 3600.0)) for _ in desks)
    dead = dice.choice((0.2, 0.5, 23.9, 30.0)) if dice.random() < 0.3 else 0.0
    return Schedule(seed, layout, dice.choice(ROUTES), desks, faults, history, careful, False, lags, dead)


def duel(seed: int) -> Schedule:
    """One or two desks at one refund whose chain begins with a dead one, doubt at once, and a search that goes stale.

    Wrong protocols and missing guards are looked for here: it is where the harm is near.
    """
    dice = random.Random(seed)
    late = Fault(CREATE, 1 + int(dice.random() * 2), dice.choice(("zombie", "running", "drop_answer")), 400.0)
    stale = Fault("zuora.refunds_of_account", 2 + int(dice.random() * 4), dice.choice(("stale_search", "blind_search")))
    more = tuple(a_seam_fault(dice) if dice.random() < 0.5 else a_fault(dice) for _ in range(int(dice.random() * 3)))
    undone = dice.random() < 0.5
    return Schedule(
        seed,
        (1, 2),
        dice.choice(ROUTES),
        (("901",),) if dice.random() < 0.5 else (("901",), ("901",)),
        tuple(one for one in (late, stale) if dice.random() < 0.7) + more,
        (dice.choice((0.1, 0.6)),) if undone else (),
        canary=False,
        foreign_dead=0.0 if undone else dice.choice((0.0, 0.3)),
    )


def a_fault(dice: random.Random) -> Fault:
    """One letter somewhere; money is what it is about, so creates come first."""
    return _fault(dice, *dice.choices(SPOTS, WEIGHTS)[0])


def _fault(dice: random.Random, verb: str, letters: tuple[str, ...], weight: int, reach: int) -> Fault:
    return Fault(verb, 1 + int(dice.random() * reach), dice.choice(letters), dice.choice(DELAYS))


def draw(seed: int, *, undoing: bool = True) -> Schedule:
    """The schedule of a seed; every fourth is about the seam of a key's life. `undoing`: some also undo and link."""
    dice = random.Random(seed)
    if seed % 4 == 3:
        return a_seam(seed, dice)
    layout = dice.choice(LAYOUTS)
    ids = [f"90{n}" for n in range(1, len(layout) + 1)]
    desks = []
    for _ in range(2 if dice.random() < 0.7 else 3):
        wanted = [one for one in ids if dice.random() < 0.55] or [dice.choice(ids)]
        dice.shuffle(wanted)
        desks.append(tuple(wanted))
    faults = tuple(a_fault(dice) for _ in range(1 + int(dice.random() * 6)))
    history = (dice.choice(HISTORIES),) if dice.random() < 0.2 else ()
    made = Schedule(
        seed,
        layout,
        dice.choice(ROUTES),
        tuple(desks),
        faults,
        history,
        careful=seed % CAREFUL == 0,
        canary=dice.random() < 0.5,
    )
    return _more(made, dice, undoing)


def _more(made: Schedule, dice: random.Random, undoing: bool) -> Schedule:
    """Some schedules also split, link and undo."""
    if dice.random() < SPLITTING:
        layout = tuple(SPLIT if m == 1 else m for m in made.layout)
        desks = tuple(tuple(_split(one, layout, dice) for one in wanted) for wanted in made.desks)
        made = replace(made, layout=layout, desks=desks, history=())
    if not undoing:
        return made
    if dice.random() < LINKING:
        desks = tuple(tuple(f"link {subject(one)}" for one in wanted[:1]) + wanted[1:] for wanted in made.desks)
        made = replace(made, by_hand=tuple(subject(wanted[0]) for wanted in made.desks), desks=desks)
    return _undone(made, dice) if dice.random() < UNDOING else made


def _split(wish: str, layout: tuple[int, ...], dice: random.Random) -> str:
    on_split = layout[int(wish) - 901] == SPLIT
    return f"{dice.choice(('split', 'split', 'other split'))} {wish}" if on_split else wish


def _undone(made: Schedule, dice: random.Random) -> Schedule:
    """The first desk has done its wishes before; now one or more desks undo them and do them again."""
    desks = []
    for wanted in made.desks:
        wishes: list[str] = []
        for one in wanted:
            undo = dice.random() < 0.7
            wishes += [f"resync {subject(one)}"] * undo
            wishes += [one] * (not undo or dice.random() < 0.7)
        desks.append(tuple(wishes))
    few = dice.choice((1, 2, 3))
    faults = made.faults[:3] + tuple(_fault(dice, *dice.choices(UNDO_SPOTS, UNDO_WEIGHTS)[0]) for _ in range(few))
    past = (dice.choice((0.0, 0.0, 0.2, 20.0, 23.98, 26.0)),)
    return replace(made, desks=tuple(desks), before=made.desks[0], history=past, faults=faults)
