"""The doctor: what it says of two systems, a journal and a keychain that are well, ill, or silent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from nsz_desk.domain.errors import Credentials, NoAnswer, Setup
from nsz_desk.domain.facts import Unread
from nsz_desk.engine import idempotency
from nsz_desk.engine.checks import Answer, Attested, Check, Examination, Examined, Expected, Pin
from nsz_desk.engine.doctor import examine
from nsz_desk.engine.doctor_probe import write_probe
from nsz_desk.engine.doctor_rights import ADMINISTRATOR, NEEDED
from nsz_desk.engine.ports import MEMO, REFUND, STATUS
from nsz_desk.engine.results import Environment
from nsz_desk.engine.route import Route
from nsz_desk.engine.survey import LIST, TEXT, CustomField, ListFound, Right, Seen, SignedIn
from tests.builders import a_memo, a_refund
from tests.fakes import FakeClock, FakeNetSuite, FakeZuora
from tests.fakes.netsuite import FakeSurvey

OFF = Route(settlement=False, crud=True)
EXPECTED = Expected(
    Environment("sandbox", "1234567_SB1", "apisandbox.zuora.com"),
    "1234567-sb1.suitetalk.api.netsuite.com",
    "e945bc2e",
    "tenant.1",
    "-",
    OFF,
    date(2026, 1, 1),
    fields={"zuora_id": "custbodyzuoraid"},
    methods={"Check": "Check"},
    connector_off=Attested("Ada Lovelace", date(2026, 3, 1)),
)
FIELD = CustomField(REFUND, "custbodyzuoraid", "Zuora ID", TEXT)


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
        return examine(self.examined())

    def examined(self) -> Examined:
        """What there is to look at."""
        return Examined(
            self.expected, self.netsuite, self.zuora, self.clock, self.journal, "Secret Service", kept=self.kept
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
    """Everything is ok but what nothing tells; names are unique, since scripts find lines by them."""
    found = patient.examine()
    assert found.healthy
    assert [one.id for one in found.checks if one.answer is not Answer.OK] == ["netsuite_rights"]
    assert len({one.id for one in found.checks}) == len(found.checks)


def test_the_doctor_writes_to_neither_system(patient: Patient) -> None:
    """Only reads are called, whatever the state."""
    patient.examine()
    called = {verb for verb, _ in patient.netsuite.fails.calls + patient.zuora.fails.calls}
    assert called == {"server_time", "fields", "lists", "seen", "periods", "tenant", "shows_ids"}


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
    monkeypatch.setattr(FakeSurvey, "sign_in", lambda survey: SignedIn(server))
    check = patient.check("clock")
    assert check.answer.value == answer
    if ahead:
        assert check.found.startswith(f"this computer is {abs(ahead)} s {'ahead of' if ahead > 0 else 'behind'}")


def test_the_clock_is_told_even_when_it_is_why_the_sign_in_failed(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal carries the server's time, so that the true cause stands beside it."""
    server = patient.clock.wall - timedelta(minutes=10)
    monkeypatch.setattr(FakeSurvey, "sign_in", raises(Credentials("No entry.", "", "Check.", "", server)))
    assert patient.check("netsuite_signed_in").answer is Answer.PROBLEM
    assert patient.check("clock").answer is Answer.PROBLEM
    assert "600 s ahead" in patient.check("clock").found


def test_a_slow_answer_is_no_skew(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's time is compared with the middle of the call, not with its end."""

    def slowly(survey: FakeSurvey) -> SignedIn:
        patient.clock.advance(50)
        at = patient.clock.wall
        patient.clock.advance(50)
        return SignedIn(at)

    monkeypatch.setattr(FakeSurvey, "sign_in", slowly)
    assert patient.check("clock").found == "the same as NetSuite's"


OTHER = replace(FIELD, script_id="custbody7")


@pytest.mark.parametrize(
    ("fields", "answer", "words", "remedy"),
    [
        ([FIELD], "ok", "custbodyzuoraid (text)", ""),
        ([replace(FIELD, kind="")], "ok", "custbodyzuoraid", ""),
        ([replace(FIELD, kind=LIST)], "problem", "is a list, and the desk needs a text", "of the type Free-Form Text"),
        ([replace(FIELD, label="Old ID")], "warning", "labelled Old ID, and not Zuora ID", "script id of that field"),
        ([FIELD, OTHER], "warning", "is also that of custbody7", "rename the other"),
        (
            [OTHER],
            "problem",
            "with its label it has custbody7",
            "Set netsuite.fields.zuora_id in the profile to custbody7",
        ),
        (
            [OTHER, replace(OTHER, script_id="custbody8")],
            "problem",
            "several with its label",
            "custbody7 and custbody8",
        ),
        ([], "problem", "no field custbodyzuoraid, and none with the label Zuora ID", "To the administrator"),
    ],
)
def test_a_custom_field_is_found_or_named_with_the_line_for_the_administrator(
    patient: Patient, fields: list[CustomField], answer: str, words: str, remedy: str
) -> None:
    """By script id, label and kind: missing, renamed, doubled and of the wrong type are four different things."""
    patient.netsuite.field_list = tuple(fields)
    check = patient.check("field_refund_zuora_id")
    assert check.answer.value == answer
    assert words in check.found
    assert remedy in check.remedy


def test_a_field_that_nothing_tells_of_is_not_known(patient: Patient) -> None:
    """Where the role is not shown all fields, one that no record shows is never called missing."""
    patient.netsuite.field_list, patient.netsuite.listed = (), frozenset()
    check = patient.check("field_refund_zuora_id")
    assert check.answer is Answer.NOT_KNOWN
    assert "lists no fields for this role" in check.found


def test_rights_that_are_missing_or_beyond_need_are_named(patient: Patient) -> None:
    """A role that may not edit refunds is a problem; one that may do more than the desk needs is a warning."""
    whole = tuple(Right(key, name, level) for key, (name, level) in NEEDED.items())
    patient.netsuite.role, patient.netsuite.rights = "1028", whole
    assert patient.check("netsuite_rights").answer is Answer.OK
    assert patient.check("netsuite_excess").answer is Answer.OK
    patient.netsuite.rights = tuple(replace(one, level=1) if one.key == "TRAN_CUSTRFND" else one for one in whole)
    lacking = patient.check("netsuite_rights")
    assert (lacking.answer, lacking.found) == (Answer.PROBLEM, "Customer Refund is View")
    assert "give the integration role Customer Refund (Edit)" in lacking.remedy
    patient.netsuite.rights = (*whole, Right("LIST_EMPLOYEE", "Employees", 4))
    assert "Employees (Full)" in patient.check("netsuite_excess").found
    patient.netsuite.role = ADMINISTRATOR
    assert patient.check("netsuite_excess").answer is Answer.WARNING


@pytest.mark.parametrize(
    ("seen", "name", "answer", "words"),
    [
        (Seen(("Check", "Wire")), "methods", "warning", "without a Zuora MethodType: Wire"),
        (Seen(("Check",)), "methods", "ok", "Check is Check"),
        (Seen(Unread("payment methods", "hidden")), "methods", "not_known", "hidden"),
        (Seen((), {"Done": ""}, status_is_list=False), "status_values", "warning", "none of the profile's: Done"),
        (Seen((), {"Sync Complete": ""}, status_is_list=False), "status_values", "ok", "in use: Sync Complete"),
        (Seen((), {}, None), "status_values", "not_known", "no record"),
        (
            Seen((), {"Sync Complete": "2"}, status_is_list=True, every_status=True),
            "status_values",
            "problem",
            "the list has no value Creating Refund",
        ),
        (
            Seen((), {"Sync Complete": "2", "Creating Refund": "1"}, status_is_list=True),
            "status_values",
            "ok",
            "Creating Refund is 1, Sync Complete is 2",
        ),
    ],
)
def test_values_in_use_are_compared_with_the_profile(
    patient: Patient, seen: Seen, name: str, answer: str, words: str
) -> None:
    """Payment methods without a MethodType, strange statuses, and the internal ids of a status that is a list."""
    patient.netsuite.values = seen
    check = patient.check(name)
    assert (check.answer.value, words in check.found) == (answer, True), check


def test_each_line_is_told_as_soon_as_it_is_known(patient: Patient) -> None:
    """The same lines in the same order; NetSuite's stand there before Zuora is asked."""
    told: list[str] = []
    asked: list[int] = []
    tenant = patient.zuora.tenant

    def slow() -> Any:
        asked.append(len(told))
        return tenant()

    patient.zuora.tenant = slow  # type: ignore[method-assign]
    found = examine(patient.examined(), lambda check: told.append(check.id))
    assert told == [one.id for one in found.checks]
    assert told[asked[0] - 1] == "netsuite_periods"


def test_nobody_has_confirmed_that_the_connector_is_off(patient: Patient) -> None:
    """No program can find it out: without a person's word it is not known, and it is said whom to ask."""
    assert "Ada Lovelace" in patient.check("connector_sync").found
    patient.expected = replace(EXPECTED, connector_off=None)
    check = patient.check("connector_sync")
    assert check.answer is Answer.NOT_KNOWN
    assert "administrator of the connector" in check.remedy


@pytest.mark.parametrize(
    ("rows", "lacks", "answer"),
    [(3, "", Answer.OK), (3, "it tells no links", Answer.WARNING), (Unread("refunds", "no right"), "", Answer.PROBLEM)],
)
def test_a_list_is_searchable_lacking_or_closed(
    patient: Patient, rows: int | Unread, lacks: str, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One list that cannot be searched is a problem by its own name."""
    monkeypatch.setattr(FakeSurvey, "lists", lambda survey: (ListFound("credit memos", rows, lacks),))
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
    monkeypatch.setattr(FakeSurvey, "sign_in", raises(NoAnswer("The connection broke off.")))
    assert patient.check("netsuite_reachable").answer is Answer.PROBLEM
    late = NoAnswer("An HTML page came.", at=patient.clock.wall)
    monkeypatch.setattr(FakeSurvey, "sign_in", raises(late))
    assert patient.check("netsuite_reachable").answer is Answer.OK
    assert patient.check("netsuite_signed_in").answer is Answer.PROBLEM


@pytest.mark.parametrize("status", ["", "Sync Complete"])
def test_a_write_that_changes_nothing_is_tried_on_a_sandbox(patient: Patient, status: str) -> None:
    """One field of one refund, with the value that it has; blank stays blank."""
    refund = a_refund(status_text=status, zuora_id="zr1", claim_note="note")
    patient.netsuite.refunds[refund.id] = refund
    patient.netsuite.memos["801"] = a_memo(id="801", status_text=status)
    check = write_probe(patient.examined())
    assert (check.answer, f"refund {refund.id} and credit memo 801" in check.found) == (Answer.OK, True)
    sent = patient.netsuite.fails.of("write_fields")
    assert [record for record, *_ in sent] == [REFUND, MEMO]
    for _, _, values, clear in sent:
        assert (values, clear) == (({STATUS: status}, []) if status else ({}, [STATUS]))
    after = patient.netsuite.refunds[refund.id]
    assert (after.status_text, after.zuora_id, after.claim_note) == (status, "zr1", "note")


@pytest.mark.parametrize(
    ("kind", "account"), [("production", "1234567"), ("production", "1234567_SB1"), ("sandbox", "1234567")]
)
def test_on_production_nothing_is_written_for_a_test(patient: Patient, kind: str, account: str) -> None:
    """By the environment or by the account: either is enough."""
    patient.netsuite.refunds["901"] = a_refund()
    patient.expected = replace(EXPECTED, environment=Environment(kind, account, "zuora"))
    assert write_probe(patient.examined()).answer is Answer.NOT_KNOWN
    assert patient.netsuite.fails.calls == []


def test_a_write_that_is_refused_or_changed_is_a_problem(patient: Patient) -> None:
    """With the line for the administrator; without any refund it is not known."""
    assert write_probe(patient.examined()).answer is Answer.NOT_KNOWN
    patient.netsuite.refunds["901"] = a_refund()
    patient.netsuite.fails.fail("write_fields", 1, "refused", "INSUFFICIENT_PERMISSION")
    assert write_probe(patient.examined()).answer is Answer.PROBLEM
    patient.netsuite.on_write = lambda verb, args: patient.netsuite.refunds.update({"901": a_refund(zuora_id="odd")})
    changed = write_probe(patient.examined())
    assert changed.answer is Answer.PROBLEM
    assert "script or workflow" in changed.remedy
