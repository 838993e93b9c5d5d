"""The doctor: what it says of two systems, a journal and a keychain that are well, ill, or silent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from nsz_desk.domain.errors import Credentials, NoAnswer, Setup
from nsz_desk.domain.facts import Unread
from nsz_desk.engine import idempotency
from nsz_desk.engine.checks import Answer, Check, Examination, Examined, Expected, Pin
from nsz_desk.engine.doctor import examine
from nsz_desk.engine.ports import REFUND, FieldFound, ListFound
from nsz_desk.engine.results import Environment
from nsz_desk.engine.route import Route
from tests.fakes import FakeClock, FakeNetSuite, FakeZuora

OFF = Route(settlement=False, crud=True)
EXPECTED = Expected(
    Environment("sandbox", "1234567_SB1", "apisandbox.zuora.com"),
    "1234567-sb1.suitetalk.api.netsuite.com",
    "e945bc2e",
    "tenant.1",
    "-",
    OFF,
    date(2026, 1, 1),
)
FIELD = FieldFound(REFUND, "zuora_id", "Zuora ID", "custbodyzuoraid", True)


class Patient:
    """Two well systems, a journal of seven lines and a keychain; tests make parts of them ill."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.netsuite, self.zuora = FakeNetSuite(self.clock), FakeZuora(self.clock)
        self.expected = EXPECTED
        self.journal: Callable[[], int] = lambda: 7
        self.kept = True

    def examine(self) -> Examination:
        """The whole checklist."""
        return examine(
            Examined(
                self.expected, self.netsuite, self.zuora, self.clock, self.journal, "Secret Service", kept=self.kept
            )
        )

    def check(self, name: str) -> Check:
        """One line of it, which must be there exactly once."""
        (found,) = [one for one in self.examine().checks if one.id == name]
        return found


@pytest.fixture
def patient() -> Patient:
    """Well."""
    return Patient()


def raises(error: Exception) -> Callable[..., Any]:
    """Something that fails in this way."""

    def ask(*args: object) -> Any:
        raise error

    return ask


def test_two_well_systems_have_no_problem_and_each_line_has_a_name_of_its_own(patient: Patient) -> None:
    """Everything is ok but what nobody can know; names are unique, since scripts find lines by them."""
    found = patient.examine()
    assert found.healthy
    assert [one.id for one in found.checks if one.answer is not Answer.OK] == ["connector_sync"]
    assert len({one.id for one in found.checks}) == len(found.checks)


def test_the_doctor_writes_to_neither_system(patient: Patient) -> None:
    """Only reads are called, whatever the state."""
    patient.examine()
    called = {verb for verb, _ in patient.netsuite.fails.calls + patient.zuora.fails.calls}
    assert called == {"server_time", "fields", "lists", "periods", "tenant", "shows_ids"}


def test_every_line_that_is_not_ok_says_what_to_do(patient: Patient) -> None:
    """With both systems out of reach and the journal broken each problem has a remedy, and the rest is not known."""
    patient.netsuite.fails.fail("server_time", 0, "not_sent")
    patient.zuora.fails.fail("tenant", 0, "login")
    patient.journal = raises(Setup("The journal is broken.", "Nothing was sent.", "Bring back the backup."))
    found = patient.examine()
    assert not found.healthy
    problems = [one.id for one in found.checks if one.answer is Answer.PROBLEM]
    assert problems == ["netsuite_reachable", "zuora_signed_in", "journal"]
    assert all(one.found for one in found.checks)
    silent = [one.id for one in found.checks if one.answer is Answer.NOT_KNOWN]
    assert {"netsuite_fields", "netsuite_lists", "clock", "tenant", "invoice_settlement"} <= set(silent)
    assert patient.check("zuora_reachable").answer is Answer.OK


def test_a_refused_sign_in_is_not_taken_for_a_network_fault(patient: Patient) -> None:
    """NetSuite answers but does not let us in: reachable is ok, signed in is the problem, with its own words."""
    patient.netsuite.fails.fail("server_time", 0, "login")
    assert patient.check("netsuite_reachable").answer is Answer.OK
    signed = patient.check("netsuite_signed_in")
    assert signed.answer is Answer.PROBLEM
    assert "The login was refused." in signed.found
    assert "e945bc2e" in signed.found


@pytest.mark.parametrize(
    ("ahead", "answer"),
    [(0, "ok"), (60, "ok"), (61, "warning"), (-61, "warning"), (240, "warning"), (241, "problem"), (-9999, "problem")],
)
def test_a_clock_that_is_off_is_said_before_signatures_fail(
    patient: Patient, ahead: int, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than 60 s warn, more than 240 s are a problem, either way; the side is told."""
    server = patient.clock.wall - timedelta(seconds=ahead)
    monkeypatch.setattr(patient.netsuite, "server_time", lambda: server)
    check = patient.check("clock")
    assert check.answer.value == answer
    if ahead:
        assert check.found.startswith(f"this computer is {abs(ahead)} s {'ahead of' if ahead > 0 else 'behind'}")


def test_the_clock_is_told_even_when_it_is_why_the_sign_in_failed(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal carries the server's time, so that the true cause stands beside it."""
    server = patient.clock.wall - timedelta(minutes=10)
    monkeypatch.setattr(patient.netsuite, "server_time", raises(Credentials("No entry.", "", "Check.", "", server)))
    assert patient.check("netsuite_signed_in").answer is Answer.PROBLEM
    assert patient.check("clock").answer is Answer.PROBLEM
    assert "600 s ahead" in patient.check("clock").found


def test_a_slow_answer_is_no_skew(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's time is compared with the middle of the call, not with its end."""

    def slowly() -> Any:
        patient.clock.advance(50)
        at = patient.clock.wall
        patient.clock.advance(50)
        return at

    monkeypatch.setattr(patient.netsuite, "server_time", slowly)
    assert patient.check("clock").found == "the same as NetSuite's"


@pytest.mark.parametrize(
    ("field", "answer", "words"),
    [
        (replace(FIELD, kind="Select"), "ok", "custbodyzuoraid (list)"),
        (replace(FIELD, found=None), "not_known", "lists no fields for this role"),
        (replace(FIELD, found=False), "problem", "the account has no field custbodyzuoraid"),
        (replace(FIELD, found=False, elsewhere=("custbody7",)), "problem", "with this label it has custbody7"),
    ],
)
def test_a_custom_field_is_found_missing_or_not_known(
    patient: Patient, field: FieldFound, answer: str, words: str
) -> None:
    """What could not be told is never called found."""
    patient.netsuite.field_list = (field,)
    check = patient.check("field_refund_zuora_id")
    assert (check.answer.value, words in check.found) == (answer, True)


def test_a_field_with_another_script_id_is_proposed(patient: Patient) -> None:
    """The remedy names the setting and the script id that carries the label."""
    patient.netsuite.field_list = (replace(FIELD, found=False, elsewhere=("custbody7",)),)
    assert patient.check("field_refund_zuora_id").remedy == "Set netsuite.fields.zuora_id in the profile to custbody7."
    patient.netsuite.field_list = (FieldFound(REFUND, "sync_date", "Zuora Sync Date", "custbodyx", False),)
    assert "claim_note_field" in patient.check("field_refund_sync_date").remedy


@pytest.mark.parametrize(
    ("rows", "lacks", "answer"),
    [(3, "", Answer.OK), (3, "it tells no links", Answer.WARNING), (Unread("refunds", "no right"), "", Answer.PROBLEM)],
)
def test_a_list_is_searchable_lacking_or_closed(
    patient: Patient, rows: int | Unread, lacks: str, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One list that cannot be searched is a problem by its own name."""
    monkeypatch.setattr(patient.netsuite, "lists", lambda since: (ListFound("credit memos", rows, lacks),))
    assert patient.check("list_credit_memos").answer is answer


def test_periods_that_cannot_be_read_are_a_warning(patient: Patient) -> None:
    """As in rule D.11, a book whose periods are closed to us does not stop the work."""
    patient.netsuite.fails.fail("periods", 0, "login")
    patient.zuora.fails.fail("periods", 0, "refused")
    found = patient.examine()
    answers = {one.id: one.answer for one in found.checks}
    assert answers["netsuite_periods"] is answers["zuora_periods"] is Answer.WARNING
    assert found.healthy


@pytest.mark.parametrize(
    ("pinned", "named", "answer", "pin"),
    [
        ("tenant.1", "tenant.1", "ok", None),
        ("tenant.1", "", "not_known", None),
        ("tenant.1", "tenant.2", "problem", None),
        ("", "tenant.2", "problem", Pin("tenant.2", "-", False)),
        ("", "", "problem", None),
    ],
)
def test_the_tenant_is_as_pinned_or_it_is_said_what_to_pin(
    patient: Patient, pinned: str, named: str, answer: str, pin: Pin | None
) -> None:
    """Only an unpinned profile and a token that names a tenant give something to pin."""
    patient.expected = replace(EXPECTED, tenant=pinned)
    patient.zuora.tenant_name = named
    found = patient.examine()
    (tenant,) = [one for one in found.checks if one.id == "tenant"]
    assert (tenant.answer.value, found.pin) == (answer, pin)
    assert named in tenant.found


def test_a_token_of_another_tenant_is_said_at_the_tenant(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway refuses such a token; reaching and signing in went well all the same."""
    monkeypatch.setattr(patient.zuora, "tenant", raises(Setup("Another Zuora tenant answers.", "", "Choose.")))
    answers = {one.id: one.answer for one in patient.examine().checks}
    assert answers["zuora_reachable"] is answers["zuora_signed_in"] is Answer.OK
    assert answers["tenant"] is Answer.PROBLEM
    assert answers["integration_id"] is Answer.NOT_KNOWN


@pytest.mark.parametrize(("theirs", "answer"), [(False, "ok"), (True, "problem"), (None, "not_known")])
def test_invoice_settlement_must_be_as_in_the_profile(patient: Patient, theirs: Any, answer: str) -> None:
    """A difference is a problem, silence is not known."""
    patient.zuora.settlement = theirs
    assert patient.check("invoice_settlement").answer.value == answer


@pytest.mark.parametrize(("shown", "answer"), [(True, "ok"), (False, "problem"), (None, "not_known")])
def test_the_field_that_finds_refunds_again_must_be_there(patient: Patient, shown: bool | None, answer: str) -> None:
    """Without IntegrationId__NS the search sees nothing, which would look like none."""
    patient.zuora.has_ids = shown
    assert patient.check("integration_id").answer.value == answer
    patient.zuora.fails.fail("shows_ids", 0, "unclear")
    assert patient.check("integration_id").answer is Answer.NOT_KNOWN


def test_the_fingerprint_is_that_of_account_tenant_and_route(patient: Patient) -> None:
    """Six characters; of what would be pinned while nothing is; none while nobody knows the tenant."""
    mark = idempotency.fingerprint("1234567_SB1", "tenant.1/-", OFF.name)
    assert patient.examine().fingerprint == mark
    patient.expected = replace(EXPECTED, tenant="")
    assert patient.examine().fingerprint == mark
    assert "once the tenant is pinned" in patient.check("fingerprint").found
    patient.zuora.settlement = True
    assert patient.examine().fingerprint == idempotency.fingerprint("1234567_SB1", "tenant.1/-", "on/crud")
    patient.zuora.tenant_name = ""
    assert patient.examine().fingerprint == ""
    assert patient.check("fingerprint").answer is Answer.NOT_KNOWN


def test_secrets_for_one_run_are_a_warning_and_no_problem(patient: Patient) -> None:
    """The desk works without a keychain, and says that it does."""
    patient.kept = False
    assert patient.check("keychain").answer is Answer.WARNING
    assert patient.examine().healthy


def test_an_answer_without_a_time_is_no_sign_of_being_reached(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken connection is a problem of the network; a server that speaks nonsense was reached."""
    monkeypatch.setattr(patient.netsuite, "server_time", raises(NoAnswer("The connection broke off.")))
    assert patient.check("netsuite_reachable").answer is Answer.PROBLEM
    late = NoAnswer("An HTML page came.", at=patient.clock.wall)
    monkeypatch.setattr(patient.netsuite, "server_time", raises(late))
    assert patient.check("netsuite_reachable").answer is Answer.OK
    assert patient.check("netsuite_signed_in").answer is Answer.PROBLEM
