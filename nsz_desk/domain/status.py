"""What an Integration Status text means. The texts themselves are settings."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Status(Enum):
    """Meaning of the status text of a NetSuite record."""

    BLANK = "blank"
    CREATING = "creating"
    ERROR = "error"
    COMPLETE = "complete"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class StatusTexts:
    """The written texts; reading ignores case and trailing dots, commas and blanks.

    Source: Zuora's pages print both `Creating Refund` and `Creating Refund...,`.
    """

    creating: str = "Creating Refund"
    complete: str = "Sync Complete"
    error: str = "Error Creating Refund"

    def meaning(self, text: str) -> Status:
        """What `text`, as read from NetSuite, means."""
        word = plain(text)
        if not word:
            return Status.BLANK
        if word == plain(self.complete):
            return Status.COMPLETE
        if word == plain(self.error) or word.startswith("error creating"):
            return Status.ERROR
        return Status.CREATING if word == plain(self.creating) or word.startswith("creating") else Status.OTHER


@lru_cache(256)  # the same few texts stand in thousands of rows
def plain(text: str) -> str:
    """The text without case, surrounding blanks and trailing dots and commas."""
    return text.strip().rstrip(".,; \t").casefold()
