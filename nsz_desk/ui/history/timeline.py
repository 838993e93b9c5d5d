"""What happened to one refund, from its first line to its last: a mark per line, and how long each step took."""

from collections.abc import Sequence
from dataclasses import dataclass

from nsz_desk.engine.results import Entry
from nsz_desk.ui.badges import Badge
from nsz_desk.ui.columns import ListColumn, TableColumn
from nsz_desk.ui.tables import SEPARATOR, RowTable
from nsz_desk.ui.texts import count_text, day_text, moment_text

PLAN = Badge("about to", "clock", "quiet")
GOOD = Badge("done", "check", "ready")
BEGUN = Badge("begun", "play", "accent")
DOUBT = Badge("in doubt", "question", "doubt")
WRONG = Badge("not done", "cross", "blocked")
PERSON = Badge("decided", "shield", "manual")
STATES = {  # of the journal: what a state looks like; every other one is a step that went well
    **dict.fromkeys(("in doubt", "held doubt", "again", "again armed", "review", "drift"), DOUBT),
    **dict.fromkeys(("refused", "refused?", "rejected", "unmade", "not made", "blocked", "mended"), WRONG),
    **dict.fromkeys(("held mark", "held stamp", "waiting", "busy", "stopped"), PLAN),
}
KINDS = {"intent": PLAN, "episode_opened": BEGUN, "decision": PERSON, "resumed": DOUBT, "changed_line": WRONG}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the journal and the seconds since the line before it (None for the first)."""

    entry: Entry
    after: float | None

    @property
    def mark(self) -> Badge:
        """What kind of line it is."""
        kind, detail = self.entry.kind, dict(self.entry.detail)
        if kind in ("outcome", "episode_ended"):
            return STATES.get(detail.get("next") or detail.get("end", ""), GOOD)
        return KINDS.get(kind, GOOD)


def moments(entries: Sequence[Entry]) -> tuple[Moment, ...]:
    """The lines in their order, each with its distance to the one before."""
    lines = sorted(entries, key=lambda entry: entry.seq)
    before = [None, *lines][: len(lines)]
    return tuple(
        Moment(line, None if last is None else (line.at - last.at).total_seconds())
        for line, last in zip(lines, before, strict=True)
    )


def after_text(seconds: float | None) -> str:
    """A distance for people: `+0.4 s`, `+3 min`, `+2 h`, `+5 days`; "" for the first line and for next to nothing."""
    if seconds is None or 0 <= seconds < 0.05:
        return ""
    if seconds < 60:
        return f"{seconds:+.1f} s"
    if seconds < 3600:
        return f"+{seconds / 60:.0f} min"
    return f"+{seconds / 3600:.0f} h" if seconds < 172_800 else f"+{seconds / 86_400:.0f} days"


def summary(entries: Sequence[Entry]) -> str:
    """When it began, how long it took, and how it ended so far."""
    if not entries:
        return "The desk has not touched this refund yet."
    lines = sorted(entries, key=lambda entry: entry.seq)
    first, last = lines[0], lines[-1]
    runs = sum(entry.kind == "episode_opened" for entry in lines)
    took = (last.at - first.at).total_seconds()
    words = [f"Begun {moment_text(first.at)}", f"{after_text(took)[1:] or '0 s'} from first to last line"]
    if runs > 1:
        words.append(count_text(runs, "attempt"))
    return " · ".join([*words, last.title])


COLUMNS = (
    ListColumn("mark", "State", "mark", lambda moment: moment.mark),
    ListColumn("title", "What happened", "text", lambda moment: moment.entry.title),
    ListColumn("at", "When", "text", lambda moment: clock_text(moment.entry)),
    ListColumn("after", "After", "number", lambda moment: moment.after, "Since the line before"),
    ListColumn("who", "Who", "text", lambda moment: moment.entry.who),
    ListColumn("seq", "Line", "number", lambda moment: moment.entry.seq, "Place in the journal's chain"),
)


def clock_text(entry: Entry) -> str:
    """The line's time on this computer's clock, with its day."""
    local = entry.at.astimezone()
    return f"{day_text(local.date())} {local:%H:%M:%S}"


class TimelineTable(RowTable):
    """Moments, oldest first."""

    strong = frozenset({"title"})
    wrapped = frozenset({"title"})

    def search_text(self, row: Moment) -> str:
        """Titles and details alike."""
        details = (f"{name} {value}" for name, value in row.entry.detail)
        return SEPARATOR.join((super().search_text(row), *details)).casefold()

    def format(self, column: TableColumn, row: Moment) -> str:
        """Texts of cells."""
        if column.key == "after":
            return after_text(row.after)
        return row.mark.word if column.kind == "mark" else super().format(column, row)

    def mark(self, position: int, column: int) -> Badge | None:
        """The mark of a line."""
        if self.columns[column].kind != "mark":
            return None
        moment: Moment = self.row_at(position)
        return moment.mark

    def tone(self, position: int, column: int) -> str:
        """What was only about to happen stands back."""
        if self.columns[column].key == "title":
            moment: Moment = self.row_at(position)
            return "muted" if moment.mark is PLAN else "text"
        return super().tone(position, column)
