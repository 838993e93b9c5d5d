"""Hand-made SOAP answers for the tests of the reader."""

from datetime import UTC, datetime

from nsz_desk.gateways.http import Reply

AT = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


def envelope(inside: str, version: str = "2025_2") -> bytes:
    """An answer in the wire's prefixes."""
    names = {
        "m": f"urn:messages_{version}.platform",
        "c": f"urn:core_{version}.platform",
        "b": f"urn:common_{version}.platform",
        "s": f"urn:sales_{version}.transactions",
        "t": f"urn:customers_{version}.transactions",
        "f": f"urn:faults_{version}.platform",
    }
    declared = "".join(f' xmlns:{prefix}="{urn}.webservices.netsuite.com"' for prefix, urn in names.items())
    return (
        f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"{declared}><e:Body>{inside}</e:Body></e:Envelope>'
    ).encode()


def reply(body: bytes, status: int = 200, content_type: str = "text/xml; charset=utf-8") -> Reply:
    """A whole answer."""
    return Reply(status, {"Content-Type": content_type}, body, AT)
