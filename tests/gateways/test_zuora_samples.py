"""The reader accepts what the vendor's own examples show, and judges them rightly. Skipped where they are absent."""

from pathlib import Path

import pytest

from nsz_desk.gateways.http import read_json
from nsz_desk.gateways.zuora.codes import Meaning, judge
from nsz_desk.gateways.zuora.mapping import RefundRow, read_row, refund

FOLDER = Path(__file__).parents[3] / "shared" / "vendor" / "zuora-samples"
JUDGED = {
    "cancel_refund.200": Meaning.DONE,
    "create_payment.200": Meaning.DONE,
    "crud.401": Meaning.SIGN_IN,
    "crud_create.400": Meaning.REFUSED,
    "crud_create_refund.200": Meaning.DONE,
    "crud_delete_refund.200": Meaning.DONE,
    "crud_get.404": Meaning.MISSING,
    "crud_reject_unknown_fields.400": Meaning.REFUSED,
    "delete_refund.200": Meaning.DONE,
    "object_query_accounts.200": Meaning.DONE,
    "refund_payment.200": Meaning.DONE,
    "refund_payment_unapply.200": Meaning.DONE,
    "v1.200_business_error": Meaning.REFUSED,
    "v1.500": Meaning.UNCLEAR,
}
REFUNDS = ("cancel_refund.200", "refund_payment.200", "refund_payment_unapply.200")


def sample(name: str) -> object:
    """The example's content."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        pytest.skip(f"no vendor example {name} beside the project")
    return read_json(path.read_bytes())


@pytest.mark.parametrize(("name", "meaning"), JUDGED.items())
def test_the_vendors_examples_are_judged_rightly(name: str, meaning: Meaning) -> None:
    """Each shape of answer that the vendor prints has the meaning it is printed for."""
    assert judge(int(name.split(".")[1][:3]), {}, sample(name)).meaning is meaning


@pytest.mark.parametrize("name", REFUNDS)
def test_the_vendors_refunds_are_read(name: str) -> None:
    """Amount, date and status of the printed refunds come through, whatever dialect of flags they use."""
    content = sample(name)
    assert isinstance(content, dict)
    record = refund(read_row(RefundRow, content), "USD")
    assert record.id == content["id"]
    assert record.amount.amount == content["amount"]
    assert record.transferred in ("Yes", "No", "Ignore", "Error", "Processing")
