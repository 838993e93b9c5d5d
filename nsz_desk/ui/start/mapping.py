"""The mapping page of the connect dialog: which fields, status texts and payment methods, offered from the accounts."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QWidget

from nsz_desk.domain.choices import Choices
from nsz_desk.engine.checks import Offer, Offers
from nsz_desk.ui.check_box import CheckBox
from nsz_desk.ui.drop_down import DropDown
from nsz_desk.ui.texts import day_text, shown
from nsz_desk.ui.widgets import card, column, label

OFF = "The connector's own refund sync to Zuora is switched off"
WHY_OFF = (
    "No program can read that from outside. Two of them at once would each make refunds, so a person says so here."
)
NAME_MISSING = "Enter the name of the person who confirms that the connector's refund sync is off."
LONGEST = 80  # characters of a name


class MappingPage(QWidget):
    """Shows what was found and takes what is chosen. Nothing is chosen by itself but what the profile says already."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._whole = column(self, gap=10)
        self._cards = list[QFrame]()
        self.fields: dict[str, DropDown] = {}
        self.statuses: dict[str, DropDown] = {}
        self.methods: dict[str, DropDown] = {}
        self.off, self.by = CheckBox(OFF), QLineEdit()
        self.off.toggled.connect(self._show_by)
        self.by.textChanged.connect(self.changed)
        self.by.setAccessibleName("Confirmed by")
        self.by.setMaxLength(LONGEST)
        self._said_before = label("", "muted", wrap=True)
        self._whole.addWidget(self._connector())
        self._whole.addStretch(1)

    def _connector(self) -> QFrame:
        made = card()
        rows = column(made, margins=(16, 10, 16, 12), gap=6)
        rows.addWidget(label("ZUORA'S CONNECTOR FOR NETSUITE", "group"))
        rows.addWidget(label(WHY_OFF, "muted", wrap=True))
        rows.addWidget(self.off)
        self._by_title = label("Confirmed by")
        self._by_title.setBuddy(self.by)
        for one in (self._by_title, self.by, self._said_before):
            rows.addWidget(one)
        return made

    # -- what was found
    def show_found(self, offers: Offers) -> None:
        """Offer what the test found."""
        for old in self._cards:
            old.deleteLater()
        parts = (
            ("NETSUITE FIELDS", offers.fields, self.fields, 1),
            ("INTEGRATION STATUS", offers.statuses, self.statuses, 3),
            ("PAYMENT METHODS: NETSUITE TO ZUORA", offers.methods, self.methods, 2),
        )
        self._cards = [self._card(*part) for part in parts if part[1]]
        for place, one in enumerate(self._cards):
            self._whole.insertWidget(place, one)
        said = offers.confirmed
        words = f"Confirmed by {said.by} on {day_text(said.on)}. Tick it to confirm it anew." if said else ""
        self._said_before.setText(shown(words))
        self._said_before.setVisible(bool(words))
        self._show_by()

    def _card(self, head: str, offers: tuple[Offer, ...], kept: dict[str, DropDown], wide: int) -> QFrame:
        """A title above each list, `wide` of them side by side."""
        kept.clear()
        made = card()
        grid = QGridLayout(made)
        grid.setContentsMargins(16, 10, 16, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.addWidget(label(head, "group"), 0, 0, 1, wide)
        for place, offer in enumerate(offers):
            row, side = 1 + place // wide * 2, place % wide
            title = label(shown(offer.title))
            box = kept[offer.name] = _list_of(offer)
            box.currentIndexChanged.connect(self.changed)
            title.setBuddy(box)
            grid.addWidget(title, row, side)
            grid.addWidget(box, row + 1, side)
            grid.setColumnStretch(side, 1)
        return made

    def _show_by(self) -> None:
        for one in (self._by_title, self.by):
            one.setVisible(self.off.isChecked())
        self.changed.emit()

    def first(self) -> QWidget:
        """Where a person begins."""
        return next(iter((*self.fields.values(), *self.statuses.values(), *self.methods.values())), self.off)

    # -- what was chosen
    def problem(self) -> str:
        """What is missing, "" when nothing is."""
        return NAME_MISSING if self.off.isChecked() and len(self.by.text().strip()) < 2 else ""

    def choices(self) -> Choices:
        """What was chosen."""
        by = self.by.text().strip() if self.off.isChecked() else ""
        return Choices(_chosen(self.fields), _chosen(self.statuses), _chosen(self.methods), by)


def _list_of(offer: Offer) -> DropDown:
    made = DropDown(shown(offer.title))
    for value, words in offer.choices:
        made.addItem(shown(words), value)
    made.setCurrentIndex(max(0, made.findData(offer.proposed)))
    return made


def _chosen(lists: dict[str, DropDown]) -> dict[str, str]:
    return {name: str(box.currentData()) for name, box in lists.items()}
