"""A tiny server that answers with exactly the bytes a test gives it, one answer per request, whatever was asked."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Self

Script = bytes | Callable[[socket.socket], None]


class RawServer:
    """Takes one connection after the other; each takes the next script of the list, the last one again and again."""

    def __init__(self, scripts: Sequence[Script], listens: bool = True) -> None:
        """`scripts`: bytes to send as the answer before closing, or a function that is given the connection.

        A server that does not listen speaks at once.
        """
        self._listens = listens
        self._scripts, self.requests, self.connections = list(scripts), list[bytes](), 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
            with line, suppress(OSError):
                line.settimeout(5)
                request = read_request(line) if self._listens else b"nothing"
                if request:
                    self.requests.append(request)
                    script(line) if callable(script) else line.sendall(script)


def read_request(line: socket.socket) -> bytes:
    """A whole request, body and all; b"" when the other side closed before it was whole."""
    found = b""
    while b"\r\n\r\n" not in found:
        block = line.recv(65536)
        if not block:
            return b""
        found += block
    head, _, body = found.partition(b"\r\n\r\n")
    lengths = [row for row in head.split(b"\r\n") if row.lower().startswith(b"content-length:")]
    wanted = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < wanted:
        block = line.recv(65536)
        if not block:
            break
        body += block
    return head + b"\r\n\r\n" + body


def answer(body: bytes, status: int = 200, *headers: str, length: int | None = None) -> bytes:
    """An HTTP answer; `length` lies about the length of the body."""
    rows = [f"HTTP/1.1 {status} Told", f"Content-Length: {len(body) if length is None else length}"]
    rows += ["Date: Wed, 25 Nov 2026 03:00:00 GMT", "Connection: close", *headers]
    return "\r\n".join(rows).encode() + b"\r\n\r\n" + body


def silence(seconds: float) -> Callable[[socket.socket], None]:
    """Say nothing for a while, then close."""
    return lambda line: time.sleep(seconds)


def hang_up(line: socket.socket) -> None:
    """Close without a word."""


@contextmanager
def unused_port() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    yield f"http://127.0.0.1:{port}"
