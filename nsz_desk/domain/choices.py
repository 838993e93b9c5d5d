"""What a person chooses for a connection, and what Zuora lets one choose from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Zuora's MethodType of an external refund. Source: Zuora reference, create calls.
METHOD_TYPES = tuple(
    "ACH Cash Check CreditCard Other PayPal WireTransfer DebitCard CreditCardReferenceTransaction".split()
)


@dataclass(frozen=True, slots=True)
class Choices:
    """Script ids by the profile's names, status texts by `creating`, `complete`, `error`, methods by NetSuite's names.

    A method of "" is taken out: its refunds stay blocked by rule D.6. `confirmed_by` is who says that the vendor's
    connector does not sync refunds, "" when nobody says so now.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)
    confirmed_by: str = ""
