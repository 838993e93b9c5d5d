"""A profile with what a person chose: custom fields, status texts, payment methods, and their word on the connector."""

from datetime import date

from nsz_desk.domain.choices import Choices
from nsz_desk.settings.file import profile_of
from nsz_desk.settings.model import Profile


def mapped(profile: Profile, choices: Choices, today: date) -> Profile:
    """The profile with what was chosen; everything else stays.

    Raises:
        Setup: a choice is none, such as a script id of no custom field.
    """
    content = profile.model_dump(mode="json")
    content["netsuite"]["fields"] |= choices.fields
    content["status"] |= choices.statuses
    content["methods"] = {name: kind for name, kind in {**profile.methods, **choices.methods}.items() if kind}
    if choices.confirmed_by:
        content["connector_off"] = {"by": choices.confirmed_by, "on": today.isoformat()}
    return profile_of(content, "the mapping")
