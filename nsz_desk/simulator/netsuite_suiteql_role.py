"""What the token's role may do, as SuiteQL's table rolepermissions tells it: 1 view, 2 create, 3 edit, 4 full."""

from collections.abc import Iterable

from nsz_desk.simulator.netsuite_oauth import ROLE

_VIEW, _EDIT, _FULL = "1", "3", "4"
_PERMISSIONS = (
    ("REST Web Services", "ADMI_RESTWEBSERVICES", _FULL),
    ("Log in using OAuth 2.0 Access Tokens", "ADMI_LOGIN_OAUTH2", _FULL),
    ("SuiteAnalytics Workbook", "REPO_ANALYTICS", _EDIT),
    ("Customer Refund", "TRAN_CUSTRFND", _EDIT),
    ("Credit Memo", "TRAN_CUSTCRED", _EDIT),
    ("Customer Payment", "TRAN_CUSTPYMT", _VIEW),
    ("Invoice", "TRAN_CUSTINVC", _VIEW),
    ("Find Transaction", "TRAN_FIND", _VIEW),
    ("Customers", "LIST_CUSTJOB", _VIEW),
    ("Currency", "LIST_CURRENCY", _VIEW),
    ("Custom Body Fields", "ADMI_CUSTBODYFIELD", _VIEW),
    ("Custom Entity Fields", "ADMI_CUSTENTITYFIELD", _VIEW),
    ("Custom Fields", "ADMI_CUSTFIELD", _VIEW),
    ("Manage Accounting Periods", "ADMI_ACCTPERIODS", _VIEW),
)


def rows(changes: Iterable[str] = ()) -> list[tuple[str, str, str, str]]:
    """Role, name, key and level of every permission; `changes` are "key=level", and level 0 takes one away."""
    levels = {key: (name, level) for name, key, level in _PERMISSIONS}
    for key, level in (one.split("=") for one in changes):
        levels[key] = (levels.get(key, (key.title().replace("_", " "), ""))[0], level)
    return [(ROLE, name, key, level) for key, (name, level) in levels.items() if level != "0"]
