"""The demo company: ready refunds in two currencies, and at least one that fails each rule."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from nsz_desk.simulator.company import Company, Customer
from nsz_desk.simulator.world import Applied, World, ZPayment
from nsz_desk.simulator.zuora_books import zuora_id

LONG_TEXT = "Goodwill after the outage in the Frankfurt region; agreed with the account team and the customer. " * 3
_READY = (
    ("Northwind Logistics LLC", "USD", "1840.00", "1840.00", "Check", "Duplicate charge for March seats"),
    ("Halvorsen & Pike Architects", "USD", "960.50", "240.50", "ACH", "Downgrade, unused months"),
    ("Brightwater Dental Group", "USD", "415.00", "415.00", "Wire Transfer", "Cancelled within trial"),
    ("Sablefield Insurance Services", "USD", "12500.00", "3125.00", "ACH", "One quarter of the annual plan"),
    ("Cedar & Vine Hospitality", "USD", "78.90", "78.90", "Credit Card (external)", "Card charged twice"),
    ("Ostrander Medical Supply", "USD", "2310.75", "310.75", "Check", "Price correction"),
    ("Pinecrest School District 12", "USD", "5400.00", "5400.00", "Check", "Tax exemption granted later"),
    ("Lumen Harbor Software Inc", "USD", "899.00", "99.00", "Other", "Service credit paid out"),
    ("Quarry Street Bakery Co-op", "USD", "59.00", "59.00", "Cash", "Closed shop"),
    ("Weststrand Spedition GmbH", "EUR", "2210.00", "2210.00", "Wire Transfer", "Doppelte Zahlung"),
    ("Atelier Morvan SARL", "EUR", "640.00", "160.00", "Wire Transfer", "Remise convenue"),
    ("Kaltenbrunn Maschinenbau AG", "EUR", "15300.00", "5100.00", "Wire Transfer", "Lizenzen zurückgegeben"),
    ("Føroya Marine Kontor", "EUR", "333.33", "333.33", "Check", "Wrong customer invoiced"),
    ("Panadería Santa Lucía S.L.", "EUR", "84.20", "84.20", "ACH", "Baja del servicio"),
    ("Verhoeven & Zonen B.V.", "EUR", "1275.00", "425.00", "Wire Transfer", "Partial return"),
    ("Tramontana Viaggi S.r.l.", "EUR", "510.00", "510.00", "Check", "Evento annullato"),
)
_SYNCED = (
    ("Maple Court Dental", "USD"),
    ("Vermilion Paints", "USD"),
    ("Lindqvist Möbler AB", "EUR"),
    ("Orchard Pay Ltd", "USD"),
)


def fill(world: World) -> None:
    """Fill an empty world with the demo company."""
    world.tenant.invoice_settlement = True
    company = Company(world)
    # Last month is closed in Zuora only: a refund dated there is the one that D.11 must stop.
    company.periods(closed=2, zuora_closed=1)
    _ready(company)
    _selection(company)
    _validation(company)
    _procedure(company)
    _split(company)
    _in_doubt(company)
    _money(company)
    _records(company)
    _done(company)


def _earlier(company: Company, days: int = 12) -> date:
    return company.month - timedelta(days=days)


def _sale(company: Company, name: str, currency: str, *invoices: str) -> tuple[Customer, ZPayment]:
    customer = company.customer(name, currency)
    return customer, company.payment(customer, *invoices, day=_earlier(company))


def _ready(company: Company) -> None:
    """Refunds with which nothing is wrong, one of them of a whole payment over three invoices."""
    for number, (name, currency, paid, back, method, memo) in enumerate(_READY):
        customer, payment = _sale(company, name, currency, paid)
        reference = company.reference(customer, payment) if number % 3 else ""
        company.pending(customer, payment, back, company.day(2 + number), method=method, memo=memo,
                        memo__payment_reference=reference)  # fmt: skip
    customer, payment = _sale(company, "Meridian Freight Partners", "USD", "700.00", "450.00", "125.50")
    company.pending(customer, payment, "1275.50", company.day(9), method="ACH", memo="All three invoices reversed")
    customer, payment = _sale(company, "Redwood Analytics Inc", "USD", "310.00")
    company.pending(customer, payment, "310.00", company.day(6), integration_status="Error Creating Refund",
                    memo="Failed in last night's run")  # fmt: skip


def _selection(company: Company) -> None:
    """Rules 1.a, 1.c, 1.d and D.13."""
    customer = company.customer("Unlinked Prospect Trading", "USD", known=False)
    payment = company.payment(customer, "220.00", day=_earlier(company))
    company.pending(customer, payment, "220.00", company.day(3), memo="Customer never synced")
    customer, payment = _sale(company, "Bluff Point Marina", "USD", "300.00")
    memo = company.memo(customer, "250.00", payment.id, company.day(4))
    company.refund(customer, "300.00", company.day(4), memo, memo="50.00 is not applied yet")
    customer, payment = _sale(company, "Gables Property Care", "USD", "180.00")
    company.pending(customer, payment, "180.00", company.day(5), memo="Not flagged", memo__create_zuora_refund=False,
                    memo__zuora_payment_id="")  # fmt: skip
    customer = company.customer("Old Mill Textiles", "USD")
    before = _earlier(company, 45)
    payment = company.payment(customer, "95.00", day=before - timedelta(days=30))
    company.pending(customer, payment, "95.00", before, memo="From before the cutover")


def _validation(company: Company) -> None:
    """Rules 2.a, 2.b (blank, unknown, another account's, not Processed) and 2.c."""
    customer, payment = _sale(company, "Twin Rivers Clinic", "USD", "500.00")
    memos = [company.memo(customer, amount, payment.id, company.day(5)) for amount in ("120.00", "80.00")]
    company.refund(customer, "200.00", company.day(5), *memos, memo="Two memos at once")
    customer, payment = _sale(company, "Hartwell Events Ltd", "USD", "150.00")
    company.pending(customer, payment, "150.00", company.day(6), memo="Payment left blank", memo__zuora_payment_id="")
    customer, payment = _sale(company, "Osprey Security Systems", "USD", "275.00")
    company.pending(customer, payment, "275.00", company.day(7), memo="Mistyped payment",
                    memo__zuora_payment_id=zuora_id("no such payment"))  # fmt: skip
    customer = company.customer("Sonnenfeld Apotheken KG", "EUR")
    stranger = company.payment(company.customer("Sonnenberg Optik KG", "EUR"), "130.00", day=_earlier(company))
    company.pending(customer, stranger, "130.00", company.day(8), memo="Payment of another account")
    customer = company.customer("Cobalt Ridge Mining", "USD")
    payment = company.payment(customer, "610.00", day=_earlier(company), status="Processing")
    company.pending(customer, payment, "610.00", company.day(8), memo="Payment still processing")
    customer, payment = _sale(company, "Larkspur Studios", "USD", "100.00")
    company.pending(customer, payment, "150.00", company.day(9), memo="More than was paid")


def _procedure(company: Company) -> None:
    """Rules P.1, P.2 and P.4."""
    customer, payment = _sale(company, "Mariner's Rest Hotels", "USD", "420.00")
    company.pending(customer, payment, "420.00", company.day(4), memo="Memo made from an invoice",
                    memo__created_from="19011")  # fmt: skip
    customer, payment = _sale(company, "Fabrik Neun GmbH", "EUR", "380.00")
    company.pending(customer, payment, "380.00", company.day(7), memo="Memo also applied to an invoice",
                    memo__applied_to=[Applied("19012", "invoice", Decimal("40.00"))])  # fmt: skip
    customer, payment = _sale(company, "Juniper Lane Veterinary", "USD", "100.00")
    memo = company.memo(customer, "100.00", payment.id, company.day(6))
    company.refund(customer, "80.00", company.day(6), memo, memo="Only part of the memo",
                   applied_to=[Applied(memo.id, "credit_memo", Decimal("80.00"))])  # fmt: skip


def _split(company: Company) -> None:
    """Rule M.1: parts of payments over three and over five invoices."""
    customer, payment = _sale(company, "Stonebridge University Press", "USD", "500.00", "300.00", "200.00")
    company.pending(customer, payment, "250.00", company.day(10), memo="A quarter of three invoices")
    customer, payment = _sale(company, "Rheintal Verlag GmbH", "EUR", "99.99", "149.95", "20.06", "310.00", "75.50")
    company.pending(customer, payment, "123.45", company.day(11), memo="Teilbetrag über fünf Rechnungen")


def _in_doubt(company: Company) -> None:
    """Rules D.1 and D.15, and a claim of another desk."""
    now = company.world.now()
    old = f"{now - timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ} desk-finance-02"
    fresh = f"{now - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ} desk-finance-02"
    customer, payment = _sale(company, "Alder Creek Brewing", "USD", "260.00")
    made = company.pending(customer, payment, "260.00", company.day(3), integration_status="Creating Refund",
                           sync_date=old, memo="Cut off after the create")  # fmt: skip
    company.zuora_refund(payment, "260.00", company.day(3), made)
    customer, payment = _sale(company, "Granite Peak Outfitters", "USD", "145.00")
    company.pending(customer, payment, "145.00", company.day(4), integration_status="Creating Refund...,",
                    sync_date=old, memo="Cut off before the create")  # fmt: skip
    customer, payment = _sale(company, "Sunrise Solar Fields", "USD", "720.00")
    company.pending(customer, payment, "720.00", company.day(5), integration_status="Creating Refund",
                    sync_date=fresh, memo="Another desk is at it")  # fmt: skip
    customer, payment = _sale(company, "Delphine Cosmetics SA", "EUR", "66.00")
    company.pending(customer, payment, "66.00", company.day(6), integration_status="Sync Complete",
                    memo="Complete, but no Zuora ID")  # fmt: skip
    customer, payment = _sale(company, "Canyon Data Centers", "USD", "1010.00")
    made = company.pending(customer, payment, "1010.00", company.day(6), memo="Zuora ID, but no status")
    made.zuora_id = company.zuora_refund(payment, "1010.00", company.day(6), made).id


def _money(company: Company) -> None:
    """Rules D.2 to D.7, D.10 and D.14."""
    customer, payment = _sale(company, "Ironwood Fitness Clubs", "USD", "500.00")
    company.zuora_refund(payment, "400.00", company.day(1))
    company.pending(customer, payment, "200.00", company.day(8), memo="Room used up by an earlier refund")
    customer, payment = _sale(company, "Transalpine Cargo", "USD", "350.00")
    customer.netsuite.currency = "EUR"
    company.pending(customer, payment, "350.00", company.day(8), memo="Euro refund of a dollar payment")
    customer, payment = _sale(company, "Kitamura Optics K.K.", "JPY", "50000")
    company.pending(customer, payment, "100.5", company.day(9), memo="Half a yen")
    customer = company.customer("Parkview Childcare", "USD")
    payment = company.payment(customer, "88.00", day=company.day(5) + timedelta(days=1))
    company.pending(customer, payment, "88.00", company.day(5), memo="Dated before its payment")
    customer, payment = _sale(company, "Farmstead Feed & Seed", "USD", "64.00")
    company.pending(customer, payment, "64.00", company.day(7), method="Barter", memo="Paid in hay")
    customer, payment = _sale(company, "Columbia Basin Media", "USD", "90.00")
    company.pending(customer, payment, "90.00", company.day(7), memo=LONG_TEXT)
    customer, payment = _sale(company, "Ridgeline Apparel", "USD", "230.00")
    other = company.payment(customer, "230.00", day=_earlier(company))
    company.pending(customer, payment, "230.00", company.day(10), memo="Reference and payment id disagree",
                    memo__payment_reference=company.reference(customer, other))  # fmt: skip
    customer, payment = _sale(company, "Bayou Equipment Rental", "USD", "1000.00")
    for amount in ("300.00", "450.00"):
        company.pending(customer, payment, amount, company.day(11), memo="One of two on this payment")


def _records(company: Company) -> None:
    """Rules D.8, D.9, D.11 and D.12, and a customer whose texts mean no good."""
    customer, payment = _sale(company, "Harborlight Galleries", "USD", "175.00")
    company.pending(customer, payment, "175.00", company.day(5), memo="Voided memo", memo__voided=True)
    customer, payment = _sale(company, "Nordwind Reisen AG", "EUR", "400.00")
    memo = company.memo(customer, "100.00", payment.id, company.day(6))
    for _ in range(2):
        company.refund(customer, "50.00", company.day(6), memo, memo="Two refunds share a memo",
                       applied_to=[Applied(memo.id, "credit_memo", Decimal("50.00"))])  # fmt: skip
    customer = company.customer("Prairie Wind Energy", "USD")
    payment = company.payment(customer, "515.00", day=_earlier(company, 25))
    company.pending(customer, payment, "515.00", _earlier(company, 3), memo="Dated in a closed period")
    customer, payment = _sale(company, "Silver Birch Pharmacy", "USD", "640.00")
    company.zuora_refund(payment, "160.00", company.day(7))
    company.pending(customer, payment, "160.00", company.day(8), memo="Perhaps made by hand already")
    customer, payment = _sale(company, '<b>Trusted</b> \u202eknaB lanoitaN\u202c, "Inc"', "USD", "77.00")
    hostile = '=HYPERLINK("http://example.invalid","pay")'.ljust(300, "!")
    company.pending(customer, payment, "77.00", company.day(9), memo=hostile)


def _done(company: Company) -> None:
    """What was synced before, and what was made by hand in Zuora: none of it may change."""
    for number, (name, currency) in enumerate(_SYNCED):
        customer, payment = _sale(company, name, currency, "1200.00")
        company.synced(customer, payment, f"{150 + 25 * number}.00", company.day(2 + number), memo="Synced earlier")
    customer, payment = _sale(company, "Summit Ridge Foods", "USD", "300.00", "200.00")
    company.zuora_refund(payment, "120.00", company.day(3))
    customer, payment = _sale(company, "Lakeshore Printing", "USD", "85.00")
    dead = company.zuora_refund(payment, "85.00", company.day(2))
    dead.status, dead.cancelled = "Canceled", dead.updated
    payment.unapplied += dead.amount
