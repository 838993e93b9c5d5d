"""The doctor's look at Zuora: reachable, signed in, the tenant that answers, Invoice Settlement, our field, periods."""

from collections.abc import Generator

from nsz_desk.domain.errors import Credentials, DeskError, Setup
from nsz_desk.engine.checks import Answer, Check, Examined, Expected, Pin, attempted, failed
from nsz_desk.engine.doctor_netsuite import periods_check
from nsz_desk.engine.ports import Tenant

TITLES = {
    "zuora_reachable": "Zuora reachable",
    "zuora_signed_in": "Zuora signed in",
    "tenant": "Zuora tenant",
    "invoice_settlement": "Invoice Settlement",
    "integration_id": "Field IntegrationId__NS",
    "zuora_periods": "Zuora periods",
}
NOT_TRIED = "not tried, because there is no sign-in to Zuora"
NO_FIELD = "Have the NetSuite connector's fields installed in Zuora: without this one no refund can be found again."


def zuora_checks(examined: Examined) -> Generator[Check, None, Pin | None]:
    """All checks of Zuora in order, each as soon as it is known; answers what to pin while no tenant is named."""
    told = attempted(examined.zuora.tenant)
    expected = examined.expected
    if isinstance(told, DeskError):
        yield from _shut(expected, told)
        return None
    yield _ok("zuora_reachable", expected.environment.zuora)
    yield _ok("zuora_signed_in", "with the client id of the profile")
    yield _tenant(expected, told)
    yield _settlement(expected, told)
    yield _field(examined)
    yield periods_check("zuora_periods", TITLES["zuora_periods"], examined.zuora.periods)
    return Pin(told.tenant, told.entity or "-", told.settlement) if told.tenant and not expected.tenant else None


def _ok(name: str, found: str) -> Check:
    return Check(name, TITLES[name], Answer.OK, found)


def _shut(expected: Expected, error: DeskError) -> tuple[Check, ...]:
    """What is known when there was no token: a refusal is an answer, and so is a token for another tenant."""
    named, name = {}, "zuora_reachable"
    if isinstance(error, Credentials | Setup):
        named[name], name = _ok(name, expected.environment.zuora), "zuora_signed_in"
    if isinstance(error, Setup):
        named[name], name = _ok(name, "with the client id of the profile"), "tenant"
    named[name] = failed(name, TITLES[name], error)
    return tuple(
        named.get(one, Check(one, title, Answer.NOT_KNOWN, NOT_TRIED if name != "tenant" else NOT_THIS))
        for one, title in TITLES.items()
    )


NOT_THIS = "not tried, because another tenant answers than the profile names"


def _tenant(expected: Expected, told: Tenant) -> Check:
    name, title = "tenant", TITLES["tenant"]
    theirs = f"{told.tenant}, entity {told.entity or '-'}"
    ours = f"{expected.tenant}, entity {expected.entity or '-'}"
    if expected.tenant and not told.tenant:
        found = f"pinned to {ours}; the token names no tenant, so nobody can compare"
        return Check(name, title, Answer.NOT_KNOWN, found, "Make sure that the client id belongs to this tenant.")
    if expected.tenant and theirs == ours:
        return Check(name, title, Answer.OK, f"{theirs}, as pinned")
    if expected.tenant:
        remedy = "Choose the right client id, or make a profile of its own for this tenant."
        return Check(name, title, Answer.PROBLEM, f"{theirs} answers, the profile is pinned to {ours}", remedy)
    if told.tenant:
        remedy = "Pin it with `doctor --pin`, or set zuora.tenant and zuora.entity in the profile to these."
        return Check(name, title, Answer.PROBLEM, f"{theirs} answers and is not pinned yet", remedy)
    remedy = (
        "Set zuora.tenant in the profile to a name for this tenant, the same on every desk; it cannot change later."
    )
    return Check(name, title, Answer.PROBLEM, "not pinned, and the token names none", remedy)


def _settlement(expected: Expected, told: Tenant) -> Check:
    name, title = "invoice_settlement", TITLES["invoice_settlement"]
    words = {True: "on", False: "off"}
    ours = words[expected.route.settlement]
    if told.settlement is None:
        remedy = "Give the API user the right to view refunds, or compare with Billing settings in Zuora."
        return Check(name, title, Answer.NOT_KNOWN, f"Zuora does not tell; the profile says {ours}", remedy)
    theirs = words[told.settlement]
    if told.settlement != expected.route.settlement:
        remedy = f'Set zuora.invoice_settlement in the profile to "{theirs}" on every desk at once.'
        return Check(name, title, Answer.PROBLEM, f"{theirs} in Zuora, {ours} in the profile", remedy)
    return Check(name, title, Answer.OK, f"{theirs}, as in the profile")


def _field(examined: Examined) -> Check:
    name, title = "integration_id", TITLES["integration_id"]
    found = attempted(examined.zuora.shows_ids)
    if isinstance(found, DeskError):
        return failed(name, title, found, Answer.NOT_KNOWN)
    if found is None:
        return Check(name, title, Answer.NOT_KNOWN, "a refund was read that does not show it", NO_FIELD)
    if not found:
        return Check(name, title, Answer.PROBLEM, "refunds of this tenant have no such field", NO_FIELD)
    return Check(name, title, Answer.OK, "refunds have it")
