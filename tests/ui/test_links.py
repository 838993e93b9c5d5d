"""Links to records: built from checked ids only, opened on the two companies' hosts only."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from nsz_desk.domain.facts import known
from nsz_desk.engine.results import Environment
from nsz_desk.ui.links import links_of, may_open, netsuite_page, open_link, zuora_page
from tests.ui.cases import a_case, a_row

SANDBOX = Environment(
    "sandbox",
    "1234567_SB1",
    "test.zuora.com",
    netsuite_app="https://1234567-sb1.app.netsuite.com",
    zuora_ui="https://test.zuora.com",
)
PAYMENT = "8ac68d6b9ff41406" * 2


def browser(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A browser that only remembers what it was asked to open."""
    asked: list[str] = []

    def open_url(url: QUrl) -> bool:
        asked.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return asked


def test_a_row_leads_to_its_refund_its_memo_and_its_payment() -> None:
    """The addresses are those of the records; the account stands in NetSuite's, so that the right one opens."""
    case = a_case(4)
    payment = known(case.payment_fact)
    assert payment is not None
    row = a_row(replace(case, payment_fact=replace(payment, id=PAYMENT)))
    refund, memo, paid = links_of(row, SANDBOX)
    base = "https://1234567-sb1.app.netsuite.com/app/accounting/transactions/"
    assert refund.url == f"{base}custrfnd.nl?id=10004&compid=1234567_SB1"
    assert memo.url == f"{base}custcred.nl?id=20004&compid=1234567_SB1"
    assert paid.url == f"https://test.zuora.com/apps/NewPayment.do?method=view&id={PAYMENT}"


@pytest.mark.parametrize("bad", ["", "12;3", "-1", "1&compid=OTHER", "1/../../x", "١٢٣", "9" * 19, "10004\n"])
def test_an_id_that_is_no_number_makes_no_netsuite_address(bad: str) -> None:
    """What a server sends as an id cannot change the address around it."""
    assert netsuite_page(SANDBOX, "custrfnd", bad) == ""


@pytest.mark.parametrize("bad", ["", "2c92pay", PAYMENT.upper(), PAYMENT + "&x=1", PAYMENT[:-1] + "/"])
def test_an_id_that_is_not_32_digits_makes_no_zuora_address(bad: str) -> None:
    """Zuora's ids are 32 small hexadecimal digits, anything else opens nothing."""
    assert zuora_page(SANDBOX, "NewPayment.do", bad) == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://test.zuora.com/apps/NewPayment.do",
        "https://test.zuora.com.evil.example/x",
        "https://test.zuora.com@evil.example/x",
        "https://evil.example/test.zuora.com",
        "https://test.zuora.com:8443/x",
        "https://user:word@test.zuora.com/x",
        "https://a.b.app.netsuite.com/x",
        "https://app.netsuite.com/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://test.zuora.com/a b",
        "https://test.zuora.com/\u202e",
        "https://[test.zuora.com/",
        "",
    ],
)
def test_only_https_on_the_two_companies_hosts_is_opened(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No other address reaches the browser."""
    asked = browser(monkeypatch)
    assert not may_open(url)
    assert open_link(url) is False
    assert asked == []


def test_a_good_address_reaches_the_browser_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that is shown is the one that is opened."""
    asked = browser(monkeypatch)
    url = netsuite_page(SANDBOX, "custrfnd", "10004")
    assert open_link(url) is True
    assert asked == [url]


def test_the_simulator_has_no_pages() -> None:
    """Without addresses of its own every link is blank."""
    row = a_row(a_case(4))
    assert {link.url for link in links_of(row, Environment("simulator", "1234567_SB1", "127.0.0.1:1"))} == {""}
