"""A session of Zuora's own client library with the simulator. Runs in an environment of its own, not under pytest.

Reads one JSON object from standard input (`url`, `client_id`, `client_secret`, `payment`, `invoice`), makes
the calls of a refund's life and prints what the library understood as one JSON object.
"""

import json
import sys
from typing import Any

from zuora_sdk import (  # type: ignore[import-not-found]
    AccountsApi,
    ActionsApi,
    ApiClient,
    ApplyPaymentRequest,
    Configuration,
    CreateRefundRequest,
    CreateRefundwithAutoUnapply,
    InvoicesApi,
    OAuthApi,
    ObjectQueriesApi,
    PaymentsApi,
    ProxyActionqueryRequest,
    RefundsApi,
)

DAY = "2026-01-06"


def main() -> None:
    """Do the session."""
    given = json.load(sys.stdin)
    client = ApiClient(Configuration(host=given["url"]))
    token = OAuthApi(client).create_token(
        client_id=given["client_id"], client_secret=given["client_secret"], grant_type="client_credentials"
    )
    client.default_headers["Authorization"] = f"Bearer {token.access_token}"
    said: dict[str, Any] = {"token_type": token.token_type, "expires_in": token.expires_in}
    said |= _refund(client, given["payment"], given["invoice"])
    said |= _queries(client, given["payment"], said["refund"]["id"])
    json.dump(said, sys.stdout, default=str)


def _refund(client: Any, payment: str, invoice: str) -> dict[str, Any]:
    """Unapply and refund, replay, cancel, apply again, refund loose money, be refused, delete."""
    payments, refunds = PaymentsApi(client), RefundsApi(client)
    line = {"invoiceId": invoice, "amount": 20}
    wish = {"type": "External", "methodType": "Check", "refundDate": DAY, "totalAmount": 20, "invoices": [line]}
    body = CreateRefundwithAutoUnapply.from_dict(wish | {"IntegrationId__NS": "48001", "Origin__NS": "NETSUITE"})
    before = payments.get_payment(payment)
    made = payments.refund_paymentwith_auto_unapply(payment, body, idempotency_key="sdk-1", zuora_track_id="sdk")
    again = payments.refund_paymentwith_auto_unapply(payment, body, idempotency_key="sdk-1")
    parts = refunds.get_refund_parts(made.id)
    canceled = refunds.cancel_refund(made.id)
    loose = payments.get_payment(payment)
    applied = payments.apply_payment(payment, ApplyPaymentRequest.from_dict({"invoices": [line]}))
    small = {"type": "External", "methodType": "Check", "refundDate": DAY, "totalAmount": 5}
    second = payments.create_refund_payment(payment, CreateRefundRequest.from_dict(small))
    refused = payments.create_refund_payment(payment, CreateRefundRequest.from_dict(small | {"totalAmount": 4000}))
    deleted = refunds.delete_refund(made.id)
    return {
        "before": before.to_dict(), "refund": second.to_dict(), "made": made.to_dict(), "replayed": again.id,
        "parts": parts.to_dict(), "canceled": canceled.to_dict(), "loose": loose.to_dict(),
        "applied": applied.to_dict(), "refused": refused.to_dict(), "deleted": deleted.to_dict(),
        "listed": [one.to_dict() for one in refunds.get_refunds(payment_id=before.id, page_size=5).refunds],
        "payment_parts": payments.get_payment_parts(payment).to_dict(),
        "payments": payments.get_retrieve_all_payments(account_id=before.account_id).to_dict(),
    }  # fmt: skip


def _queries(client: Any, payment: str, refund: str) -> dict[str, Any]:
    """Ask Object Query, ZOQL, the account and the invoice."""
    query = ObjectQueriesApi(client)
    found = query.query_refunds(filter=["status.EQ:Processed"], expand=["refundapplications"], page_size=9)
    paid = query.query_payment_by_key(payment)
    account = AccountsApi(client).get_account(paid.account_id)
    zoql = ActionsApi(client).action_post_query(
        ProxyActionqueryRequest(query_string=f"select Id, Amount from Refund where Id = '{refund}'")
    )
    invoice = query.query_payment_applications(filter=[f"paymentId.EQ:{payment}"]).data[0].invoice_id
    parts = InvoicesApi(client).get_invoice_application_parts(invoice)
    return {
        "queried": [one.to_dict() for one in found.data], "queried_payment": paid.to_dict(),
        "account": account.to_dict(), "zoql": zoql.to_dict(), "invoice_parts": parts.to_dict(),
    }  # fmt: skip


main()
