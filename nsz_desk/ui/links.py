"""Addresses of records in NetSuite and Zuora, and the only place that opens a browser.

An id comes from a server, so it is checked before it goes into an address; an address is opened only when it is
https on a host of the two companies. Source: NetSuite record pages and Zuora pages as public links show them; a
page for a Zuora refund is not known, its payment's page lists it.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from nsz_desk.domain.facts import Unread
from nsz_desk.engine.lists import Row
from nsz_desk.engine.results import Environment

NETSUITE_APP = re.compile(r"[0-9a-z]+(-[0-9a-z]+)*\.app\.netsuite\.com")
ZUORA_UI = frozenset(
    {
        "na.zuora.com",
        "sandbox.na.zuora.com",
        "www.zuora.com",
        "apisandbox.zuora.com",
        "test.zuora.com",
        "eu.zuora.com",
        "sandbox.eu.zuora.com",
        "test.eu.zuora.com",
        "ap.zuora.com",
        "test.ap.zuora.com",
    }
)
NETSUITE_ID = re.compile(r"[0-9]{1,18}")
ZUORA_ID = re.compile(r"[0-9a-f]{32}")
TRANSACTION = "/app/accounting/transactions/{page}.nl?id={id}&compid={account}"
NO_LINKS = "No page to open: the simulator has none, or the record's id is not one."


@dataclass(frozen=True, slots=True)
class Link:
    """A record that can be opened: what the button says, and the address ("" where there is none)."""

    text: str
    url: str


def links_of(row: Row, environment: Environment) -> tuple[Link, ...]:
    """The records behind a row. Without an address a link still tells what it would open."""
    memos = () if isinstance(row.case.memos, Unread) else row.case.memos
    found = [Link("Refund", netsuite_page(environment, "custrfnd", row.id))]
    if memos:
        found.append(Link("Credit memo", netsuite_page(environment, "custcred", memos[0].id)))
    payment = row.case.payment_fact
    if payment is not None and not isinstance(payment, Unread):
        found.append(Link("Payment", zuora_page(environment, "NewPayment.do", payment.id)))
    return tuple(found)


def netsuite_page(environment: Environment, page: str, record_id: str) -> str:
    """A transaction's page, "" where the environment has none or the id is not a number."""
    if not environment.netsuite_app or not NETSUITE_ID.fullmatch(record_id):
        return ""
    account = environment.netsuite.strip().upper().replace("-", "_")
    url = environment.netsuite_app + TRANSACTION.format(page=page, id=record_id, account=account)
    return url if may_open(url) else ""


def zuora_page(environment: Environment, page: str, record_id: str) -> str:
    """A record's page, "" where the environment has none or the id is not 32 hexadecimal digits."""
    if not environment.zuora_ui or not ZUORA_ID.fullmatch(record_id):
        return ""
    url = f"{environment.zuora_ui}/apps/{page}?method=view&id={record_id}"
    return url if may_open(url) else ""


def may_open(url: str) -> bool:
    """Whether the address is https on a host of the two companies, with nothing before or behind the host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = parts.netloc == host and port is None and url.isascii() and url.isprintable() and " " not in url
    known = bool(NETSUITE_APP.fullmatch(host)) or host in ZUORA_UI
    return parts.scheme == "https" and plain and known


def open_link(url: str) -> bool:
    """Open the record in the browser; False when the address is refused or there is no browser."""
    return may_open(url) and QDesktopServices.openUrl(QUrl(url, QUrl.ParsingMode.StrictMode))
