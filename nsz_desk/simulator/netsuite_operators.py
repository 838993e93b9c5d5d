"""What each search operator means, for texts, dates, numbers, ticks and lists of choices.

Each function takes the criterion element as sent and answers a test for one value. An operator that
is not known here is refused, never skipped: a skipped criterion would return too many rows.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import Element

from nsz_desk.simulator.netsuite_wire import day_of, moment_of
from nsz_desk.simulator.netsuite_xml import RecordError, against_schema, children, is_true, local, text_of

Test = Callable[[Any], bool]
NONE = "@NONE@"  # the choice that stands for a blank select field


def _unknown(node: Element) -> RecordError:
    return RecordError(
        "INVALID_SEARCH_OPERATOR",
        f"The operator {node.get('operator')!r} does not fit the criterion {local(node.tag)}.",
    )


def texts(node: Element, blank_is_not: bool) -> Test:
    """A SearchStringField. Letters' case does not count; `blank_is_not`: does `isNot` find blank fields?"""
    wanted = text_of(next(iter(children(node, "searchValue")), None)).casefold()
    tests: dict[str, Test] = {
        "is": lambda value: bool(value.casefold() == wanted),
        "isNot": lambda value: bool(value.casefold() != wanted and (value or blank_is_not)),
        "contains": lambda value: wanted in value.casefold(),
        "doesNotContain": lambda value: wanted not in value.casefold() and bool(value or blank_is_not),
        "startsWith": lambda value: bool(value.casefold().startswith(wanted)),
        "doesNotStartWith": lambda value: not value.casefold().startswith(wanted) and bool(value or blank_is_not),
        "empty": lambda value: not value,
        "notEmpty": bool,
    }
    operator = node.get("operator", "")
    if operator not in tests:
        raise _unknown(node)
    if operator not in ("empty", "notEmpty") and not wanted:
        raise RecordError("INVALID_SEARCH_VALUE", f"The criterion {local(node.tag)} has no searchValue.")
    return tests[operator]


def ticks(node: Element) -> Test:
    """A SearchBooleanField: the value equals the one sent."""
    found = children(node, "searchValue")
    if not found:
        raise RecordError("INVALID_SEARCH_VALUE", f"The criterion {local(node.tag)} has no searchValue.")
    wanted = is_true(text_of(found[0]))
    return lambda value: value is wanted


def choices(node: Element, by_text: bool = False) -> Test:
    """A multi-select field: anyOf or noneOf internal ids (`by_text`: of enumeration values)."""
    found = children(node, "searchValue")
    wanted = {text_of(one) if by_text else one.get("internalId", "") for one in found}
    if not wanted or "" in wanted:
        raise RecordError("INVALID_SEARCH_VALUE", f"The criterion {local(node.tag)} has an empty searchValue.")
    if len(wanted) > 1_000:
        raise RecordError("INVALID_SEARCH_VALUE", f"The criterion {local(node.tag)} has more than 1,000 values.")
    if NONE in wanted:
        wanted.add("")
    operator = node.get("operator")
    if operator == "anyOf":
        return lambda value: value in wanted
    if operator == "noneOf":
        return lambda value: value not in wanted
    raise _unknown(node)


def numbers(node: Element) -> Test:
    """A SearchDoubleField. A value nobody knows (None) meets no comparison."""
    sent = [_number(text_of(one)) for name in ("searchValue", "searchValue2") for one in children(node, name)]
    low, high = [*sent, None, None][:2]
    tests: dict[str, Callable[[Decimal, Decimal], bool]] = {
        "equalTo": lambda value, limit: value == limit,
        "notEqualTo": lambda value, limit: value != limit,
        "greaterThan": lambda value, limit: value > limit,
        "greaterThanOrEqualTo": lambda value, limit: value >= limit,
        "lessThan": lambda value, limit: value < limit,
        "lessThanOrEqualTo": lambda value, limit: value <= limit,
    }
    operator = node.get("operator", "")
    if operator in ("empty", "notEmpty"):
        return lambda value: (value is None) is (operator == "empty")
    if low is None:
        raise RecordError("INVALID_SEARCH_VALUE", f"The criterion {local(node.tag)} has no searchValue.")
    if operator == "between" and high is not None:
        return lambda value: value is not None and low <= value <= high
    if operator not in tests:
        raise _unknown(node)
    return lambda value: value is not None and tests[operator](value, low)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as exc:
        raise against_schema(f"'{text}' is not a double") from exc
    if not number.is_finite():
        raise RecordError("INVALID_SEARCH_VALUE", f"No amount can be compared with {text}.")
    return number


def days(node: Element, zone: str) -> Test:
    """A SearchDateField on a business date: the moments sent count as days of the user's zone."""
    return _ordered(node, [day_of(moment, zone) for moment in _moments(node)])


def moments(node: Element, zone: str) -> Test:
    """A SearchDateField on an instant; `on` and `notOn` compare days of the user's zone."""
    found = _moments(node)
    if node.get("operator") not in ("on", "notOn"):
        return _ordered(node, found)
    by_day = _ordered(node, [day_of(moment, zone) for moment in found])
    return lambda value: by_day(day_of(value, zone) if value is not None else None)


def _moments(node: Element) -> list[datetime]:
    if children(node, "predefinedSearchValue"):
        raise RecordError("INVALID_SEARCH_VALUE", "Named periods such as lastMonth are not kept here; send dates.")
    return [moment_of(text_of(one)) for name in ("searchValue", "searchValue2") for one in children(node, name)]


def _ordered(node: Element, sent: list[Any]) -> Test:
    """The date operators over values that can be ordered; None (no date) meets only the negative ones."""
    operator = node.get("operator", "")
    if operator in ("empty", "notEmpty"):
        return lambda value: (value is None) is (operator == "empty")
    needed = 2 if operator in ("within", "notWithin") else 1
    if len(sent) < needed:
        raise RecordError("INVALID_SEARCH_VALUE", f"The operator {operator!r} needs {needed} date(s).")
    first: date | datetime = sent[0]
    last: date | datetime = sent[-1]
    tests: dict[str, Test] = {
        "after": lambda value: bool(value > first),
        "before": lambda value: bool(value < first),
        "on": lambda value: bool(value == first),
        "onOrAfter": lambda value: bool(value >= first),
        "onOrBefore": lambda value: bool(value <= first),
        "within": lambda value: bool(first <= value <= last),
    }
    plain = operator[3:4].lower() + operator[4:] if operator.startswith("not") else operator
    if plain not in tests:
        raise _unknown(node)
    if plain != operator:
        return lambda value: value is None or not tests[plain](value)
    return lambda value: value is not None and tests[plain](value)
