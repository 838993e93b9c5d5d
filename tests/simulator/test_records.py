"""The records of one kind, written or made: the same answers either way, whatever is done to them."""

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from nsz_desk.simulator.netsuite_found import Found, scan
from nsz_desk.simulator.records import Recipe, Records


@dataclass(slots=True)
class Thing:
    """A record with an id and an owner."""

    id: str
    owner: str


COUNT = 12


def made(place: int) -> Thing:
    """The thing at a place; three owners take turns."""
    return Thing(f"{place:03d}", str(place % 3))


RECIPE = Recipe(
    COUNT,
    lambda place: f"{place:03d}",
    lambda key: int(key) if key.isdigit() and int(key) < COUNT and len(key) == 3 else -1,
    made,
    {"owner": lambda owner: range(int(owner), COUNT, 3) if owner in "012" else ()},
)
KEYS = st.sampled_from([f"{place:03d}" for place in range(COUNT + 2)] + ["zzz", ""])
STEPS = st.lists(st.tuples(st.sampled_from(["write", "change", "delete", "look"]), KEYS, st.sampled_from("0123")))


def follow(records: Records[Thing], steps: list[tuple[str, str, str]]) -> None:
    """Do the steps."""
    for step, key, owner in steps:
        if step == "write":
            records[key] = Thing(key, owner)
        elif step == "look":
            records.peek(key)
        elif key in records and step == "change":
            records[key].owner = owner
        elif key in records:
            del records[key]


@given(STEPS)
def test_made_records_behave_as_written_ones(steps: list[tuple[str, str, str]]) -> None:
    """After any steps: the same records, count, membership, owners' lists, order of ids and rests behind an id."""
    lazy, plain = Records(RECIPE), Records[Thing]()
    for place in range(COUNT):
        plain[f"{place:03d}"] = made(place)
    follow(lazy, steps)
    follow(plain, steps)
    assert {one.id: one for one in lazy.values()} == {one.id: one for one in plain.values()}
    assert len(lazy) == len(plain) == len(list(lazy)) == len(set(lazy))
    for owner in "0123":
        assert sorted(one.id for one in lazy.about("owner", owner)) == sorted(
            one.id for one in plain.about("owner", owner)
        )
    for start in ("", "004", "zz"):
        assert [one.id for one in lazy.behind(start)] == [one.id for one in plain.behind(start)]
    assert all((key in lazy) == (key in plain) for key in ("000", "011", "012", "zzz", ""))


@given(STEPS)
def test_untouched_records_are_near_only_while_untouched(steps: list[tuple[str, str, str]]) -> None:
    """An index names what was never written, kept or deleted, and touched names the rest."""
    records = Records(RECIPE)
    follow(records, steps)
    touched = set(records.touched)
    assert set(records.near("owner", "1")) == {f"{place:03d}" for place in range(1, COUNT, 3)} - touched


LINES = st.lists(st.integers(0, 3), min_size=1, max_size=30)


@given(LINES, st.dictionaries(st.integers(0, 35), st.integers(0, 3)), st.integers(1, 7))
def test_pages_are_slices_of_all_lines(counts: list[int], changed: dict[int, int], size: int) -> None:
    """However many lines each id had and has now, the pages put together are all lines in the order of the ids."""
    before = dict(enumerate(counts))
    known = scan(before, lambda one: [one] * before[one])
    now = before | changed

    def lines(one: int) -> list[tuple[int, int]]:
        return [(one, line) for line in range(now.get(one, 0))]

    found = Found(known, changed, lines)
    every = [line for one in sorted(now) for line in lines(one)]
    assert len(found) == len(every)
    pages = [found[start : start + size] for start in range(0, len(every) + size, size)]
    assert [line for page in pages for line in page] == every


def test_equal_things_are_other_objects_until_they_are_kept() -> None:
    """A look makes a new object each time; asking by id gives one object for good."""
    records = Records(RECIPE)
    assert records.peek("001") is not records.peek("001")
    assert records["001"] is records["001"] is records.peek("001")
    assert replace(records["001"]) == made(1)
