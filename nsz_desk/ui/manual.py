"""What a person does by hand with one refund: split it, link it, take a link back. Dialogs put together for the window.

Each way is the same: the desk is asked for an offer, a person chooses, the review or the button approves, and the
run is shown as every run is.
"""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from nsz_desk.engine.allocate import Allotment, Offer
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.link_offer import LinkChoice, LinkOffer
from nsz_desk.engine.link_review import LinkReview
from nsz_desk.engine.lists import Row
from nsz_desk.ui.allocate.actions import carry_out, read_offer
from nsz_desk.ui.allocate.dialog import AllocateDialog
from nsz_desk.ui.allocate.split import Typed
from nsz_desk.ui.jobs import Work
from nsz_desk.ui.link.actions import link, read_candidates, read_unlink, unlink
from nsz_desk.ui.link.dialog import LinkDialog
from nsz_desk.ui.link.review import LinkReviewDialog
from nsz_desk.ui.link.unlink import UnlinkDialog
from nsz_desk.ui.messages import Messages
from nsz_desk.ui.pending.actions import PendingActions
from nsz_desk.ui.ports import Desk
from nsz_desk.ui.split_review import SplitReview

NOTHING = "Nothing was sent."


class Manual(QObject):
    """Opens the dialogs, one at a time. Main thread only."""

    allocate_opened = Signal(object)  # AllocateDialog
    review_opened = Signal(object)  # SplitReview
    link_opened = Signal(object)  # LinkDialog
    unlink_opened = Signal(object)  # UnlinkDialog
    link_review_opened = Signal(object)  # LinkReviewDialog, of a link or of one taken back

    def __init__(self, desk: Desk, actions: PendingActions, messages: Messages, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._actions, self._messages, self._window = desk, actions, messages, window

    # -- a split
    def allocate(self, row: Row) -> None:
        """Ask for what there is to split."""
        work = read_offer(desk=self._desk, refund_id=row.id)
        self._actions.ask(work, lambda found: self._show_offer(row, found))

    def _show_offer(self, row: Row, found: Offer | Declined) -> None:
        if isinstance(found, Declined):
            self._declined(found)
            return
        dialog = AllocateDialog(found, self._desk.environment, self._window)
        dialog.chosen.connect(self._review)
        dialog.link_wanted.connect(lambda: self.link(row))
        self._open(dialog)
        self.allocate_opened.emit(dialog)

    def _review(self, typed: Typed) -> None:
        made = self._desk.allot(typed.offer, typed.parts, typed.how, typed.why)
        if isinstance(made, Declined):
            self._declined(made)
            return
        there, ask = self._desk.environment, not self._desk.sending
        dialog = SplitReview(made, typed.offer.route, there, self._window, ask_total=ask)
        dialog.approved.connect(lambda _batch: self._allocate(made))
        self._open(dialog)
        self.review_opened.emit(dialog)

    def _allocate(self, made: Allotment) -> None:
        title = f"Sending 1 refund to {self._desk.environment.word}"
        self._actions.begin(carry_out(desk=self._desk, allotment=made), title, (made.plan.refund_id,))

    # -- a link
    def link(self, row: Row) -> None:
        """Ask for the candidates."""
        self._actions.ask(read_candidates(desk=self._desk, refund_id=row.id), self._show_candidates)

    def _show_candidates(self, found: LinkOffer | Declined) -> None:
        if isinstance(found, Declined):
            self._declined(found)
            return
        dialog = LinkDialog(found, self._desk.environment, self._window)
        dialog.chosen.connect(lambda key: self._link(self._desk.choose_link(found, key)))
        self._open(dialog)
        self.link_opened.emit(dialog)

    def _link(self, choice: LinkChoice | Declined) -> None:
        if isinstance(choice, Declined):
            self._declined(choice)
            return
        review = self._desk.link_review(choice.plan, choice.candidate.refund.number)
        self._approve(review, link(desk=self._desk, choice=choice), f"Linking {choice.plan.number}")

    def _approve(self, review: LinkReview, work: Work, title: str) -> None:
        dialog = LinkReviewDialog(review, self._desk.environment, self._window)
        dialog.approved.connect(lambda: self._actions.begin(work, title, (review.plan.refund_id,)))
        self._open(dialog)
        self.link_review_opened.emit(dialog)

    # -- a link taken back
    def unlink(self, row: Row) -> None:
        """Ask for the reason."""
        dialog = UnlinkDialog(row.number, self._desk.environment, self._window)
        dialog.chosen.connect(lambda reason: self._plan_unlink(row, reason))
        self._open(dialog)
        self.unlink_opened.emit(dialog)

    def _plan_unlink(self, row: Row, reason: str) -> None:
        self._actions.ask(read_unlink(desk=self._desk, refund_id=row.id, reason=reason), self._unlink)

    def _unlink(self, review: LinkReview | Declined) -> None:
        if isinstance(review, Declined):
            self._declined(review)
        else:
            work = unlink(desk=self._desk, plan=review.plan)
            self._approve(review, work, f"Unlinking {review.plan.number}")

    def _declined(self, found: Declined) -> None:
        self._messages.tell(f"{found.number or found.refund_id}: not possible", f"{found.why} {NOTHING}")

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._window.activateWindow)
        dialog.open()
