"""The simulator's answers against a rebuilt API description; skipped visibly where it is not at hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nsz_desk.simulator.server import Simulator
from tests.simulator.zuora_caller import Caller

DESCRIPTION = Path(__file__).parents[2] / "../shared/vendor/zuora-openapi/openapi-refund-core.yaml"
REFUND = {"type": "External", "methodType": "Check", "refundDate": "2026-01-06", "IntegrationId__NS": "1"}


@pytest.fixture(scope="module")
def description() -> Any:
    """The description, with its known contradictions to the official examples patched away."""
    if not DESCRIPTION.exists():
        pytest.skip("no API description beside the project")
    openapi_core = pytest.importorskip("openapi_core")
    spec = pytest.importorskip("yaml").safe_load(DESCRIPTION.read_text(encoding="utf-8"))
    schemas = spec["components"]["schemas"]
    schemas["FailedReason"]["properties"]["code"] = {}
    for name in ("GetRefundCreditMemoFinanceInformation", "GetPaymentFinanceInformation"):
        schemas[name]["properties"]["transferredToAccounting"] = {"nullable": True}
    return openapi_core.OpenAPI.from_dict(spec)


@pytest.fixture
def caller() -> Iterator[Caller]:
    """A caller of an empty tenant with Invoice Settlement."""
    with Simulator("empty") as simulator, Caller(simulator) as caller:
        caller.edit("zuora", "tenant", set={"invoice_settlement": True})
        yield caller


def check(description: Any, caller: Caller, method: str, path: str, body: object = None) -> Any:
    """Send a request and hold request and answer against the description."""
    from openapi_core.testing import MockRequest, MockResponse

    reply = caller.call(method, path, body)
    request = MockRequest(
        "https://rest.test.zuora.com", method.lower(), path, headers={"Authorization": "Bearer x"},
        content_type="application/json", data=None if body is None else json.dumps(body).encode(),
    )  # fmt: skip
    description.validate_request(request)
    answer = MockResponse(reply.body, status_code=reply.status, content_type="application/json")
    description.validate_response(request, answer)
    return reply.json


def test_settlement_answers_fit_the_description(description: Any, caller: Caller) -> None:
    """Create, read, list, parts, cancel, apply, unapply, update and delete answer in the described shapes."""
    payment = caller.pay("50.00", loose="5.00")
    path = f"/v1/payments/{payment['id']}"
    lines = {"invoices": [{"invoiceId": payment["invoices"][0]["id"], "amount": 20}]}
    check(description, caller, "GET", path)
    check(description, caller, "GET", f"{path}/parts")
    check(description, caller, "POST", f"{path}/refunds", REFUND | {"totalAmount": 5})
    made = check(description, caller, "POST", f"{path}/refunds/unapply", REFUND | {"totalAmount": 20} | lines)
    refund = f"/v1/refunds/{made['id']}"
    check(description, caller, "GET", refund)
    check(description, caller, "GET", "/v1/refunds")
    check(description, caller, "GET", f"{refund}/parts")
    check(description, caller, "PUT", refund, {"financeInformation": {"transferredToAccounting": "Yes"}})
    assert check(description, caller, "PUT", f"{refund}/cancel", {})["status"] == "Canceled"
    check(description, caller, "PUT", f"{path}/apply", lines)
    check(description, caller, "PUT", f"{path}/unapply", lines)
    check(description, caller, "GET", "/v1/payments")
    assert check(description, caller, "DELETE", refund)["success"] is True


def test_older_answers_fit_the_description(description: Any, caller: Caller) -> None:
    """The object calls and ZOQL answer in the described shapes, a refusal included."""
    caller.edit("zuora", "tenant", set={"invoice_settlement": False})
    payment = caller.pay("50.00")
    body: dict[str, object] = {"PaymentId": payment["id"], "Type": "External", "MethodType": "Check", "Amount": 5,
                               "RefundDate": "2026-01-06"}  # fmt: skip
    made = check(description, caller, "POST", "/v1/object/refund", body)
    assert check(description, caller, "POST", "/v1/object/refund", body | {"Amount": 500})["Success"] is False
    check(description, caller, "GET", f"/v1/object/refund/{made['Id']}")
    check(description, caller, "PUT", f"/v1/object/refund/{made['Id']}", {"TransferredToAccounting": "Yes"})
    query = {"queryString": f"select Id, Amount from InvoicePayment where PaymentId = '{payment['id']}'"}
    row = check(description, caller, "POST", "/v1/action/query", query)["records"][0]
    check(description, caller, "GET", f"/v1/object/invoice-payment/{row['Id']}")
    check(description, caller, "PUT", f"/v1/object/refund/{made['Id']}", {"Status": "Canceled"})
    check(description, caller, "DELETE", f"/v1/object/refund/{made['Id']}")
