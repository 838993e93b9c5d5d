"""What NetSuite's codes mean: tables of status codes and faults. A code not in a table proves nothing.

Source: NetSuite SOAP reference, section 9; the protocol, section 5.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from nsz_desk.domain.errors import Changed, Credentials, DeskError, Missing, NoAnswer, Refused
from nsz_desk.gateways.http import scrub

BUSY = frozenset(
    "WS_REQUEST_BLOCKED WS_CONCUR_SESSION_DISALLWD EXCEEDED_MAX_CONCUR_RQST CONCURRENCY_LIMIT_EXCEEDED"
    " SSS_REQUEST_LIMIT_EXCEEDED EXCEEDED_CONCURRENT_REQUEST_LIMIT".split()
)
BUSY_FAULTS = frozenset({"exceededConcurrentRequestLimitFault", "exceededRequestLimitFault"})
# Codes by which a request as a whole fails by chance; a read may be tried again.
PASSING = frozenset({"UNEXPECTED_ERROR", "SESSION_TIMED_OUT", "INVALID_SESSION"})
SAVED_ANYWAY = "after-submit"
ALARM = "alarm"  # an answer about another record than asked

NOTHING = "NetSuite did not carry out the call; nothing was changed by it in NetSuite or Zuora."
UNKNOWN = "Whether NetSuite carried out the call is not known; it changed nothing in Zuora."


class Meaning(NamedTuple):
    """The class of error a code stands for, what happened and what to do."""

    kind: type[DeskError]
    title: str
    hint: str


_LOGIN = Meaning(
    Credentials,
    "NetSuite does not accept the sign-in.",
    "Check the four keys, the account, the token's role, and that this computer's clock is right.",
)
_RIGHT = Meaning(
    Credentials,
    "The integration role lacks a right in NetSuite.",
    "Let an administrator add the right that NetSuite names, then try again.",
)
_EDITED = Meaning(Changed, "The record was edited meanwhile.", "Read it again and try again.")
_PERIOD = Meaning(
    Refused,
    "The accounting period is closed, so NetSuite refuses the change.",
    "Let an administrator enter the values, or open the period.",
)
_GONE = Meaning(Missing, "NetSuite has no such record.", "It was deleted, or the id is of another account.")
_FIELD = Meaning(Refused, "NetSuite refuses a field or its value.", "Check the custom field ids in the profile.")
_VERSION = Meaning(Refused, "NetSuite does not serve this endpoint version.", "Change the version in the profile.")
_SIZE = Meaning(Refused, "NetSuite finds the request too large.", "Please report this.")

CODES: Mapping[str, Meaning] = {
    "INVALID_LOGIN": _LOGIN,
    "INVALID_LOGIN_ATTEMPT": _LOGIN,
    "INVALID_LOGIN_CREDENTIALS": _LOGIN,
    "INVALID_ACCT": _LOGIN,
    "INVALID_ROLE": _LOGIN,
    "INVALID_SESSION": _LOGIN,
    "SESSION_TIMED_OUT": _LOGIN,
    "LOGIN_DISABLED": _LOGIN,
    "ROLE_REQUIRED": _LOGIN,
    "WS_LOG_IN_REQD": _LOGIN,
    "INSUFFICIENT_PERMISSION": _RIGHT,
    "WS_PERMISSION_REQD": _RIGHT,
    "WS_FEATURE_REQD": _RIGHT,
    "OI_PERMISSION_REQD": _RIGHT,
    "OI_FEATURE_REQD": _RIGHT,
    "RCRD_HAS_BEEN_CHANGED": _EDITED,
    "RCRD_EDITED_SINCE_RETRIEVED": _EDITED,
    "CANT_UPDATE_RECRD_HAS_CHANGED": _EDITED,
    "TRAN_PERIOD_CLOSED": _PERIOD,
    "TRAN_PRD_CLOSED": _PERIOD,
    "CLOSED_TRAN_PRD": _PERIOD,
    "RCRD_DSNT_EXIST": _GONE,
    "NONEXISTENT_ID": _GONE,  # over REST
    "RCRD_LOCKED_BY_WF": Meaning(
        Refused, "A workflow locks the record in NetSuite.", "Let the workflow finish, or ask its owner."
    ),
    "INVALID_FLD_VALUE": _FIELD,
    "INVALID_KEY_OR_REF": _FIELD,
    "FIELD_NOT_EDITABLE": _FIELD,
    "INVALID_SEARCH_FIELD_KEY": _FIELD,
    "INVALID_SEARCH_FIELD_OBJ": _FIELD,
    "SSS_INVALID_SRCH_COL": _FIELD,
    # Over REST; its USER_ERROR is not here: a script that runs after the record was saved may have raised it.
    "INVALID_CONTENT": _FIELD,
    "INVALID_HEADER": _FIELD,
    "INVALID_PARAMETER": _FIELD,
    "INVALID_REQUEST": _FIELD,
    "NONEXISTENT_FIELD": _FIELD,
    "ACCT_TEMP_UNAVAILABLE": Meaning(NoAnswer, "NetSuite is under maintenance.", "Try again later."),
    "INVALID_SEARCH_PAGE_SIZE": _SIZE,
    "MAX_RCRDS_EXCEEDED": _SIZE,
    "INVALID_WS_VERSION": _VERSION,
    "UNSUPPORTED_WS_VERSION": _VERSION,
    "UPGRADE_WS_VERSION": _VERSION,
}
RIGHTS = frozenset(code for code, meaning in CODES.items() if meaning is _RIGHT)  # signed in, but not allowed
FAULTS: Mapping[str, Meaning] = {  # where the code says nothing, the fault's name does
    "insufficientPermissionFault": _RIGHT,
    "invalidAccountFault": _LOGIN,
    "invalidCredentialsFault": _LOGIN,
    "invalidSessionFault": _LOGIN,
    "invalidVersionFault": _VERSION,
    "exceededRecordCountFault": _SIZE,
    "exceededRequestSizeFault": _SIZE,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What an answer says went wrong: code, the server's words (scrubbed), the fault's name ("" for a status).

    `saved`: NetSuite says that the record was saved all the same (a script that runs afterwards failed).
    """

    code: str
    words: str
    fault: str = ""
    saved: bool = False

    @property
    def busy(self) -> bool:
        """Too many calls at once: the request was not carried out and may be sent again."""
        return not self.saved and (self.code in BUSY or self.fault in BUSY_FAULTS)

    @property
    def passing(self) -> bool:
        """A read may simply be tried again."""
        return self.code in PASSING or self.fault in ("unexpectedErrorFault", "invalidSessionFault")


def error_of(failure: Failure, at: datetime | None) -> DeskError:
    """The error that a failure stands for; whatever is not known for certain is `NoAnswer`."""
    said = scrub(f"{failure.words} ({failure.code})" if failure.code else failure.words)
    if failure.saved:
        return NoAnswer(
            f"NetSuite saved the record, but a script failed afterwards: {said}",
            "The values probably stand in NetSuite; the call changed nothing in Zuora.",
            "The desk reads the record back before it does anything else.",
            SAVED_ANYWAY,
            at,
        )
    if failure.busy:
        hint = "Try again in a while; lower the number of calls at once if it lasts."
        return NoAnswer(f"NetSuite takes no more calls for now: {said}", NOTHING, hint, failure.code, at, 60.0)
    meaning = CODES.get(failure.code) or FAULTS.get(failure.fault)
    if meaning is None:
        hint = "The desk reads the record back before it does anything else."
        return NoAnswer(f"NetSuite reports an error: {said or 'without words'}", UNKNOWN, hint, failure.code, at)
    title = f"{meaning.title} NetSuite says: {said}" if said else meaning.title
    return meaning.kind(title, NOTHING, meaning.hint, failure.code, at)
