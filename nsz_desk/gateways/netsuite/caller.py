"""One call to NetSuite: a fresh passport for each try, further tries where they do no harm, an answer or an error.

A read is tried again after a passing failure. A write is sent again only where NetSuite says that it had too many
calls at once, because then it carried nothing out.
"""

import secrets as chance
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from nsz_desk.domain.errors import DeskError, NoAnswer, Unreachable
from nsz_desk.engine.ports import Clock
from nsz_desk.gateways.http import LIST_CAP, MONEY_CAP, Http
from nsz_desk.gateways.netsuite.auth import Passport, new_passport
from nsz_desk.gateways.netsuite.codes import ALARM, Failure, error_of
from nsz_desk.gateways.netsuite.soap_open import Answer, Failed, open_answer
from nsz_desk.settings.model import NetSuiteSecrets, NetSuiteSettings

T = TypeVar("T")
Build = Callable[[Passport], bytes]
BUSY_TRIES = 8  # waits for a free place among the account's calls
READ_TRIES = 2  # further tries of a read
LONGEST_PAUSE = 8.0  # seconds
PATIENCE = 30.0  # seconds after which a failed read is not tried again: nobody wants to wait twice for so long


class Caller:
    """Calls of one integration on one endpoint. Usable from several threads."""

    def __init__(self, settings: NetSuiteSettings, secrets: NetSuiteSecrets, http: Http, clock: Clock) -> None:
        """Remember where and how; nothing is sent."""
        self._url = f"{settings.base}/services/NetSuitePort_{settings.version}"
        self._account, self._secrets, self._http, self._clock = settings.account, secrets, http, clock

    def read(
        self, operation: str, build: Build, take: Callable[[Answer], T], cap: int = LIST_CAP
    ) -> tuple[T, datetime]:
        """Send a read and take from its answer; also the server's time (UTC).

        Raises:
            DeskError: there was no usable answer, after a few tries.
        """
        return self._call(operation, build, take, cap, READ_TRIES)

    def write(self, operation: str, build: Build, take: Callable[[Answer], T]) -> tuple[T, datetime]:
        """Send a write once and take from its answer; also the server's time (UTC).

        Raises:
            DeskError: what is known of it.
        """
        return self._call(operation, build, take, MONEY_CAP, 0)

    def _call(
        self, operation: str, build: Build, take: Callable[[Answer], T], cap: int, tries: int
    ) -> tuple[T, datetime]:
        return repeated(self._clock, tries, lambda: self._once(operation, build, take, cap))

    def _once(self, operation: str, build: Build, take: Callable[[Answer], T], cap: int) -> tuple[T, datetime]:
        passport = new_passport(self._account, self._secrets, self._clock.now().wall)
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{operation}"'}
        reply = self._http.send("POST", self._url, headers=headers, body=build(passport), cap=cap)
        answer = open_answer(reply, operation)
        return take(answer), answer.at or self._clock.now().wall


def repeated(clock: Clock, tries: int, once: Callable[[], T]) -> T:
    """What `once` answers, at first or after `tries` more of them; a busy server, which did nothing, is waited for.

    Raises:
        DeskError: there was no usable answer.
    """
    busy = again = 0
    while True:
        started = clock.now().mono
        try:
            return once()
        except Failed as failed:
            problem: DeskError = error_of(failed.failure, failed.at or clock.now().wall)
            if failed.failure.busy and busy < BUSY_TRIES:
                _pause(clock, busy)
                busy += 1
                continue
            useful = _passing(failed.failure)
        except (NoAnswer, Unreachable) as error:
            problem, useful = error, error.code != ALARM
        if not useful or again >= tries or clock.now().mono - started > PATIENCE:
            raise problem
        _pause(clock, again)
        again += 1


def _pause(clock: Clock, before: int) -> None:
    """Wait longer each time, and not all desks for the same time."""
    clock.sleep(min(LONGEST_PAUSE, 0.5 * 2**before) * (1 + chance.randbelow(500) / 1000))


def _passing(failure: Failure) -> bool:
    return failure.passing and not failure.saved
