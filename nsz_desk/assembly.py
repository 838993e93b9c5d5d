"""Build one Desk from a profile, its secrets and the folders: the only place that knows all rooms.

Secrets pass through here from the vault to the gateways as `SecretStr` and stand nowhere else.
"""

import gc
import getpass
import hashlib
import re
import secrets as randomness
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from nsz_desk.domain.errors import Setup
from nsz_desk.engine import idempotency
from nsz_desk.engine.canonical import canonical, sha256
from nsz_desk.engine.checks import Attested, Examined, Expected
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.episode import Limits
from nsz_desk.engine.ledger import Ledger
from nsz_desk.engine.plan import Pair
from nsz_desk.engine.ports import Clock, Event, Moment, NetSuite, Zuora
from nsz_desk.engine.results import Environment
from nsz_desk.engine.route import Route
from nsz_desk.gateways.http import Http
from nsz_desk.gateways.netsuite.certificate import certificates_of
from nsz_desk.gateways.netsuite.rest import RestNetSuite
from nsz_desk.gateways.netsuite.soap import SoapNetSuite
from nsz_desk.gateways.road import OPEN, Road
from nsz_desk.gateways.zuora.gateway import ZuoraGateway
from nsz_desk.journal.store import SqlJournal, open_journal
from nsz_desk.lanes import LaneRunner
from nsz_desk.settings.file import Folders
from nsz_desk.settings.instance import lock
from nsz_desk.settings.model import Kind, Profile, Secrets


class SystemClock:
    """The real clocks."""

    def now(self) -> Moment:
        """Both clocks."""
        return Moment(datetime.now(UTC), time.monotonic())

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@contextmanager
def open_desk(
    profile: Profile, secrets: Secrets, folders: Folders, *, writes: bool, vault: Callable[[], Secrets] | None = None
) -> Iterator[Desk]:
    """The Desk on a profile; `writes` takes the lock of the NetSuite account for as long as it is open.

    `vault` reads the secrets again when a locked desk is unlocked. Without one they were given for this run only, and
    are held for as long as it lasts.

    Raises:
        Setup: the journal or the lock cannot be had, or the profile is not complete.
    """
    # A list makes a million objects without a cycle; looking for cycles among them took a quarter of its time.
    gc.set_threshold(100_000, 20, 100)
    with ExitStack() as stack:
        if writes:
            stack.enter_context(lock(folders.locks, profile.netsuite.account))
        journal, broken = _journal(profile, folders)
        stack.callback(journal.close)
        ledger = Ledger(journal)
        if writes and not broken:
            _journal_settings(ledger, profile)
        desk = _desk(profile, secrets, folders, ledger, broken, vault)
        del secrets  # a locked desk shall not hold them here
        yield desk


def examined(profile: Profile, secrets: Secrets, folders: Folders, *, keychain: str, kept: bool) -> Examined:
    """What the doctor looks at. It works without a pinned tenant and opens the journal only when it is its turn.

    Raises:
        Setup: the profile asks for what this version cannot do.
    """
    clock, zuora = SystemClock(), profile.zuora
    expected = Expected(
        _environment(profile),
        urlsplit(profile.netsuite.base).netloc,
        _fingerprint(profile, secrets),
        zuora.tenant,
        zuora.entity,
        _route(profile),
        profile.cutover,
        certificates_of(profile.netsuite, clock.now().wall),
        _used_fields(profile),
        profile.policy.status,
        profile.methods,
        Attested(said.by, said.on) if (said := profile.connector_off) else None,
    )
    return Examined(
        expected,
        _netsuite(profile, secrets, clock),
        _zuora(profile, secrets, clock),
        clock,
        lambda: _written_journal(profile, folders),
        keychain,
        kept,
    )


def _used_fields(profile: Profile) -> dict[str, str]:
    """The custom fields that the profile uses, name -> script id; without a claim note that is not used."""
    fields = profile.netsuite.fields.model_dump()
    if not profile.netsuite.claim_note_field:
        del fields["sync_date"]
    return fields


def _written_journal(profile: Profile, folders: Folders) -> int:
    """Write a line, check the chain, and answer the number of lines."""
    with closing(_opened(profile, folders, read_only=False)) as journal:
        journal.append(Event("doctor", "", ""))
        return journal.verify()


def _desk(
    profile: Profile,
    secrets: Secrets,
    folders: Folders,
    ledger: Ledger,
    broken: str,
    vault: Callable[[], Secrets] | None,
) -> Desk:
    clock = SystemClock()
    pair = pair_of(profile)
    netsuite, zuora = _gateways(profile, secrets, clock)
    read_again = vault or (lambda: secrets)
    return Desk(
        environment=_environment(profile),
        pair=pair,
        policy=profile.policy,
        limits=Limits(claim_wait=profile.claim_wait_seconds, backoff=profile.backoff_seconds),
        desk_id=desk_id(folders),
        netsuite=netsuite,
        zuora=zuora,
        ledger=ledger,
        clock=clock,
        lanes=LaneRunner(profile.lanes),
        new_id=lambda: uuid.uuid4().hex,
        read_only=broken,
        caps=profile.caps,
        sending=profile.kind is not Kind.PRODUCTION,
        idle_minutes=profile.idle_minutes,
        sign_in=lambda: _gateways(profile, read_again(), clock),
    )


def _gateways(profile: Profile, secrets: Secrets, clock: Clock) -> tuple[NetSuite, Zuora]:
    return _netsuite(profile, secrets, clock), _zuora(profile, secrets, clock)


def _netsuite(profile: Profile, secrets: Secrets, clock: Clock) -> NetSuite:
    http = Http(profile.netsuite.calls_at_once, pause=clock.sleep, road=_road(profile))
    if profile.netsuite.interface == "rest":
        if secrets.netsuite_rest is None:
            raise _no_keys("netsuite_rest")
        return RestNetSuite(profile.netsuite, secrets.netsuite_rest, clock=clock, http=http)
    if secrets.netsuite is None:
        raise _no_keys("netsuite")
    return SoapNetSuite(profile.netsuite, secrets.netsuite, clock=clock, http=http)


def _fingerprint(profile: Profile, secrets: Secrets) -> str:
    """Who signs in to NetSuite, without telling the secret: of the token, or of the certificate's id."""
    soap, rest = secrets.netsuite, secrets.netsuite_rest
    shown = (rest and rest.certificate_id) if profile.netsuite.interface == "rest" else (soap and soap.token)
    return hashlib.sha256(shown.get_secret_value().encode()).hexdigest()[:8] if shown else "none"


def _no_keys(block: str) -> Setup:
    return Setup(
        f"The profile's interface to NetSuite needs the secrets {block}, which are not there.",
        "Nothing was sent.",
        "Enter them again, or set the profile's interface to the one whose secrets are there.",
    )


def _zuora(profile: Profile, secrets: Secrets, clock: Clock) -> ZuoraGateway:
    simulator = profile.kind is Kind.SIMULATOR
    return ZuoraGateway(profile.zuora, secrets.zuora, clock=clock, simulator=simulator, road=_road(profile))


def _road(profile: Profile) -> Road:
    network = profile.network
    return Road(network.ca_bundle or OPEN.roots, network.proxy).check()


def _environment(profile: Profile) -> Environment:
    """Which systems the profile is on, and where people open their records; a simulator has no such place.

    Source: NetSuite, `<account with dashes>.app.netsuite.com`; Zuora data centers: the address without `rest.`,
    except for US Cloud 2 production, which is www.zuora.com.
    """
    host = _host(profile.zuora.url)
    ui = "www.zuora.com" if host == "zuora.com" else host
    real = profile.kind is not Kind.SIMULATOR
    account = profile.netsuite.account.strip().lower().replace("_", "-")
    return Environment(
        profile.kind.value,
        profile.netsuite.account,
        host,
        netsuite_app=f"https://{account}.app.netsuite.com" if real else "",
        zuora_ui=f"https://{ui}" if real else "",
        netsuite_by=_netsuite_by(profile),
        zuora_by=f"Invoice Settlement {profile.zuora.invoice_settlement}",
    )


def _netsuite_by(profile: Profile) -> str:
    """The interface, with the days of a certificate that has to be renewed now."""
    known = certificates_of(profile.netsuite, datetime.now(UTC))
    soon = f", certificate {known.in_use.words}" if known and known.in_use and known.in_use.soon else ""
    return f"{profile.netsuite.interface.upper()}{soon}"


def _route(profile: Profile) -> Route:
    return Route(profile.zuora.settlement, profile.zuora.unapply_route == "crud")


def pair_of(profile: Profile) -> Pair:
    """A and Z of the key chain, and the pinned route.

    Raises:
        Setup: the Zuora tenant is not pinned yet.
    """
    zuora = profile.zuora
    try:
        z = idempotency.tenant(zuora.tenant, zuora.entity)
    except ValueError as error:
        raise Setup(
            "The Zuora tenant is not pinned in the profile.",
            f"Nothing was sent ({error}).",
            "Run `doctor`, which shows what to pin; `doctor --pin` pins it.",
        ) from None
    return Pair(
        idempotency.account(profile.netsuite.account),
        z,
        _route(profile),
        profile.policy.status,
        zuora.transaction_field,
        zuora.transaction_separator,
        zuora.shield,
    )


def _host(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc.removeprefix("rest.")


def desk_id(folders: Folders) -> str:
    """Who this desk is in claims: computer, user, and six characters of its own, made once."""
    path = folders.journal / "desk-id"
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_text(f"{_word(socket.gethostname())}-{_word(user())}-{randomness.token_hex(3)}", "ascii")
        return path.read_text("ascii").strip()
    except OSError as error:
        raise Setup(
            f"The desk's folder {path.parent} cannot be used: {error.strerror}.",
            "Nothing was sent to NetSuite or Zuora.",
            "Make the folder writable for this user.",
        ) from error


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "", text)[:20] or "unknown"


def user() -> str:
    """The operating system's user, "unknown" where it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def journal_path(profile: Profile, folders: Folders) -> Path:
    """One journal for each NetSuite account."""
    return folders.journal / f"{idempotency.account(profile.netsuite.account).lower()}.sqlite"


def _journal(profile: Profile, folders: Folders) -> tuple[SqlJournal, str]:
    """The journal open for writing; or for reading only, with the reason why no money may move."""
    try:
        return _opened(profile, folders, read_only=False), ""
    except Setup as problem:
        if not journal_path(profile, folders).exists():
            raise
        return _opened(profile, folders, read_only=True), str(problem)


def _opened(profile: Profile, folders: Folders, *, read_only: bool) -> SqlJournal:
    return open_journal(
        journal_path(profile, folders),
        idempotency.account(profile.netsuite.account),
        now=lambda: datetime.now(UTC),
        host=socket.gethostname(),
        user=user(),
        mono=time.monotonic,
        read_only=read_only,
    )


def _journal_settings(ledger: Ledger, profile: Profile) -> None:
    """Every change of a setting is a line: compare with what the last line knew."""
    now = profile.model_dump(mode="json")
    before = ledger.settings.event.detail.get("profile", {}) if ledger.settings else {}
    if sha256(canonical(before)) == sha256(canonical(now)):
        return
    changed = {name: [before.get(name), now[name]] for name in now if before.get(name) != now[name]}
    ledger.append(Event("settings", "", "", {"profile": now, "changed": changed if before else {}}))
