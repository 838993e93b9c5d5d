"""A wire log of a whole run over either interface, as the server sees it: where secrets travel, and where never.

The run lists, tests the connection, syncs, loses an answer, recovers, undoes, and fails to sign in.
"""

import json
import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from nsz_desk import assembly
from nsz_desk.cli.commands import report
from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.doctor import examine
from nsz_desk.engine.results import Result
from nsz_desk.settings.file import Folders, profile_of
from nsz_desk.settings.vault import secrets_from_json
from nsz_desk.simulator.http_types import Answer, Request
from tests.story.houses import House, house

TOKEN_ADDRESSES = ("/oauth/token", "/services/rest/auth/oauth2/v1/token")
FAULT = [{"where": "zuora.create_refund", "kind": "drop_answer", "nth": 1}]


@dataclass
class Wire:
    """Every exchange, and the secrets that were made on the way."""

    log: list[tuple[Request, Answer | None]] = field(default_factory=list)

    def listen(self, answer: Callable[[Request], Answer | None]) -> Callable[[Request], Answer | None]:
        """Write down what goes through `answer`; what the story itself asks for is left out."""

        def heard(request: Request) -> Answer | None:
            told = answer(request)
            if request.path not in ("/world", "/faults"):
                self.log.append((request, told))
            return told

        return heard

    @property
    def bearers(self) -> set[str]:
        """The access tokens that were given."""
        told = [one for request, one in self.log if request.path in TOKEN_ADDRESSES and one and one.status == 200]
        return {json.loads(one.body)["access_token"] for one in told}

    @property
    def assertions(self) -> set[str]:
        """The signed assertions that were sent."""
        forms = [parse_qs(one.body.decode()) for one, _ in self.log if one.path == TOKEN_ADDRESSES[1]]
        return {form["client_assertion"][0] for form in forms}

    def places(self, secret: str) -> set[str]:
        """Where a text was seen on its way to the servers: address, a header by its name, body of a path."""
        found = set()
        for request, _ in self.log:
            if secret in f"{request.path} {request.query}" and request.path not in TOKEN_ADDRESSES:
                found.add("address")
            found |= {f"header {name}" for name, text in request.headers.items() if secret in text}
            form = parse_qs(request.body.decode("utf-8", "replace"))
            if secret.encode() in request.body or any(secret in text for texts in form.values() for text in texts):
                found.add(f"body of {request.path if request.path in TOKEN_ADDRESSES else 'another call'}")
        return found


def _run(one: House, said: list[object]) -> None:
    """The whole way; everything it tells goes into `said`."""
    ids = one.ready(3)
    said.append(one.desk.pending(report()))
    plan = one.desk.plan(ids, report())
    one.post("/faults", FAULT)
    done = one.desk.sync(plan, report(), said.append)
    one.post("/faults", [])
    recovered = one.desk.recover(report(), said.append)
    assert {row.result for row in (*done.results, *recovered.results)} >= {Result.COMPLETE}
    undo = one.desk.plan_resync(ids[:1], "Wrong date", report())
    undone = one.desk.resync(undo, report(), said.append)
    assert undone.results[0].result is Result.COMPLETE
    said += [plan, done, recovered, undo, undone, *one.desk.history()]


def _fail_to_sign_in(one: House, interface: str, home: Path, said: list[object]) -> None:
    """The doctor with right and with wrong secrets; its words and the errors go into `said`."""
    announced: dict[str, Any] = dict(one.simulator.announcement())
    profile = profile_of(announced[interface], "the profile")
    wrong = json.loads(json.dumps(announced["credentials"]))
    wrong["zuora"]["client_secret"] += "x"
    wrong["netsuite"]["token_secret"] += "x"
    wrong["netsuite_rest"]["certificate_id"] += "x"
    for credentials in (announced["credentials"], wrong):
        places = Folders(home, home / "journal", home / "logs", home / "locks")
        secrets = secrets_from_json(json.dumps(credentials))
        try:
            said.append(examine(assembly.examined(profile, secrets, places, keychain="none", kept=False)))
        except DeskError as error:
            said += [error, error.args]


@pytest.mark.parametrize("interface", ["profile", "profile_rest"], ids=["soap", "rest"])
def test_a_whole_run_leaves_no_secret_anywhere(
    interface: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Keys stay here, tokens travel in one header alone, and no output, log, journal or temporary file has either."""
    temporary, home, wire = tmp_path / "tmp", tmp_path / "home", Wire()
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    caplog.set_level(logging.DEBUG)
    said: list[object] = []
    quick: dict[str, Any] = {"backoff_seconds": [0.01], "claim_wait_seconds": 0.01}
    with house(home, interface=interface, **quick) as one:
        router = one.simulator.router
        monkeypatch.setattr(router, "answer", wire.listen(router.answer))
        _run(one, said)
        _fail_to_sign_in(one, interface, tmp_path / "other", said)
        keys = json.loads(json.dumps(one.simulator.announcement()["credentials"]))
        out, err = capfd.readouterr()
        files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    rest = interface == "profile_rest"
    key_lines = [line for line in keys["netsuite_rest"]["private_key"].splitlines() if "-----" not in line]
    stay = [*key_lines, keys["netsuite"]["consumer_secret"], keys["netsuite"]["token_secret"]]
    assert {secret: wire.places(secret) for secret in stay} == {secret: set() for secret in stay}
    assert wire.places(keys["zuora"]["client_secret"]) == {f"body of {TOKEN_ADDRESSES[0]}"}
    assert len(wire.assertions) >= 1 + rest if rest else not wire.assertions
    for assertion in wire.assertions:
        assert wire.places(assertion) == {f"body of {TOKEN_ADDRESSES[1]}"}
    assert len(wire.bearers) >= 1 + rest
    for bearer in wire.bearers:
        assert wire.places(bearer) <= {"header authorization"}

    told = "\n".join([out, err, caplog.text, *map(repr, said), *map(str, said)])
    assert len(told) > 10_000
    assert any(path.suffix == ".sqlite" for path in files)
    soap_ids = [keys["netsuite"]["consumer_key"], keys["netsuite"]["token"]]
    canaries = [*stay, *soap_ids, keys["zuora"]["client_secret"], *wire.assertions, *wire.bearers]
    parts = [part for canary in canaries for part in (canary, canary.rpartition(".")[2][:40]) if len(part) > 12]
    assert [part for part in parts if part in told] == []
    assert [path for path, content in files.items() if any(part.encode() in content for part in parts)] == []
