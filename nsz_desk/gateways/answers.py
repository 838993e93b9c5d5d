"""A whole answer, and what is said when there is none. For both dialects."""

import socket
import ssl
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException

from nsz_desk.domain.errors import NoAnswer, Unreachable

LIST_CAP, MONEY_CAP = 32 * 2**20, 2**20  # decompressed bytes of an answer
WEB_PAGE = "it is a web page, such as the login page of a proxy"
DEADLINE = 150.0  # seconds for a whole exchange: an answer that drips byte by byte has an end too
BLOCK = 65536
AGENT = "nsz-desk"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: status, headers (any case), decompressed body, and the server's time (UTC) if it told one."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime | None

    @property
    def is_web_page(self) -> bool:
        """Whether something answers people instead of programs."""
        return "html" in self.headers.get("Content-Type", "").lower()


def unreachable(host: str, why: str) -> Unreachable:
    """Not a byte left."""
    hint = "Check the network and try again."
    return Unreachable(f"{host} cannot be reached: {why}.", "Nothing was sent, nothing has changed.", hint)


def no_answer(host: str, why: str, at: datetime | None = None, code: str = "") -> NoAnswer:
    """Something left, and no answer that says anything certain came back."""
    return NoAnswer(
        f"No usable answer from {host}: {why}.",
        "If this was a write, whether it took effect is not known.",
        "The desk looks at both systems before it sends anything again.",
        code,
        at,
    )


def scrub(text: object) -> str:
    """A text from a server on one line of at most 300 characters, without control and direction characters."""
    words = " ".join(str(text)[:4000].split())
    clean = "".join("\ufffd" if unicodedata.category(sign) in ("Cc", "Cf", "Cs") else sign for sign in words)
    return clean if len(clean) <= 300 else clean[:299] + "…"


def server_time(date_header: str | None) -> datetime | None:
    """The server's time (UTC) from its Date header; None when it told none that can be read."""
    if not date_header:
        return None
    try:
        at = parsedate_to_datetime(date_header)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error with all that it wraps; not what merely happened before it, which proves nothing about it."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [one.__cause__, getattr(one, "reason", None), *one.args]
        waiting += [other for other in inner if isinstance(other, BaseException)]


Words = tuple[tuple[tuple[type[BaseException], ...], str], ...]  # kinds of failures and what they are called

WORDS: Words = (
    ((socket.gaierror,), "its name is not known here"),
    ((ssl.SSLCertVerificationError,), "its certificate is not valid"),
    ((ssl.SSLError,), "the encrypted connection failed"),
    ((ConnectionRefusedError,), "it refuses the connection"),
    ((TimeoutError,), "it did not answer in time"),
    ((ConnectionError, HTTPException), "the connection broke off"),
    ((ValueError,), "the answer is damaged or too long"),
)


def cause(error: BaseException, words: Words = WORDS) -> str:
    """A failure in plain words; never the request itself, which may hold secrets."""
    found = list(chain(error))
    for kinds, said in words:
        if any(isinstance(one, kinds) for one in found):
            return said
    return scrub(type(error).__name__)
