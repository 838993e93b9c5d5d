"""The doctor's line about the certificate that NetSuite's REST interface is reached with."""

from nsz_desk.engine.certificates import Certificates, KeyCertificate
from nsz_desk.engine.checks import Answer, Check

NAME, TITLE = "certificate", "NetSuite certificate"
RENEW = (
    "Renew it: make a new key beside this one (Renew certificate… on the start page, or `profile key NAME --out FILE`),"
    " have the administrator register its certificate, then enter the certificate id. This key works meanwhile."
)
REPLACE = (
    "Make a new key (Renew certificate… on the start page, or `profile key NAME --out FILE`), have the administrator"
    " register its certificate, then enter the certificate id."
)
ELSEWHERE = (
    "Ask the administrator for the certificate's last day and note it: NetSuite mails its administrator, not the desk."
    " A key that the desk makes itself tells its days."
)


def certificate_checks(known: Certificates | None) -> tuple[Check, ...]:
    """The doctor's line about the certificate; none where NetSuite is not reached with one (`known` is None)."""
    if known is None:
        return ()
    more = "; a new key waits for its certificate id" if known.waiting else ""
    one = known.in_use
    if one is None:
        found = f"its last day is not known here, because its key was made elsewhere{more}"
        return (Check(NAME, TITLE, Answer.NOT_KNOWN, found, ELSEWHERE),)
    answer = _answer(one)
    remedy = {Answer.WARNING: RENEW, Answer.PROBLEM: REPLACE}.get(answer, "")
    return (Check(NAME, TITLE, answer, f"{one.words}; its last day is {one.last_day}{more}", remedy),)


def _answer(one: KeyCertificate) -> Answer:
    if one.days_left < 0:
        return Answer.PROBLEM
    return Answer.WARNING if one.soon else Answer.OK
