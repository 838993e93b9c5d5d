"""The custom fields the desk reads and writes, and the columns of its searches."""

from nsz_desk.engine.ports import MEMO, NOTE, REFUND, STATUS, ZUORA_ID
from nsz_desk.gateways.netsuite.queries import TransactionQuery
from nsz_desk.settings.model import NetSuiteSettings

KINDS = {REFUND: "customerRefund", MEMO: "creditMemo"}  # the port's records -> NetSuite's

REFUND_COLUMNS = {
    "internalId": "Select",
    "tranId": "String",
    "tranDate": "Date",
    "dateCreated": "Date",
    "lastModifiedDate": "Date",
    "entity": "Select",
    "currency": "Select",
    "subsidiary": "Select",
    "fxAmount": "Double",
    "paymentMethod": "Select",
    "memo": "String",
}
MEMO_COLUMNS = {
    "internalId": "Select",
    "tranId": "String",
    "entity": "Select",
    "currency": "Select",
    "fxAmount": "Double",
    "createdFrom": "Select",
}
APPLIED_COLUMNS = {
    "internalId": "Select",
    "line": "Long",
    "appliedToTransaction": "Select",
    "appliedToForeignAmount": "Double",
    "appliedToLinkType": "String",
}
LINK_COLUMNS = APPLIED_COLUMNS | {"item": "Select", "applyingTransaction": "Select"}
OTHER = {"internalId": "Select", "type": "EnumSelect"}  # of a transaction at the other end of a link
CUSTOMER_COLUMNS = {"internalId": "Select", "entityId": "String", "altName": "String", "companyName": "String"}
ONLY_ID = {"internalId": "Select"}


def script_id(settings: NetSuiteSettings, name: str) -> str:
    """The script id of one of the port's fields; "" for a claim note that the profile does not use."""
    fields = settings.fields
    note = fields.sync_date if settings.claim_note_field else ""
    return {STATUS: fields.integration_status, ZUORA_ID: fields.zuora_id, NOTE: note}[name]


def refund_query(settings: NetSuiteSettings) -> TransactionQuery:
    """One row for each live refund, with its customer."""
    ids = [script_id(settings, name) for name in (STATUS, ZUORA_ID, NOTE)]
    return TransactionQuery(
        REFUND_COLUMNS,
        types=("_customerRefund",),
        main_line=True,
        voided=False,  # a criterion only: there is no such column
        custom={one: "String" for one in ids if one},
        customer=CUSTOMER_COLUMNS,
        customer_custom={settings.fields.customer_zuora_id: "String"},
    )


def applied_query() -> TransactionQuery:
    """The lines of live refunds, with what they are applied to."""
    return TransactionQuery(
        APPLIED_COLUMNS, types=("_customerRefund",), voided=False, joins={"appliedToTransactionJoin": OTHER}
    )


def memo_query(settings: NetSuiteSettings) -> TransactionQuery:
    """One row for each credit memo."""
    fields = settings.fields
    custom = {
        fields.integration_status: "String",
        fields.zuora_id: "String",
        fields.create_zuora_refund: "Boolean",
        fields.refund_payment_id: "String",
        fields.refund_payment_reference: "Select",
    }
    return TransactionQuery(MEMO_COLUMNS, types=("_creditMemo",), main_line=True, custom=custom)


def memo_lines_query() -> TransactionQuery:
    """The lines of credit memos: items, and both directions of links."""
    joins = {"appliedToTransactionJoin": OTHER, "applyingTransactionJoin": OTHER}
    return TransactionQuery(LINK_COLUMNS, types=("_creditMemo",), joins=joins)


def voided_query() -> TransactionQuery:
    """Which refunds and memos are voided."""
    return TransactionQuery(ONLY_ID, types=("_customerRefund", "_creditMemo"), main_line=True, voided=True)


def payment_query(settings: NetSuiteSettings) -> TransactionQuery:
    """The Zuora IDs of customer payments."""
    custom = {settings.fields.zuora_id: "String"}
    return TransactionQuery(ONLY_ID, types=("_customerPayment",), main_line=True, custom=custom)
