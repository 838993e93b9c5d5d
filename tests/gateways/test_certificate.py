"""The key for REST and its certificate: within NetSuite's limits, and its days counted."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from nsz_desk.domain.errors import Setup
from nsz_desk.engine.certificates import KeyCertificate
from nsz_desk.engine.checks import Answer
from nsz_desk.engine.doctor_certificate import certificate_checks
from nsz_desk.gateways.netsuite.certificate import belongs, certificates_of, make, read
from nsz_desk.settings.model import NetSuiteSettings
from nsz_desk.settings.vault import LONGEST

NOW = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)


def test_a_made_pair_is_what_netsuite_takes() -> None:
    """EC P-256, signed with SHA-256, named after the account, for signatures only, and two years at most."""
    made = make("1234567_SB1", NOW)
    found = x509.load_pem_x509_certificate(made.certificate.encode())
    key = found.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert isinstance(key.curve, ec.SECP256R1)
    assert found.signature_hash_algorithm is not None
    assert found.signature_hash_algorithm.name == "sha256"
    found.verify_directly_issued_by(found)
    assert "nsz-desk 1234567_SB1 2026-11-25" in found.subject.rfc4514_string()
    assert found.not_valid_before_utc <= NOW - timedelta(hours=1)
    assert found.not_valid_after_utc - found.not_valid_before_utc < timedelta(days=730)
    assert found.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature


def test_the_private_key_fits_every_keychain_and_is_not_in_the_certificate() -> None:
    """It is PKCS #8 without a passphrase, shorter than what a Windows entry holds; no text shows it by accident."""
    made = make("1234567", NOW)
    secret = made.private_key.get_secret_value()
    assert secret.startswith("-----BEGIN PRIVATE KEY-----")
    assert len(secret) < LONGEST
    assert secret.splitlines()[1] not in made.certificate + repr(made) + str(made)


def test_no_two_keys_are_the_same_and_a_certificate_knows_its_own() -> None:
    """Each making is fresh; only the key that signed it belongs to a certificate."""
    one, other = make("1234567", NOW), make("1234567", NOW)
    assert one.private_key.get_secret_value() != other.private_key.get_secret_value()
    assert belongs(one.certificate, one.private_key)
    assert not belongs(one.certificate, other.private_key)


@pytest.mark.parametrize(
    ("after", "days", "words"),
    [
        (timedelta(0), 729, "729 days left"),
        (timedelta(days=728), 1, "1 day left"),
        (timedelta(days=729), 0, "ends today"),
        (timedelta(days=730), -1, "ended"),
    ],
)
def test_days_are_counted_to_the_last_day(after: timedelta, days: int, words: str) -> None:
    """The last day is the second anniversary less two days, whatever the hour, and it still counts."""
    found = read(make("1234567", NOW).certificate, NOW + after)
    assert (found.days_left, found.words) == (days, words)
    assert found.last_day.isoformat() == "2028-11-23"


@pytest.mark.parametrize("text", ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_what_is_no_certificate_is_said_to_be_none(text: str) -> None:
    """In words, and not as a fault of the program."""
    with pytest.raises(Setup, match="cannot be read"):
        read(text, NOW)


def test_a_profile_over_soap_has_no_certificates_and_one_over_rest_may_have_two() -> None:
    """Of the key in use, and of the one that waits."""
    pem = make("1234567", NOW).certificate.strip()
    assert certificates_of(NetSuiteSettings(account="1234567", interface="soap"), NOW) is None
    known = certificates_of(NetSuiteSettings(account="1234567", interface="rest", next_certificate=pem), NOW)
    assert known is not None
    assert (known.in_use, known.waiting) == (None, read(pem, NOW))


def test_a_damaged_certificate_counts_as_not_known_and_stands_in_nobodys_way() -> None:
    """Signing in needs the key only; the profile still opens."""
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    known = certificates_of(NetSuiteSettings(account="1234567", interface="rest", certificate=broken), NOW)
    assert known is not None
    assert known.in_use is None
    assert not belongs(broken, make("1234567", NOW).private_key)


@pytest.mark.parametrize(
    ("days", "answer", "remedy"),
    [(30, Answer.OK, ""), (29, Answer.WARNING, "Renew it"), (0, Answer.WARNING, "Renew"), (-1, Answer.PROBLEM, "Make")],
)
def test_the_doctor_warns_in_the_last_thirty_days_and_is_red_when_over(days: int, answer: Answer, remedy: str) -> None:
    """One line; its remedy says what to do from which day on."""
    pem = make("1234567", NOW).certificate.strip()
    settings = NetSuiteSettings(account="1234567", interface="rest", certificate=pem)
    (check,) = certificate_checks(certificates_of(settings, NOW + timedelta(days=729 - days)))
    assert check.answer is answer
    assert bool(check.remedy) is bool(remedy)
    assert check.remedy.startswith(remedy)
    assert "2028-11-23" in check.found


def test_the_doctor_does_not_know_a_key_that_was_made_elsewhere() -> None:
    """It says so, and who knows; over SOAP there is no such line."""
    (check,) = certificate_checks(certificates_of(NetSuiteSettings(account="1234567", interface="rest"), NOW))
    assert check.answer is Answer.NOT_KNOWN
    assert "administrator" in check.remedy
    assert certificate_checks(None) == ()


def test_a_waiting_key_is_told_beside_the_one_in_use() -> None:
    """The renewal that was begun is not forgotten."""
    pem = make("1234567", NOW).certificate.strip()
    settings = NetSuiteSettings(account="1234567", interface="rest", certificate=pem, next_certificate=pem)
    (check,) = certificate_checks(certificates_of(settings, NOW))
    assert "a new key waits" in check.found


def test_a_certificate_in_words_never_counts_wrong() -> None:
    """One day is one day."""
    day = NOW.date()
    assert [KeyCertificate("", day, days).words for days in (-5, 0, 1, 2)] == [
        "ended", "ends today", "1 day left", "2 days left",
    ]  # fmt: skip
