"""Record what a server answered, and serve it again from a process of its own, byte for byte.

A request is known by method, path and body; the SOAP header is left out, as every passport is new, and so is the body
of a sign-in, as every assertion is.
`python -m tests.benchmark.recorded FOLDER` serves a folder and prints its port.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SIGN_IN = "/oauth2/v1/token"
HEADER = re.compile(rb"<([\w-]+:)?Header\b.*?</([\w-]+:)?Header>", re.DOTALL)
KEPT = ("Content-Type", "Date")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    body: bytes
    status: int
    headers: dict[str, str]
    answer: bytes


def key(method: str, path: str, body: bytes) -> str:
    """What an answer is found by."""
    told = b"" if path.endswith(SIGN_IN) else HEADER.sub(b"", body)
    return hashlib.sha256(b"\n".join([method.encode(), path.encode(), told])).hexdigest()


def save(folder: Path, exchanges: list[Exchange]) -> None:
    """Write answers into a folder: `index.json`, and one file for each body."""
    index = {}
    for one in exchanges:
        name = key(one.method, one.path, one.body)
        (folder / name).write_bytes(one.answer)
        index[name] = [one.status, {what: text for what, text in one.headers.items() if what.title() in KEPT}]
    (folder / "index.json").write_text(json.dumps(index))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a process that serves the folder; it ends with the block."""
    command = [sys.executable, "-m", "tests.benchmark.recorded", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    answers: dict[str, tuple[int, dict[str, str], bytes]]

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, answer = self.answers.get(key(self.command, self.path, body), (404, {}, b"not recorded"))
        self.send_response_only(status)
        for name, text in {**headers, "Content-Length": str(len(answer))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = _serve


def main(folder: Path) -> None:
    """Serve until the process is ended."""
    index = json.loads((folder / "index.json").read_text())
    _Handler.answers = {
        name: (status, headers, (folder / name).read_bytes()) for name, (status, headers) in index.items()
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
