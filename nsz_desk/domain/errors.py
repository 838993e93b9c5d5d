"""The tree of all errors a user may meet.

DeskError(title, message, hint)
|- Refused        the remote said no; nothing changed     |- Changed       the record moved under us
|  '- Missing     the record does not exist                |  '- KeyMismatch  the key holds other content
|- Unreachable    nothing was sent                        |- Credentials   login, permission, locked vault
|- NoAnswer       sent, then silence or nonsense          |- Setup         settings, fields, network, disk
|- Cancelled      the user stopped at a safe stop          |  '- NoSecrets    none are kept: enter them
|- Barred         a control of this desk said no: a cap, sending not enabled

Anything else is a bug. A message says what happened, what is now true in both systems, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the start page needs errors, and no times
    from datetime import datetime


@dataclass(eq=False)
class DeskError(Exception):
    """An error with words for people.

    Attributes:
        title: what happened, in a few words.
        message: what is now true in both systems.
        hint: what to do next.
        code: the remote's own code, where it gave one.
        at: the remote's own time of its answer (UTC), where it gave one.
        wait: seconds the remote asked to wait before the next try.
    """

    title: str
    message: str = ""
    hint: str = ""
    code: str = ""
    at: datetime | None = None
    wait: float | None = None

    def __str__(self) -> str:
        """One line: title, truth, next step."""
        return " ".join(part for part in (self.title, self.message, self.hint) if part)


class Refused(DeskError):
    """The remote's definite no; nothing changed there."""


class Missing(Refused):
    """The record does not exist (looked completely)."""


class Unreachable(DeskError):
    """Not a byte of the request left: name, connect, TLS, guard."""


class NoAnswer(DeskError):
    """Sent, then silence, or an answer that says nothing certain. A write may have happened."""


class Changed(DeskError):
    """The record moved under us, or the answer contradicts what was sent."""


class Credentials(DeskError):
    """Login refused, permission missing, vault locked. The remote did nothing."""


class Setup(DeskError):
    """Settings, custom fields, network or disk stand in the way. Nothing was sent."""


class NoSecrets(Setup):
    """No secrets are kept for a profile: they have to be entered."""


class Cancelled(DeskError):
    """The user stopped at a safe stop."""


class KeyMismatch(Changed):
    """Zuora says that the Idempotency-Key holds other content (HTTP 422)."""


class Barred(DeskError):
    """A control of this desk said no: a cap, or sending is not enabled for this run. Nothing was sent."""
