"""The older refund calls, which Zuora's own library does not have, by a plain HTTP library."""

from typing import Any

import requests

from nsz_desk.simulator.server import Simulator
from tests.simulator.zuora_caller import Caller


def test_a_plain_client_creates_reads_marks_cancels_and_deletes_a_refund() -> None:
    """The life of a refund of a payment over two invoices without Invoice Settlement, to the cent."""
    with Simulator("empty") as simulator, Caller(simulator) as caller, requests.Session() as client:
        payment = caller.pay("50.00", "25.00")
        first, second = (one["id"] for one in payment["invoices"])
        url = f"http://127.0.0.1:{simulator.port}"
        credentials: Any = simulator.announcement()["credentials"]
        form = credentials["zuora"] | {"grant_type": "client_credentials"}
        token = client.post(f"{url}/oauth/token", data=form, timeout=10).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        lines = [{"InvoiceId": first, "RefundAmount": "20.00"}, {"InvoiceId": second, "RefundAmount": "5.50"}]
        body = {
            "PaymentId": payment["id"], "Type": "External", "MethodType": "Check", "Amount": 25.5,
            "RefundDate": "2026-01-06", "RefundInvoicePaymentData": {"RefundInvoicePayment": lines},
        }  # fmt: skip
        object_url = f"{url}/v1/object/refund"
        made = client.post(object_url, json=body, headers={"Idempotency-Key": "k"}, timeout=10).json()
        again = client.post(object_url, json=body, headers={"Idempotency-Key": "k"}, timeout=10).json()
        assert made == again == {"Success": True, "Id": made["Id"]}
        one = f"{object_url}/{made['Id']}"
        assert client.get(one, timeout=10).json()["Amount"] == 25.5
        assert [part["applied"] for part in caller.payment(payment["id"])["invoices"]] == ["30.00", "19.50"]
        marked = {"TransferredToAccounting": "Yes", "SyncDate__NS": "2026-01-06"}
        assert client.put(one, json=marked, timeout=10).json()["Success"] is True
        assert client.get(one, timeout=10).json()["TransferredToAccounting"] == "Yes"
        assert client.put(one, json={"Status": "Canceled"}, timeout=10).json()["Success"] is True
        assert [part["applied"] for part in caller.payment(payment["id"])["invoices"]] == ["50.00", "25.00"]
        assert client.delete(one, timeout=10).json() == {"success": True, "id": made["Id"]}
        assert client.get(one, timeout=10).status_code == 404
