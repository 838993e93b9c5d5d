"""ZOQL, Zuora's older query language: parsed for real, so that what it cannot do is refused."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from nsz_desk.simulator.zuora_errors import INVALID, MALFORMED, Refused
from nsz_desk.simulator.zuora_views import View

_TOKEN = re.compile(r"\s*(?:('(?:[^'\\]|\\.)*')|(!=|<=|>=|=|<|>)|(-?\d+(?:\.\d+)?)(?![\w-])|([A-Za-z_]\w*)|(,))")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; `value` is None for null, else text without its quotes, or a number."""

    field: str
    sign: str
    value: str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; `any_of` holds groups, of which one must hold with all its conditions."""

    fields: tuple[str, ...]
    record: str
    any_of: tuple[tuple[Condition, ...], ...]

    def equals(self, field: str) -> str | None:
        """Return the text that `field` must equal in every row, if the query says so."""
        if len(self.any_of) != 1:
            return None
        return next((str(one.value) for one in self.any_of[0] if one.field == field and one.sign == "="), None)


def _malformed(text: str) -> Refused:
    return Refused(MALFORMED, text, code="MALFORMED_QUERY")


def _tokens(text: str) -> Iterator[str]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _malformed(f"You have an error in your ZOQL syntax near '{text[position : position + 12]}'")
        position = match.end()
        yield match.group(0).strip()


class _Reader:
    """Walks over the tokens of one query."""

    def __init__(self, text: str) -> None:
        self._rest = list(_tokens(text))

    def take(self, *expected: str) -> str:
        """Take the next token; Refused when it is none of `expected` (any token when none is named)."""
        token = self._rest.pop(0) if self._rest else ""
        if not token or (expected and token not in expected):
            raise _malformed(f"You have an error in your ZOQL syntax near '{token or 'end'}'")
        return token

    def next_is(self, word: str) -> bool:
        """Take the next token if it is `word`."""
        if self._rest[:1] == [word]:
            del self._rest[0]
            return True
        return False

    def ended(self) -> bool:
        """Tell whether nothing is left."""
        return not self._rest


def parse(text: str) -> Query:
    """Parse `select … from … [where …]`; Refused for all that ZOQL does not have."""
    reader = _Reader(text)
    reader.take("select")
    fields = [_name(reader)]
    while reader.next_is(","):
        fields.append(_name(reader))
    reader.take("from")
    record = _name(reader)
    groups = _where(reader) if reader.next_is("where") else ((),)
    if not reader.ended():
        raise _malformed(f"You have an error in your ZOQL syntax near '{reader.take()}'")
    if sum(map(len, groups)) > 200:
        raise _malformed("more than 200 conditions")
    return Query(tuple(fields), record, groups)


def _name(reader: _Reader) -> str:
    token = reader.take()
    if not re.fullmatch(r"[A-Za-z_]\w*", token):
        raise _malformed(f"You have an error in your ZOQL syntax near '{token}'")
    return token


def _where(reader: _Reader) -> tuple[tuple[Condition, ...], ...]:
    """Read conditions; `and` binds before `or`."""
    groups = [[_condition(reader)]]
    while not reader.ended():
        if reader.take("and", "or") == "and":
            groups[-1].append(_condition(reader))
        else:
            groups.append([_condition(reader)])
    return tuple(tuple(group) for group in groups)


def _condition(reader: _Reader) -> Condition:
    field, sign, token = _name(reader), reader.take(*_OPERATORS), reader.take()
    if token.startswith("'"):
        return Condition(field, sign, re.sub(r"\\(.)", r"\1", token[1:-1]))
    if token in {"null", "true", "false"}:
        return Condition(field, sign, None if token == "null" else token == "true")
    try:
        return Condition(field, sign, Decimal(token))
    except InvalidOperation as error:
        raise _malformed(f"You have an error in your ZOQL syntax near '{token}'") from error


def holds(query: Query, row: View) -> bool:
    """Tell whether `row` is among the answers."""
    return any(all(_true(one, row) for one in group) for group in query.any_of)


def _true(condition: Condition, row: View) -> bool:
    value = row[condition.field]
    wanted = _like(value, condition)
    if value is None or wanted is None:
        same = value is None and wanted is None
        return same if condition.sign == "=" else (not same if condition.sign == "!=" else False)
    return _OPERATORS[condition.sign](value, wanted)


def _like(value: object, condition: Condition) -> object:
    """Turn the literal into the type of the field's value."""
    literal = condition.value
    if literal is None or value is None:
        return literal
    try:
        if isinstance(value, datetime):
            moment = datetime.fromisoformat(str(literal))
            if moment.tzinfo is None:
                raise Refused(INVALID, f"invalid value for {condition.field}: a dateTime needs an offset")
            return moment
        if isinstance(value, date):
            return date.fromisoformat(str(literal))
        if isinstance(value, Decimal):
            return Decimal(str(literal))
        return literal if isinstance(value, bool) else str(literal)
    except (ValueError, InvalidOperation) as error:
        raise Refused(INVALID, f"invalid value for {condition.field}") from error
