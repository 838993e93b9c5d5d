"""What an exchange proves when it fails, and that nothing is ever sent twice by itself."""

import gzip
import json
import random
import socket
import time
from collections.abc import Callable
from decimal import Decimal

import pytest

from nsz_desk.domain.errors import NoAnswer, Unreachable
from nsz_desk.gateways.http import Http, read_json, scrub
from tests.gateways.raw_server import RawServer, Script, answer, hang_up, silence, unused_port

FAST = (1.0, 0.3)
Send = Callable[[Http, str], object]


def http() -> Http:
    """A pool that does not pause."""
    return Http(1, pause=lambda seconds: None)


def pooled(client: Http, url: str) -> object:
    """Send over the pool."""
    return client.send("POST", url + "/x", headers={}, body=b"{}", cap=1000, timeout=FAST)


def pinned(client: Http, url: str) -> object:
    """Send over a line opened for it."""
    return client.open_line(url, *FAST).send("POST", "/x", {}, b"{}", cap=1000)


BROKEN: dict[str, Script] = {
    "closed before a word": hang_up,
    "silent": silence(0.6),
    "cut in a header": b"HTTP/1.1 200 OK\r\nContent-Le",
    "cut after a header": b"HTTP/1.1 200 OK\r\nServer: x\r\n",
    "cut in the body": answer(b'{"success":', length=400),
    "cut in a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{",
    "bad chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "longer than allowed": answer(b"x" * 1001),
    "endless": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000,
    "contradictory lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "no HTTP at all": b"220 smtp ready\r\n",
}


@pytest.mark.expects_warnings  # urllib3 logs headers that are cut off
@pytest.mark.parametrize("send", [pooled, pinned])
@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_no_answer_and_is_not_sent_again(script: Script, send: Send) -> None:
    """Whatever breaks after the request left is NoAnswer; exactly one request was sent."""
    with RawServer([script]) as server:
        with pytest.raises(NoAnswer) as caught:
            send(http(), server.url)
        assert len(server.requests) == 1
    assert "not known" in caught.value.message


@pytest.mark.parametrize("send", [pooled, pinned])
def test_a_refused_connection_means_that_nothing_was_sent(send: Send) -> None:
    """Nobody listens: Unreachable, in plain words."""
    with unused_port() as url, pytest.raises(Unreachable, match="refuses the connection") as caught:
        send(http(), url)
    assert caught.value.message == "Nothing was sent, nothing has changed."


def test_tls_that_is_none_means_that_nothing_was_sent() -> None:
    """A server without TLS on an https address never saw the request."""
    with RawServer([b"HTTP/1.1 200 OK\r\n\r\n"], listens=False) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(Unreachable):
            http().open_line(url, *FAST)
        with pytest.raises(Unreachable):
            http().send("GET", url, headers={}, timeout=FAST)


def test_an_earlier_refused_connection_does_not_whitewash_a_later_silence() -> None:
    """A write that runs while another failure is handled is judged by itself: silence is NoAnswer."""
    client = http()
    with RawServer([silence(0.6)]) as server, unused_port() as nobody:
        try:
            pooled(client, nobody)
        except Unreachable:
            with pytest.raises(NoAnswer):
                pooled(client, server.url)


def test_a_whole_answer_comes_with_the_servers_time() -> None:
    """Status, headers in any case, body and Date of the answer, over both ways."""
    with RawServer([answer(b'{"a":1}', 201, "X-Some: thing")]) as server:
        for reply in (
            http().send("GET", server.url, headers={}),
            http().open_line(server.url).send("POST", "/", {}, b""),
        ):
            assert (reply.status, reply.body, reply.headers["x-some"]) == (201, b'{"a":1}', "thing")
            assert reply.at is not None
            assert reply.at.isoformat() == "2026-11-25T03:00:00+00:00"


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    """A 302 is handed on; the token does not travel to another place."""
    with RawServer([answer(b"", 302, "Location: http://127.0.0.1:1/elsewhere")]) as server:
        assert http().send("GET", server.url, headers={"Authorization": "Bearer x"}).status == 302
        assert len(server.requests) == 1


def test_a_compressed_answer_is_capped_by_what_it_unfolds_to() -> None:
    """A small bomb is stopped at the cap."""
    bomb = gzip.compress(b"0" * 5_000_000)
    with RawServer([answer(bomb, 200, "Content-Encoding: gzip")]) as server:
        with pytest.raises(NoAnswer):
            http().send("GET", server.url, headers={}, cap=100_000)
        assert len(http().send("GET", server.url, headers={}, cap=6_000_000).body) == 5_000_000


def test_a_read_is_tried_a_second_time_and_a_write_is_not() -> None:
    """`retry_reads` sends once more after a failure, with a pause; without it there is one request."""
    pauses: list[float] = []
    client = Http(1, pause=pauses.append)
    with RawServer([hang_up, answer(b"{}")]) as server:
        assert client.send("GET", server.url, headers={}, retry_reads=True).status == 200
        assert (len(server.requests), len(pauses)) == (2, 1)


def test_a_line_is_used_once() -> None:
    """The second send on a line is refused before a byte leaves."""
    with RawServer([answer(b"{}")]) as server:
        line = http().open_line(server.url)
        line.send("POST", "/", {}, b"")
        with pytest.raises(Unreachable):
            line.send("POST", "/", {}, b"")
        assert server.connections == 1


def test_a_line_that_the_server_closed_meanwhile_does_not_open_itself_again() -> None:
    """Closed by the other side before we send: provably nothing was sent, and nothing is."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        line = http().open_line(f"http://127.0.0.1:{listening.getsockname()[1]}")
        listening.accept()[0].close()
        time.sleep(0.05)
        with pytest.raises(Unreachable, match="closed before anything was sent"):
            line.send("POST", "/", {}, b"{}")
        listening.settimeout(0.1)
        with pytest.raises(TimeoutError):
            listening.accept()


def test_cookies_and_proxies_of_the_surroundings_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment is not used, and a cookie that is offered is not sent back."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with RawServer([answer(b"{}", 200, "Set-Cookie: session=1")]) as server:
        client = http()
        client.send("GET", server.url, headers={})
        client.send("GET", server.url, headers={})
        assert not any(b"cookie" in request.lower() for request in server.requests)


def test_what_is_sent_can_be_observed() -> None:
    """`on_request` sees method, address and body of both ways."""
    seen: list[tuple[str, str, bytes | None]] = []
    client = Http(1, pause=lambda seconds: None, on_request=lambda *call: seen.append(call))
    with RawServer([answer(b"{}")]) as server:
        client.send("PUT", server.url + "/a", headers={}, body=b"1")
        client.open_line(server.url).send("POST", "/b", {}, b"2")
        assert seen == [("PUT", server.url + "/a", b"1"), ("POST", server.url + "/b", b"2")]


def test_numbers_are_read_exactly() -> None:
    """A number with a point is a Decimal with its digits; a whole one an int."""
    assert read_json(b'{"a":0.1,"b":75.00,"c":12,"d":1e2}') == {
        "a": Decimal("0.1"), "b": Decimal("75.00"), "c": 12, "d": Decimal(100),
    }  # fmt: skip
    assert not any(isinstance(one, float) for one in read_json(b"[1.5,2.0,1e2]"))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":NaN}', b"[Infinity]", b"[-Infinity]", b"[1e999]", b'{"a":1,"a":2}', b'{"a":"\xff"}',
        b"\xef\xbb\xbf{}", b"[" * 65 + b"]" * 65, b"[" * 100_000, b'"\\', b"", b"{", b'{"a":1}x', b"1" * 50,
        '{"a":1}'.encode("utf-16"),
    ],
    ids=range(15),
)  # fmt: skip
def test_json_that_is_not_exact_is_refused(body: bytes) -> None:
    """NaN, infinities, absurd numbers, a key twice, other encodings, depth and rubbish are all ValueErrors."""
    with pytest.raises(ValueError):  # noqa: PT011 - each says something else
        read_json(body)


def test_brackets_inside_texts_are_no_depth() -> None:
    """A text of a thousand brackets, quotes among them, is a text."""
    assert read_json(b'{"a":"' + b'[\\"' * 1000 + b'"}')


def _deep(found: object) -> int:
    inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else None
    return 0 if inner is None else 1 + max(map(_deep, inner), default=0)


@pytest.mark.parametrize("seed", range(60))
def test_sixty_four_levels_are_read_and_no_more(seed: int) -> None:
    """However lists, objects and deceiving texts are mixed: up to 64 levels are read, deeper ones are refused."""
    chance = random.Random(seed)
    words = ["]", "[", "}{", '"', "\\", '\\"', '"]', "[[[[", "\\\\", "x"]
    body: object = chance.choice(words)
    for _ in range(chance.randint(58, 70)):
        others = [chance.choice(words) for _ in range(chance.randint(0, 3))]
        body = [*others, body, *others] if chance.random() < 0.5 else {"".join(others) + "a": body, "b": others}
    text = json.dumps(body).encode()
    if _deep(body) <= 64:
        assert read_json(text) == body
        return
    with pytest.raises(ValueError, match="nested too deeply"):
        read_json(text)


def test_a_servers_text_becomes_one_harmless_line() -> None:
    """Line breaks, control and direction characters vanish, and it is cut at 300 characters."""
    text = scrub("a\r\n\tb\x00c\u202ed" + "x" * 500)
    assert text.startswith("a b\ufffdc\ufffdd")
    assert len(text) == 300
