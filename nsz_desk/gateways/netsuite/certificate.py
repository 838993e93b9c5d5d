"""The key for NetSuite's REST interface and its public certificate: made here, read here, its days counted here.

Source: NetSuite help, subsect_162755332391: an x.509 certificate in PEM, EC keys of 256 bits allowed, two years at most
(a longer one is cut). The desk makes EC P-256 keys only: they sign as ES256 and fit every keychain's entries.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from nsz_desk.domain.errors import Setup
from nsz_desk.engine.certificates import Certificates, KeyCertificate
from nsz_desk.settings.model import NetSuiteSettings

LONGEST = 730  # days: two years without a leap day, so that no way of counting finds more than two years
NO_CERTIFICATE = "The certificate cannot be read."


@dataclass(frozen=True, slots=True)
class Made:
    """A fresh pair: the private key (PEM, PKCS #8) and its public, self-signed certificate (PEM)."""

    private_key: SecretStr
    certificate: str


def make(account: str, now: datetime) -> Made:
    """A new key and a certificate for it, good from the beginning of this day (UTC) for as long as NetSuite allows.

    `account` stands in its name, so that an administrator knows it again; `now` is aware.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    since = datetime.combine(now.astimezone(UTC).date(), time(), UTC)  # NetSuite's clock may be a little behind ours
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"nsz-desk {account} {since.date()}"[:64])])
    signs = x509.KeyUsage(True, *[False] * 8)  # digital signatures and nothing else
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number())
    built = built.not_valid_before(since).not_valid_after(since + timedelta(days=LONGEST, seconds=-1))
    built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    signed = built.add_extension(signs, critical=True).sign(key, hashes.SHA256())
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(pem, form, serialization.NoEncryption()).decode("ascii")
    return Made(SecretStr(secret), signed.public_bytes(pem).decode("ascii"))


def read(pem: str, now: datetime) -> KeyCertificate:
    """What a certificate in PEM says at `now` (aware).

    Raises:
        Setup: it is none.
    """
    until = _loaded(pem).not_valid_after_utc
    return KeyCertificate(pem, until.date(), days_between(now, until))


def days_between(now: datetime, end: datetime) -> int:
    """Whole days from `now` to an end; negative once it is over."""
    return (end - now).days


def certificates_of(settings: NetSuiteSettings, now: datetime) -> Certificates | None:
    """The certificates that a profile names, at `now`; None where it reaches NetSuite with tokens.

    One that cannot be read counts as not known: signing in needs the key only.
    """
    if settings.interface != "rest":
        return None
    return Certificates(_known(settings.certificate, now), _known(settings.next_certificate, now))


def _known(pem: str, now: datetime) -> KeyCertificate | None:
    try:
        return read(pem, now) if pem else None
    except Setup:
        return None


def belongs(pem: str, key: SecretStr) -> bool:
    """Whether a certificate is this private key's (PEM); raises Setup when the key cannot be used."""
    from nsz_desk.gateways.netsuite.oauth import private_key  # late: who only counts days needs no HTTP

    ours = private_key(key.get_secret_value()).public_key()
    try:
        return ours == _loaded(pem).public_key()
    except Setup:
        return False


def _loaded(pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        fix = "Make a new key, or leave the certificate out of the profile."
        raise Setup(NO_CERTIFICATE, "Nothing was sent.", fix) from error
