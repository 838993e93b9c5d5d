"""The simulator as a server on 127.0.0.1: HTTP/1.1, one thread per connection, silent."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import Self
from urllib.parse import parse_qs

from nsz_desk.simulator.announcement import announcement
from nsz_desk.simulator.http_types import Answer, Headers, Request
from nsz_desk.simulator.router import Router
from nsz_desk.simulator.scenarios import build
from nsz_desk.simulator.world import World

HOST = "127.0.0.1"
_LARGEST_BODY = 20_000_000


class _Handler(BaseHTTPRequestHandler):
    """Reads one request, asks the router, writes one answer in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _serve(self) -> None:
        request = self._request()
        if request is None:
            return
        answer = self.server.router.answer(request)
        if answer is None:
            self.close_connection = True
            return
        self._send(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _serve

    def _request(self) -> Request | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _LARGEST_BODY or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._send(Answer(411, b'{"message":"Content-Length is required"}'))
            return None
        path, _, query = self.path.partition("?")
        return Request(
            method=self.command,
            path=path,
            query=parse_qs(query, keep_blank_values=True),
            headers=Headers(dict(self.headers.items())),
            body=self.rfile.read(int(length)) if int(length) else b"",
        )

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        if "Date" not in answer.headers:
            self.send_header("Date", formatdate(usegmt=True))
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body[: answer.cut])
        if answer.cut is not None:
            self.close_connection = True

    def handle_one_request(self) -> None:
        """Serve one request; a caller that went away is no event."""
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError, ValueError):
            # ValueError: the socket was closed by `stop` while this thread was reading or writing.
            self.close_connection = True

    def finish(self) -> None:
        """Close the connection's streams; a caller that went away is no event."""
        with contextlib.suppress(ConnectionError, ValueError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Write no log: the first line on standard output is the only one."""


class _Server(ThreadingHTTPServer):
    """Remembers its open connections, so that `stop` ends them too."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, router: Router) -> None:
        self.router = router
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__((HOST, port), _Handler)

    def server_bind(self) -> None:
        # The library looks the host's name up here, which may ask a name server; nothing needs it.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if isinstance(request, socket.socket):
            with self._guard:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        if isinstance(request, socket.socket):
            with self._guard:
                self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        """End every open connection; their threads then finish by themselves."""
        with self._guard:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class Simulator:
    """A little NetSuite and a little Zuora on a loopback port; `with Simulator() as simulator: …`."""

    def __init__(
        self,
        scenario: str = "demo",
        *,
        refunds: int | None = None,
        seed: int = 1,
        port: int = 0,
        latency_ms: int = 0,
        faults: Sequence[object] = (),
    ) -> None:
        """Build the world; ValueError for an unknown scenario or a bad fault. Port 0 takes a free one."""
        self.router = Router(
            lambda: build(scenario, refunds=refunds, seed=seed), latency_seconds=latency_ms / 1000, faults=faults
        )
        self._wanted_port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def world(self) -> World:
        """The world as it is now (a reset replaces it)."""
        return self.router.world

    @property
    def port(self) -> int:
        """The port it listens on; RuntimeError before `start`."""
        if self._server is None:
            raise RuntimeError("the simulator is not started")
        return self._server.server_port

    def announcement(self) -> dict[str, object]:
        """Say where everything is: what the `simulator` command prints as its first line."""
        return announcement(self.world, self.port)

    def start(self) -> Self:
        """Listen and serve in a thread of its own; OSError when the port is taken."""
        self._server = _Server(self._wanted_port, self.router)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="simulator", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and end all connections; does nothing when it is not started."""
        if self._server is None or self._thread is None:
            return
        self.router.close()
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        """Start it."""
        return self.start()

    def __exit__(self, *_error: object) -> None:
        """Stop it."""
        self.stop()


def serve(
    scenario: str = "demo",
    *,
    refunds: int | None = None,
    seed: int = 1,
    port: int = 0,
    latency_ms: int = 0,
    faults: Sequence[object] = (),
) -> None:
    """Print the announcement as the first line, then serve until SIGINT or SIGTERM. Main thread only."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    options = Simulator(scenario, refunds=refunds, seed=seed, port=port, latency_ms=latency_ms, faults=faults)
    with options as simulator:
        sys.stdout.write(json.dumps(simulator.announcement()) + "\n")
        sys.stdout.flush()
        # Short waits: on some systems a signal does not wake a thread that waits without end.
        while not ended.wait(0.5):
            pass
