"""The certificates of a key for NetSuite's REST interface: public, with the days they have left. No behaviour."""

from dataclasses import dataclass
from datetime import date

SOON = 30  # days before its end from which a certificate has to be renewed; NetSuite's own mails begin at 60


@dataclass(frozen=True, slots=True)
class KeyCertificate:
    """A public certificate: its PEM, its last day (UTC), the days left when it was looked at (negative: ended)."""

    pem: str
    last_day: date
    days_left: int

    @property
    def words(self) -> str:
        """How long it is good, for people: `729 days left`."""
        if self.days_left < 0:
            return "ended"
        return "ends today" if self.days_left == 0 else f"{self.days_left} day{'s' * (self.days_left > 1)} left"

    @property
    def soon(self) -> bool:
        """Whether it has to be renewed now, or has ended."""
        return self.days_left < SOON


@dataclass(frozen=True, slots=True)
class Certificates:
    """Of the key in use, and of a new key that waits for its certificate id. None: there is none, or none is known."""

    in_use: KeyCertificate | None = None
    waiting: KeyCertificate | None = None
