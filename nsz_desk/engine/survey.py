"""What one look at a NetSuite account finds: who is signed in, custom fields, lists, rights, and values in use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from nsz_desk.domain.facts import Unread

CUSTOMER = "customer"  # the third kind of record whose fields the desk reads, beside `REFUND` and `MEMO`
TEXT, LIST, TICK_BOX = "text", "list", "tick box"  # kinds of custom fields, as people call them


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom the server knows: account, role and user by their ids, "" where it does not tell; and its clock (UTC)."""

    at: datetime
    account: str = ""
    role: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field of a kind of record (`REFUND`, `MEMO`, `CUSTOMER`).

    `script_id` is in lower case; `label` and `kind` (TEXT, LIST, TICK_BOX or the server's word) are "" where not told.
    """

    record: str
    script_id: str
    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class FieldsFound:
    """Custom fields. Records of a kind in `complete` have no others; of the rest those are known that one showed."""

    fields: tuple[CustomField, ...]
    complete: frozenset[str]


@dataclass(frozen=True, slots=True)
class ListFound:
    """A list that the desk reads: its rows, or why it could not be read; and what it does not tell, "" for nothing."""

    name: str
    rows: int | Unread
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Right:
    """A permission of the role: its key, its name for people, and its level (1 view, 2 create, 3 edit, 4 full)."""

    key: str
    name: str
    level: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Values that records hold: payment methods of refunds, and statuses, text -> internal id ("" for free text).

    `status_is_list` is None where nothing tells; `every_status` says that the list's values are all there.
    """

    methods: tuple[str, ...] | Unread
    statuses: Mapping[str, str] = field(default_factory=dict)
    status_is_list: bool | None = None
    every_status: bool = False


@dataclass(frozen=True, slots=True)
class PeriodsFound:
    """How many accounting periods of months there are, and how many of them are open."""

    months: int
    still_open: int


class Survey(Protocol):
    """One look at an account in few calls: what a call tells for several questions is kept. All raise DeskError."""

    def sign_in(self) -> SignedIn:
        """Who is signed in; asked first."""

    def fields(self) -> FieldsFound:
        """The custom fields of refunds, credit memos and customers."""

    def lists(self) -> tuple[ListFound, ...]:
        """Every list the desk reads."""

    def rights(self) -> tuple[Right, ...] | Unread:
        """What the role may do."""

    def seen(self) -> Seen:
        """Payment methods and statuses in use."""

    def periods(self) -> PeriodsFound | Unread:
        """The accounting periods."""

    def samples(self) -> Mapping[str, str]:
        """The internal id of a refund and of a credit memo, by record, where some were seen."""
