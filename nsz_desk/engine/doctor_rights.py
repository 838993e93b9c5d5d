"""The doctor's look at the integration role: rights that are missing, and rights beyond what the desk needs.

Source: NetSuite REST reference, section 7.5 (which rights) and 8.2 (levels); the levels 1 to 3 are inferred there.
"""

from collections.abc import Iterator

from nsz_desk.domain.facts import Unread
from nsz_desk.engine.checks import Answer, Check
from nsz_desk.engine.doctor_fields import FOR_ADMIN
from nsz_desk.engine.survey import Right

MISSING, EXCESS = "netsuite_rights", "netsuite_excess"
TITLES = {MISSING: "NetSuite rights", EXCESS: "NetSuite rights beyond need"}
VIEW, EDIT, FULL = 1, 3, 4
LEVELS = {1: "View", 2: "Create", 3: "Edit", 4: "Full"}
ADMINISTRATOR = "3"  # the role's internal id in every account
NEEDED = {  # key -> name, level
    "TRAN_CUSTRFND": ("Customer Refund", EDIT),
    "TRAN_CUSTCRED": ("Credit Memo", EDIT),
    "TRAN_CUSTPYMT": ("Customer Payment", VIEW),
    "TRAN_CUSTINVC": ("Invoice", VIEW),
    "TRAN_FIND": ("Find Transaction", VIEW),
    "LIST_CUSTJOB": ("Customers", VIEW),
    "LIST_CURRENCY": ("Currency", VIEW),
    "ADMI_CUSTBODYFIELD": ("Custom Body Fields", VIEW),
    "ADMI_CUSTENTITYFIELD": ("Custom Entity Fields", VIEW),
}
WRITTEN = ("TRAN_CUSTRFND", "TRAN_CUSTCRED")
# Beside those above: what lets the role sign in and ask, at whatever level.
HARMLESS = frozenset(
    "ADMI_RESTWEBSERVICES ADMI_LOGIN_OAUTH2 ADMI_WEBSERVICES REPO_ANALYTICS ADMI_CUSTFIELD ADMI_ACCTPERIODS"
    " LIST_SUBSIDIARY LIST_CUSTLIST ADMI_CUSTLIST".split()
)
MOST_NAMED = 8


def rights_checks(role: str, rights: tuple[Right, ...] | Unread) -> Iterator[Check]:
    """What the role lacks, and what it has beyond need."""
    if role == ADMINISTRATOR:
        found = "the token is signed in as Administrator, who may do everything"
        yield Check(MISSING, TITLES[MISSING], Answer.OK, found)
        remedy = f"{FOR_ADMIN}make a role of its own for the desk, with the rights of its setup page alone."
        yield Check(EXCESS, TITLES[EXCESS], Answer.WARNING, found, remedy)
    elif isinstance(rights, Unread) or not rights:
        why = rights.why if isinstance(rights, Unread) else "NetSuite lists none for the role"
        remedy = f"{FOR_ADMIN}compare the role with this list: {', '.join(_needed(key) for key in NEEDED)}."
        yield Check(MISSING, TITLES[MISSING], Answer.NOT_KNOWN, why, remedy)
    else:
        levels = {one.key: one.level for one in rights}
        yield _missing({key: levels.get(key, 0) for key in NEEDED})
        yield _excess(rights)


def _missing(levels: dict[str, int]) -> Check:
    lacking = [key for key, level in levels.items() if level < NEEDED[key][1]]
    if not lacking:
        return Check(MISSING, TITLES[MISSING], Answer.OK, "the role has all that the desk needs")
    answer = Answer.PROBLEM if set(lacking) & set(WRITTEN) else Answer.WARNING
    found = ", ".join(f"{NEEDED[key][0]} is {LEVELS.get(levels[key], 'missing')}" for key in lacking)
    remedy = f"give the integration role {', '.join(map(_needed, lacking))}."
    return Check(MISSING, TITLES[MISSING], answer, found, FOR_ADMIN + remedy)


def _excess(rights: tuple[Right, ...]) -> Check:
    beyond = [one for one in rights if one.key not in HARMLESS and one.level > NEEDED.get(one.key, ("", 0))[1]]
    if not beyond:
        return Check(EXCESS, TITLES[EXCESS], Answer.OK, "none")
    named = [f"{one.name} ({LEVELS.get(one.level, one.level)})" for one in beyond[:MOST_NAMED]]
    more = f" and {len(beyond) - MOST_NAMED} more" if len(beyond) > MOST_NAMED else ""
    found = f"not needed: {', '.join(named)}{more}"
    return Check(EXCESS, TITLES[EXCESS], Answer.WARNING, found, f"{FOR_ADMIN}take these from the integration role.")


def _needed(key: str) -> str:
    name, level = NEEDED[key]
    return f"{name} ({LEVELS[level]})"
