"""What a mapping is chosen from: fitting fields by label, what is proposed, statuses in use, and payment methods."""

from dataclasses import replace

import pytest

from nsz_desk.domain.choices import METHOD_TYPES
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.status import StatusTexts
from nsz_desk.engine.checks import Offer
from nsz_desk.engine.offers import field_offers, method_offers, status_offers
from nsz_desk.engine.ports import MEMO, REFUND
from nsz_desk.engine.survey import LIST, TEXT, TICK_BOX, CustomField, FieldsFound, Seen

ID = CustomField(REFUND, "custbodyzuoraid", "Zuora ID", TEXT)
BOTH = (ID, replace(ID, record=MEMO))
OTHER = tuple(replace(one, script_id="custbody7", label="Their ID") for one in BOTH)


def offered(*fields: CustomField, now: str = "custbodyzuoraid") -> Offer:
    """The offer for the Zuora ID, which refund and memo share."""
    (one,) = field_offers({"zuora_id": now}, FieldsFound(fields, frozenset({REFUND, MEMO})))
    return one


def test_a_field_that_both_records_have_is_offered_once_its_own_label_first() -> None:
    """What the profile says is proposed; others of the right kind may be chosen."""
    offer = offered(*OTHER, *BOTH)
    assert [value for value, _ in offer.choices] == ["custbodyzuoraid", "custbody7"]
    assert offer.choices[0][1] == "Zuora ID · custbodyzuoraid"
    assert offer.proposed == offer.now == "custbodyzuoraid"
    assert offer.title == "Zuora ID of the refund and credit memo"


@pytest.mark.parametrize(
    "wrong",
    [
        [ID],  # the memo has none
        [replace(one, kind=LIST) for one in BOTH],
        [replace(one, kind=TICK_BOX) for one in BOTH],
        [replace(one, script_id="custcolzuoraid") for one in BOTH],
    ],
)
def test_what_does_not_fit_is_not_offered(wrong: list[CustomField]) -> None:
    """On one record only, of another kind, or a column: the profile's own stays, marked as not found."""
    offer = offered(*wrong)
    assert offer.choices == (("custbodyzuoraid", "custbodyzuoraid (not found in the account)"),)


def test_a_renamed_field_is_proposed_only_when_one_has_its_label() -> None:
    """Two with the same label are a person's choice; nothing is guessed."""
    one = tuple(replace(field, script_id="custbody_new") for field in BOTH)
    two = tuple(replace(field, script_id="custbody_old") for field in BOTH)
    assert offered(*one, now="custbodygone").proposed == "custbody_new"
    assert offered(*one, *two, now="custbodygone").proposed == "custbodygone"


def test_statuses_are_those_in_use_and_the_profiles_own() -> None:
    """A text that differs by dots or case is the same one; one that no record holds is marked."""
    creating, complete, error = status_offers(StatusTexts(), Seen((), {"SYNC COMPLETE.": "", "Done": ""}))
    assert complete.proposed == "SYNC COMPLETE."
    assert [value for value, _ in complete.choices] == ["SYNC COMPLETE.", "Done"]
    assert creating.choices[-1] == ("Creating Refund", "Creating Refund (in no record yet)")
    assert error.proposed == "Error Creating Refund"


def test_each_method_in_use_may_be_mapped_or_left_blocked() -> None:
    """Nothing is proposed for one that nobody mapped; methods that could not be read offer nothing."""
    check, barter = method_offers({"Check": "Check"}, Seen(("Check", "Barter")))
    assert (check.proposed, barter.proposed) == ("Check", "")
    assert [value for value, _ in barter.choices] == ["", *METHOD_TYPES]
    assert method_offers({}, Seen(Unread("payment methods", "hidden"))) == ()
