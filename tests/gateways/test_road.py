"""A company's own authority and proxy: what is trusted, what is refused, for the pool and for the line of a create."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from nsz_desk.domain.errors import Setup, Unreachable
from nsz_desk.gateways.http import Http
from nsz_desk.gateways.road import Road
from tests.gateways.raw_server import RawServer, Script, answer, read_request

TOLD = answer(b'{"ok": true}')


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that is its own authority, with its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "own")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = tmp_path_factory.mktemp("own") / "own.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*form))
    return file


def over_tls(own: Path, script: bytes) -> Script:
    """A raw server's script that shakes hands with the certificate first."""

    def talk(line: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own)
        with context.wrap_socket(line, server_side=True) as inside:
            read_request(inside)
            inside.sendall(script)

    return talk


@contextmanager
def secure(own: Path) -> Iterator[str]:
    """An https address on loopback."""
    with RawServer([over_tls(own, TOLD)], listens=False) as server:
        yield server.url.replace("http://", "https://")


def pooled(url: str, road: Road) -> int:
    """A read over the pool; answers the status."""
    http = Http(1, pause=lambda _seconds: None, road=road)
    try:
        return http.send("GET", f"{url}/x", headers={}, timeout=(10, 20)).status
    finally:
        http.close()


def lined(url: str, road: Road) -> int:
    """A create over its own line; answers the status."""
    http = Http(1, pause=lambda _seconds: None, road=road)
    return http.open_line(url, 10, 20).send("POST", "/x", {}, b"{}").status


WAYS = pytest.mark.parametrize("ask", [pooled, lined])
Ask = Callable[[str, Road], int]


@WAYS
def test_an_unknown_authority_is_refused_before_a_byte_of_the_request(ask: Ask, own: Path) -> None:
    """Nothing was sent, and there is no switch for it."""
    with secure(own) as url, pytest.raises(Unreachable, match="certificate"):
        ask(url, Road())


@WAYS
def test_an_authority_of_the_company_is_trusted_when_the_profile_names_it(ask: Ask, own: Path) -> None:
    """A PEM file in the settings."""
    with secure(own) as url:
        assert ask(url, Road(str(own))) == 200


@WAYS
def test_through_a_proxy_it_is_a_tunnel_with_the_same_verification(ask: Ask, own: Path) -> None:
    """The proxy sees host and port, never a header or a body; the certificate is still the host's."""
    with secure(own) as url, proxy() as (address, heard):
        assert ask(url, Road(str(own), address)) == 200
        with pytest.raises(Unreachable):
            ask(url, Road(proxy=address))
    host = url.removeprefix("https://").encode()
    assert heard
    assert all(one.startswith(b"CONNECT " + host) for one in heard)


@WAYS
def test_a_proxy_that_wants_a_login_means_that_nothing_was_sent(ask: Ask, own: Path) -> None:
    """407 is no answer of Zuora."""
    refusal = answer(b"", 407)
    with RawServer([refusal]) as wall, pytest.raises(Unreachable):
        ask("https://127.0.0.1:1", Road(str(own), wall.url))


def test_a_file_of_authorities_that_cannot_be_read_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    """Named before anything is sent."""
    with pytest.raises(Setup, match=r"missing\.pem"):
        Road(str(tmp_path / "missing.pem")).check()


@contextmanager
def proxy() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy on loopback that opens tunnels; what it was asked."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_tunnel, args=(listening, heard), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", heard
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _tunnel(listening: socket.socket, heard: list[bytes]) -> None:
    while True:
        try:
            here, _ = listening.accept()
        except OSError:
            return
        with here, suppress(OSError):
            here.settimeout(5)
            heard.append(here.recv(65536))
            host, _, port = heard[-1].split()[1].decode().partition(":")
            with socket.create_connection((host, int(port)), 5) as there:
                here.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pump, args=(there, here), daemon=True)
                back.start()
                _pump(here, there)
                back.join(5)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while block := source.recv(65536):
            target.sendall(block)
        target.shutdown(socket.SHUT_WR)
