"""Every request of the stories against the vendors' own descriptions; skipped visibly where they are not at hand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from nsz_desk.assembly import open_desk
from nsz_desk.cli.commands import report
from nsz_desk.rules.book import Verdict
from nsz_desk.settings.file import Folders, profile_of
from nsz_desk.settings.vault import secrets_from_json
from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.server import Simulator

VENDOR = Path(__file__).parents[2] / "../shared/vendor"
SOAP, ZUORA = VENDOR / "netsuite-wsdl-2023_2", VENDOR / "zuora-openapi"
XS = "{http://www.w3.org/2001/XMLSchema}"


@dataclass
class Recorded:
    """What a whole main job sent."""

    soap: list[bytes] = field(default_factory=list)
    zuora: list[Request] = field(default_factory=list)


@contextmanager
def listening(simulator: Simulator, recorded: Recorded) -> Iterator[None]:
    """Note every request that reaches the simulator."""
    inner = simulator.router.answer

    def answer(request: Request) -> Answer | None:
        if "/NetSuitePort_" in request.path:
            recorded.soap.append(request.body)
        elif request.path.startswith(("/v1", "/object-query", "/oauth")):
            recorded.zuora.append(request)
        return inner(request)

    simulator.router.answer = answer  # type: ignore[method-assign]
    yield


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """The main job on both kinds of tenant, and a recovery."""
    found = Recorded()
    for scenario, seed in (("demo", 1), ("month-end", 2)):
        home = tmp_path_factory.mktemp(scenario)
        places = Folders(home, home / "journal", home / "logs", home / "locks")
        with Simulator(scenario, refunds=15, seed=seed) as simulator, listening(simulator, found):
            said = simulator.announcement()
            secrets = secrets_from_json(json.dumps(said["credentials"]))
            with open_desk(profile_of(said["profile"], "profile"), secrets, places, writes=True) as desk:
                rows = desk.pending(report()).rows
                batch = desk.plan([row.id for row in rows if row.verdict is Verdict.READY], report())
                done = desk.sync(batch, report(), lambda event: None)
                assert {row.result.value for row in done.results} == {"complete"}
                desk.recover(report(), lambda event: None)
    return found


@pytest.mark.skipif(not SOAP.exists(), reason=f"the vendor's schema is not at {SOAP}")
def test_every_soap_request_is_valid_by_the_vendors_schema(recorded: Recorded) -> None:
    """Header parts and body of each, after rewriting the version to that of the published schema."""
    root = etree.Element(XS + "schema", nsmap={"xs": XS[1:-1]})
    for found in etree.parse(str(SOAP / "netsuite.wsdl")).iter(XS + "import"):
        place = (SOAP / str(found.get("schemaLocation"))).resolve().as_uri()
        etree.SubElement(root, XS + "import", namespace=str(found.get("namespace")), schemaLocation=place)
    schema = etree.XMLSchema(root)

    def problems(raw: bytes) -> list[str]:
        envelope = etree.fromstring(raw.replace(b"_2025_2.", b"_2023_2."))
        body = envelope.find("{*}Body")
        assert body is not None
        parts = [*envelope.iterfind("{*}Header/*"), body[0]]
        return [str(schema.error_log) for part in parts if not schema.validate(part)]

    kinds = {etree.QName(etree.fromstring(raw).find("{*}Body")[0]).localname for raw in recorded.soap}  # type: ignore[index]
    assert {"search", "get", "getList", "update"} <= kinds
    assert [wrong for raw in recorded.soap for wrong in problems(raw)] == []
    assert problems(recorded.soap[0].replace(b"<soap-env:Body>", b"<soap-env:Body><x/>", 1)) != []


@pytest.fixture(scope="module")
def description() -> Any:
    """Zuora's API description with the paths of the big file that the desk uses."""
    if not ZUORA.exists():
        pytest.skip(f"the API description is not at {ZUORA}")
    from openapi_core import OpenAPI
    from yaml import CSafeLoader, load

    core = load((ZUORA / "openapi-refund-core.yaml").read_text("utf-8"), CSafeLoader)
    whole = load((ZUORA / "openapi.yaml").read_text("utf-8"), CSafeLoader)
    wanted = (
        "/object-query/refund",
        "/object-query/payment",
        "/object-query/invoices",
        "/object-query/accounts",
        "/v1/accounts/{account-key}",
        "/v1/accounting-periods",
    )
    for path, item in whole["paths"].items():
        if path.startswith(wanted) and path not in core["paths"]:
            core["paths"][path] = item
    core["components"]["schemas"] = whole["components"]["schemas"] | core["components"]["schemas"]
    core["components"]["parameters"] = whole["components"].get("parameters", {}) | core["components"].get(
        "parameters", {}
    )
    return OpenAPI.from_dict(core)


def test_every_zuora_request_is_valid_by_the_api_description(recorded: Recorded, description: Any) -> None:
    """Path, query and body of each; older payment reads are not in the description and are named."""
    from openapi_core.testing import MockRequest

    unknown = set()
    checked = 0
    for request in recorded.zuora:
        if request.path.startswith("/v1/object/payment/"):
            unknown.add("/v1/object/payment/{id}")
            continue
        content = request.headers.get("Content-Type") or "application/json"
        asked = MockRequest(
            "https://rest.test.zuora.com",
            request.method.lower(),
            request.path,
            args={name: values[0] for name, values in request.query.items()},
            headers={"Authorization": "Bearer x"},
            content_type=content.split(";")[0],
            data=request.body or None,
        )
        description.validate_request(asked)
        checked += 1
    assert checked > 100
    assert unknown <= {"/v1/object/payment/{id}"}


def test_zuora_bodies_hold_exactly_the_fields_that_the_reference_names(recorded: Recorded) -> None:
    """The description lets any extra field pass, so the exact names are checked here; PUT never carries a key."""
    creates = [one for one in recorded.zuora if one.method == "POST" and "refund" in one.path]
    assert creates
    allowed = {
        "v1": {
            "type",
            "methodType",
            "refundDate",
            "totalAmount",
            "comment",
            "invoices",
            "IntegrationId__NS",
            "Origin__NS",
        },
        "crud": {
            *("PaymentId", "Type", "MethodType", "SourceType", "Amount", "RefundDate", "Comment"),
            *("IntegrationId__NS", "Origin__NS", "RefundInvoicePaymentData"),
        },
    }
    for one in creates:
        kind = "crud" if one.path.startswith("/v1/object") else "v1"
        assert set(json.loads(one.body)) <= allowed[kind]
        assert one.headers.get("Idempotency-Key")
        assert len(str(one.headers.get("Zuora-Track-Id"))) <= 64
    puts = [one for one in recorded.zuora if one.method == "PUT"]
    assert puts
    assert not [one for one in puts if one.headers.get("Idempotency-Key")]
