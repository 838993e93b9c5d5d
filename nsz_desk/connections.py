"""Connections: profiles with their secrets and keys. What both faces do with them, so that they do the same.

A secret goes from the hand that typed it to the vault, a private key from its making to the vault; neither comes back.
Every method may block while the keychain asks its user. All raise DeskError with what is true afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nsz_desk import assembly
from nsz_desk.domain.errors import Credentials, DeskError, NoSecrets, Setup
from nsz_desk.engine.checks import Examined
from nsz_desk.gateways.netsuite import certificate as certificates
from nsz_desk.settings.file import Folders, Profiles, folders
from nsz_desk.settings.given import flat, secrets_from
from nsz_desk.settings.model import Profile, Secrets
from nsz_desk.settings.vault import KeyringVault, MemoryVault, Vault

KEY, KEY_ID = "netsuite_rest.private_key", "netsuite_rest.certificate_id"
NOTHING = "Nothing was saved."
NOTHING_SENT = "Nothing was sent to NetSuite or Zuora."
STAYS = "The key in use stays as it is."
THIS_RUN = "for this run only: they are gone when the program ends"
NO_KEYCHAIN = f"{THIS_RUN}, because this computer offers no keychain that the desk trusts"


@dataclass(frozen=True, slots=True)
class Connections:
    """The connections in a settings folder. `run` holds secrets that were given for this run only."""

    shelf: Profiles
    places: Folders
    run: MemoryVault

    # -- secrets
    def secrets(self, name: str) -> Secrets:
        """Those given for this run, else those kept; raises NoSecrets when there are none."""
        if self.run.holds(name):
            return self.run.load(name)
        try:
            vault = KeyringVault()
        except Setup as problem:
            raise NoSecrets(
                problem.title, NOTHING_SENT, "Enter the secrets: they are held for this run only."
            ) from None
        return vault.load(name)

    def completed(self, name: str, profile: Profile, given: Mapping[str, str]) -> tuple[Secrets, bool]:
        """What was given by `block.name`, completed by what is kept; and whether the key that waits is among it.

        A certificate id that comes without a private key belongs to the key that waits, if one does.
        """
        try:
            return secrets_from(given), False
        except Setup as problem:
            kept, waits = self._kept(name, profile, given)
            if not kept and not waits:
                raise problem from None
        return secrets_from({**kept, **given, **waits}), bool(waits)

    def _kept(self, name: str, profile: Profile, given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        if name not in self.shelf.names():
            return {}, {}
        try:
            kept = flat(self.secrets(name).used_by(profile.netsuite.interface))
        except NoSecrets:
            kept = {}
        if KEY_ID not in given or KEY in given or not profile.netsuite.next_certificate:
            return kept, {}
        key = KeyringVault().next_key(name)
        return kept, {KEY: key.get_secret_value()} if key else {}

    def examined(self, name: str, profile: Profile, given: Mapping[str, str]) -> Examined:
        """What a connection test looks at, with these secrets; nothing is saved by it."""
        held, _ = self.completed(name, profile, given)
        try:
            keychain, kept = KeyringVault().describe(), True
        except DeskError:
            keychain, kept = "none that the desk trusts", False
        return assembly.examined(profile, held, self.places, keychain=keychain, kept=kept)

    def keep(self, name: str, profile: Profile, given: Mapping[str, str], *, new: bool, this_run: bool = False) -> str:
        """Save a profile and its secrets, or neither; answers where the secrets are. Without any the profile alone.

        `new` refuses a name that is taken.
        """
        self._is_free(name, new)
        if not given:
            self.shelf.add(name, profile)
            self.shelf.use(name)
            return "not entered"
        held, took_waiting = self.completed(name, profile, given)
        held = held.used_by(profile.netsuite.interface)
        where = self._save(name, held, this_run)
        try:
            self.shelf.add(name, profile if this_run else _certified(profile, held, took_waiting))
        except DeskError:
            if new:
                self._forget(name)
            raise
        if took_waiting and not this_run:  # for this run the key stays where it waits: it must not go with the program
            KeyringVault().forget_next_key(name)
        self.shelf.use(name)
        return where

    def _is_free(self, name: str, new: bool) -> None:
        taken = [one for one in self.shelf.names() if one.casefold() == name.casefold()]
        if new and taken:
            raise Setup(f"There is a connection {taken[0]} already.", NOTHING, "Choose another name.")

    def _save(self, name: str, held: Secrets, this_run: bool) -> str:
        if this_run:
            self.run.save(name, held)
            return THIS_RUN
        try:
            vault = KeyringVault()
        except Setup:
            self.run.save(name, held)
            return NO_KEYCHAIN
        try:
            vault.save(name, held)
        except (Setup, Credentials) as problem:
            raise type(problem)(problem.title, NOTHING, problem.hint) from None
        self.run.remove(name)
        return f"saved and read back in {vault.describe()}"

    def _forget(self, name: str) -> None:
        self.run.remove(name)
        try:
            KeyringVault().remove(name)
        except Setup:
            return  # without a keychain nothing was kept

    # -- keys
    def make_key(self, name: str, profile: Profile, *, new: bool, again: bool = False) -> Profile:
        """Make a key for REST, keep it beside the one in use, save the profile with its public certificate.

        One that waits already stays, unless `again` asks for another in its place. Answers the profile as saved.

        Raises:
            Setup: the profile is not for REST, or this computer has no keychain: such a key must outlast this run.
        """
        self._is_free(name, new)
        if profile.netsuite.interface != "rest":
            raise Setup("Tokens need no key: the profile reaches NetSuite over SOAP.", NOTHING, "Choose REST first.")
        vault = _keychain_for_keys()
        waiting = profile.netsuite.next_certificate
        if waiting and not again and (key := vault.next_key(name)) and certificates.belongs(waiting, key):
            return profile
        made = certificates.make(profile.netsuite.account, datetime.now(UTC))
        vault.save_next_key(name, made.private_key)
        netsuite = profile.netsuite.model_copy(update={"next_certificate": made.certificate.strip()})
        saved = profile.model_copy(update={"netsuite": netsuite})
        self.shelf.add(name, saved)
        return saved

    def take_into_use(self, name: str, profile: Profile, given: Mapping[str, str]) -> None:
        """Take the key that waits into use, with the certificate id given, once NetSuite has let it in.

        Raises:
            Setup: no key waits.
            Credentials: NetSuite does not let it in, or another error of asking it; the key in use stays.
        """
        if not profile.netsuite.next_certificate:
            raise Setup(f"No new key of {name} waits.", STAYS, "Make one first.")
        held, took_waiting = self.completed(name, profile, given)
        if not took_waiting:
            raise Setup("The certificate id is missing, or the keychain holds no new key.", STAYS, "Make a key anew.")
        try:
            assembly.examined(profile, held, self.places, keychain="", kept=True).netsuite.server_time()
        except DeskError as problem:
            raise type(problem)(problem.title, STAYS, problem.hint) from None
        self.keep(name, profile, given, new=False)

    # -- the whole
    def remove(self, name: str) -> str:
        """Remove a profile, its secrets and keys; answers what stays: the journal's file, "" where none is known."""
        path = self.shelf.load_path(name)
        try:
            journal = assembly.journal_path(self.shelf.load(name), self.places)
        except DeskError:  # a profile with mistakes in it can be removed all the same
            journal = path
        self._forget(name)
        self.shelf.remove(name)
        return str(journal) if journal != path and journal.exists() else ""


def connections(run: MemoryVault | None = None) -> Connections:
    """Those of this computer's settings folder."""
    places = folders()
    return Connections(Profiles(places.config), places, run or MemoryVault())


def _keychain_for_keys() -> Vault:
    try:
        return KeyringVault()
    except Setup as problem:
        fix = f"{problem.hint.partition(';')[0]}; or enter a key that is kept elsewhere."
        raise Setup(problem.title, "No key was made: it would be lost when the program ends.", fix) from None


def _certified(profile: Profile, held: Secrets, took_waiting: bool) -> Profile:
    """The profile with the certificate of the key in use, as far as it is known."""
    if held.netsuite_rest is None:
        return profile
    netsuite, key = profile.netsuite, held.netsuite_rest.private_key
    known = [one for one in (netsuite.next_certificate, netsuite.certificate) if one]
    ours = next((one for one in known if certificates.belongs(one, key)), "")
    waiting = "" if took_waiting else netsuite.next_certificate
    changed = netsuite.model_copy(update={"certificate": ours, "next_certificate": waiting})
    return profile.model_copy(update={"netsuite": changed})
