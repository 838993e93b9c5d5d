"""Secrets as they are given: from JSON or from fields, checked by name. No value is ever quoted in an error."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from nsz_desk.domain.errors import Setup
from nsz_desk.settings.model import Secrets

TRUTH = "Nothing was sent to NetSuite or Zuora."
ENTER = "Enter the secrets again; they can also be given for one run only."


def secrets_from(given: Mapping[str, str]) -> Secrets:
    """Secrets from `block.name` keys; errors as those of `secrets_from_json`."""
    tree: dict[str, dict[str, str]] = {}
    for key, value in given.items():
        block, _, name = key.partition(".")
        tree.setdefault(block, {})[name] = value
    return secrets_from_json(json.dumps(tree))


def flat(secrets: Secrets) -> dict[str, str]:
    """The secrets by `block.name`: for handing on, never for showing."""
    return dict(pairs(secrets))


def flat_given(text: str) -> dict[str, str]:
    """Some secrets from JSON text (`{"block": {"name": value}}`) by `block.name`; those that are kept may be missing.

    Raises:
        Setup: the text is no such JSON; no value is ever quoted.
    """
    return {
        f"{block}.{name}": value
        for block, held in _tree(text).items()
        if isinstance(held, dict)
        for name, value in held.items()
        if isinstance(value, str)
    }


def secrets_from_json(text: str) -> Secrets:
    """Secrets from JSON text; blanks around a value, as pasting leaves them, are dropped.

    Raises:
        Setup: the text is no JSON or an entry is missing, blank or too much; no value is ever quoted.
    """
    return checked(_tree(text), "The secrets are not complete")


def _tree(text: str) -> dict[str, Any]:
    """The JSON object in a text, without blanks around its values."""
    try:
        content = json.loads(text.lstrip("\ufeff"))
    except (json.JSONDecodeError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Setup("The secrets are not a JSON object.", TRUTH, "Give them as the manual shows.")
    return {
        block: {name: value.strip() if isinstance(value, str) else value for name, value in held.items()}
        if isinstance(held, dict)
        else held
        for block, held in content.items()
    }


def checked(tree: dict[str, Any], what: str) -> Secrets:
    """Secrets from a tree of blocks and names; raises Setup that begins with `what` and names what is wrong."""
    known = {part for name in names(Secrets) for part in name.split(".")}
    try:
        secrets = Secrets.model_validate(tree)
        wrong = [f"{name} is empty" for name, value in pairs(secrets) if not value]
    except ValidationError as error:  # its text and its context quote what was given, so neither goes on
        wrong = [_words(one["loc"], one["type"], known) for one in error.errors(include_input=False)]
    if wrong:
        raise Setup(f"{what}: {', '.join(wrong)}.", TRUTH, ENTER)
    return secrets


def _words(place: tuple[int | str, ...], kind: str, known: set[str]) -> str:
    # A secret in the place of a name would otherwise be quoted here.
    name = ".".join(str(part) if part in known else "(an unknown name)" for part in place)
    return f"{name} {'is missing' if kind == 'missing' else 'has no place' if 'extra' in kind else 'is not text'}"


def names(model: type[BaseModel]) -> Iterator[str]:
    """The names of all secrets there can be, such as `netsuite.consumer_key`; also those of optional blocks."""
    for block, field in model.model_fields.items():
        kinds = get_args(field.annotation) or (field.annotation,)
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from (f"{block}.{name}" for name in kind.model_fields)


def pairs(secrets: Secrets) -> Iterator[tuple[str, str]]:
    """Every secret with its name, `block.name`."""
    for block, held in secrets:
        for name, value in held or ():
            if isinstance(value, SecretStr):
                yield f"{block}.{name}", value.get_secret_value()
