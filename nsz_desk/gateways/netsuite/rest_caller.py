"""One call to NetSuite's REST services: token, further tries where they do no harm, an answer or an error.

A refused token is renewed once for each call: NetSuite did not look at the rest of such a request. Besides that a
write is sent again only where NetSuite says that it had too many calls at once.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from nsz_desk.domain.errors import Credentials, Missing, NoAnswer, Unreachable
from nsz_desk.engine.ports import Clock
from nsz_desk.gateways.http import LIST_CAP, MONEY_CAP, Http, Reply, no_answer
from nsz_desk.gateways.netsuite.caller import READ_TRIES, repeated
from nsz_desk.gateways.netsuite.codes import NOTHING
from nsz_desk.gateways.netsuite.oauth import Token, Tokens
from nsz_desk.gateways.netsuite.rest_answers import Content, content_of
from nsz_desk.settings.model import NetSuiteSettings

RECORD, SUITEQL = "/services/rest/record/v1/", "/services/rest/query/v1/suiteql"
JSON = "application/json"
STRICT = {"X-NetSuite-PropertyNameValidation": "Error"}  # else a mistyped field is dropped without a word
SCHEMA, SWAGGER = "application/schema+json", "application/swagger+json"
UNAUTHORISED = 401
ROLE = "Let an administrator check in the Login Audit Trail why, and that the role may use REST web services."


class RestCaller:
    """Calls on one account as one integration. Usable from several threads."""

    def __init__(self, settings: NetSuiteSettings, tokens: Tokens, http: Http, clock: Clock) -> None:
        """Remember where and how; nothing is sent."""
        self._base, self._tokens, self._http, self._clock = settings.base, tokens, http, clock

    def record(self, kind: str, record_id: str, params: Mapping[str, str] | None = None) -> tuple[Content, datetime]:
        """A record; also the server's time (UTC).

        Raises:
            Missing: there is none.
            DeskError: there was no usable answer, after a few tries.
        """
        query = f"?{urlencode(params)}" if params else ""
        return self._read("GET", f"{_place(kind, record_id)}{query}", None, {}, MONEY_CAP)

    def schema(self, kind: str) -> Content:
        """The schema of one kind of record; raises as `record`."""
        return self._read("GET", f"{RECORD}metadata-catalog/{kind}", None, {"Accept": SCHEMA}, LIST_CAP)[0]

    def schemas(self, kinds: Sequence[str]) -> Mapping[str, object]:
        """The schemas of several kinds of records by kind, as far as the answer holds them; raises as `record`."""
        path = f"{RECORD}metadata-catalog?{urlencode({'select': ','.join(kinds)}, safe=',')}"
        content, _ = self._read("GET", path, None, {"Accept": SWAGGER}, LIST_CAP)
        components = content.get("components")
        held = components.get("schemas") if isinstance(components, dict) else None
        return {name: held[name] for name in kinds if name in held} if isinstance(held, dict) else {}

    def bearer(self) -> str:
        """The token in use, for what it tells; raises as a sign-in does."""
        return self._tokens.token().bearer

    def query(self, text: str, params: list[str], limit: int) -> tuple[Content, datetime]:
        """The first `limit` rows of a SuiteQL statement; raises as `record`."""
        body = json.dumps({"q": text, "params": params}).encode("ascii")
        return self._read("POST", f"{SUITEQL}?limit={limit}&offset=0", body, {"Prefer": "transient"}, LIST_CAP)

    def patch(self, kind: str, record_id: str, values: Mapping[str, object]) -> datetime:
        """Change a record once; the server's time (UTC).

        Raises:
            Unreachable: nothing was sent.
            DeskError: what is known of it.
        """
        body, place = json.dumps(values).encode("ascii"), _place(kind, record_id)
        try:
            self._tokens.token()  # here, because without one nothing is sent
        except NoAnswer as error:
            raise Unreachable(error.title, "Nothing was sent, nothing has changed.", error.hint, error.code) from error
        content, at = repeated(self._clock, 0, lambda: self._once("PATCH", place, body, STRICT, MONEY_CAP))
        if content:
            raise no_answer("NetSuite", "a change was answered with content", at)
        return at

    def _read(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], cap: int
    ) -> tuple[Content, datetime]:
        return repeated(self._clock, READ_TRIES, lambda: self._once(method, path, body, headers, cap))

    def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], cap: int
    ) -> tuple[Content, datetime]:
        token = self._tokens.token()
        reply = self._send(method, path, body, headers, cap, token)
        if reply.status == UNAUTHORISED:
            reply = self._send(method, path, body, headers, cap, self._tokens.token(instead_of=token))
        if reply.status == UNAUTHORISED:
            raise Credentials(
                "NetSuite does not accept the token that it has just given.", NOTHING, ROLE, "401", reply.at
            )
        return content_of(reply), reply.at or self._clock.now().wall

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], cap: int, token: Token
    ) -> Reply:
        own = {"Authorization": f"Bearer {token.bearer}", "Accept": JSON, **headers}
        if body is not None:
            own["Content-Type"] = JSON
        return self._http.send(method, self._base + path, headers=own, body=body, cap=cap)


def _place(kind: str, record_id: str) -> str:
    """Where a record is. What is no internal id cannot be one of a record, and must not become part of an address."""
    if not record_id.isascii() or not record_id.isdigit():
        raise Missing("NetSuite has no such record.", NOTHING, "The id of a record has digits only.", "NONEXISTENT_ID")
    return f"{RECORD}{kind}/{record_id}"
