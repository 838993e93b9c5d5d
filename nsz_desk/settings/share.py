"""Profiles that travel: a file without secrets for another desk, and what is refused when one comes in.

The form is TOML with `nsz_desk_profile = 1`, the name, and the profile below [profile]. What belongs to one desk's key
(its certificates) stays behind. Coming in, a plain profile (TOML or JSON) is as good.
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import tomli_w

from nsz_desk.domain.errors import Setup
from nsz_desk.settings.file import NAME, profile_of
from nsz_desk.settings.model import NetSuiteRestSecrets, NetSuiteSecrets, Profile, ZuoraSecrets

FORM, VERSION = "nsz_desk_profile", 1
LARGEST = 200_000  # characters; a real one has one or two thousand
NOTHING = "Nothing was saved."
SECRET_NAMES = frozenset(
    {name for kind in (NetSuiteSecrets, NetSuiteRestSecrets, ZuoraSecrets) for name in kind.model_fields}
    | {"password", "secret", "secrets", "credentials", "next_key"}
)


@dataclass(frozen=True, slots=True)
class Shared:
    """What a file holds: the name proposed, "" where it has none, and the profile."""

    name: str
    profile: Profile


def exported(name: str, profile: Profile) -> str:
    """The file of a profile for another desk, as TOML text. It holds no secret: a profile has none."""
    return tomli_w.dumps(
        {FORM: VERSION, "name": name, "profile": portable(profile).model_dump(mode="json", exclude_none=True)}
    )


def portable(profile: Profile) -> Profile:
    """The profile without what belongs to this desk's own key."""
    bare = profile.netsuite.model_copy(update={"certificate": "", "next_certificate": ""})
    return profile.model_copy(update={"netsuite": bare})


def over_rest(profile: Profile) -> Profile:
    """The profile over REST; everything else stays, so that it is one and the same desk with the same journal."""
    return profile.model_copy(update={"netsuite": profile.netsuite.model_copy(update={"interface": "rest"})})


def read_shared(text: str) -> Shared:
    """The profile in a file's text.

    Raises:
        Setup: it is too large, no TOML or JSON, of another version, holds a secret, or has a wrong field; said by name,
            and no value of the file is quoted where a secret may stand.
    """
    content = _content(text)
    secret = next(_secrets(content), "")
    if secret:
        hint = "Take it out and delete the file: secrets go to the keychain only. Whoever has seen it knows the secret."
        raise Setup(f"The file holds a secret ({secret}), and is refused.", NOTHING, hint)
    if FORM not in content:
        return Shared("", portable(profile_of(content, "the file")))
    if type(content[FORM]) is not int or content[FORM] != VERSION:
        fix = "Export it again with this version, or update this program."
        raise Setup(f"The file's {FORM} is another version than {VERSION}.", NOTHING, fix)
    if odd := sorted(set(content) - {FORM, "name", "profile"}):
        raise Setup(f"The file has what is no part of a profile: {_names(odd)}.", NOTHING, "Export it again.")
    name = content.get("name", "")
    if not isinstance(name, str) or (name and not NAME.fullmatch(name)):
        fix = "Up to 40 letters, digits, - and _ name a profile."
        raise Setup("The name in the file cannot name a profile.", NOTHING, fix)
    return Shared(name, portable(profile_of(content.get("profile"), "the file")))


def _content(text: str) -> dict[str, Any]:
    text = text.lstrip("\ufeff").strip()
    kind = "JSON" if text.startswith("{") else "TOML"
    if len(text) > LARGEST:
        raise Setup("The file is too large for a profile.", NOTHING, "Choose the file of a profile.")
    try:
        content = json.loads(text) if kind == "JSON" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Setup(f"The file is not valid {kind}{where}.", NOTHING, "Export it again, or correct it.") from None
    if not isinstance(content, dict) or not content:
        raise Setup("There is no profile in the file.", NOTHING, "Choose the file of a profile.")
    return content


def _secrets(content: object, place: str = "") -> Iterator[str]:
    """The places of what has a secret's name, or looks like a private key."""
    if isinstance(content, dict):
        for name, value in content.items():
            here = f"{place}.{name}" if place else str(name)
            if str(name).lower() in SECRET_NAMES and not place.endswith("methods"):  # those are the account's own
                yield _names([here])
            yield from _secrets(value, here)
    elif isinstance(content, list):
        for value in content:
            yield from _secrets(value, place)
    elif isinstance(content, str) and "PRIVATE KEY" in content.upper():
        yield _names([place])


def _names(names: list[str]) -> str:
    """A few names, short: what stands in a name's place may be anything."""
    return ", ".join(one if len(one) <= 60 else f"{one[:59]}…" for one in names[:5])
