"""The doctor's look at values: the status texts and the payment methods that the account uses."""

from collections.abc import Sequence

from nsz_desk.domain.facts import Unread
from nsz_desk.domain.status import Status, StatusTexts, plain
from nsz_desk.engine.checks import Answer, Check, Expected
from nsz_desk.engine.doctor_fields import FOR_ADMIN
from nsz_desk.engine.survey import Seen

STATUSES, METHODS = "status_values", "methods"
TITLES = {STATUSES: "Integration Status values", METHODS: "Payment methods"}


def value_checks(expected: Expected, seen: Seen) -> tuple[Check, Check]:
    """Status texts and payment methods."""
    return _statuses(expected.statuses, seen), _methods(expected, seen)


def _statuses(texts: StatusTexts, seen: Seen) -> Check:
    held = {plain(text): key for text, key in seen.statuses.items()}
    if seen.status_is_list is None:
        return _check(
            STATUSES, Answer.NOT_KNOWN, "no record that was looked at holds one", "Sync one refund, then test."
        )
    if not seen.status_is_list:
        return _free(texts, seen)
    needed = (texts.creating, texts.complete)  # what the desk writes
    if missing := [text for text in needed if plain(text) not in held]:
        return _missing(missing, seen)
    ids = ", ".join(f"{text} is {held[plain(text)]}" for text in needed)
    return _check(STATUSES, Answer.OK, f"a list, by internal id: {ids}")


def _missing(missing: Sequence[str], seen: Seen) -> Check:
    words = " and ".join(missing)
    if seen.every_status:
        found = f"the list has no value {words}"
        remedy = (
            f"{FOR_ADMIN}add {words} to the list of Zuora Integration Status. Or choose its own values in the mapping."
        )
    else:
        found = f"the status is a list, and no record shows the internal id of {words}"
        remedy = f"Set {words} once by hand on any refund in NetSuite. Or choose the list's own values in the mapping."
    return _check(STATUSES, Answer.PROBLEM, found, remedy)


def _free(texts: StatusTexts, seen: Seen) -> Check:
    strange = [text for text in seen.statuses if texts.meaning(text) is Status.OTHER]
    if strange:
        found = f"text; in use, and none of the profile's: {', '.join(sorted(strange))}"
        return _check(STATUSES, Answer.WARNING, found, "Compare them with the profile's status texts in the mapping.")
    used = ", ".join(sorted(seen.statuses))
    return _check(STATUSES, Answer.OK, f"text; in use: {used}" if used else "text; none is in use yet")


def _methods(expected: Expected, seen: Seen) -> Check:
    if isinstance(seen.methods, Unread):
        remedy = f"{FOR_ADMIN}let the integration role see the payment methods of customer refunds."
        return _check(METHODS, Answer.NOT_KNOWN, seen.methods.why, remedy)
    if missing := [one for one in seen.methods if not expected.methods.get(one)]:
        found = f"without a Zuora MethodType: {', '.join(missing)}"
        remedy = "Map them, or refunds that were paid this way stay blocked (rule D.6)."
        return _check(METHODS, Answer.WARNING, found, remedy)
    pairs = ", ".join(f"{one} is {expected.methods[one]}" for one in seen.methods)
    return _check(METHODS, Answer.OK, pairs or "none is in use yet")


def _check(name: str, answer: Answer, found: str, remedy: str = "") -> Check:
    return Check(name, TITLES[name], answer, found, remedy)
