"""OAuth client credentials: one token at a time, fetched once however many threads ask, for the pinned tenant only."""

import queue
from dataclasses import dataclass, field
from urllib.parse import urlencode

from nsz_desk.domain.errors import Credentials, NoAnswer, Setup
from nsz_desk.engine.ports import Clock, Moment
from nsz_desk.gateways.http import WEB_PAGE, Http, Reply, no_answer, read_json, scrub
from nsz_desk.gateways.zuora.codes import Meaning, judge, wait_seconds
from nsz_desk.settings.model import ZuoraSecrets, ZuoraSettings

EARLY = 300.0  # seconds before its end a token is renewed
UNKNOWN_LIFE = 600.0  # seconds assumed where the answer does not say how long it lives
TIMEOUT = (10.0, 30.0)


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token, how long it lives (seconds), since when, and whom its scope names."""

    bearer: str = field(repr=False)
    life: float
    since: Moment
    tenants: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()

    def fresh(self, now: Moment) -> bool:
        """Lives on for a while by both clocks: one of them may have slept or been set."""
        usable = self.life - min(EARLY, self.life / 2)
        ages = (now.mono - self.since.mono, (now.wall - self.since.wall).total_seconds())
        return all(0 <= age < usable for age in ages)


class Tokens:
    """The current token. Only one thread fetches; the others wait and take what it got."""

    def __init__(self, settings: ZuoraSettings, secrets: ZuoraSecrets, http: Http, clock: Clock) -> None:
        """Fetch nothing yet."""
        self._settings, self._secrets, self._http, self._clock = settings, secrets, http, clock
        # A queue of one is a lock that also holds what it guards.
        self._current: queue.Queue[Token | None] = queue.Queue(1)
        self._current.put(None)

    def token(self, instead_of: Token | None = None, afresh: bool = False) -> Token:
        """A token that lives long enough and is not `instead_of`, which was refused.

        Raises:
            Credentials: Zuora refused the sign-in.
            Setup: another tenant or entity answers than the profile names.
            Unreachable, NoAnswer: no token came.
        """
        held = self._current.get()
        try:
            spent = held is None or held is instead_of or afresh or not held.fresh(self._clock.now())
            if held is None or spent:
                held = None  # a refused or old token is gone even if no new one comes
                held = self._pinned(self._fetch())
            return held
        finally:
            self._current.put(held)

    def _fetch(self) -> Token:
        form = {
            "client_id": self._secrets.client_id.get_secret_value(),
            "client_secret": self._secrets.client_secret.get_secret_value(),
            "grant_type": "client_credentials",
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        since = self._clock.now()
        url = self._settings.url.rstrip("/") + "/oauth/token"
        reply = self._http.send(
            "POST", url, headers=headers, body=urlencode(form).encode(), timeout=TIMEOUT, retry_reads=True
        )
        try:
            content = read_json(reply.body)
        except ValueError:
            content = None
        self._check(reply, content)
        return _token(content, since)

    def _check(self, reply: Reply, content: object) -> None:
        verdict = judge(reply.status, reply.headers, content)
        if verdict.meaning is Meaning.DONE:
            return
        if verdict.meaning is Meaning.WAIT:
            seconds = wait_seconds(reply.headers, reply.at)
            hint = f"Try again in {seconds:.0f} s."
            raise NoAnswer(
                "Zuora takes no more sign-ins for now.", "Nothing was sent.", hint, "wait", reply.at, seconds
            )
        if verdict.meaning in (Meaning.SIGN_IN, Meaning.REFUSED, Meaning.MISSING):
            raise Credentials(
                f"Zuora refused the sign-in (HTTP {reply.status}).",
                "Nothing was read or changed.",
                "Check client id and secret in the settings, and that the OAuth client is active.",
                verdict.code,
                reply.at,
            )
        why = f"the sign-in was answered with HTTP {reply.status}{f', {WEB_PAGE}' if reply.is_web_page else ''}"
        raise no_answer("Zuora", why, reply.at, verdict.code)

    def _pinned(self, token: Token) -> Token:
        """Refuse a token that names another tenant or entity than the profile; one that names none is let through."""
        settings = self._settings
        pairs = ((settings.tenant, token.tenants, "tenant"), (settings.entity, token.entities, "entity"))
        for wanted, found, what in pairs:
            if settings.tenant and found and wanted not in found:
                named = scrub(", ".join(found))[:80]
                raise Setup(
                    f"Another Zuora {what} answers than the profile names: {named} instead of {wanted}.",
                    "Nothing was read or changed.",
                    "Choose the right client id, or make a profile of its own for this tenant.",
                )
        return token


def _token(content: object, since: Moment) -> Token:
    if not isinstance(content, dict) or not isinstance(content.get("access_token"), str):
        raise no_answer("Zuora", "the sign-in was answered without a token")
    bearer = content["access_token"]
    if not bearer or not all("!" <= sign <= "~" for sign in bearer):
        raise no_answer("Zuora", "the sign-in was answered with a token that cannot be sent")
    life = content.get("expires_in")
    seconds = float(life) if isinstance(life, int) and not isinstance(life, bool) and life > 0 else UNKNOWN_LIFE
    scope = content.get("scope")
    words = scope.split() if isinstance(scope, str) else []
    named = {kind: tuple(word for word in words if word.startswith(kind)) for kind in ("tenant.", "entity.")}
    return Token(bearer, min(seconds, 86400.0), since, named["tenant."], named["entity."])
