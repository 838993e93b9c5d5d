"""The doctor: everything that must hold before a sync, looked at without a write to either system."""

from dataclasses import replace

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine import idempotency
from nsz_desk.engine.checks import Answer, Check, Examination, Examined, Expected, Pin, attempted, failed
from nsz_desk.engine.doctor_netsuite import netsuite_checks
from nsz_desk.engine.doctor_zuora import zuora_checks


def examine(examined: Examined) -> Examination:
    """Run every check, also when earlier ones failed; a check that could not be made is not known.

    Order: environment, NetSuite, Zuora, this computer, and what no program can find out.
    """
    netsuite = netsuite_checks(examined)
    zuora, pin = zuora_checks(examined)
    mark = _fingerprint(examined.expected, pin)
    checks = (
        _environment(examined.expected),
        *netsuite,
        *zuora,
        _journal(examined),
        _keychain(examined),
        _same_on_every_desk(mark, pin),
        CONNECTOR,
    )
    return Examination(checks, pin, mark)


# The vendor's connector can sync the same refunds; nothing that can be read from outside tells whether it does.
CONNECTOR = Check(
    "connector_sync",
    "Connector leaves refunds alone",
    Answer.NOT_KNOWN,
    "whether the connector's own refund sync is off cannot be read from here",
    "Have its administrator confirm that no NetSuite-to-Zuora refund sync of the connector runs.",
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
