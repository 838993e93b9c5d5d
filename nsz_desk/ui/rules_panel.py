"""The panel beside the list: one refund under every rule, with cause and remedy where a rule does not hold."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from nsz_desk.engine.lists import Row
from nsz_desk.engine.results import Environment
from nsz_desk.rules.book import RULES, Verdict
from nsz_desk.rules.rule import Answer, Finding, Rule
from nsz_desk.ui.badges import ANSWERS, VERDICTS
from nsz_desk.ui.links import NO_LINKS, Link, links_of
from nsz_desk.ui.texts import day_text, shown, tip
from nsz_desk.ui.widgets import Button, Shape, card, column, label, line, restyle

CALM = frozenset({Verdict.SYNCED, Verdict.NOT_SELECTED, Verdict.BUSY})
LINKS = 3
RESYNC = "Undo the sync step by step, so that it can be synced again: Ctrl+R"
DECIDE = "What waits for a person: the evidence, and what may be decided: Ctrl+E"
SYNC_ONE = "Zuora shows no refund of it. It can be synced alone: the desk searches again before anything is sent."
HISTORY = "What the desk did with this refund: Ctrl+H"
ALLOCATE = "Split it over the invoices of its payment: Ctrl+L"
LINK = "Say which Zuora refund was made by hand for it: Ctrl+K"
UNLINK = "Take the desk's own link back: Ctrl+U"
TITLE_LIMIT = 90  # characters; the whole text is the tooltip
GROUPS = (
    ("Selection", ("1.",)),
    ("Validation", ("2.",)),
    ("Procedure", ("P.",)),
    ("Manual", ("M.",)),
    ("Ours", ("D.",)),
)


class RuleRow(QWidget):
    """One rule: shape, number, statement; below it, when it does not hold, why and what to do."""

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self._rule = rule
        whole = column(self, gap=4)
        head = line(gap=8)
        self._shape = Shape("check", "ready", 14)
        number, self._statement = label(rule.id, "rule-id"), label(rule.statement, "rule", wrap=True)
        number.setFixedWidth(34)
        head.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._statement, 1)
        whole.addLayout(head)
        self._box = card("tint-blocked")
        inside = column(self._box, margins=(14, 12, 14, 12), gap=6)
        self._cause, self._facts = label("", "blocked", wrap=True), label("", "muted", wrap=True)
        self._fix = label("", "rule", wrap=True)
        for one in (self._cause, self._facts, self._fix):
            one.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            inside.addWidget(one)
        whole.addWidget(self._box)
        self._note = label("", "muted", wrap=True)
        self._note.setContentsMargins(56, 0, 0, 0)
        whole.addWidget(self._note)

    def show_finding(self, finding: Finding, *, calm: bool = False) -> None:
        """Show what the rule answered; `calm` where nobody has to do anything about it."""
        look = ANSWERS[finding.answer]
        if calm and finding.answer is not Answer.PASS:
            look = replace(look, tone="quiet")
        self._shape.show_shape(look.icon, look.tone)
        self._shape.setToolTip(look.word)
        self.setAccessibleName(f"{self._rule.id} {look.word}: {self._rule.statement}")
        is_open = finding.answer is not Answer.PASS
        restyle(self._statement, "rule-open" if is_open else "rule")
        self._box.setVisible(is_open)
        if is_open:
            restyle(self._box, f"tint-{look.tone}")
            restyle(self._cause, look.tone)
            facts = " · ".join(f"{name} {value}" for name, value in finding.facts)
            for one, text in ((self._cause, finding.cause), (self._facts, facts), (self._fix, finding.fix)):
                one.setText(shown(f"What to do: {text}" if one is self._fix and text else text))
                one.setVisible(bool(text))
        self._note.setText(shown(f"Note: {finding.note}"))
        self._note.setVisible(bool(finding.note) and not is_open)


class RulesPanel(QFrame):
    """All rules over one refund. The rows are made once; moving through the list only changes their texts."""

    history_wanted = Signal(str)  # refund id
    sync_wanted = Signal(str)  # refund id, of a row in doubt that may be synced alone
    link_wanted = Signal(str)  # address
    allocate_wanted = Signal(str)  # refund id, of a row that is to be split by a person
    decide_wanted = Signal(str)  # refund id, of a row that waits for a person
    resync_wanted = Signal(str)  # refund id, of a row that can be undone
    adopt_wanted = Signal(str)  # refund id, of a row that a refund made by hand may belong to
    unlink_wanted = Signal(str)  # refund id, of a row that this desk linked

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self._environment = environment
        self.setProperty("look", "card")
        self.setAccessibleName("Rules")
        self._row: Row | None = None
        whole = column(self, margins=(1, 1, 1, 10), gap=8)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName("Rules of the refund")
        self._scroll.setWidget(self._page())
        whole.addWidget(self._scroll, 1)
        whole.addLayout(self._foot())
        self.show_row(None)

    def _foot(self) -> QVBoxLayout:
        """What can be done with the row, each button only where it can be pressed."""
        self.allocate = self._button("Allocate…", "arrows", ALLOCATE, self.allocate_wanted)
        self.link = self._button("Link…", "link", LINK, self.adopt_wanted)
        self.sync_one = self._button("Sync this one…", "play", SYNC_ONE, self.sync_wanted)
        self.decide = self._button("Decide…", "question", DECIDE, self.decide_wanted)
        self.resync = self._button("Resync…", "refresh", RESYNC, self.resync_wanted)
        self.unlink = self._button("Unlink…", "unlink", UNLINK, self.unlink_wanted)
        self.history = self._button("History", "history", HISTORY, self.history_wanted)
        whole = column(margins=(16, 0, 16, 0), gap=8)
        for buttons in (
            (self.allocate, self.link, self.sync_one, self.decide, self.unlink),  # at most two at a time
            (self.resync, self.history),
        ):
            row = line()
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            whole.addLayout(row)
        return whole

    def _button(self, text: str, icon_name: str, why: str, wanted: SignalInstance) -> Button:
        made = Button(text, icon_name=icon_name)
        made.setToolTip(tip(why))
        made.clicked.connect(lambda: wanted.emit(self._row.id) if self._row is not None else None)
        return made

    def show_row(self, row: Row | None) -> None:
        """Show a refund, or that none is chosen."""
        self._row = row
        self._rules.setVisible(row is not None)
        self._outcome.setVisible(row is not None)
        self.history.setEnabled(row is not None)
        self.sync_one.setVisible(row is not None and row.verdict is Verdict.IN_DOUBT and row.can_sync)
        self.resync.setVisible(row is not None and row.can_undo)
        self.allocate.setVisible(row is not None and row.verdict is Verdict.MANUAL)
        self.decide.setVisible(row is not None and row.may_be_decided)
        self.link.setVisible(row is not None and row.may_be_linked)
        self.unlink.setVisible(row is not None and row.can_unlink)
        self._show_links(links_of(row, self._environment) if row is not None else ())
        if row is None:
            self._title.setText("No refund chosen")
            self._facts.setText("Choose a row to see what each rule says about it.")
            return
        badge = VERDICTS[row.verdict]
        title = f"{row.number} · {row.customer or 'customer not known'}"
        self._title.setText(shown(title, TITLE_LIMIT))
        self._title.setToolTip(tip(title) if len(title) > TITLE_LIMIT else "")
        facts = (str(row.amount), day_text(row.case.refund.date), row.memo_number, row.payment)
        self._facts.setText(shown(" · ".join(part for part in facts if part)))
        restyle(self._outcome, f"tint-{badge.tone}")
        self._outcome_shape.show_shape(badge.icon, badge.tone)
        restyle(self._outcome_word, badge.tone)
        self._outcome_word.setText(badge.word)
        last = SYNC_ONE if self.sync_one.isVisibleTo(self) else row.judgement.next_step
        why = " ".join(part for part in (row.judgement.why, last) if part)
        self._outcome_why.setText(shown(why or "Every rule holds. It can be ticked and sent."))
        for finding in row.judgement.findings:
            if finding.rule in self._by_id:
                self._by_id[finding.rule].show_finding(finding, calm=row.verdict in CALM)
        self._scroll.verticalScrollBar().setValue(0)

    def show_why_no_resync(self, why_not: str) -> None:
        """Grey what a person does with one row where there is a reason, with the reason."""
        for button, usual in (
            (self.resync, RESYNC),
            (self.allocate, ALLOCATE),
            (self.link, LINK),
            (self.unlink, UNLINK),
            (self.decide, DECIDE),
        ):
            button.setEnabled(not why_not)
            button.setToolTip(tip(why_not or usual))

    def _page(self) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        inside = column(page, margins=(16, 16, 14, 12), gap=6)
        self._title, self._facts = label("", "title", wrap=True), label("", "muted", wrap=True)
        inside.addWidget(self._title)
        inside.addWidget(self._facts)
        self._links = line(gap=2)
        self.link_buttons = [Button("", "mini", icon_name="external", tone="accent") for _ in range(LINKS)]
        for button in self.link_buttons:
            button.clicked.connect(self._open_link)
            self._links.addWidget(button)
        self._links.addStretch(1)
        inside.addLayout(self._links)
        self._outcome = card("tint-quiet")
        box = column(self._outcome, margins=(14, 10, 14, 10), gap=4)
        head = line(gap=8)
        self._outcome_shape, self._outcome_word = Shape("minus", "quiet", 14), label("", "quiet")
        head.addWidget(self._outcome_shape)
        head.addWidget(self._outcome_word, 1)
        box.addLayout(head)
        self._outcome_why = label("", "rule", wrap=True)
        box.addWidget(self._outcome_why)
        inside.addSpacing(4)
        inside.addWidget(self._outcome)
        self._rules, self._by_id = QWidget(), {}
        listing = column(self._rules, gap=7)
        for title, starts in GROUPS:
            listing.addSpacing(8)
            listing.addWidget(label(title.upper(), "group"))
            for rule in RULES:
                if rule.id.startswith(starts):
                    self._by_id[rule.id] = RuleRow(rule)
                    listing.addWidget(self._by_id[rule.id])
        inside.addWidget(self._rules)
        inside.addStretch(1)
        return page

    def _show_links(self, links: tuple[Link, ...]) -> None:
        for place, button in enumerate(self.link_buttons):
            button.setVisible(place < len(links))
            if place < len(links):
                link = links[place]
                button.setText(link.text)
                button.setProperty("url", link.url)
                button.setEnabled(bool(link.url))
                button.setToolTip(tip(link.url or NO_LINKS))

    def _open_link(self) -> None:
        self.link_wanted.emit(str(self.sender().property("url")))
