"""Profiles as files, and the folders they are in."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from nsz_desk.domain.errors import Setup
from nsz_desk.settings.file import Folders, Profiles, folders, parse_profile
from tests.settings.profiles import PROFILE, profile


@pytest.fixture
def profiles(tmp_path: Path) -> Profiles:
    """An empty settings folder."""
    return Profiles(tmp_path / "config")


def test_one_folder_holds_everything_when_the_environment_names_it(tmp_path: Path) -> None:
    """NSZ_DESK_HOME is settings folder, and journal, logs and locks are folders in it."""
    root = tmp_path / "home"
    assert folders({"NSZ_DESK_HOME": str(root)}) == Folders(root, root / "journal", root / "logs", root / "locks")


def test_without_it_the_systems_usual_places_are_taken() -> None:
    """Every folder has the program's name in its path and none is the person's home itself."""
    found = folders({})
    for folder in (found.config, found.journal, found.logs, found.locks):
        assert "nsz-desk" in folder.parts


def test_a_profile_comes_back_as_it_was_saved(profiles: Profiles) -> None:
    """What `add` wrote, `load` reads: every field, also those with defaults."""
    profiles.add("Demo_1-x", profile())
    assert profiles.load("Demo_1-x") == profile()
    assert profiles.names() == ("Demo_1-x",)


def test_json_and_toml_mean_the_same() -> None:
    """The contract's profile is accepted in both forms, a TOML date and a byte order mark included."""
    from_json = parse_profile("\ufeff" + json.dumps(PROFILE))
    assert parse_profile(tomli_w.dumps(PROFILE)) == from_json
    assert parse_profile(tomli_w.dumps(PROFILE).replace('"2026-01-01"', "2026-01-01")) == from_json
    assert from_json.methods["Wire Transfer"] == "WireTransfer"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lanes": 99}, "lanes: Input should be less than or equal to 16"),
        ({"idle_minutes": -1}, r"idle_minutes \(Lock after idle minutes\): Input should be greater than or equal to 0"),
        ({"cutover": None}, r"cutover \(Cutover date\):"),
        ({"zuora": {}}, r"zuora\.url \(Address\): is missing"),
        ({"netsuite": PROFILE["netsuite"] | {"acount": "1"}}, r"netsuite\.acount: is no setting \(a typing slip\?\)"),
        ({"kind": "production"}, "https on port 443 is required"),
        ({"zuora": PROFILE["zuora"] | {"url": "http://10.0.0.1"}}, "Zuora: a simulator is on this computer"),
    ],
)
def test_a_wrong_field_is_named_in_plain_words(changes: dict[str, Any], words: str) -> None:
    """Every mistake raises Setup with the field's path and label."""
    with pytest.raises(Setup, match=words) as caught:
        profile(**changes)
    assert "the profile" in caught.value.title
    assert caught.value.hint


def test_all_wrong_fields_are_named_at_once() -> None:
    """Two mistakes, one message."""
    with pytest.raises(Setup, match=r"(?s)lanes.*claim_wait_seconds|claim_wait_seconds.*lanes"):
        profile(lanes=0, claim_wait_seconds=-1)


@pytest.mark.parametrize("text", ["{", "kind = ", "[" * 5000, "[]", '{"a": 1', "\x00"])
def test_text_that_is_no_profile_is_refused(text: str) -> None:
    """Broken JSON or TOML, or something else, raises Setup."""
    with pytest.raises(Setup):
        parse_profile(text)


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a" * 41, "a b", "ä", "x.toml", "con."])
def test_a_name_that_could_leave_the_folder_is_refused(profiles: Profiles, name: str) -> None:
    """Names are letters, digits, - and _, at most 40, for every verb."""
    verbs = (lambda: profiles.add(name, profile()), lambda: profiles.load(name), lambda: profiles.remove(name))
    for verb in verbs:
        with pytest.raises(Setup, match="cannot name a profile"):
            verb()


def test_names_that_differ_by_case_alone_are_refused(profiles: Profiles) -> None:
    """On a disk that ignores case the second would silently replace the first."""
    profiles.add("Main", profile())
    with pytest.raises(Setup, match="There is a profile Main already"):
        profiles.add("main", profile())
    profiles.add("Main", profile(lanes=2))
    assert profiles.load("Main").lanes == 2


def test_a_profile_that_is_not_there_is_said_with_those_that_are(profiles: Profiles) -> None:
    """The message lists the names that exist."""
    profiles.add("one", profile())
    with pytest.raises(Setup, match="Profiles: one"):
        profiles.load("two")
    with pytest.raises(Setup, match="no profile 'two'"):
        profiles.remove("two")


def test_the_profile_used_last_is_remembered(profiles: Profiles) -> None:
    """It is the default, until it is removed; other settings in the file stay."""
    assert profiles.last() == ""
    for name in ("one", "two"):
        profiles.add(name, profile())
    settings = profiles.config / "settings.toml"
    settings.write_text('colour = "dark"\n')
    profiles.use("two")
    assert profiles.last() == profiles.pick() == "two"
    assert profiles.pick("one") == "one"
    profiles.remove("two")
    assert (profiles.last(), profiles.pick()) == ("", "one")
    assert 'colour = "dark"' in settings.read_text()


def test_without_a_choice_the_only_profile_is_taken_and_else_one_must_be_named(profiles: Profiles) -> None:
    """None, one, several: Setup, that one, Setup."""
    with pytest.raises(Setup, match="no profile yet"):
        profiles.pick()
    profiles.add("one", profile())
    assert profiles.pick() == "one"
    profiles.add("two", profile())
    with pytest.raises(Setup, match="several"):
        profiles.pick()


def test_a_profile_with_mistakes_can_be_removed(profiles: Profiles) -> None:
    """A hand-edited file that does not load names file and mistake, and can still be deleted."""
    profiles.add("one", profile())
    path = profiles.config / "profiles" / "one.toml"
    path.write_text(path.read_text() + "\nlaness = 3\n[")
    with pytest.raises(Setup, match=r"one\.toml cannot be read"):
        profiles.load("one")
    profiles.remove("one")
    assert profiles.names() == ()


def test_files_are_for_this_user_only_and_nothing_is_left_beside_them(profiles: Profiles) -> None:
    """0600 in 0700, also where a crash left a wider file beside; the temporary file is gone."""
    folder = profiles.config / "profiles"
    folder.mkdir(parents=True)
    (folder / "one.new").write_text("half")
    (folder / "one.new").chmod(0o644)
    profiles.add("one", profile())
    profiles.use("one")
    assert [path.name for path in folder.iterdir()] == ["one.toml"]
    assert (folder / "one.toml").stat().st_mode & 0o777 == 0o600
    assert (profiles.config / "settings.toml").stat().st_mode & 0o777 == 0o600


def test_a_failed_write_leaves_the_old_profile(profiles: Profiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails before the new file is in place, the old one is still whole."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    profiles.add("one", profile())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Setup, match="No space left"):
        profiles.add("one", profile(lanes=2))
    assert profiles.load("one").lanes == 4


def test_no_secret_has_a_place_in_a_profile() -> None:
    """A secret typed into a profile is refused, and not quoted."""
    with pytest.raises(Setup, match=r"zuora\.client_secret: is no setting") as caught:
        profile(zuora=PROFILE["zuora"] | {"client_secret": "hush-hush"})
    assert "hush" not in str(caught.value)
