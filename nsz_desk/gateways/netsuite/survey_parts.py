"""Many small questions to SuiteQL as one statement: the parts are put one below the other by UNION ALL.

Every part answers rows of four texts: its own name, and up to three values. A part that needs what the role may not
see is left out, and the others are asked again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nsz_desk.domain.errors import Credentials, Refused
from nsz_desk.domain.facts import Unread
from nsz_desk.gateways.netsuite.rest_caller import RestCaller
from nsz_desk.gateways.netsuite.rest_rows import SqlRow
from nsz_desk.gateways.netsuite.suiteql import PAGE, hidden_by, page_of
from nsz_desk.gateways.netsuite.suiteql_queries import DAY, PAID, checked
from nsz_desk.settings.model import NetSuiteSettings

ROUNDS = 4  # times that the statement is asked again without what is hidden
Rows = Sequence[SqlRow]


@dataclass(frozen=True, slots=True)
class Part:
    """One question: three expressions of text, where they come from, and the values of its `?`."""

    name: str
    values: tuple[str, str, str]
    source: str
    params: tuple[str, ...] = ()

    def text(self) -> str:
        """Its SELECT."""
        first, second, third = self.values
        return f"SELECT '{self.name}' AS part, {first} AS a, {second} AS b, {third} AS c FROM {self.source}"  # noqa: S608 - our own words; script ids passed `checked`, values are bound


@dataclass(frozen=True, slots=True)
class Told:
    """The rows of each part, or why it could not be asked, and the server's time (UTC)."""

    parts: Mapping[str, Rows | Unread]
    at: datetime


def ask(caller: RestCaller, parts: Sequence[Part]) -> Told:
    """Ask all parts in one call, and once more for each table or column that turns out to be hidden.

    Raises:
        DeskError: there was no usable answer.
    """
    left, out = list(parts), dict[str, Rows | Unread]()
    for _ in range(ROUNDS):
        try:
            content, at = caller.query(
                " UNION ALL ".join(one.text() for one in left), [value for one in left for value in one.params], PAGE
            )
        except Refused as error:
            hidden = hidden_by(error.title)
            gone = [one for one in left if hidden and _names(one, hidden.name)]
            if hidden is None or not gone or len(gone) == len(left):
                raise
            out |= {one.name: Unread(one.name, f"NetSuite does not show {hidden.name} to the role") for one in gone}
            left = [one for one in left if one not in gone]
            continue
        rows, _more = page_of(content, PAGE)
        found = {one.name: [row for row in rows if row.text("part") == one.name] for one in left}
        return Told(out | found, at)
    raise Credentials(
        "NetSuite hides too many tables and columns from the integration role.",
        "Nothing was changed.",
        "Let an administrator give the role the rights that the setup page lists.",
    )


def _names(part: Part, word: str) -> bool:
    return bool(re.search(rf"\b{re.escape(word)}\b", part.text(), re.IGNORECASE))


NO = "'-'"
COUNT = "TO_CHAR(COUNT(*))"


def lists(settings: NetSuiteSettings, day: date) -> tuple[Part, ...]:
    """How many rows the smaller lists have. Each names the columns that the desk reads of them."""
    since, own = f">= TO_DATE(?,{DAY})", f"t.{checked(settings.fields.zuora_id)}"
    start = (day.isoformat(),)
    links = "{0} l JOIN transaction r ON r.id = l.{1}doc WHERE " + PAID + " AND r.type = 'CustRfnd' AND r.trandate "
    amounts = "TO_CHAR(MAX(l.foreignamount))"
    lines = "transactionline l JOIN transaction t ON t.id = l.transaction WHERE t.type = 'CustCred' AND t.trandate "
    return (
        Part(
            "what refunds are applied to",
            (COUNT, amounts, "MAX(l.nexttype)"),
            links.format("NextTransactionLineLink", "previous") + since,
            start,
        ),
        Part(
            "what is applied to refunds",
            (COUNT, amounts, "MAX(l.previoustype)"),
            links.format("PreviousTransactionLineLink", "next") + since,
            start,
        ),
        Part(
            "lines of credit memos",
            (COUNT, "TO_CHAR(MAX(l.item))", "TO_CHAR(MAX(l.createdfrom))"),
            lines + since,
            start,
        ),
        Part(
            "customer payments",
            (COUNT, f"MAX({own})", NO),
            "transaction t WHERE t.type = 'CustPymt' AND t.trandate " + since,
            start,
        ),
    )


def periods() -> Part:
    """How many months there are, and how many of them are open."""
    still_open = "TO_CHAR(SUM(CASE WHEN p.closed = 'F' THEN 1 ELSE 0 END))"
    months = "accountingperiod p WHERE p.isyear = 'F' AND p.isquarter = 'F' AND p.isadjust = 'F'"
    return Part("periods", (COUNT, still_open, f"MAX(TO_CHAR(p.enddate,{DAY}))"), months)


def rights(role: str) -> Part:
    """What a role may do. Source: NetSuite help, section_0210123130."""
    return Part(
        "rights", ("p.name", "p.permkey", "TO_CHAR(p.permlevel)"), "rolepermissions p WHERE p.role = ?", (role,)
    )


def methods(day: date) -> Part:
    """The payment methods of refunds, with how many refunds have them."""
    shown = "BUILTIN.DF(t.paymentmethod)"
    where = f"transaction t WHERE t.type = 'CustRfnd' AND t.trandate >= TO_DATE(?,{DAY}) GROUP BY {shown}"
    return Part("methods", (shown, COUNT, NO), where, (day.isoformat(),))


def statuses(settings: NetSuiteSettings) -> Part:
    """The statuses that refunds and credit memos hold: as people see them, and as they are kept."""
    own = f"t.{checked(settings.fields.integration_status)}"
    where = f"transaction t WHERE t.type IN ('CustRfnd','CustCred') AND {own} IS NOT NULL GROUP BY {own}"
    return Part("statuses", (f"MAX(BUILTIN.DF({own}))", f"TO_CHAR({own})", COUNT), where)
