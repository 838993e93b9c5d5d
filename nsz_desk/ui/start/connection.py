"""What the connect dialog makes of the fields: a profile as text. No widgets, no secrets."""

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nsz_desk.settings.model import ZUORA_HOSTS

if TYPE_CHECKING:
    from nsz_desk.engine.checks import Pin

# Source: Zuora data centers, https://docs.zuora.com/basics/environments/zuora-data-centers
CENTRES = {
    "rest.na.zuora.com": "US Cloud 1, production",
    "rest.zuora.com": "US Cloud 2, production",
    "rest.eu.zuora.com": "EU, production",
    "rest.ap.zuora.com": "APAC, production",
    "rest.sandbox.na.zuora.com": "US Cloud 1, API sandbox",
    "rest.apisandbox.zuora.com": "US Cloud 2, API sandbox",
    "rest.test.zuora.com": "US, developer and central sandbox",
    "rest.sandbox.eu.zuora.com": "EU, API sandbox",
    "rest.test.eu.zuora.com": "EU, developer and central sandbox",
    "rest.test.ap.zuora.com": "APAC, developer and central sandbox",
}

CALLS = {"rest": 3, "soap": 2}  # calls at a time; NetSuite's smallest accounts allow five in all


@dataclass(frozen=True, slots=True)
class Connection:
    """What was entered: environment (sandbox or production), account, Zuora host, cutover date, IANA time zone.

    `interface` is how NetSuite is reached: rest or soap.
    """

    kind: str
    account: str
    host: str
    cutover: str
    zone: str
    interface: str = "rest"

    def problem(self) -> str:
        """What is missing or contradicts, "" when nothing is."""
        account = account_id(self.account)
        if not self.kind:
            return "Choose the environment first."
        if not account:
            return "Enter the NetSuite account id, such as 1234567 or 1234567_SB1."
        if is_sandbox(account) != (self.kind == "sandbox"):
            word = "a sandbox" if is_sandbox(account) else "a production"
            return f"{account} is {word} account, and the environment chosen is {self.kind}: they never mix."
        if ZUORA_HOSTS.get(self.host) != self.kind:
            return "Choose the Zuora data centre."
        if not _is_zone(self.zone):
            return "The time zone has a name such as America/New_York."
        return "" if _day(self.cutover) else "The cutover date is a day such as 2026-10-01."

    def text(self) -> str:
        """The profile as JSON."""
        netsuite = {
            "interface": self.interface,
            "account": account_id(self.account),
            "user_zone": self.zone.strip(),
            "calls_at_once": CALLS[self.interface],
        }
        zuora = {"url": f"https://{self.host}"}
        return json.dumps({"kind": self.kind, "netsuite": netsuite, "zuora": zuora, "cutover": self.cutover.strip()})


def pinned(text: str, pin: "Pin | None") -> str:
    """A profile (JSON) with what the connection test found in Zuora, as far as it found something to pin."""
    if pin is None:
        return text
    found = {"tenant": pin.tenant, "entity": pin.entity}
    if pin.settlement is not None:
        found["invoice_settlement"] = "on" if pin.settlement else "off"
    content = json.loads(text)
    return json.dumps(content | {"zuora": content["zuora"] | found})


def over_rest(text: str) -> str:
    """A profile (JSON) that reaches NetSuite over REST; everything else stays, so that it is one and the same desk."""
    content = json.loads(text)
    return json.dumps(content | {"netsuite": content["netsuite"] | {"interface": "rest"}})


def account_id(text: str) -> str:
    """An account as NetSuite writes it: `123456-sb1` and `123456_SB1` are one; "" when it is no account id."""
    found = re.fullmatch(r"(TSTDRV\d+|\d+)([_-](SB|RP)\d*)?", text.strip().upper())
    return found.group(0).replace("-", "_") if found else ""


def is_sandbox(account: str) -> bool:
    """Whether an account is a sandbox or a release preview."""
    return bool(re.search(r"_(SB|RP)\d*$", account))


def first_of_last_month(today: date) -> date:
    """The cutover that is proposed: last month is often still open."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text.strip())
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False
    return True
