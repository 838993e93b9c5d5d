"""The no-op write: a field of one refund is written with the value that it has. Asked first; never on production."""

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.checks import Answer, Check, Examined, attempted, failed
from nsz_desk.engine.doctor_fields import FOR_ADMIN, ON
from nsz_desk.engine.ports import REFUND, STATUS

NAME, TITLE = "write_probe", "Write to NetSuite"
ASK = (
    "One field of one refund and of one credit memo in NetSuite is written with the value that it has. Nothing"
    " changes, but it is a write."
)
NOT_HERE = "not tried: on production nothing is written for a test"
NONE = "not tried: there is no refund since the cutover date to try it on"
RIGHTS = "the right to edit customer refunds, credit memos and the desk's custom fields"
REMEDY = f"{FOR_ADMIN}give the integration role {RIGHTS}."


def write_probe(examined: Examined) -> Check:
    """Write, and read back that nothing changed; what could not be tried is not known."""
    if examined.expected.environment.kind == "production" or not examined.expected.is_sandbox:
        return Check(NAME, TITLE, Answer.NOT_KNOWN, NOT_HERE)
    tried = attempted(lambda: _tried(examined))
    if not isinstance(tried, DeskError):
        return tried
    found = failed(NAME, TITLE, tried)
    return Check(NAME, TITLE, Answer.PROBLEM, found.found, found.remedy or REMEDY)


def _tried(examined: Examined) -> Check:
    survey = examined.netsuite.survey(examined.expected.since)
    survey.sign_in()
    survey.lists()
    samples = {record: key for record, key in survey.samples().items() if key}
    if REFUND not in samples:
        return Check(NAME, TITLE, Answer.NOT_KNOWN, NONE)
    for record, key in samples.items():
        if changed := _written(examined, record, key):
            return Check(
                NAME, TITLE, Answer.PROBLEM, changed, f"{FOR_ADMIN}look for a script or workflow that changes it."
            )
    named = " and ".join(f"{ON[record]} {key}" for record, key in samples.items())
    return Check(NAME, TITLE, Answer.OK, f"{named}: written with the value that it had, and it reads the same")


def _written(examined: Examined, record: str, key: str) -> str:
    """What reads differently after the status was written with its own value, "" for nothing."""
    before = examined.netsuite.read_fields(record, key)
    values, clear = ({STATUS: before.status}, []) if before.status else ({}, [STATUS])
    examined.netsuite.write_fields(record, key, values, clear)
    after = examined.netsuite.read_fields(record, key)
    if (after.status, after.zuora_id, after.note) == (before.status, before.zuora_id, before.note):
        return ""
    return f"{ON[record]} {key} reads {after.status or 'blank'} after its status {before.status or 'blank'} was written"
