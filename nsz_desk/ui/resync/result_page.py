"""Fifth page: what is true now, before and after, the old Zuora number, and what next."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from nsz_desk.engine.results import Result
from nsz_desk.engine.resync_compare import NOTHING, Compared
from nsz_desk.ui.badges import RESULTS
from nsz_desk.ui.columns import TableColumn
from nsz_desk.ui.resync.compare_page import Saying
from nsz_desk.ui.resync.tables import COMPARED, NOW, changed_of, compared_view
from nsz_desk.ui.resync.undo import Undo
from nsz_desk.ui.texts import shown
from nsz_desk.ui.widgets import card, column, label

TITLES = {"netsuite": "NetSuite before", "zuora": "Zuora before", "after": "Now, read back"}
LEFT_ALONE = "Nothing was sent for it."


class ResultPage(QWidget):
    """The result of the refund one is on."""

    def __init__(self, *, wide: bool) -> None:
        super().__init__()
        whole = column(self, gap=10)
        self.saying, self._next = Saying(), label("", "strong", wrap=True)
        whole.addWidget(self.saying)
        whole.addWidget(self._next)
        self._title = label("", "group")
        whole.addWidget(self._title)
        self.done = compared_view(self, "Before and after", _titled(), wide=wide)
        self.now = compared_view(self, "NetSuite now, Zuora now", NOW, wide=wide)
        self._frames = []
        for view in (self.done, self.now):
            view.setMinimumHeight(96)
            frame = card()
            column(frame, margins=(1, 1, 1, 1)).addWidget(view)
            whole.addWidget(frame, 1)
            self._frames.append(frame)

    def show_undo(self, undo: Undo) -> None:
        """Show how it ended."""
        result = undo.result
        badge = RESULTS[result.result] if result else RESULTS[Result.SKIPPED]
        self.saying.say(_what_is_true(undo), badge.icon, badge.tone)
        step = result.next_step if result else ""
        self._next.setText(shown(f"What to do: {step}" if step else ""))
        self._next.setVisible(bool(step))
        self._frames[0].setVisible(undo.complete)
        self._frames[1].setVisible(not undo.complete)
        self._title.setText(shown(_title(undo)))
        if undo.complete:
            self.done.table.set_rows(_before_and_now(undo))
        else:
            seen = undo.now if undo.started else undo.comparison
            self.now.table.set_rows(seen.rows if seen else ())


def _title(undo: Undo) -> str:
    if undo.trouble_now:
        return f"BOTH SYSTEMS COULD NOT BE READ JUST NOW: {undo.trouble_now}"
    if undo.started and not undo.now:
        return "READING BOTH SYSTEMS…"
    return "BEFORE AND AFTER" if undo.complete else "AS BOTH SYSTEMS SAY NOW"


def _what_is_true(undo: Undo) -> str:
    result = undo.result
    if result is None:
        return f"{undo.row.number}: {undo.against or LEFT_ALONE}"
    old = result.zuora_number or (undo.plan.zuora_number if undo.plan else "")
    kept = f" {old} stays in the history for ever." if old and result.result is Result.COMPLETE else ""
    return f"{RESULTS[result.result].word}: {result.reason}{kept}"


def _titled() -> tuple[TableColumn, ...]:
    marked = replace(COMPARED[1], value=changed_of)
    return tuple(replace(one, title=TITLES.get(one.key, one.title)) for one in (COMPARED[0], marked, *COMPARED[2:]))


def _before_and_now(undo: Undo) -> tuple[Compared, ...]:
    """Every fact as it was, and as it was read again after the run; what was expected stands beside a difference."""
    before = undo.comparison.rows if undo.comparison else ()
    kept = _kept(before) if undo.plan and undo.plan.keep_memo else before
    read = undo.now.rows if undo.now else ()
    now = {one.what: one.netsuite if one.netsuite != NOTHING else one.zuora for one in read}
    numbers = undo.now.invoices if undo.now else ()
    rows = [replace(one, after=_numbered(one.after, numbers)) for one in kept]
    return tuple(replace(one, after=_seen(now.get(one.what, NOTHING), one.after, bool(now))) for one in rows)


def _numbered(text: str, numbers: Iterable[tuple[str, str]]) -> str:
    """An invoice by its number: before the undo the payment did not pay it, so that only its id was known."""
    for key, number in numbers:
        text = text.replace(key, number)
    return text


def _seen(now: str, expected: str, is_read: bool) -> str:
    return f"{now}, expected {expected}" if is_read and expected not in (now, NOTHING) else now


def _kept(rows: tuple[Compared, ...]) -> tuple[Compared, ...]:
    """The credit memo's fields stay as they were."""
    return tuple(replace(one, after=one.netsuite) if one.what.startswith("Credit memo ") else one for one in rows)
