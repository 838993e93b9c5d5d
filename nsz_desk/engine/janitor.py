"""The janitor's table: what NetSuite says of a refund, what a complete search shows, and what follows.

Source: the protocol, section 5.8. Its rows are the test plan. Open episodes are not here: they go on in
their own table. Nothing in this module sends anything.
"""

from enum import Enum

from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.domain.status import Status
from nsz_desk.engine.lists import Row


class Says(Enum):
    """What NetSuite says of a refund that no open episode of this desk is about."""

    BLANK = "nothing was begun"
    ERROR = "a try ended in an error"
    FRESH_CLAIM = "another program is at it"
    OLD_CLAIM = "a claim of unknown fate"
    ID_WITHOUT_STATUS = "a Zuora ID without Sync Complete"
    COMPLETE_WITHOUT_ID = "Sync Complete without a Zuora ID"
    COMPLETE = "Sync Complete with a Zuora ID"


class Seen(Enum):
    """What the search shows of live Zuora refunds with this NetSuite id."""

    UNREAD = "the search did not answer"
    NONE = "none is live"
    AGREES = "one is live and agrees"
    UNMARKED = "one is live and agrees, but is not marked as transferred"
    HALF = "one is live and agrees, but the credit memo is not stamped"
    OTHER_ID = "one is live, with another id than NetSuite shows"
    DIFFERS = "one is live and differs"
    SEVERAL = "more than one is live"
    VOIDED = "one is live, but the NetSuite refund is voided"


class Act(Enum):
    """What follows. ADOPT and REVIEW walk an episode that never creates; only ADOPT comes to a write."""

    NOTHING = "nothing is in doubt"
    LATER = "cannot tell yet"
    WAIT = "wait for the other program"
    SAFE = "does not exist: safe to sync"
    ADOPT = "exists: finish the write-back"
    REVIEW = "contradicts: look at it by id, then a person decides"
    ASK = "a person decides"


_SAYS_BEGUN = (Says.OLD_CLAIM, Says.ERROR, Says.BLANK)
JANITOR: dict[tuple[Says, Seen], Act] = {
    **{(says, Seen.UNREAD): Act.LATER for says in Says},
    **{(says, seen): Act.REVIEW for says in Says for seen in (Seen.SEVERAL, Seen.DIFFERS)},
    **{(says, seen): Act.WAIT for says in (Says.FRESH_CLAIM,) for seen in (Seen.NONE, Seen.AGREES, Seen.UNMARKED)},
    **{(says, Seen.NONE): Act.SAFE for says in (Says.OLD_CLAIM,)},
    **{(says, Seen.NONE): Act.NOTHING for says in (Says.BLANK, Says.ERROR)},
    **{(says, seen): Act.ADOPT for says in _SAYS_BEGUN for seen in (Seen.AGREES, Seen.UNMARKED)},
    (Says.COMPLETE_WITHOUT_ID, Seen.NONE): Act.ASK,
    (Says.COMPLETE_WITHOUT_ID, Seen.AGREES): Act.ADOPT,
    (Says.COMPLETE_WITHOUT_ID, Seen.UNMARKED): Act.ADOPT,
    (Says.ID_WITHOUT_STATUS, Seen.NONE): Act.ASK,
    (Says.ID_WITHOUT_STATUS, Seen.AGREES): Act.ADOPT,
    (Says.ID_WITHOUT_STATUS, Seen.UNMARKED): Act.ADOPT,
    (Says.ID_WITHOUT_STATUS, Seen.OTHER_ID): Act.ASK,
    (Says.COMPLETE, Seen.NONE): Act.ASK,
    (Says.COMPLETE, Seen.AGREES): Act.NOTHING,
    (Says.COMPLETE, Seen.UNMARKED): Act.ADOPT,
    (Says.COMPLETE, Seen.HALF): Act.ADOPT,
    (Says.COMPLETE, Seen.OTHER_ID): Act.ASK,
    **{(says, Seen.VOIDED): Act.WAIT if says is Says.FRESH_CLAIM else Act.ASK for says in Says},
}


def says(row: Row) -> Says:
    """What NetSuite says of this refund."""
    status, zuora_id, claim = row.case.status, row.case.refund.zuora_id.strip(), row.case.claim
    if status is Status.COMPLETE:
        return Says.COMPLETE if zuora_id else Says.COMPLETE_WITHOUT_ID
    if zuora_id:
        return Says.ID_WITHOUT_STATUS
    if claim is not None and status is Status.CREATING:
        fresh = claim.fresh(row.case.now) and not row.case.claimed_by_us
        return Says.FRESH_CLAIM if fresh else Says.OLD_CLAIM
    return Says.ERROR if status is Status.ERROR else Says.BLANK


def seen(row: Row) -> Seen:
    """What the complete search shows, compared with the NetSuite refund."""
    own = row.case.own_refunds_fact
    if isinstance(own, Unread):
        return Seen.UNREAD
    live = [refund for refund in own if not refund.dead]
    if len(live) != 1:
        return Seen.SEVERAL if live else Seen.NONE
    return _one(row, live[0])


def _one(row: Row, refund: ZuoraRefund) -> Seen:
    zuora_id, complete = row.case.refund.zuora_id.strip(), says(row) is Says.COMPLETE
    if row.case.refund.voided is True:
        return Seen.VOIDED
    if zuora_id and zuora_id != refund.id:
        return Seen.OTHER_ID
    if refund.amount != row.case.refund.amount or not refund.live:
        return Seen.DIFFERS
    if refund.transferred.casefold() != "yes":
        return Seen.UNMARKED
    return Seen.HALF if complete and _memo_blank(row) else Seen.AGREES


def _memo_blank(row: Row) -> bool:
    """The refund is stamped but its memo is blank: a write that was lost."""
    memos = row.case.memos
    if isinstance(memos, Unread):
        return False
    return any(memo.create_zuora_refund and not memo.zuora_id and not memo.status_text for memo in memos)


def act(row: Row) -> Act:
    """What follows for a refund that no open episode is about."""
    return JANITOR.get((says(row), seen(row)), Act.ASK)


def drift(row: Row) -> str:
    """Why a refund that NetSuite calls complete is not, "" when it is or when that cannot be told."""
    if says(row) is not Says.COMPLETE or act(row) in (Act.NOTHING, Act.LATER):
        return ""
    if row.case.refund.voided is True and seen(row) is Seen.NONE:
        return ""  # voided in one system and cancelled in the other: nothing is left to mend
    return f"Drift: NetSuite says complete, but in Zuora {seen(row).value}."
