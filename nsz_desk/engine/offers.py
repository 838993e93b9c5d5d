"""What a mapping is chosen from: for each setting the custom fields that fit, by label; statuses; payment methods."""

from collections.abc import Mapping

from nsz_desk.domain.choices import METHOD_TYPES
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.status import StatusTexts, plain
from nsz_desk.engine.checks import Expected, Holdings, Offer, Offers
from nsz_desk.engine.doctor_fields import ON, USED, Used, same_label
from nsz_desk.engine.survey import CUSTOMER, CustomField, FieldsFound, Seen


def offers_of(expected: Expected, holdings: Holdings) -> Offers | None:
    """What may be chosen for a profile; None where NetSuite told no fields."""
    if holdings.fields is None:
        return None
    return Offers(
        field_offers(expected.fields, holdings.fields),
        status_offers(expected.statuses, holdings.seen),
        method_offers(expected.methods, holdings.seen),
        expected.connector_off,
    )


def field_offers(fields: Mapping[str, str], found: FieldsFound) -> tuple[Offer, ...]:
    """For each field that the profile uses those of its records that have a fitting kind, its own label first."""
    names = [name for name in dict.fromkeys(one.name for one in USED) if name in fields]
    return tuple(_offer([one for one in USED if one.name == name], fields[name].lower(), found) for name in names)


def _offer(used: list[Used], now: str, found: FieldsFound) -> Offer:
    """A setting that two records share is offered what both have."""
    fits = [{one.script_id: one for one in _fitting(each, found)} for each in used]
    shared = [one for key, one in fits[0].items() if all(key in others for others in fits)]
    alike = [one for one in shared if same_label(used[0].label, one.label)]
    ordered = alike + sorted((one for one in shared if one not in alike), key=lambda one: one.label.casefold())
    choices = [(one.script_id, _words(one)) for one in ordered]
    here = any(key == now for key, _ in choices)
    if not here:
        choices.append((now, f"{now} (not found in the account)"))
    proposed = alike[0].script_id if not here and len(alike) == 1 else now
    where = " and ".join(ON[one.record] for one in used)
    return Offer(used[0].name, f"{used[0].label} of the {where}", tuple(choices), proposed, now)


def _fitting(used: Used, found: FieldsFound) -> list[CustomField]:
    prefix = "custentity" if used.record == CUSTOMER else "custbody"
    on_it = (one for one in found.fields if one.record == used.record and one.script_id.startswith(prefix))
    return [one for one in on_it if not one.kind or one.kind in used.kinds]


def _words(one: CustomField) -> str:
    return f"{one.label} · {one.script_id}" if one.label else one.script_id


STATUS_TITLES = {"creating": "While it is made", "complete": "When it is done", "error": "When it failed"}


def status_offers(texts: StatusTexts, seen: Seen) -> tuple[Offer, ...]:
    """For each status text what the account holds, and what the profile says; of a list only its values are known."""
    held = list(seen.statuses)
    offers = []
    for name, title in STATUS_TITLES.items():
        now = str(getattr(texts, name))
        same = next((text for text in held if plain(text) == plain(now)), "")
        choices = [(text, text) for text in held]
        if not same:
            choices.append((now, f"{now} (in no record yet)"))
        offers.append(Offer(name, title, tuple(choices), same or now, now))
    return tuple(offers)


def method_offers(methods: Mapping[str, str], seen: Seen) -> tuple[Offer, ...]:
    """For each payment method that refunds have the Zuora types; nothing is proposed for one that nobody mapped."""
    if isinstance(seen.methods, Unread):
        return ()
    choices = (("", "Not mapped: its refunds stay blocked"), *((one, one) for one in METHOD_TYPES))
    return tuple(Offer(one, one, choices, methods.get(one, ""), methods.get(one, "")) for one in seen.methods)
