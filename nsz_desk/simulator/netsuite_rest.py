"""NetSuite's REST services: which function answers which path, after the login was checked."""

from __future__ import annotations

import re
from collections.abc import Callable

from nsz_desk.simulator import netsuite_oauth, netsuite_rest_auth, netsuite_suiteql
from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.netsuite_ledger import Ledger
from nsz_desk.simulator.netsuite_oauth import BearerTokens
from nsz_desk.simulator.netsuite_rest_catalog import catalog
from nsz_desk.simulator.netsuite_rest_patch import patch
from nsz_desk.simulator.netsuite_rest_records import RECORDS, View, body_of
from nsz_desk.simulator.netsuite_rest_replies import BASE, RestRefusal, refused, sent
from nsz_desk.simulator.netsuite_suiteql_fill import Books
from nsz_desk.simulator.world import World

Inside = Callable[[Callable[[], Answer]], Answer]
_RECORD = re.compile(r"/services/rest/record/v1/([A-Za-z]+)/([^/]+)")
_CATALOG = re.compile(r"/services/rest/record/v1/metadata-catalog(?:/([A-Za-z]*))?")


class NetSuiteRest:
    """The REST services of one world."""

    def __init__(self, world: World, tokens: BearerTokens) -> None:
        """Serve `world`; `tokens` may outlive it."""
        self._world = world
        self._tokens = tokens
        self._books: Books | None = None  # made when the first statement comes

    def answer(self, request: Request, inside: Inside) -> Answer:
        """Answer one request; takes the world's lock and counts the call. `inside` is where faults strike."""

        def work() -> Answer:
            with self._world.lock:
                self._world.calls["netsuite"] += 1
                return self._answered(request)

        return inside(work)

    def _answered(self, request: Request) -> Answer:
        if request.path == netsuite_oauth.PATH and request.method == "POST":
            return self._tokens.give(self._world, request)
        try:
            netsuite_rest_auth.check(self._world, self._tokens, request)
            self._check_right(request)
            return self._served(request)
        except RestRefusal as no:
            return refused(no)

    def _check_right(self, request: Request) -> None:
        """Refuse what the switch names: `suiteql`, `metadata-catalog`, or a method and kind: PATCH creditMemo."""
        words = request.path.removeprefix("/services/rest/").split("/")
        does = {words[-1], f"{request.method} {words[2] if len(words) > 2 else ''}"}
        if "metadata-catalog" in words:
            does.add("metadata-catalog")
        if does & set(self._world.netsuite.refused_operations):
            raise RestRefusal(
                403, "INSUFFICIENT_PERMISSION", "Permission Violation: you need a right for this operation."
            )

    def _served(self, request: Request) -> Answer:
        if request.path == netsuite_suiteql.PATH:
            self._books = self._books or Books(self._world)
            return netsuite_suiteql.answer(self._books, request)
        if (named := _CATALOG.fullmatch(request.path)) and request.method == "GET":
            return catalog(self._world, request, named[1] or "")
        if (named := _RECORD.fullmatch(request.path)) and named[1] in RECORDS:
            return self._record(request, named[1], named[2])
        raise RestRefusal(404, "NOT_FOUND", f"There is no {request.method} {request.path}.")

    def _record(self, request: Request, kind: str, internal_id: str) -> Answer:
        expanded = request.query.get("expandSubResources", ["false"])[-1] == "true"
        view = View(Ledger(self._world), request, expanded)
        if request.method == "PATCH":
            return patch(view, kind, internal_id)
        if request.method != "GET":
            raise RestRefusal(405, "INVALID_REQUEST", f"{request.method} is not served for {kind}.")
        body = body_of(view, kind, internal_id)
        if body is None:
            raise RestRefusal(404, "NONEXISTENT_ID", "Record does not exist.")
        wanted = [name for names in request.query.get("fields", []) for name in names.split(",") if name]
        if wanted and not expanded:  # `fields` is said to be ignored beside expandSubResources
            body = {"links": body["links"]} | {name: value for name, value in body.items() if name in wanted}
        return sent(body, "singular")


def is_rest(request: Request) -> bool:
    """Tell whether a request is for these services."""
    return request.path.startswith(BASE)
