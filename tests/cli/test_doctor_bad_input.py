"""Bad input of a connection over sockets: `doctor` names each mistake, with the line to give the administrator."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nsz_desk.gateways.netsuite import certificate
from nsz_desk.simulator.server import Simulator
from tests.cli.commands import Cli

ID = "custbodyzuoraid"


def doctor(cli: Cli, *, interface: str = "profile_rest", **secrets: dict[str, str]) -> dict[str, Any]:
    """The checks by id; `secrets` replace some of a block."""
    cli.save(cli.announced[interface])
    given = cli.announced["credentials"]
    for block, some in secrets.items():
        given[block] |= some
    told = cli.run("doctor", "--json", "--secrets-stdin", stdin=json.dumps(given))
    assert told.code in (0, 1), told.err
    return {one["id"]: one for one in told.json["checks"]}


def is_told(check: Any, answer: str, found: str, remedy: str) -> None:
    """What was found and what to do."""
    assert check["answer"] == answer, check
    assert found in check["found"], check
    assert remedy in check["remedy"], check


@pytest.mark.parametrize("interface", ["profile", "profile_rest"])
def test_a_wrong_secret_is_a_refused_sign_in_and_the_rest_is_not_known(cli: Cli, interface: str) -> None:
    """NetSuite is reachable all the same; nothing unasked is called fine; a sandbox may have been refreshed."""
    wrong = {"netsuite": {"token_secret": "x" * 20}, "netsuite_rest": {"certificate_id": "none-such"}}
    checks = doctor(cli, interface=interface, **wrong)
    assert checks["netsuite_reachable"]["answer"] == "ok"
    is_told(checks["netsuite_signed_in"], "problem", "", "sandbox was refreshed")
    assert checks["netsuite_lists"]["answer"] == "not_known"


def test_an_expired_certificate_a_foreign_key_and_a_revoked_one_are_refused_by_name(cli: Cli) -> None:
    """Three reasons of one refusal: what the sign-in says names the certificate each time, never the key."""
    netsuite = cli.simulator.world.netsuite
    old = certificate.make("1234567_SB1", datetime.now(UTC) - timedelta(days=800))
    netsuite.certificates = [old.certificate]
    expired = {"certificate_id": _id_of(old.certificate), "private_key": old.private_key.get_secret_value()}
    new = certificate.make("1234567_SB1", datetime.now(UTC))
    for given in (expired, {"private_key": new.private_key.get_secret_value()}):
        check = doctor(cli, netsuite_rest=given)["netsuite_signed_in"]
        is_told(check, "problem", "", "certificate")
        assert "PRIVATE KEY" not in json.dumps(check)
    netsuite.certificates = []
    netsuite.revoked_certificates = [cli.announced["credentials"]["netsuite_rest"]["certificate_id"]]
    is_told(doctor(cli)["netsuite_signed_in"], "problem", "", "certificate")


def _id_of(pem: str) -> str:
    from nsz_desk.simulator.netsuite_oauth import certificate_id

    return certificate_id(pem)


@pytest.mark.parametrize(
    ("switch", "what", "check", "answer", "found", "remedy"),
    [
        (
            "relabelled",
            [f"{ID}=Old number"],
            "field_refund_zuora_id",
            "warning",
            "labelled Old number",
            "still the connector's",
        ),
        ("retyped", [f"{ID}=select"], "field_refund_zuora_id", "problem", "is a list", "of the type Free-Form Text"),
        (
            "more_fields",
            ["customerRefund=custbody_copy=Zuora ID=string"],
            "field_refund_zuora_id",
            "warning",
            "also that of custbody_copy",
            "Please rename the other",
        ),
        (
            "role_levels",
            ["TRAN_CUSTRFND=1"],
            "netsuite_rights",
            "problem",
            "Customer Refund is View",
            "Customer Refund (Edit)",
        ),
        ("role_levels", ["LIST_EMPLOYEE=4"], "netsuite_excess", "warning", "(Full)", "take these from"),
        ("suiteql_hides", ["transaction"], "list_refunds", "problem", "", "To the administrator"),
    ],
)
def test_what_the_account_or_the_role_lacks_is_named(
    cli: Cli, switch: str, what: list[str], check: str, answer: str, found: str, remedy: str
) -> None:
    """Renamed, of the wrong type, doubled, a right too few or too many, a hidden table."""
    setattr(cli.simulator.world.netsuite, switch, what)
    is_told(doctor(cli)[check], answer, found, remedy)


def test_a_login_page_of_a_proxy_is_not_taken_for_netsuite(cli: Cli) -> None:
    """HTML with status 200: it was reached, but what answered is no NetSuite, and nobody is called signed in."""
    _faults(
        cli.simulator,
        [
            {"where": "netsuite.token", "kind": "html", "times": 9},
            {"where": "netsuite.search", "kind": "html", "times": 50},
        ],
    )
    check = doctor(cli)["netsuite_signed_in"]
    assert check["answer"] == "problem"
    assert "proxy" in f"{check['found']} {check['remedy']}"


def _faults(simulator: Simulator, faults: list[object]) -> None:
    import urllib.request

    url = f"{simulator.announcement()['control']}/faults"
    urllib.request.urlopen(urllib.request.Request(url, json.dumps(faults).encode()), timeout=30).close()


def test_a_role_that_may_not_ask_at_all_is_named_with_what_to_give_it(cli: Cli) -> None:
    """SuiteQL is closed to the role: signed in, and every list says that it cannot be read."""
    cli.simulator.world.netsuite.refused_operations = ["suiteql"]
    checks = doctor(cli)
    assert checks["netsuite_signed_in"]["answer"] == "ok"
    is_told(checks["list_refunds"], "problem", "", "give the integration role")
