"""How packets leave the company: which certificates are trusted, and through which proxy. Verification is never off."""

import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from nsz_desk.domain.errors import Setup


@dataclass(frozen=True, slots=True)
class Road:
    """`roots` is a PEM file of trusted authorities, `proxy` an address such as http://proxy.example.com:3128, or ""."""

    roots: str = DEFAULT_CA_BUNDLE_PATH
    proxy: str = ""

    @property
    def proxies(self) -> dict[str, str]:
        """For a pool; the surroundings' own proxies are never asked."""
        return {"https": self.proxy, "http": self.proxy} if self.proxy else {}

    def line(self, url: str, timeout: float) -> HTTPConnection:
        """A connection to the host of `url` that is not open yet; https goes through the proxy as a tunnel.

        Raises:
            Setup: the file of authorities cannot be read.
        """
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if parts.scheme != "https":
            return HTTPConnection(host, port, timeout=timeout)
        context = self._context()
        if not self.proxy:
            return HTTPSConnection(host, port, timeout=timeout, context=context)
        way = urlsplit(self.proxy)
        made = HTTPSConnection(way.hostname or "", way.port, timeout=timeout, context=context)
        made.set_tunnel(host, port or 443)
        return made

    def check(self) -> "Road":
        """Itself, when the authorities can be read; raises Setup as `line`."""
        self._context()
        return self

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.roots)
        except (OSError, ssl.SSLError) as error:
            raise Setup(
                f"The file of trusted authorities cannot be read: {self.roots}.",
                "Nothing was sent.",
                "Correct the network settings of the profile.",
            ) from error


OPEN = Road()
