"""Names behind internal ids: currencies, payment methods, and the values of a status that is a list. Kept once read."""

from collections.abc import Iterable

from nsz_desk.domain.errors import Credentials, DeskError, Refused, Setup
from nsz_desk.domain.status import plain
from nsz_desk.gateways.http import no_answer
from nsz_desk.gateways.netsuite.caller import Caller
from nsz_desk.gateways.netsuite.queries import Value
from nsz_desk.gateways.netsuite.records import Records, expect
from nsz_desk.gateways.netsuite.results import need_success
from nsz_desk.gateways.netsuite.soap_open import Answer
from nsz_desk.gateways.netsuite.soap_read import Custom, Node
from nsz_desk.gateways.netsuite.soap_write import Messages

FIELDS = {"currency": "symbol", "paymentMethod": "name"}  # which field of the record is its name
MOST_PAGES = 100


class Names:
    """Currency codes (ISO 4217) and names of payment methods."""

    def __init__(self, records: Records) -> None:
        """Know none yet."""
        self._records = records
        self._known: dict[tuple[str, str], str] = {}

    def load(self, currencies: Iterable[str], methods: Iterable[str]) -> None:
        """Read those that are not known yet, in few calls.

        Raises:
            DeskError: one of them could not be read.
        """
        wanted = {("currency", one) for one in currencies if one} | {("paymentMethod", one) for one in methods if one}
        missing = sorted(wanted - self._known.keys())
        if not missing:
            return
        found = self._records.many(missing)
        for ref in missing:
            self._known[ref] = expect(found, ref).text(FIELDS[ref[0]])

    def currency(self, internal_id: str) -> str:
        """The ISO code of a currency.

        Raises:
            ValueError: the record names no currency, or one without a code.
        """
        code = self._name("currency", internal_id).upper()
        if len(code) != 3 or not code.isalpha() or not code.isascii():
            raise ValueError(f"no currency code: {code!r}")
        return code

    def method(self, internal_id: str) -> str:
        """The name of a payment method, "" for none."""
        return self._name("paymentMethod", internal_id) if internal_id else ""

    def _name(self, kind: str, internal_id: str) -> str:
        if not internal_id:
            return ""
        if (kind, internal_id) not in self._known:
            self.load([internal_id] if kind == "currency" else [], [internal_id] if kind != "currency" else [])
        return self._known[kind, internal_id]


class StatusField:
    """Integration Status, which is free text in some accounts and a list in others."""

    def __init__(self, caller: Caller, messages: Messages, script_id: str) -> None:
        """Not known yet which of the two."""
        self._caller, self._messages, self.script_id = caller, messages, script_id
        self._is_list: bool | None = None
        self._texts: dict[str, str] = {}  # internal id -> text, of a list

    def text(self, custom: Custom | None) -> str:
        """The status as text, "" when blank."""
        if custom is None:
            return ""
        self._is_list = custom.kind == "Select"
        if not self._is_list:
            return custom.text
        return custom.name or self.values().get(custom.internal_id, "") or f"status {custom.internal_id}"

    def value(self, text: str) -> Value:
        """The status as it is written.

        Raises:
            Setup: the field is a list without that text.
        """
        if not (self._finds_a_list() if self._is_list is None else self._is_list):
            return Value(self.script_id, text)
        for internal_id, shown in self.values().items():
            if plain(shown) == plain(text):
                return Value(self.script_id, internal_id, is_list=True)
        raise Setup(
            f"NetSuite's list for the integration status has no value {text}.",
            "Nothing was written.",
            "Add the value to the list in NetSuite, or change the status texts in the profile.",
        )

    def _finds_a_list(self) -> bool:
        """No record has shown the field yet: only of a list NetSuite tells the values.

        Text is a safe guess where it does not tell: a list refuses it, and nothing is changed.
        """
        try:
            self._is_list = bool(self.values())
        except (Refused, Credentials):
            self._is_list = False
        except DeskError:
            return False
        return self._is_list

    def values(self) -> dict[str, str]:
        """Internal id -> text of a list's values; raises `Refused` or `Credentials` where it is no list."""
        if not self._texts:
            texts, page, pages = dict[str, str](), 1, 1
            while page <= min(pages, MOST_PAGES):
                found, pages = self._page(page)
                texts |= found
                page += 1
            self._texts = texts
        return self._texts

    def _page(self, page: int) -> tuple[dict[str, str], int]:
        def take(answer: Answer) -> tuple[dict[str, str], int]:
            result = answer.content.child("getSelectValueResult")
            need_success(result, answer.at)
            if result is None:
                raise no_answer("NetSuite", "it answers without a result", answer.at)
            return {one.id: one.text("name") for one in result.rows("baseRefList", "baseRef")}, _pages(result)

        return self._caller.read(
            "getSelectValue",
            lambda passport: self._messages.select_values(passport, "customerRefund", self.script_id, page),
            take,
        )[0]


def _pages(result: Node) -> int:
    text = result.text("totalPages")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
