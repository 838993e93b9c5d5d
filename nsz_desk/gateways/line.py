"""The pinned connection of a create: opened before the last look, used once, never opened again.

A pool would reconnect after a laptop's sleep and send a day-old create.
"""

import select
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

from requests.structures import CaseInsensitiveDict

from nsz_desk.gateways.answers import (
    AGENT,
    BLOCK,
    DEADLINE,
    MONEY_CAP,
    Reply,
    cause,
    no_answer,
    server_time,
    unreachable,
)
from nsz_desk.gateways.road import OPEN, Road

Observer = Callable[[str, str, bytes | None], None]


class HttpLine:
    """One open connection that carries one exchange and never opens itself again."""

    def __init__(
        self, url: str, connect_timeout: float, read_timeout: float, on_request: Observer | None, road: Road = OPEN
    ) -> None:
        """Open TCP and TLS now. Raises `Unreachable`."""
        parts = urlsplit(url)
        self._origin, self._host = f"{parts.scheme}://{parts.netloc}", parts.hostname or ""
        self._on_request, self._used = on_request, False
        self._line = road.line(url, connect_timeout)
        self._line.auto_open = 0
        try:
            self._line.connect()
        except (OSError, HTTPException) as error:
            self._line.close()
            raise unreachable(self._host, cause(error)) from error
        self._line.sock.settimeout(read_timeout)

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes, cap: int = MONEY_CAP) -> Reply:
        """Send once and read the whole answer.

        Raises:
            Unreachable: the line was used, or closed by the other side, before a byte left.
            NoAnswer: anything else than a whole answer of at most `cap` bytes.
        """
        if self._used or not _still_open(self._line.sock):
            self.close()
            raise unreachable(self._host, "the connection opened for this call was closed before anything was sent")
        self._used, started = True, time.monotonic()
        if self._on_request:
            self._on_request(method, self._origin + path, body)
        at = None
        try:
            self._line.request(method, path, body, {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers})
            with self._line.getresponse() as response:
                at = server_time(response.headers.get("Date"))
                content = _read_line(response, cap, started)
        except (OSError, HTTPException, ValueError) as error:
            raise no_answer(self._host, cause(error), at) from error
        finally:
            self.close()
        found = CaseInsensitiveDict(response.headers.items())
        return Reply(response.status, found, content, at)

    def close(self) -> None:
        """Close the connection; more than once does no harm."""
        self._used = True
        self._line.close()


def _read_line(response: HTTPResponse, cap: int, started: float) -> bytes:
    """The whole body; http.client itself does not notice when `read1` ends short of Content-Length."""
    told = set(response.headers.get_all("Content-Length") or ())
    length = int(told.pop()) if len(told) == 1 and response.length is not None else None
    if told or response.headers.get("Content-Encoding", "identity") != "identity" or (length or 0) > cap:
        raise ValueError("contradictory lengths, an encoding nobody asked for, or too long")
    content = bytearray()
    while len(content) != length and (block := response.read1(BLOCK)):
        content += block
        if len(content) > cap or time.monotonic() - started > DEADLINE:
            raise ValueError("too long")
    unframed = length is None and not response.chunked
    if (length is not None and len(content) != length) or (unframed and not content):
        raise ConnectionError("truncated")
    return bytes(content)


def _still_open(line: socket.socket | None) -> bool:
    """Whether the other side has neither closed nor spoken; what it says now would not be an answer to us."""
    if line is None:
        return False
    timeout = line.gettimeout()
    line.settimeout(0)
    try:
        if not isinstance(line, ssl.SSLSocket) and not select.select([line], [], [], 0)[0]:
            return True
        line.recv(1)  # over TLS this also takes in session tickets, which are no speech
    except (ssl.SSLWantReadError, BlockingIOError):
        return True
    except OSError:
        return False
    finally:
        line.settimeout(timeout)
    return False
