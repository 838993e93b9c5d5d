"""Open an answer of the REST services: its JSON object, or the error it tells; anything else is no answer.

Source: NetSuite help, section_156570709583.
"""

from collections.abc import Mapping

from nsz_desk.gateways.http import WEB_PAGE, Reply, no_answer, read_json, scrub
from nsz_desk.gateways.netsuite.codes import Failure
from nsz_desk.gateways.netsuite.soap_open import Failed

Content = Mapping[str, object]
# Where an answer has no code of its own but its status leaves no doubt.
BARE = {401: "INVALID_LOGIN", 403: "INSUFFICIENT_PERMISSION", 429: "CONCURRENCY_LIMIT_EXCEEDED"}
PLACES = ("o:errorPath", "o:errorHeader", "o:errorQueryParam")


def content_of(reply: Reply) -> Content:
    """The JSON object of an answer; empty for 204.

    Raises:
        Failed: the server says that something went wrong.
        NoAnswer: it is no answer of these services.
    """
    if reply.status == 204:
        return {}
    content = _object(reply)
    if reply.status == 200 and content is not None:  # 202 would promise something for later
        return content
    failure = _failure(reply.status, content)
    if failure is None:
        why = WEB_PAGE if reply.is_web_page else "it is no answer of the REST services"
        raise no_answer("NetSuite", f"HTTP {reply.status}, {why}", reply.at, str(reply.status))
    raise Failed(failure, reply.at)


def _object(reply: Reply) -> Content | None:
    if reply.is_web_page:
        return None
    try:
        content = read_json(reply.body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _failure(status: int, content: Content | None) -> Failure | None:
    """What an error says: the details first, because the code beside them may be another one."""
    if status < 400:
        return None
    details = (content or {}).get("o:errorDetails")
    first = next((one for one in details if isinstance(one, dict)), None) if isinstance(details, list) else None
    code = _text((first or {}).get("o:errorCode")) or _text((content or {}).get("o:errorCode")) or BARE.get(status, "")
    if not code:
        return None
    place = next((_text(first.get(name)) for name in PLACES if first.get(name)), "") if first else ""
    words = _text((first or {}).get("detail")) or _text((content or {}).get("title"))
    return Failure(code, scrub(f"{words} (at {place})" if place else words))


def _text(value: object) -> str:
    return scrub(value) if isinstance(value, str) else ""
