"""Reading and judging 10,000 pending refunds, against fetching and bare-parsing the same bytes.

The simulator answers once and is recorded; what is measured talks to the recording in another process.
"""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from lxml import etree

from nsz_desk.engine.desk import Desk
from nsz_desk.gateways import http
from nsz_desk.simulator.server import Simulator
from tests.benchmark.desks import Quiet, desk_on
from tests.benchmark.recorded import Exchange, save, served
from tests.benchmark.rounds import Figure, cpu_seconds, medians, milliseconds

REFUNDS = 10_000
JSON_HEADERS = {"Content-Type": "application/json"}


@contextmanager
def _taped(tape: list[Exchange]) -> Iterator[None]:
    """Write down every exchange of the gateways while the block runs."""
    whole = http.Http.send

    def send(self: http.Http, method: str, url: str, **more: Any) -> http.Reply:
        reply = whole(self, method, url, **more)
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {str(name): str(text) for name, text in reply.headers.items()}
        tape.append(Exchange(method, path, more.get("body") or b"", reply.status, headers, reply.body))
        return reply

    http.Http.send = send  # type: ignore[method-assign]
    try:
        yield
    finally:
        http.Http.send = whole  # type: ignore[method-assign]


def record(refunds: int, profile: str = "profile") -> tuple[dict[str, Any], list[Exchange]]:
    """Let the simulator answer one listing with one of its profiles; its announcement and what was exchanged."""
    tape: list[Exchange] = []
    with Simulator("month-end", refunds=refunds) as simulator:
        said = dict(simulator.announcement())
        said["profile"] = said[profile]
        with desk_on(said) as desk, _taped(tape):
            desk.pending(Quiet())
    return said, tape


def fetch_and_parse(session: requests.Session, url: str, tape: Sequence[Exchange]) -> list[object]:
    """The floor: ask for the same answers with requests, read XML with lxml and JSON with json, nothing else."""
    kept: list[object] = []
    for one in tape:
        headers = JSON_HEADERS if one.body[:1] == b"{" else {}
        answer = session.request(one.method, url + one.path, data=one.body or None, headers=headers).content
        kept.append(etree.fromstring(answer) if answer[:1] == b"<" else json.loads(answer))
    return kept


def _reader(desk: Desk, rows: int) -> Callable[[], object]:
    def read() -> object:
        listed = desk.pending(Quiet())
        assert len(listed.rows) == rows, f"{len(listed.rows)} rows"
        assert not listed.problems, listed.problems
        return listed

    return read


def figures(refunds: int = REFUNDS, profile: str = "profile", over: str = "SOAP") -> list[Figure]:
    """The figure: CPU of this process, the server is another one."""
    said, tape = record(refunds, profile)
    with tempfile.TemporaryDirectory(prefix="nsz-desk-recorded-") as home:
        save(Path(home), tape)
        with served(Path(home)) as url, desk_on(said, url) as desk, requests.Session() as session:
            session.trust_env = False
            first = desk.pending(Quiet())
            read = _reader(desk, len(first.rows))
            cost = medians(
                {
                    "floor": lambda: cpu_seconds(lambda: fetch_and_parse(session, url, tape)),
                    "ours": lambda: cpu_seconds(read),
                },
                rounds=5,
                warm=0,
            )
    size = sum(len(one.answer) for one in tape)
    return [
        Figure(
            f"read and judge {refunds:,} pending refunds over {over} / fetch and parse",
            cost["ours"] / cost["floor"],
            "x",
            "<= 3",
            f"{milliseconds(cost['ours'])} CPU: {len(first.rows):,} rows, all rules",
            f"{milliseconds(cost['floor'])} CPU: requests, then etree.fromstring or json.loads of the same"
            f" {len(tape):,} answers, {size:,} bytes",
        )
    ]
