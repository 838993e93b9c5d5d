"""What is asked of NetSuite and what is written, before it becomes a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class TransactionQuery:
    """A transaction search. Criteria left out do not count; columns and joins name their kinds.

    `columns` is column -> kind (String, Select, Double, Date, Boolean, EnumSelect, Long); `custom` script id -> kind
    (String, Select, Boolean); `joins` the columns of other transactions; `customer` the columns of the customer.
    """

    columns: Mapping[str, str]
    types: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    applied_to: tuple[str, ...] = ()
    main_line: bool | None = None
    voided: bool | None = None
    since: date | None = None
    before: date | None = None
    blank_field: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)
    joins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    customer: Mapping[str, str] = field(default_factory=dict)
    customer_custom: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Value:
    """A new value of a custom field: text, or the internal id of a list's value."""

    script_id: str
    text: str
    is_list: bool = False
