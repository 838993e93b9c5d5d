"""A SOAP page as NetSuite answers it: 1,000 rows of 10 columns, 2 custom fields and 2 joins.

Made by hand, not by our writer nor by the simulator, in the schema's order so that a strict reader takes it too.
"""

ROWS = 1000
COLUMNS = {  # column -> kind
    "appliedToTransaction": "ref",
    "currency": "ref",
    "dateCreated": "text",
    "entity": "ref",
    "fxAmount": "text",
    "internalId": "ref",
    "lastModifiedDate": "text",
    "memo": "text",
    "tranDate": "text",
    "tranId": "text",
}
CUSTOM = ("custbodyzuoraintegrationstatus", "custbodyzuoraid")
JOINS = {
    "appliedToTransactionJoin": {"internalId": "ref", "tranId": "text", "type": "text"},
    "customerMainJoin": {"altName": "text", "companyName": "text", "entityId": "text", "internalId": "ref"},
}
_OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
    '<searchResponse xmlns="urn:messages_{0}.platform.webservices.netsuite.com">'
    '<platformCore:searchResult xmlns:platformCore="urn:core_{0}.platform.webservices.netsuite.com">'
    '<platformCore:status isSuccess="true"/><platformCore:totalRecords>{1}</platformCore:totalRecords>'
    "<platformCore:pageSize>1000</platformCore:pageSize><platformCore:totalPages>1</platformCore:totalPages>"
    "<platformCore:pageIndex>1</platformCore:pageIndex><platformCore:searchId>WEBSERVICES_1</platformCore:searchId>"
    "<platformCore:searchRowList>"
)
_CLOSE = "</platformCore:searchRowList></platformCore:searchResult></searchResponse></soapenv:Body></soapenv:Envelope>"
_ROW = (
    '<platformCore:searchRow xsi:type="tranSales:TransactionSearchRow" '
    'xmlns:tranSales="urn:sales_{0}.transactions.webservices.netsuite.com">'
    '<tranSales:basic xmlns:platformCommon="urn:common_{0}.platform.webservices.netsuite.com">{1}{2}</tranSales:basic>'
    '<tranSales:appliedToTransactionJoin xmlns:platformCommon="urn:common_{0}.platform.webservices.netsuite.com">{3}'
    "</tranSales:appliedToTransactionJoin><tranSales:customerMainJoin "
    'xmlns:platformCommon="urn:common_{0}.platform.webservices.netsuite.com">{4}</tranSales:customerMainJoin>'
    "</platformCore:searchRow>"
)


def page(version: str, rows: int = ROWS) -> bytes:
    """The whole answer for an endpoint version such as 2025_2."""
    return "".join([_OPEN.format(version, rows), *(_row(version, n) for n in range(rows)), _CLOSE]).encode()


def _row(version: str, n: int) -> str:
    basic = {
        "appliedToTransaction": str(31000 + n),
        "currency": "1",
        "dateCreated": "2026-11-12T06:30:00.000-08:00",
        "entity": str(1200 + n % 333),
        "fxAmount": f"-{100 + n}.{n % 100:02d}",
        "internalId": str(48000 + n),
        "lastModifiedDate": "2026-11-12T06:30:00.000-08:00",
        "memo": f"Refund of an overpaid invoice {n}",
        "tranDate": "2026-11-11T21:00:00.000-08:00",
        "tranId": f"CR-{n}",
    }
    memo = {"internalId": str(31000 + n), "tranId": f"CM-{n}", "type": "_creditMemo"}
    name = f"Cascade Insurance LLC {n % 333:04d}"
    customer = {"altName": name, "companyName": name, "entityId": name, "internalId": basic["entity"]}
    joins = [_columns(values, JOINS[join]) for join, values in zip(JOINS, (memo, customer), strict=True)]
    return _ROW.format(version, _columns(basic, COLUMNS), _custom(n), *joins)


def _columns(values: dict[str, str], kinds: dict[str, str]) -> str:
    return "".join(
        f"<platformCommon:{name}>{_value(values[name], kinds[name])}</platformCommon:{name}>" for name in sorted(values)
    )


def _value(value: str, kind: str) -> str:
    if kind == "ref":
        return f'<platformCore:searchValue internalId="{value}"/>'
    return f"<platformCore:searchValue>{value}</platformCore:searchValue>"


def _custom(n: int) -> str:
    fields = "".join(
        f'<platformCore:customField internalId="{place}" scriptId="{script_id}" '
        f'xsi:type="platformCore:SearchColumnStringCustomField">{_value(text, "text")}</platformCore:customField>'
        for place, (script_id, text) in enumerate(zip(CUSTOM, ("Sync Complete", f"8ac68d6b{n:024d}"), strict=True), 201)
    )
    return f"<platformCommon:customFieldList>{fields}</platformCommon:customFieldList>"
