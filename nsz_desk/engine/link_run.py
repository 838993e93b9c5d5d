"""Linking and unlinking as runs: what the journal knows of a link, and the episodes of both kinds."""

from dataclasses import replace
from typing import Any

from nsz_desk.domain.status import StatusTexts
from nsz_desk.engine.batch import Run
from nsz_desk.engine.call_lines import ZUORA_REFUND
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.episode import Episode
from nsz_desk.engine.ledger import Ledger
from nsz_desk.engine.link_offer import LinkChoice, picked_id
from nsz_desk.engine.plan import Plan, load
from nsz_desk.engine.ports import MEMO, REFUND, CreateCall
from nsz_desk.engine.unlink_steps import MEMO_BEFORE, refund_before


def link_episode(run: Run, choice: LinkChoice) -> Episode:
    """The episode of an approved link; its memory says what the person saw."""
    seen = {"reasons": list(choice.candidate.reasons), "differs": list(choice.candidate.differs)}
    return run.episode(choice.plan, "LINK", "picking", candidate=seen)


def plan_unlink(ledger: Ledger, texts: StatusTexts, refund_id: str, reason: str) -> Plan | Declined:
    """The plan of taking a link back, from the journal: its body is the reason, its stamps are what is written."""
    if words := ledger.open_words(refund_id):
        return Declined(refund_id, "", f"An earlier episode is {words}. Finish first.")
    plan, memory = _last_link(ledger, refund_id)
    if plan is None or not ledger.is_linked(refund_id):
        return Declined(refund_id, "", "This desk's journal knows of no link of this refund.")
    if not reason.strip():
        return Declined(refund_id, plan.number, "A reason is needed.")
    call = CreateCall("UNLINK", picked_id(plan), reason.strip())
    return replace(plan, call=call, stamps=_unlink_stamps(texts, memory))


def _unlink_stamps(texts: StatusTexts, memory: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """What an unlink writes, in its order; a field without a text is cleared."""
    before = (
        (ZUORA_REFUND, memory["former_marks"]),
        (REFUND, refund_before(texts, memory.get("former"))),
        (MEMO, MEMO_BEFORE),
    )
    return tuple((record, name, str(text)) for record, fields in before for name, text in fields.items())


def linked_number(ledger: Ledger, refund_id: str) -> str:
    """The number of the Zuora refund that the last link named, "" without one."""
    return str(_last_link(ledger, refund_id)[1].get("zuora_number", ""))


def unlink_episode(run: Run, plan: Plan) -> Episode:
    """The episode of an approved unlink, with the values that the link found."""
    _, memory = _last_link(run.ledger, plan.refund_id)
    kept = {name: memory[name] for name in ("former", "former_marks", "zuora_number") if name in memory}
    return run.episode(plan, "UNLINK", "linked", **kept)


def _last_link(ledger: Ledger, refund_id: str) -> tuple[Plan | None, dict[str, Any]]:
    """The last link of a refund that was not taken back yet: its plan, and its memory as it ended."""
    plan: Plan | None = None
    memory: dict[str, Any] = {}
    episode = ""
    for line in ledger.of_refund(refund_id):
        detail = line.event.detail
        if line.event.kind == "episode_opened" and detail["table"] == "LINK":
            plan, episode = load(detail["plan"]), line.event.episode
        if line.event.episode == episode and "memory" in detail:
            memory = dict(detail["memory"])
        if line.event.kind == "episode_ended" and detail["end"] == "undone":
            plan, memory = None, {}
    return plan, memory
