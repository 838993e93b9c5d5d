"""A month end of any size: many accounts, two currencies, a few refunds that fail, made from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from nsz_desk.simulator.company import Company, Customer
from nsz_desk.simulator.world import World, ZPayment

_FIRST = ("Aster", "Beacon", "Cascade", "Dune", "Ember", "Fairway", "Glacier", "Harvest", "Indigo", "Jetty", "Keystone",
          "Lantern", "Meadow", "Nimbus", "Orchid", "Pioneer", "Quartz", "Ridge", "Summit", "Tidewater")  # fmt: skip
_SECOND = ("Analytics", "Bio", "Capital", "Design", "Energy", "Foods", "Group", "Health", "Insurance", "Justice",
           "Kitchens", "Logistics", "Media", "Networks", "Optics", "Partners", "Retail", "Travel")  # fmt: skip
_FORMS = {"USD": ("LLC", "Inc", "Corp"), "EUR": ("GmbH", "SARL", "B.V.")}
_METHODS = ("Check", "Wire Transfer", "ACH", "Cash", "Credit Card (external)", "Other")
_FAILING = 0.03


def fill(world: World, refunds: int, seed: int) -> None:
    """Fill an empty world with `refunds` pending refunds; an odd seed has Invoice Settlement."""
    world.tenant.invoice_settlement = seed % 2 == 1
    chance = random.Random(seed)
    company = Company(world)
    company.periods(closed=2, zuora_closed=2)
    customers = [_customer(company, chance, number) for number in range(max(1, refunds // 3))]
    for number in range(refunds):
        _pending(company, chance, customers[number % len(customers)])
    for number in range(max(2, refunds // 20)):
        _earlier_work(company, chance, customers[number % len(customers)])


def _customer(company: Company, chance: random.Random, number: int) -> Customer:
    currency = "USD" if chance.random() < 0.6 else "EUR"
    name = f"{chance.choice(_FIRST)} {chance.choice(_SECOND)} {chance.choice(_FORMS[currency])} {number + 1:04d}"
    return company.customer(name, currency)


def _amount(chance: random.Random, most: int = 5_000_00) -> Decimal:
    return Decimal(chance.randint(5_00, most)) / 100


def _refund_day(company: Company, chance: random.Random) -> date:
    """Pick a day of last month's end or of this month so far."""
    start = company.month - timedelta(days=6)
    return start + timedelta(days=chance.randint(0, (company.today - start).days))


def _payment(company: Company, chance: random.Random, customer: Customer, refund: Decimal) -> ZPayment:
    """Make the refund's payment: with room for another equal one, over several invoices, or just it."""
    day = company.month - timedelta(days=chance.randint(20, 50))
    kind = chance.random()
    if kind < 1 / 3:
        return company.payment(customer, str(refund * 2 + _amount(chance, 500_00)), day=day)
    if kind < 0.45 and refund > 1:
        first = (refund / 3).quantize(Decimal("0.01"))
        return company.payment(customer, str(first), str(first), str(refund - 2 * first), day=day)
    return company.payment(customer, str(refund), day=day)


def _pending(company: Company, chance: random.Random, customer: Customer) -> None:
    refund = _amount(chance)
    payment = _payment(company, chance, customer, refund)
    more: dict[str, object] = {"method": chance.choice(_METHODS), "memo": f"Credit {chance.randint(1000, 9999)}"}
    if chance.random() < _FAILING:
        chance.choice(_MISTAKES)(more, payment)
    company.pending(customer, payment, str(refund), _refund_day(company, chance), **more)


def _unflagged(more: dict[str, object], _payment: ZPayment) -> None:
    more["memo__create_zuora_refund"] = False


def _blank_payment(more: dict[str, object], _payment: ZPayment) -> None:
    more["memo__zuora_payment_id"] = ""


def _barter(more: dict[str, object], _payment: ZPayment) -> None:
    more["method"] = "Barter"


def _from_invoice(more: dict[str, object], _payment: ZPayment) -> None:
    more["memo__created_from"] = "19500"


def _voided(more: dict[str, object], _payment: ZPayment) -> None:
    more["memo__voided"] = True


def _unsettled(_more: dict[str, object], payment: ZPayment) -> None:
    payment.status = "Processing"


_MISTAKES: tuple[Callable[[dict[str, object], ZPayment], None], ...] = (
    _unflagged, _blank_payment, _barter, _from_invoice, _voided, _unsettled,
)  # fmt: skip


def _earlier_work(company: Company, chance: random.Random, customer: Customer) -> None:
    """Make a refund that is synced already and one by hand, which nobody may touch."""
    day = company.month - timedelta(days=25)
    paid = company.payment(customer, "900.00", day=day)
    company.synced(customer, paid, str(_amount(chance, 400_00)), day + timedelta(days=10), memo="Synced earlier")
    company.zuora_refund(company.payment(customer, "250.00", day=day), "25.00", day + timedelta(days=12))
