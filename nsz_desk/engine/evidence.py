"""What the check of a journal that was handed over says. No behaviour."""

from dataclasses import dataclass
from datetime import datetime

PROVES = "No line was changed, taken out, put in or moved."
LEAVES = (
    "Whether lines were cut off at the end no file can tell of itself: compare the number of lines and the last hash"
    " with those noted when it was handed over."
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A journal whose chain of hashes holds from its first line to its last.

    `first` and `last` are the times (UTC) of these lines, None where there is none; `head` is the last line's hash, ""
    then; `digest` the SHA-256 of the file; both in hex. `refunds` counts the refunds it has lines about.
    """

    account: str
    lines: int
    refunds: int
    first: datetime | None
    last: datetime | None
    head: str
    digest: str
