"""Accounts by id or number, in few calls."""

from collections.abc import Iterable

from nsz_desk.domain.errors import Missing, Refused
from nsz_desk.gateways.http import no_answer
from nsz_desk.gateways.zuora import lists
from nsz_desk.gateways.zuora.mapping import KEY, NO_SUCH_KEY, SHAPE_OF_ID, AccountRow, by_key, read_row, read_rows
from nsz_desk.gateways.zuora.rest import Rest

FIELDS = "Id, AccountNumber, Name, Currency, ParentId"


def account_rows(rest: Rest, settlement: bool, keys: Iterable[str]) -> dict[str, AccountRow]:
    """Accounts that exist, keyed by what was asked for; those that the search does not show are read one by one."""
    wanted = sorted({key for key in keys if KEY.fullmatch(key)})
    found: list[AccountRow] = []
    for is_id in (True, False):
        some = [key for key in wanted if bool(SHAPE_OF_ID.fullmatch(key)) is is_id]
        found += _search(rest, settlement, "id" if is_id else "accountnumber", some)
    rows = by_key({row.id: row for row in found}, wanted)
    for key in wanted:
        if key not in rows and (row := _one(rest, key)):
            rows[key] = row
    return rows


def _search(rest: Rest, settlement: bool, field: str, keys: list[str]) -> list[AccountRow]:
    if not settlement:
        column = "Id" if field == "id" else "AccountNumber"
        return read_rows(AccountRow, lists.zoql_by_keys(rest, FIELDS, "Account", column, keys))
    try:
        return read_rows(AccountRow, lists.object_list_by_keys(rest, "accounts", field, keys))
    except Refused:
        return []  # not filterable here: they are read one by one


def _one(rest: Rest, key: str) -> AccountRow | None:
    try:
        content = rest.get(f"/v1/accounts/{key}")
    except Refused as error:
        if isinstance(error, Missing) or error.code[-2:] in NO_SUCH_KEY:
            return None
        raise
    basic, metrics = content.get("basicInfo"), content.get("metrics") or content.get("metricsData")
    if not isinstance(basic, dict) or not isinstance(metrics, dict):
        raise no_answer("Zuora", "an account cannot be read")
    return read_row(AccountRow, {"currency": metrics.get("currency"), **basic})
