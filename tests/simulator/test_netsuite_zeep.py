"""A SOAP library with the vendor's own WSDL against the simulator: every operation the simulator serves."""

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from nsz_desk.simulator.netsuite_auth import CREDENTIALS
from nsz_desk.simulator.server import Simulator
from tests.simulator.netsuite_envelopes import sign

WSDL = Path(__file__).parents[3] / "shared" / "vendor" / "netsuite-wsdl-2023_2" / "netsuite.wsdl"
pytestmark = [
    pytest.mark.skipif(
        not WSDL.exists(),
        reason="the vendor's WSDL is not beside the project (../shared/vendor/netsuite-wsdl-2023_2)",
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


class Library:
    """The vendor's WSDL in a SOAP library; only its address is ours, and each call has a new passport."""

    def __init__(self) -> None:
        zeep = pytest.importorskip("zeep")
        # Real rows carry a customLabel behind the value, against the schema: strict reading would refuse them.
        self.client = zeep.Client(str(WSDL))
        self.fault = zeep.exceptions.Fault
        self.core = self._types("core", "platform")
        self.messages = self._types("messages", "platform")
        self.common = self._types("common", "platform")
        self.sales = self._types("sales", "transactions")
        self.customers = self._types("customers", "transactions")
        self.relationships = self._types("relationships", "lists")
        self.service: Any = None

    def _types(self, module: str, group: str) -> Any:
        return self.client.type_factory(f"urn:{module}_2023_2.{group}.webservices.netsuite.com")

    def at(self, simulator: Simulator) -> "Library":
        """Point it to a simulator."""
        binding = "{urn:platform_2023_2.webservices.netsuite.com}NetSuiteBinding"
        url = f"http://127.0.0.1:{simulator.port}/services/NetSuitePort_2023_2"
        self.service = self.client.create_service(binding, url)
        return self

    def passport(self) -> Any:
        """A right passport, good for one call."""
        nonce, stamp = uuid.uuid4().hex, int(time.time())
        parts = ["1234567_SB1", CREDENTIALS["consumer_key"], CREDENTIALS["token"], nonce, str(stamp)]
        signed = sign(f"{CREDENTIALS['consumer_secret']}&{CREDENTIALS['token_secret']}", "&".join(parts))
        return self.core.TokenPassport(
            account=parts[0], consumerKey=parts[1], token=parts[2], nonce=nonce, timestamp=stamp,
            signature=self.core.TokenPassportSignature(signed, algorithm="HMAC-SHA256"),
        )  # fmt: skip

    def call(self, operation: str, headers: dict[str, Any] | None = None, **named: Any) -> Any:
        """Call an operation; the body of its answer."""
        sent = {"tokenPassport": self.passport()} | (headers or {})
        return getattr(self.service, operation)(_soapheaders=sent, **named).body

    def search(self, record: Any, size: int = 1000) -> Any:
        """Search with a page size."""
        preferences = self.messages.SearchPreferences(bodyFieldsOnly=True, returnSearchColumns=True, pageSize=size)
        return self.call("search", {"searchPreferences": preferences}, searchRecord=record).searchResult

    def ref(self, internal_id: str, kind: str | None = None) -> Any:
        """A reference to a record."""
        return self.core.RecordRef(internalId=internal_id, type=kind)

    def type_is(self, *kinds: str) -> Any:
        """The criterion on the transaction's type."""
        return self.core.SearchEnumMultiSelectField(operator="anyOf", searchValue=[f"_{kind}" for kind in kinds])

    def columns(self, **kinds: str) -> dict[str, Any]:
        """Empty columns by name and kind."""
        return {name: [getattr(self.core, f"SearchColumn{kind}Field")()] for name, kind in kinds.items()}


@pytest.fixture(scope="module")
def loaded() -> Library:
    """The WSDL, read once."""
    return Library()


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The demo company on a free port."""
    with Simulator("demo") as running:
        yield running


@pytest.fixture
def library(loaded: Library, simulator: Simulator) -> Library:
    """The library, pointed to the demo company."""
    return loaded.at(simulator)


def test_get_and_update_read_stamp_and_clear_a_refund(library: Library, simulator: Simulator) -> None:
    """The refund with its apply row; a stamp that lasts; both fields cleared by name."""
    refund = next(iter(simulator.world.refunds.values()))
    given = library.call("get", baseRef=library.ref(refund.id, "customerRefund")).readResponse
    assert given.status.isSuccess
    assert given.record.tranId == refund.number
    assert given.record.applyList.apply[0].doc == int(refund.applied_to[0].doc)

    stamp = library.core.StringCustomFieldRef(scriptId="custbodyzuoraid", value="8a90stamp")
    listed = library.core.CustomFieldList(customField=[stamp])
    sent = library.customers.CustomerRefund(internalId=refund.id, customFieldList=listed)
    assert library.call("update", record=sent).writeResponse.status.isSuccess
    assert simulator.world.refunds[refund.id].zuora_id == "8a90stamp"

    nothing = library.core.NullField(name=["custbodyzuoraid", "custbodyzuoraintegrationstatus"])
    clearing = library.customers.CustomerRefund(internalId=refund.id, nullFieldList=nothing)
    assert library.call("update", record=clearing).writeResponse.status.isSuccess
    assert simulator.world.refunds[refund.id].zuora_id == ""


def test_get_list_reads_records_of_several_kinds(library: Library, simulator: Simulator) -> None:
    """A refund, its memo, its customer, and one that does not exist, each with a status of its own."""
    refund = next(iter(simulator.world.refunds.values()))
    memo = refund.applied_to[0].doc
    wanted = [("customerRefund", refund.id), ("creditMemo", memo), ("customer", refund.customer_id),
              ("customerRefund", "1")]  # fmt: skip
    rows = library.call("getList", baseRef=[library.ref(key, kind) for kind, key in wanted]).readResponseList
    assert [row.status.isSuccess for row in rows.readResponse] == [True, True, True, False]
    assert [row.record.internalId for row in rows.readResponse[:3]] == [key for _, key in wanted[:3]]
    assert rows.readResponse[3].status.statusDetail[0].code == "RCRD_DSNT_EXIST"


def test_a_basic_search_answers_whole_records(library: Library, simulator: Simulator) -> None:
    """All credit memos, without their lists; and customers by name."""
    found = library.search(library.common.TransactionSearchBasic(type=library.type_is("creditMemo")))
    assert found.status.isSuccess
    assert {one.internalId for one in found.recordList.record} == set(simulator.world.memos)
    name = next(iter(simulator.world.customers.values())).name
    text = library.core.SearchStringField(operator="is", searchValue=name)
    people = library.search(library.common.CustomerSearchBasic(entityId=text))
    assert [one.companyName for one in people.recordList.record] == [name]


def test_an_advanced_search_shows_columns_and_joins_page_by_page(library: Library, simulator: Simulator) -> None:
    """Columns of the refund, its customer's name and Zuora id; searchMoreWithId brings all the other pages."""
    zuora_id = library.core.SearchColumnStringCustomField(scriptId="custentityzuoraid")
    customer = library.common.CustomerSearchRowBasic(
        **library.columns(entityId="String"),
        customFieldList=library.core.SearchColumnCustomFieldList(customField=[zuora_id]),
    )
    basic = library.common.TransactionSearchRowBasic(
        **library.columns(internalId="Select", tranId="String", tranDate="Date", fxAmount="Double", entity="Select")
    )
    main = library.core.SearchBooleanField(searchValue=True)
    criteria = library.common.TransactionSearchBasic(mainLine=main, type=library.type_is("customerRefund"))
    found = library.search(
        library.sales.TransactionSearchAdvanced(
            criteria=library.sales.TransactionSearch(basic=criteria),
            columns=library.sales.TransactionSearchRow(basic=basic, customerMainJoin=customer),
        ),
        size=10,
    )
    rows = list(found.searchRowList.searchRow)
    for page in range(2, found.totalPages + 1):
        more = library.call("searchMoreWithId", searchId=found.searchId, pageIndex=page).searchResult
        assert (more.status.isSuccess, more.pageIndex) == (True, page)
        rows += more.searchRowList.searchRow
    refunds = simulator.world.refunds
    assert len(rows) == found.totalRecords == len(refunds) > 10
    for row in rows:
        refund = refunds[row.basic.internalId[0].searchValue.internalId]
        customer_record = simulator.world.customers[refund.customer_id]
        assert row.basic.tranId[0].searchValue == refund.number
        assert Decimal(str(row.basic.fxAmount[0].searchValue)) == -refund.amount
        assert row.customerMainJoin.entityId[0].searchValue == customer_record.name
        known = row.customerMainJoin.customFieldList
        assert (known.customField[0].searchValue if known else "") == customer_record.zuora_id


def test_criteria_reach_into_custom_fields_and_joins(library: Library, simulator: Simulator) -> None:
    """Refunds that are not complete, of one customer, changed within a window."""
    refund = next(iter(simulator.world.refunds.values()))
    status = library.core.SearchStringCustomField(
        scriptId="custbodyzuoraintegrationstatus", operator="isNot", searchValue="Sync Complete"
    )
    now = datetime.now(UTC)
    window = library.core.SearchDateField(
        operator="within", searchValue=now - timedelta(days=90), searchValue2=now + timedelta(days=1)
    )
    criteria = library.common.TransactionSearchBasic(
        type=library.type_is("customerRefund"), mainLine=library.core.SearchBooleanField(searchValue=True),
        lastModifiedDate=window, customFieldList=library.core.SearchCustomFieldList(customField=[status]),
    )  # fmt: skip
    which = library.core.SearchMultiSelectField(operator="anyOf", searchValue=[library.ref(refund.customer_id)])
    customer = library.common.CustomerSearchBasic(internalId=which)
    found = library.search(library.sales.TransactionSearch(basic=criteria, customerMainJoin=customer))
    wanted = {
        one.id
        for one in simulator.world.refunds.values()
        if one.customer_id == refund.customer_id and one.integration_status != "Sync Complete"
    }
    assert {one.internalId for one in found.recordList.record} == wanted != set()


def test_update_list_judges_each_record_alone(library: Library, simulator: Simulator) -> None:
    """A memo is stamped, a record that does not exist fails beside it."""
    memo = next(iter(simulator.world.memos.values()))
    status = library.core.StringCustomFieldRef(scriptId="custbodyzuoraintegrationstatus", value="Creating Refund")
    listed = library.core.CustomFieldList(customField=[status])
    sent = [library.customers.CreditMemo(internalId=key, customFieldList=listed) for key in (memo.id, "1")]
    rows = library.call("updateList", record=sent).writeResponseList.writeResponse
    assert [row.status.isSuccess for row in rows] == [True, False]
    assert simulator.world.memos[memo.id].integration_status == "Creating Refund"


def test_the_small_operations_answer(library: Library, simulator: Simulator) -> None:
    """Server time near ours, the addresses of the account, the custom fields by label, the payment methods."""
    told = library.call("getServerTime").getServerTimeResult
    assert told.status.isSuccess
    assert abs(told.serverTime - datetime.now(UTC)) < timedelta(minutes=1)
    urls = library.service.getDataCenterUrls(account="1234567_SB1").body.getDataCenterUrlsResult
    assert urls.dataCenterUrls.webservicesDomain == f"http://127.0.0.1:{simulator.port}"
    kind = library.core.CustomizationType(getCustomizationType="transactionBodyCustomField")
    fields = library.call("getCustomizationId", customizationType=kind, includeInactives=False)
    labels = {one.scriptId: one.name for one in fields.getCustomizationIdResult.customizationRefList.customizationRef}
    assert labels["custbodyzuoraid"] == "Zuora ID"
    described = library.core.GetSelectValueFieldDescription(recordType="customerRefund", field="paymentMethod")
    values = library.call("getSelectValue", fieldDescription=described, pageIndex=1).getSelectValueResult
    assert [one.name for one in values.baseRefList.baseRef] == simulator.world.netsuite.methods


def test_a_fault_is_the_librarys_fault(library: Library) -> None:
    """A used passport comes back as a SOAP fault with the vendor's code in its detail."""
    passport = library.passport()
    library.service.getServerTime(_soapheaders={"tokenPassport": passport})
    with pytest.raises(library.fault) as caught:
        library.service.getServerTime(_soapheaders={"tokenPassport": passport})
    (detail,) = [node for node in caught.value.detail if node.tag.endswith("invalidCredentialsFault")]
    assert detail.findtext("{*}code") == "INVALID_LOGIN_ATTEMPT"
