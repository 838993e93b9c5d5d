"""The desk's profiles as TOML files in its settings folder. Secrets never stand in these files."""

import json
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel, ValidationError

from nsz_desk.domain.errors import Setup
from nsz_desk.settings.folders import HOME, Folders, folders
from nsz_desk.settings.model import Profile

__all__ = ["HOME", "Folders", "Profiles", "folders", "parse_profile", "profile_of"]

NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
TRUTH = "Nothing was sent to NetSuite or Zuora."
LAST = "last_profile"


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles in a settings folder, one file each, and which one was used last."""

    config: Path

    def names(self) -> tuple[str, ...]:
        """All names in alphabetical order."""
        found = (path.stem for path in (self.config / "profiles").glob("*.toml"))
        return tuple(sorted(name for name in found if NAME.fullmatch(name)))

    def load(self, name: str) -> Profile:
        """One profile; raises Setup when there is none of that name or a field in it is wrong."""
        path = self._path(name)
        if name not in self.names():
            known = ", ".join(self.names()) or "none yet"
            raise Setup(f"There is no profile {name!r}.", f"Profiles: {known}.", "Add it with `profile add`.")
        return profile_of(_read_toml(path), f"profile {name}")

    def add(self, name: str, profile: Profile) -> None:
        """Write a profile, in place of one of the same name."""
        path = self._path(name)
        for other in self.names():
            if other != name and other.casefold() == name.casefold():
                raise Setup(f"There is a profile {other} already.", TRUTH, "Names must differ by more than case.")
        _replace(path, tomli_w.dumps(profile.model_dump(mode="json", exclude_none=True)))

    def remove(self, name: str) -> None:
        """Delete a profile; raises Setup when there is none of that name."""
        self.load_path(name).unlink()
        if self._settings().get(LAST) == name:
            self._remember("")

    def last(self) -> str:
        """The name of the profile used last, "" when there is none any more."""
        name = self._settings().get(LAST, "")
        return name if name in self.names() else ""

    def use(self, name: str) -> None:
        """Remember a profile as the one used last."""
        self.load_path(name)
        if self._settings().get(LAST) != name:
            self._remember(name)

    def pick(self, name: str = "") -> str:
        """The name asked for, else the one used last, else the only one there is; raises Setup when none fits."""
        names = self.names()
        found = name or self.last() or (names[0] if len(names) == 1 else "")
        if not found:
            why = "There are several profiles and none was used yet." if names else "There is no profile yet."
            fix = "Name one with `--profile`." if names else "Add one with `profile add NAME --from FILE`."
            raise Setup(why, TRUTH, fix)
        return found

    def load_path(self, name: str) -> Path:
        """The file of an existing profile, even one with mistakes in it; raises Setup when there is none."""
        path = self._path(name)
        if name not in self.names():
            self.load(name)
        return path

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise Setup(f"{name[:60]!r} cannot name a profile.", TRUTH, "Use up to 40 letters, digits, - and _.")
        return self.config / "profiles" / f"{name}.toml"

    def _settings(self) -> dict[str, Any]:
        path = self.config / "settings.toml"
        return _read_toml(path) if path.exists() else {}

    def _remember(self, name: str) -> None:
        _replace(self.config / "settings.toml", tomli_w.dumps(self._settings() | {LAST: name}))


def parse_profile(text: str) -> Profile:
    """A profile from JSON (an object) or TOML text.

    Raises:
        Setup: the text is neither, or a field is wrong; every wrong field is named.
    """
    text = text.lstrip("\ufeff").strip()
    try:
        content = json.loads(text) if text.startswith("{") else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        kind = "JSON" if text.startswith("{") else "TOML"
        raise Setup(f"The profile is not valid {kind}: {error}.", TRUTH, "Correct the text and try again.") from error
    return profile_of(content, "the profile")


def profile_of(content: Any, what: str) -> Profile:
    """A checked profile; raises Setup that names every wrong field."""
    try:
        return Profile.model_validate(content)
    except ValidationError as error:
        lines = "; ".join(_words(one["loc"], one["type"], one["msg"]) for one in error.errors(include_input=False))
    raise Setup(f"Settings in {what} are wrong: {lines}.", TRUTH, "Correct these fields.")


def _words(place: tuple[int | str, ...], kind: str, message: str) -> str:
    said = {"missing": "is missing", "extra_forbidden": "is no setting (a typing slip?)"}.get(
        kind, message.removeprefix("Value error, ")
    )
    if not place:
        return said
    title = _title(Profile, place)
    return f"{'.'.join(map(str, place))}{f' ({title})' if title else ''}: {said}"


def _title(model: type[BaseModel], place: tuple[int | str, ...]) -> str:
    field = model.model_fields.get(str(place[0]))
    inner = field.annotation if field else None
    if len(place) > 1 and isinstance(inner, type) and issubclass(inner, BaseModel):
        return _title(inner, place[1:])
    return (field.title or "") if field else ""


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Setup(f"{path} cannot be read: {error}.", TRUTH, "Correct the file, or delete it.") from error


def _replace(path: Path, text: str) -> None:
    """Write beside, flush to the disk, put in place: whoever reads sees the old file or the new one, whole."""
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)  # left by a crash, perhaps with other rights
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        if os.name == "posix":
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        fix = "Make room on the disk, or make the folder writable."
        raise Setup(f"{path} cannot be written: {error.strerror}.", TRUTH, fix) from error
