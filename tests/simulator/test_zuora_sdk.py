"""Zuora's own client library (PyPI zuora-sdk) against the simulator, in an environment of its own.

The library pins versions that the desk does not use, so it lives in a virtual environment under pytest's
cache directory, made once with pip (about 25 seconds and 60 MB). Where pip cannot fetch it the test skips.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

from nsz_desk.simulator.server import Simulator
from tests.simulator.zuora_caller import Caller

SESSION = Path(__file__).with_name("zuora_sdk_session.py")
LIBRARY = "zuora-sdk==3.21.0"
SECONDS = 150  # for pip; a slower network skips


@pytest.fixture(scope="session")
def python(pytestconfig: pytest.Config) -> Path:
    """The interpreter of an environment that has the library."""
    cache: pytest.Cache | None = getattr(pytestconfig, "cache", None)  # without the plugin it is not even None
    if cache is None:
        pytest.skip("pytest's cache is switched off (-p no:cacheprovider), so there is no place for zuora-sdk")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    home = cache.mkdir("zuora-sdk") / f"{LIBRARY}-py{version}"
    found = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (home / "complete").exists():
        venv.create(home, with_pip=True, clear=True)
        wanted = [str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", LIBRARY]
        try:
            subprocess.run(wanted, check=True, capture_output=True, timeout=SECONDS)
        except (subprocess.SubprocessError, OSError) as error:
            pytest.skip(f"pip could not install {LIBRARY}: {type(error).__name__}")
        (home / "complete").touch()
    return found


@pytest.fixture(scope="session")
def said(python: Path) -> dict[str, Any]:
    """What the library understood in one session on a payment of 50.00 on an invoice and 10.00 loose."""
    with Simulator("empty") as simulator, Caller(simulator) as caller:
        caller.edit("zuora", "tenant", set={"invoice_settlement": True})
        payment = caller.pay("50.00", loose="10.00")
        credentials: Any = simulator.announcement()["credentials"]
        given = credentials["zuora"] | {"url": f"http://127.0.0.1:{simulator.port}", "payment": payment["id"]}
        given["invoice"] = payment["invoices"][0]["id"]
        # Without a timeout of its own the library would wait for ever on a server that hangs.
        done = subprocess.run(
            [str(python), "-W", "ignore", str(SESSION)],
            input=json.dumps(given), text=True, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        found: dict[str, Any] = json.loads(done.stdout)
        return found | {"world": caller.world()["zuora"], "payment": payment}


def test_the_library_signs_in_and_refunds_what_was_applied(said: dict[str, Any]) -> None:
    """A bearer token; a refund of 20.00 with the connector's fields; the same key replays it; it has one part."""
    assert (said["token_type"], said["expires_in"]) == ("bearer", 3599)
    made = said["made"]
    assert (made["amount"], made["status"], made["refundDate"]) == (20.0, "Processed", "2026-01-06")
    assert made["paymentId"] == said["payment"]["id"]
    assert made["IntegrationId__NS"] == "48001"
    assert said["replayed"] == made["id"]
    assert [part["amount"] for part in said["parts"]["parts"]] == [20.0]


def test_the_library_cancels_and_applies_again(said: dict[str, Any]) -> None:
    """Cancel leaves 30.00 applied and 30.00 loose; apply binds 20.00 again; the canceled refund can be deleted."""
    assert said["canceled"]["status"] == "Canceled"
    assert (said["loose"]["appliedAmount"], said["loose"]["unappliedAmount"]) == (30.0, 30.0)
    assert (said["applied"]["appliedAmount"], said["applied"]["unappliedAmount"]) == (50.0, 10.0)
    assert said["deleted"]["success"] is True
    assert [one["id"] for one in said["world"]["refunds"]] == [said["refund"]["id"]]


def test_the_library_reads_a_no_and_what_is_left(said: dict[str, Any]) -> None:
    """A refund above the loose money is a success:false with a reason; lists and parts show what is true."""
    assert said["refused"]["success"] is False
    assert str(said["refused"]["reasons"][0]["code"]) == "58730030"
    assert {one["id"] for one in said["listed"]} == {said["refund"]["id"]}
    assert sorted(part["amount"] for part in said["payment_parts"]["parts"]) == [5.0, 50.0]
    assert [one["id"] for one in said["payments"]["payments"]] == [said["payment"]["id"]]


def test_the_library_asks_the_query_calls(said: dict[str, Any]) -> None:
    """Object Query with filter and expansion, a payment by key, ZOQL, the account, the invoice's applications."""
    assert [one["id"] for one in said["queried"]] == [said["refund"]["id"]]
    assert said["queried"][0]["refundApplications"][0]["paymentId"] == said["payment"]["id"]
    assert said["queried_payment"]["unappliedAmount"] == 5.0
    assert said["account"]["basicInfo"]["id"] == said["payment"]["account_id"]
    assert said["zoql"]["records"][0]["Amount"] == 5.0
    assert [part["appliedAmount"] for part in said["invoice_parts"]["applicationParts"]] == [50.0]
