"""Signing in: once for many threads, for the pinned tenant only, and no secret leaks."""

import threading
import traceback

import pytest

from nsz_desk.domain.errors import Credentials, DeskError, NoAnswer, Setup
from nsz_desk.engine.ports import Tenant
from nsz_desk.gateways.zuora.gateway import ZuoraGateway
from tests.gateways.raw_server import RawServer, Script, answer, hang_up
from tests.gateways.zuora_desk import SECRETS, TOKEN, QuickClock, on_script, on_simulator, settings, told

EMPTY = {"success": True, "accountingPeriods": []}


def test_many_threads_sign_in_once() -> None:
    """Eight threads that all need a token share one sign-in."""
    with on_simulator(True) as bench:
        threads = [threading.Thread(target=bench.gateway.periods) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert sum(url.endswith("/oauth/token") for _, url, _ in bench.sent) == 1
        assert len(bench.paths()) == 8


def test_a_token_is_renewed_before_its_end() -> None:
    """Five minutes before the hour is over the next call signs in anew."""
    with on_simulator(True) as bench:
        bench.gateway.periods()
        bench.clock.ahead = 3250
        bench.gateway.periods()
        assert sum(url.endswith("/oauth/token") for _, url, _ in bench.sent) == 1
        bench.clock.ahead = 3350
        bench.gateway.periods()
        assert sum(url.endswith("/oauth/token") for _, url, _ in bench.sent) == 2


def test_a_read_that_meets_401_signs_in_anew_once() -> None:
    """A token that the server forgot is replaced; a second 401 is a matter of credentials."""
    no = told({"message": "Authentication error"}, 401)
    with on_script(no, told(TOKEN | {"access_token": "second"}), told(EMPTY)) as (gateway, server):
        assert gateway.periods() == ()
        assert b"Bearer second" in server.requests[-1]
    with on_script(no, told(TOKEN | {"access_token": "second"}), no) as (gateway, server):
        with pytest.raises(Credentials):
            gateway.periods()
        assert len(server.requests) == 4


@pytest.mark.parametrize("scope", ["user.1 tenant.999", "tenant.10023 entity.other"])
def test_another_tenant_or_entity_stops_every_call(scope: str) -> None:
    """A token that names another tenant than the pinned one is thrown away; not one call goes out."""
    with on_script(told(EMPTY), token=TOKEN | {"scope": scope}) as (gateway, server):
        for call in (gateway.periods, gateway.open_line, gateway.tenant):
            with pytest.raises(Setup, match="Another Zuora"):
                call()
            server._scripts.insert(0, told(TOKEN | {"scope": scope}))
        assert all(request.startswith(b"POST /oauth/token") for request in server.requests)


def test_a_scope_that_names_nobody_is_let_through() -> None:
    """Then the label that a person entered is what the keys are made of."""
    with on_script(told(EMPTY), token={"access_token": "x"}) as (gateway, _):
        assert gateway.periods() == ()


@pytest.mark.parametrize("life", [None, "3600", 0, -5, True])
def test_a_life_that_cannot_be_read_is_taken_as_short(life: object) -> None:
    """The token is used, and not for an hour."""
    with on_script(told(EMPTY), told(EMPTY), token=TOKEN | {"expires_in": life}) as (gateway, server):
        gateway.periods()
        gateway.periods()
        assert len(server.requests) == 3


@pytest.mark.parametrize(("settlement", "says"), [(True, True), (False, False)])
def test_the_tenant_tells_who_answers_and_whether_settlement_is_on(settlement: bool, says: bool) -> None:
    """Tenant from the token's scope, Invoice Settlement from a read."""
    with on_simulator(settlement) as bench:
        assert bench.gateway.tenant() == Tenant("tenant.10023", "-", says)
        bench.gateway.tenant()
        assert sum(url.endswith("/oauth/token") for _, url, _ in bench.sent) == 2


@pytest.mark.parametrize(("code", "found"), [("50000030", False), ("50000045", False), ("50000010", None)])
def test_a_missing_right_does_not_mean_that_settlement_is_off(code: str, found: bool | None) -> None:
    """No such call means off; no permission means not known."""
    with on_script(told({"success": False, "reasons": [{"code": code}]})) as (gateway, _):
        assert gateway.tenant().settlement is found


REFUSALS: list[tuple[Script, type[DeskError]]] = [
    (told({"message": "Invalid client id"}, 401), Credentials),
    (told({"message": "bad"}, 400), Credentials),
    (told({"message": "bad"}, 403), Credentials),
    (told({}, 429, "Retry-After: 5"), NoAnswer),
    (told({}, 500), NoAnswer),
    (hang_up, NoAnswer),
    (told({"access_token": ""}), NoAnswer),
    (told({"access_token": "a\r\nX: y"}), NoAnswer),
    (told([]), NoAnswer),
    (answer(b"<html>proxy</html>", 200, "Content-Type: text/html"), NoAnswer),
    (answer(b"", 302, "Location: http://127.0.0.1:1/"), NoAnswer),
]


@pytest.mark.parametrize(("script", "kind"), REFUSALS)
def test_a_failed_sign_in_has_its_class_and_shows_no_secret(script: Script, kind: type[DeskError]) -> None:
    """Refused credentials are Credentials, all else is no answer; neither words nor traceback show a secret."""
    with RawServer([script]) as server:
        gateway = ZuoraGateway(settings(server.url), SECRETS, clock=QuickClock(), simulator=True)
        with pytest.raises(kind) as caught:
            gateway.open_line()
        assert b"canary-secret" in server.requests[0]
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(caught.value)
    assert "canary" not in shown


def test_no_secret_stands_in_a_repr_or_an_error_of_a_call() -> None:
    """Token and secrets stay out of what a log or a message could show."""
    with on_script(hang_up) as (gateway, _):
        line = gateway.open_line()
        line.close()
        with pytest.raises(DeskError) as caught:
            gateway.periods()
        shown = repr(line) + repr(gateway) + "".join(traceback.format_exception(caught.value))
    assert "canary" not in shown


def test_a_real_tenant_is_reached_by_https_only() -> None:
    """Plain http is for the simulator."""
    with pytest.raises(Setup, match="https"):
        ZuoraGateway(settings("http://127.0.0.1:1"), SECRETS, clock=QuickClock(), simulator=False)


@pytest.mark.parametrize(
    ("name", "value", "header"),
    [("entity", "entity.11e6", b"Zuora-Entity-Ids: 11e6"), ("org", "o1,o2", b"Zuora-Org-Ids: o1,o2")],
)
def test_entity_and_organisations_go_with_every_call(name: str, value: str, header: bytes) -> None:
    """Only where the profile names them."""
    with RawServer([told({"access_token": "x"}), told(EMPTY)]) as server:
        gateway = ZuoraGateway(settings(server.url, True, **{name: value}), SECRETS, clock=QuickClock(), simulator=True)
        gateway.periods()
        assert header in server.requests[-1]
