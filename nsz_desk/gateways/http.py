"""How bytes travel: bounded, never redirected, never sent twice by themselves.

`Http` is a pool of connections for reads and updates; it also opens the pinned line of a create. What an
answer means is for the two dialects to say; here stands only whether there is a whole answer.

Of requests only its adapter is used, the part below its sessions: so there are no cookies, no redirects, no proxies,
no .netrc and no certificates of the surroundings, and an address that is encoded already is not taken apart twice.
"""

import queue
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from nsz_desk.domain.errors import DeskError, NoAnswer, Unreachable
from nsz_desk.gateways.answers import (
    AGENT,
    BLOCK,
    DEADLINE,
    LIST_CAP,
    MONEY_CAP,
    WEB_PAGE,
    WORDS,
    Reply,
    Words,
    cause,
    chain,
    no_answer,
    scrub,
    server_time,
    unreachable,
)
from nsz_desk.gateways.exact_json import read_json
from nsz_desk.gateways.line import HttpLine, Observer
from nsz_desk.gateways.road import OPEN, Road

__all__ = [
    "LIST_CAP",
    "MONEY_CAP",
    "WEB_PAGE",
    "Http",
    "HttpLine",
    "Reply",
    "no_answer",
    "read_json",
    "scrub",
    "unreachable",
]

TIMEOUT = (10.0, 130.0)  # connect, read: Zuora ends a request at 120 s, so 130 s sees its own end
PATIENCE = 30.0  # seconds after which a failed read is not tried again: nobody wants to wait twice for so long
ALWAYS = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"}  # headers
FRAMES = frozenset({"content-length", "transfer-encoding"})  # one of them says where an answer ends
# TLS errors that only a handshake raises; any other one may come after the request has left.
HANDSHAKE = frozenset(
    "WRONG_VERSION_NUMBER UNSUPPORTED_PROTOCOL NO_PROTOCOLS_AVAILABLE TLSV1_ALERT_PROTOCOL_VERSION"
    " SSLV3_ALERT_HANDSHAKE_FAILURE HTTP_REQUEST DH_KEY_TOO_SMALL".split()
)


POOL_WORDS: Words = (
    *WORDS,
    ((urllib3.exceptions.SSLError,), "the encrypted connection failed"),
    ((urllib3.exceptions.ReadTimeoutError,), "it did not answer in time"),
    ((urllib3.exceptions.ProtocolError,), "the connection broke off"),
    ((urllib3.exceptions.DecodeError,), "the answer is damaged"),
    ((urllib3.exceptions.NewConnectionError,), "the network does not reach it"),
    ((urllib3.exceptions.ProxyError,), "the company's proxy does not let it through"),
)


class Http:
    """At most `calls_at_once` exchanges at a time, each on a connection of its own; usable from several threads."""

    def __init__(
        self,
        calls_at_once: int,
        *,
        pause: Callable[[float], None],
        on_request: Observer | None = None,
        road: Road = OPEN,
    ) -> None:
        """Make the pool. `pause` sleeps (seconds); `on_request` sees method, address and body of all that is sent."""
        self._pause, self._on_request, self._road = pause, on_request, road
        self._idle: queue.LifoQueue[HTTPAdapter] = queue.LifoQueue()
        for _ in range(calls_at_once):
            self._idle.put(HTTPAdapter(pool_connections=2, pool_maxsize=1, max_retries=0))

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        cap: int = MONEY_CAP,
        timeout: tuple[float, float] = TIMEOUT,
        retry_reads: bool = False,
    ) -> Reply:
        """Send once and read the whole answer; with `retry_reads` (never for a write) once more after a failure.

        Raises:
            Unreachable: no byte left.
            NoAnswer: anything else than a whole answer of at most `cap` bytes.
        """
        if retry_reads:
            started = time.monotonic()
            try:
                return self._exchange(method, url, headers, body, cap, timeout)
            except (Unreachable, NoAnswer):
                if time.monotonic() - started > PATIENCE:
                    raise
            self._pause(0.5)
        return self._exchange(method, url, headers, body, cap, timeout)

    def open_line(self, url: str, connect_timeout: float = TIMEOUT[0], read_timeout: float = TIMEOUT[1]) -> HttpLine:
        """Open a connection to the host of `url` now, for one create.

        Raises:
            Unreachable: it could not be opened.
        """
        return HttpLine(url, connect_timeout, read_timeout, self._on_request, self._road)

    def close(self) -> None:
        """Close the idle connections."""
        while not self._idle.empty():
            self._idle.get().close()

    def _exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        cap: int,
        timeout: tuple[float, float],
    ) -> Reply:
        started, host = time.monotonic(), urlsplit(url).hostname or url
        adapter = self._idle.get()
        try:
            if self._on_request:
                self._on_request(method, url, body)
            with _told(host):
                asked, road = _request(method, url, headers, body), self._road
                response = adapter.send(asked, stream=True, timeout=timeout, verify=road.roots, proxies=road.proxies)
            return _read(response, host, cap, started)
        finally:
            self._idle.put(adapter)


def _request(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> requests.PreparedRequest:
    request = requests.PreparedRequest()
    request.method, request.url = method, url
    request.headers = CaseInsensitiveDict({**ALWAYS, **headers})
    request.prepare_body(body, None)
    return request


@contextmanager
def _told(host: str, at: datetime | None = None) -> Iterator[None]:
    """Say what a failed exchange proves: nothing sent, or not known."""
    try:
        yield
    except requests.ConnectTimeout as error:
        raise unreachable(host, "it does not take the connection in time") from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        if any(_before_sending(one) for one in chain(error)):
            raise unreachable(host, cause(error, POOL_WORDS)) from error
        raise no_answer(host, cause(error, POOL_WORDS), at) from error


def _before_sending(error: BaseException) -> bool:
    # urllib3 says ProxyError only while the proxy has not let it through yet
    early = urllib3.exceptions.NewConnectionError | urllib3.exceptions.ProxyError | ssl.SSLCertVerificationError
    if isinstance(error, early):
        return True
    return isinstance(error, ssl.SSLError) and error.reason in HANDSHAKE


def _read(response: requests.Response, host: str, cap: int, started: float) -> Reply:
    """The whole body, decompressed, at most `cap` bytes, before the deadline."""
    at, blocks, size = server_time(response.headers.get("Date")), list[bytes](), 0
    try:
        with _told(host, at):
            while block := response.raw.read1(BLOCK, decode_content=True):
                blocks.append(block)
                size += len(block)
                if size > cap or time.monotonic() - started > DEADLINE:
                    raise no_answer(host, f"the answer is longer than {cap} bytes or takes too long", at)
        if not size and not FRAMES & {name.lower() for name in response.headers}:
            raise no_answer(host, "the connection broke off within the headers", at)
    except DeskError:
        response.close()
        raise
    response.raw.release_conn()
    return Reply(response.status_code, response.headers, b"".join(blocks), at)
