"""The oracle: what must be true after every change of the world, whoever made it."""

from collections.abc import Sequence
from typing import Any

from nsz_desk.engine.ports import REFUND, STATUS, ZUORA_ID
from tests.fakes import FakeNetSuite, FakeZuora, MemoryJournal


class Oracle:
    """Checks I1, I2, I7 and the intents (R1) on the spot; `tolerate_foreign` for tests in which a person doubles."""

    def __init__(self, netsuite: FakeNetSuite, zuora: FakeZuora, journals: Sequence[MemoryJournal]) -> None:
        self.netsuite, self.zuora, self.journals = netsuite, zuora, journals
        netsuite.on_write, zuora.on_write, zuora.on_change = self.netsuite_write, self.zuora_write, self.money
        self.writes = 0
        self.violations: list[str] = []  # kept, because a run survives a fault of one row

    def money(self) -> None:
        """I1: at most one live refund that a desk made, per NetSuite refund; I2: no payment is overdrawn."""
        made = [one for one in self.zuora.refunds.values() if not one.dead and one.id.startswith("zr")]
        ours = [one.integration_id for one in made]
        self._hold(len(ours) == len(set(ours)), f"I1: two live refunds for one NetSuite refund: {made}")
        for key in self.zuora.known_payments:
            payment = self.zuora.payment(key)
            self._hold(payment.refunded <= payment.amount, f"I2: payment {key} is overdrawn")

    def zuora_write(self, verb: str, args: tuple[Any, ...]) -> None:
        """R1 for every write; a cancel must name the refund that its approved plan names."""
        if verb == "create_refund":
            call, key, track = args
            sent = {"method": call.method, "url": call.path, "body": call.body, "key": key, "track": track}
        elif verb == "cancel_refund":
            sent = {"zuora_refund": args[0], "what": "cancel the Zuora refund"}
            self._hold(self._approved(args[0]), f"I5: no approved resync names {args[0]}")
        elif verb == "apply_payment":
            parts = [{"invoice_id": key, "amount": amount.plain()} for key, amount in args[1]]
            sent = {"payment": args[0], "parts": parts}
        else:
            sent = {"zuora_refund": args[0], "values": args[1]}
        self._intended(verb, sent)

    def netsuite_write(self, verb: str, args: tuple[Any, ...]) -> None:
        """R1 for NetSuite's writes, and I7: `Sync Complete` only over a live refund that is marked."""
        record, record_id, values, clear = args
        sent = {"record": record, "record_id": record_id, "values": values}
        self._intended(verb, sent | ({"clear": clear} if clear else {}))
        if ZUORA_ID in clear:
            told = self.netsuite.refunds if record == REFUND else self.netsuite.memos
            named = self.zuora.refunds.get(told[record_id].zuora_id)
            loose = named is not None and not named.integration_id  # a link that was taken back
            self._hold(named is None or named.dead or loose, "cleared although its Zuora refund is live")
        if values.get(STATUS) == "Sync Complete":
            refund = self.zuora.refunds[values[ZUORA_ID]]
            self._hold(refund.transferred == "Yes", "I7: complete before the mark")
            if record == REFUND:
                self._hold(refund.integration_id == record_id, "I3: stamped with a refund of another")
                same = refund.amount == self.netsuite.refunds[record_id].amount
                self._hold(same, "I3: stamped with another amount")

    def _approved(self, zuora_id: str) -> bool:
        lines = [line for journal in self.journals for line in journal.lines() if line.event.kind == "episode_opened"]
        return any(line.event.detail["plan"].get("zuora_refund_id") == zuora_id for line in lines)

    def _intended(self, verb: str, sent: dict[str, Any]) -> None:
        self.writes += 1
        lines = [line for journal in self.journals for line in journal.lines() if line.event.kind == "intent"]
        found = any(all(line.event.detail.get(name) == value for name, value in sent.items()) for line in lines)
        self._hold(found, f"R1: no intent stands in the journal for {verb} {sent}")

    def _hold(self, true: bool, what: str) -> None:
        if not true:
            self.violations.append(what)
        assert true, what
