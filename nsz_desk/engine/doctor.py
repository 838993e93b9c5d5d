"""The doctor: everything that must hold before a sync, looked at without a write to either system."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine import idempotency
from nsz_desk.engine.checks import Answer, Check, Examination, Examined, Expected, Holdings, Pin, attempted, failed
from nsz_desk.engine.doctor_certificate import certificate_checks
from nsz_desk.engine.doctor_netsuite import netsuite_checks
from nsz_desk.engine.doctor_zuora import zuora_checks
from nsz_desk.engine.offers import offers_of


def examine(examined: Examined, tell: Callable[[Check], None] = lambda check: None) -> Examination:
    """Run every check, also when earlier ones failed; a check that could not be made is not known.

    Order: environment, NetSuite, Zuora, this computer, and what no program can find out. `tell` hears of each check as
    soon as it is known.
    """
    checks, holdings = list[Check](), Holdings()

    def noted(found: Iterable[Check]) -> None:
        for check in found:
            checks.append(check)
            tell(check)

    expected = examined.expected
    noted([_environment(expected)])
    noted(netsuite_checks(examined, holdings))
    noted(certificate_checks(expected.certificates))
    pin = _zuora(examined, noted)
    mark = _fingerprint(expected, pin)
    noted([_journal(examined)])
    noted([_keychain(examined)])
    noted([_same_on_every_desk(mark, pin), _connector(expected)])
    return Examination(tuple(checks), pin, mark, offers_of(expected, holdings))


def _zuora(examined: Examined, noted: Callable[[Iterable[Check]], None]) -> Pin | None:
    """Note Zuora's checks one by one; answers what to pin."""
    found = zuora_checks(examined)
    while True:
        try:
            noted([next(found)])
        except StopIteration as end:
            pin: Pin | None = end.value
            return pin


def _connector(expected: Expected) -> Check:
    """The vendor's connector can sync the same refunds; nothing that can be read from outside tells whether it does."""
    name, title = "connector_sync", "Connector leaves refunds alone"
    if said := expected.connector_off:
        return Check(name, title, Answer.OK, f"its refund sync is off, as {said.by} confirmed on {said.on}")
    found = "whether the connector's own refund sync is off cannot be read from here, and nobody has confirmed it"
    return Check(name, title, Answer.NOT_KNOWN, found, CONNECTOR_OFF)


CONNECTOR_OFF = (
    "To the administrator of the connector: switch its NetSuite-to-Zuora refund sync off. Then confirm it by name, in"
    " the connection's mapping or by `profile map NAME --connector-off-by PERSON`."
)


def _environment(expected: Expected) -> Check:
    pair = f"NetSuite {expected.environment.netsuite} and Zuora {expected.environment.zuora}"
    return Check("environment", "Environment", Answer.OK, f"{expected.environment.word}: {pair}")


def _journal(examined: Examined) -> Check:
    name, title = "journal", "Journal"
    lines = attempted(examined.write_journal)
    if isinstance(lines, DeskError):
        return failed(name, title, lines)
    return Check(name, title, Answer.OK, f"a line was written and read back; the chain of {lines} lines is intact")


def _keychain(examined: Examined) -> Check:
    name, title = "keychain", "Secrets"
    if examined.kept:
        return Check(name, title, Answer.OK, f"kept in: {examined.keychain}")
    return Check(
        name,
        title,
        Answer.WARNING,
        f"given for this run only; keychain here: {examined.keychain}",
        "To have them kept, run `profile add` where a keychain is at work.",
    )


def _fingerprint(expected: Expected, pin: Pin | None) -> str:
    """Six characters of account, tenant and route; "" while no tenant is known."""
    tenant, entity, route = expected.tenant, expected.entity, expected.route
    if pin:
        settlement = route.settlement if pin.settlement is None else pin.settlement
        tenant, entity, route = pin.tenant, pin.entity, replace(route, settlement=settlement)
    try:
        a, z = idempotency.account(expected.environment.netsuite), idempotency.tenant(tenant, entity)
    except ValueError:
        return ""
    return idempotency.fingerprint(a, z, route.name)


def _same_on_every_desk(mark: str, pin: Pin | None) -> Check:
    name, title = "fingerprint", "Fingerprint"
    if not mark:
        return Check(name, title, Answer.NOT_KNOWN, "there is none before the tenant is pinned", "Pin the tenant.")
    when = " once the tenant is pinned" if pin else ""
    return Check(
        name, title, Answer.OK, f"{mark}{when}; it must be the same on every desk that works on these two systems"
    )
