"""The banner about what is left: how many are in doubt, not started and done, with Finish and Continue."""

from datetime import date

from nsz_desk.ui.banner import Banner
from nsz_desk.ui.pending.unfinished import Unfinished, unfinished_text


class LeftBanner(Banner):
    """Finish stands there while something is in doubt, Continue while something was not started."""

    def __init__(self) -> None:
        super().__init__("doubt", "question", "Finish", "Continue")
        self.left = Unfinished(0, 0)

    def show_left(self, left: Unfinished) -> None:
        """Count; hidden when nothing is left."""
        self.left = left
        self.say(unfinished_text(left, date.today()))
        self.button.setVisible(left.in_doubt > 0)
        self.second.setText(f"Continue {len(left.not_started):,}")
        self.second.setVisible(bool(left.not_started))

    def show_reasons(self, why_no_finish: str, why_no_review: str) -> None:
        """Turn the buttons grey where there is a reason, with the reason."""
        for button, why in ((self.button, why_no_finish), (self.second, why_no_review)):
            button.setEnabled(not why)
            button.setToolTip(why)
