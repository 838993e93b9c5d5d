"""One call to Zuora: headers, token, retries of reads, and an answer turned into content or a `DeskError`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import quote, urlencode

from nsz_desk.domain.errors import Credentials, KeyMismatch, Missing, Refused
from nsz_desk.engine.ports import Clock, CreateCall
from nsz_desk.gateways.http import LIST_CAP, MONEY_CAP, Http, HttpLine, Reply, no_answer, read_json
from nsz_desk.gateways.zuora.auth import Token, Tokens
from nsz_desk.gateways.zuora.codes import Meaning, Verdict, judge, wait_seconds
from nsz_desk.settings.model import ZuoraSettings

Content = Mapping[str, object]
TRIES = 3  # of a read
LONGEST_PAUSE = 30.0  # seconds a read waits by itself; a longer wait is the caller's to plan
NOTHING = "Nothing was changed by this call."


@dataclass(slots=True)
class ZuoraLine:
    """The open connection of one create, with a token that was fresh when it was opened."""

    wire: HttpLine
    token: Token

    def close(self) -> None:
        """Close the connection."""
        self.wire.close()


class Rest:
    """Calls on one Zuora host as one OAuth client."""

    def __init__(self, settings: ZuoraSettings, tokens: Tokens, http: Http, clock: Clock) -> None:
        """Remember where and how; nothing is sent."""
        self.base = settings.url.rstrip("/")
        self._tokens, self._http, self._clock = tokens, http, clock
        self._scope = _scope_headers(settings)

    def get(self, path: str, params: Iterable[tuple[str, str]] = (), flag: str = "success") -> Content:
        """Read. `flag` is the success flag that the answer must carry, "" where the call has none.

        Raises:
            Missing, Refused, Credentials: Zuora's definite no.
            Unreachable, NoAnswer: no usable answer, after a few tries.
        """
        query = urlencode(list(params), quote_via=quote, safe=":,")
        return self._read("GET", f"{path}?{query}" if query else path, None, flag)

    def ask(self, path: str, body: bytes) -> Content:
        """Read by POST (queries); raises as `get`."""
        return self._read("POST", path, body, "")

    def put(self, path: str, body: bytes, flag: str) -> Content:
        """Update, in one request without an Idempotency-Key; a refused token is renewed once, as nothing was executed.

        Raises:
            Missing, Refused, Credentials: Zuora's definite no; nothing changed.
            Unreachable, NoAnswer: see there.
        """
        token = self._tokens.token()
        content, reply, verdict = self._send("PUT", path, body, flag, token, MONEY_CAP)
        if verdict.meaning is Meaning.SIGN_IN:
            content, reply, verdict = self._send("PUT", path, body, flag, self._tokens.token(token), MONEY_CAP)
        if verdict.meaning is not Meaning.DONE:
            _raise(verdict, reply)
        return content

    def open_line(self) -> ZuoraLine:
        """Open the connection for a create, with a token that lives long enough. Raises as the token, `Unreachable`."""
        token = self._tokens.token()
        return ZuoraLine(self._http.open_line(self.base), token)

    def create(self, line: ZuoraLine, call: CreateCall, key: str, track: str, flag: str) -> tuple[Content, Reply]:
        """Send a create: same key, same bytes, once; after a 401, which executes nothing, once more on a new line."""
        try:
            reply, content, verdict = self._post(line, call, key, track, flag)
            if verdict.meaning is Meaning.SIGN_IN and reply.status == 401:
                line.close()
                token = self._tokens.token(line.token)
                line = ZuoraLine(self._http.open_line(self.base), token)
                reply, content, verdict = self._post(line, call, key, track, flag)
        finally:
            line.close()
        if verdict.meaning is not Meaning.DONE:
            _raise_for_create(verdict, reply)
        return content, reply

    def _post(
        self, line: ZuoraLine, call: CreateCall, key: str, track: str, flag: str
    ) -> tuple[Reply, Content, Verdict]:
        own = {"Idempotency-Key": key, "Zuora-Track-Id": track}
        reply = line.wire.send(call.method, call.path, self._headers(line.token) | own, call.body.encode("ascii"))
        echo = reply.headers.get("Zuora-Track-Id", track)
        if echo != track:
            raise no_answer("Zuora", "the answer belongs to another call", reply.at, "track")
        content = _content(reply)
        verdict = judge(reply.status, reply.headers, content, flag)
        return reply, content if isinstance(content, dict) else {}, verdict

    def _read(self, method: str, path: str, body: bytes | None, flag: str) -> Content:
        token, renewed = self._tokens.token(), False
        for tries in range(1, TRIES + 2):
            content, reply, verdict = self._send(method, path, body, flag, token, LIST_CAP)
            if verdict.meaning is Meaning.DONE:
                return content
            if verdict.meaning is Meaning.SIGN_IN and not renewed:
                token, renewed = self._tokens.token(token), True
                continue
            pause = _pause(verdict, reply, tries)
            if pause is None or tries >= TRIES:
                break
            self._clock.sleep(pause)
        _raise(verdict, reply)

    def _send(
        self, method: str, path: str, body: bytes | None, flag: str, token: Token, cap: int
    ) -> tuple[Content, Reply, Verdict]:
        reads = method != "PUT"
        reply = self._http.send(
            method, self.base + path, headers=self._headers(token), body=body, cap=cap, retry_reads=reads
        )
        content = _content(reply)
        return (
            content if isinstance(content, dict) else {},
            reply,
            judge(reply.status, reply.headers, content, flag),
        )

    def _headers(self, token: Token) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {token.bearer}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            **self._scope,
        }


def _scope_headers(settings: ZuoraSettings) -> dict[str, str]:
    found = {}
    if settings.entity not in ("", "-"):
        found["Zuora-Entity-Ids"] = settings.entity.removeprefix("entity.")
    if settings.org:
        found["Zuora-Org-Ids"] = settings.org
    return found


def _content(reply: Reply) -> object:
    if "html" in reply.headers.get("Content-Type", "").lower():
        return None
    try:
        return read_json(reply.body)
    except ValueError:
        return None


def _pause(verdict: Verdict, reply: Reply, tries: int) -> float | None:
    """Seconds until a read is tried again; None when trying again is of no use or takes too long."""
    if verdict.meaning is Meaning.WAIT:
        seconds = max(wait_seconds(reply.headers, reply.at), 0.5)
        return seconds if seconds <= LONGEST_PAUSE else None
    if verdict.meaning in (Meaning.AGAIN, Meaning.UNCLEAR) or reply.status >= 500:
        return float(2 ** (tries - 1))
    return None


def _raise(verdict: Verdict, reply: Reply) -> NoReturn:
    """Raise for a read or an update."""
    if verdict.meaning in (Meaning.REFUSED, Meaning.OTHER_CONTENT):
        raise Refused(_said(verdict), NOTHING, "Read Zuora's words; correct the cause.", verdict.code, reply.at)
    if verdict.meaning is Meaning.MISSING:
        hint = "It was deleted, or the id is of another tenant."
        raise Missing("Zuora has no such record.", NOTHING, hint, verdict.code, reply.at)
    if verdict.meaning is Meaning.SIGN_IN:
        raise _not_signed_in(verdict, reply)
    _raise_unknown(verdict, reply)


def _raise_for_create(verdict: Verdict, reply: Reply) -> NoReturn:
    """Raise for a create; `at` always is Zuora's own time, from which the age of a key is counted."""
    if verdict.meaning in (Meaning.REFUSED, Meaning.MISSING) or (
        verdict.meaning is Meaning.SIGN_IN and reply.status != 401
    ):
        raise Refused(
            _said(verdict),
            "No refund was made by this call; NetSuite has not been told anything.",
            "Correct the cause, then retry.",
            verdict.code,
            reply.at,
        )
    if verdict.meaning is Meaning.SIGN_IN:
        raise _not_signed_in(verdict, reply)
    if verdict.meaning is Meaning.OTHER_CONTENT:
        raise KeyMismatch(
            "Zuora says that this refund's key holds other content.",
            "A refund may have been made earlier with other content; this call made none.",
            "The desk searches Zuora before anything else.",
            verdict.code,
            reply.at,
        )
    _raise_unknown(verdict, reply)


_CODES: Mapping[Meaning, Callable[[str], str]] = {
    Meaning.WAIT: lambda code: "wait",
    Meaning.KEY_BUSY: lambda code: "409",
    Meaning.AGAIN: lambda code: f"again:{code}",
    Meaning.UNCLEAR: lambda code: f"unclear:{code}",
}


def _raise_unknown(verdict: Verdict, reply: Reply) -> NoReturn:
    said = f": {verdict.words}" if verdict.words else ""
    error = no_answer("Zuora", f"HTTP {reply.status}{said}", reply.at)
    error.code = _CODES.get(verdict.meaning, str)(verdict.code)
    if verdict.meaning is Meaning.WAIT:
        error.wait = wait_seconds(reply.headers, reply.at)
    raise error


def _not_signed_in(verdict: Verdict, reply: Reply) -> Credentials:
    return Credentials(
        f"Zuora does not accept the sign-in for this call (HTTP {reply.status}).",
        "Nothing was executed.",
        "Check the OAuth client and the rights of its user in Zuora.",
        verdict.code,
        reply.at,
    )


def _said(verdict: Verdict) -> str:
    return f"Zuora refused: {verdict.words or 'no reason given'}{f' ({verdict.code})' if verdict.code else ''}."
