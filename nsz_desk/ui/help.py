"""Help: the promises the desk makes and their limits, as a page of text. Nothing on it can be opened."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QTextBrowser, QWidget

from nsz_desk.assets import asset
from nsz_desk.ui.widgets import Button, column, line

TITLE = "Promises and limits"
ROOM = QSize(820, 720)


def promises() -> str:
    """The page, in Markdown; ours, so it may be rendered.

    Raises:
        FileNotFoundError: the program was not put together as it should be.
    """
    return asset("help/promises.md").read_text(encoding="utf-8")


class HelpDialog(QDialog):
    """Shows one page."""

    def __init__(self, markdown: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self.setModal(True)
        whole = column(self, margins=(24, 20, 24, 16), gap=14)
        self.page = QTextBrowser()
        self.page.setAccessibleName(TITLE)
        self.page.setOpenLinks(False)  # no page of the net is opened from here, and none is loaded
        self.page.document().setDocumentMargin(14)
        self.page.setMarkdown(markdown)
        _give_air(self.page.document())
        whole.addWidget(self.page, 1)
        foot = line()
        foot.addStretch(1)
        self.done_button = Button("Close", "primary")
        self.done_button.clicked.connect(self.accept)
        foot.addWidget(self.done_button)
        whole.addLayout(foot)
        self.page.setFocus()  # arrows scroll at once; Escape closes
        self.resize(ROOM.boundedTo(parent.window().size() - QSize(20, 20)))


def _give_air(document: QTextDocument) -> None:
    """Room above headings and between the lines of lists, which Qt's Markdown sets solid."""
    block = document.begin()
    while block.isValid():
        form, is_heading = block.blockFormat(), block.blockFormat().headingLevel() > 0
        form.setTopMargin(16 if is_heading and block.blockNumber() else 0)
        form.setBottomMargin(8 if is_heading else 4)
        QTextCursor(block).setBlockFormat(form)
        block = block.next()
