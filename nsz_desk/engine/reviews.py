"""The exits of all that waits for a person, as one table: reason, decisions, the evidence each needs, what follows.

Source: the protocol, section 5.9. A decision that the desk cannot carry out safely is not in the table: cancelling
one of two live refunds, or cancelling for a record that NetSuite has no more, is done by hand in Zuora, and the
decisions here begin with the proof that it was done.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum

from nsz_desk.engine.janitor import Act, Says, Seen, act, drift, says, seen
from nsz_desk.engine.ledger import ASIDE, Standing
from nsz_desk.engine.lists import Row
from nsz_desk.rules.book import Verdict
from nsz_desk.rules.rule import Answer


class What(StrEnum):
    """What a person may decide, by the word that the command line takes."""

    LOOK_AGAIN = "look-again"
    MAKE_NEW = "make-new"
    OTHER_REFUND = "other-refund"
    ADOPT = "adopt"
    RELINK = "relink"
    REPAIR = "repair"
    RESYNC = "resync"
    CLEAR = "clear"
    GO_ON = "go-on"
    SKIP_APPLY = "skip-apply"
    ACCEPT = "accept"
    SET_ASIDE = "set-aside"


class Need(Enum):
    """The evidence that must be on the screen before a decision is offered."""

    ONE_LIVE = "exactly one live Zuora refund carries this id, and agrees with NetSuite"
    ONLY_METHOD = "exactly one is live, and only its method differs"
    ONLY_DATE = "exactly one is live and agrees; NetSuite is stamped with it"
    NONE_LIVE = "a complete search shows no live Zuora refund with this id, and the payment's totals agree"
    FOOTS = "the search and the payment's refunded total agree"
    NAMED_LIVE = "the Zuora refund that NetSuite names is live and carries this id"
    NAMED_DEAD = "the Zuora refund that NetSuite names is cancelled, or gone at three reads"
    NAMES_OTHER = "NetSuite names a Zuora refund that is dead, beside the live one"
    NAMES_NO_OTHER = "NetSuite names no other Zuora refund"
    NAMES_NONE = "NetSuite names no Zuora refund"
    DEAD_READ = "every Zuora refund with this id was read by id and is cancelled"
    TWINS_READ = "every look-alike was read by id and still carries no NetSuite id"
    NETSUITE_READ = "NetSuite's refund was read, and is not voided"
    NETSUITE_VOID = "NetSuite's refund is voided or gone"
    SETTLED = "no create went unanswered within the last 25 hours"
    AN_HOUR = "the last create is an hour old"
    FORGOTTEN = "the last create is 25 hours old"


class Follow(Enum):
    """What the desk does with a decision."""

    JUDGE = "The row is judged afresh; sync it like any other."
    WRITE_BACK = "The live refund is verified, and what NetSuite lacks is written; nothing is created."
    UNDO = "A resync, whose plan a person approves."
    RESUME = "The open episode goes on with a look."
    SKIP = "The money stays loose; the resync goes on with NetSuite."
    CLOSE = "Nothing more is done; the row waits for nobody."
    ASIDE = "Nothing is sent; the row stays where it is, marked as set aside."


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on one reason: what it says, the evidence it needs, and what follows."""

    what: What
    says: str
    needs: tuple[Need, ...]
    follow: Follow


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row waits: its key, the beginnings of the engine's own words, the decisions, and ways by other commands."""

    key: str
    starts: tuple[str, ...]
    decisions: tuple[Decision, ...]
    ways: tuple[str, ...] = ()


N, W, F = Need, What, Follow
LINK = "link ID --zuora-refund KEY: it is this one"
UNLINK = "unlink ID --reason TEXT: take the desk's own link back"
BY_HAND = "cancel the wrong one by hand in Zuora, then decide here"

_ASIDE = Decision(W.SET_ASIDE, "Leave it as it is for now", (), F.ASIDE)
_ADOPT = Decision(
    W.ADOPT,
    "The live one is right: finish the write-back",
    (N.NETSUITE_READ, N.ONE_LIVE, N.NAMES_NO_OTHER),
    F.WRITE_BACK,
)
_RELINK = Decision(
    W.RELINK,
    "The live one is right: NetSuite shall name it instead",
    (N.NETSUITE_READ, N.ONE_LIVE, N.NAMES_OTHER),
    F.WRITE_BACK,
)
_REPAIR = Decision(
    W.REPAIR, "Write back what NetSuite lacks", (N.NETSUITE_READ, N.ONE_LIVE, N.NAMES_NO_OTHER), F.WRITE_BACK
)
_MAKE_NEW = Decision(
    W.MAKE_NEW,
    "Nothing live is left: make a new one",
    (N.NETSUITE_READ, N.NONE_LIVE, N.DEAD_READ, N.NAMES_NONE, N.SETTLED),
    F.JUDGE,
)
_RESYNC = Decision(
    W.RESYNC, "Cancel the one NetSuite names and clear NetSuite", (N.NETSUITE_READ, N.NAMED_LIVE, N.SETTLED), F.UNDO
)
_CLEAR = Decision(
    W.CLEAR, "It is dead in Zuora: clear NetSuite only", (N.NETSUITE_READ, N.NAMED_DEAD, N.NONE_LIVE, N.SETTLED), F.UNDO
)
_VOID = Decision(
    W.ACCEPT,
    "NetSuite has no such refund any more, and Zuora none that is live",
    (N.NETSUITE_VOID, N.NONE_LIVE, N.SETTLED),
    F.CLOSE,
)


def _again(says_: str, *needs: Need) -> Decision:
    return Decision(W.LOOK_AGAIN, says_, needs, F.JUDGE)


def _held(state: str, mended: str, *more: Decision) -> Reason:
    return Reason(state, (), (Decision(W.LOOK_AGAIN, mended, (), F.RESUME), *more))


_PROVEN = (N.NETSUITE_READ, N.NONE_LIVE, N.NAMES_NONE, N.SETTLED)
REASONS: tuple[Reason, ...] = (
    Reason("duplicate", ("duplicate",), (_ADOPT, _RELINK, _MAKE_NEW, _CLEAR, _ASIDE), (BY_HAND,)),
    Reason("two live", ("two live",), (_ADOPT, _ASIDE), (UNLINK, BY_HAND)),
    Reason(
        "mismatch",
        ("mismatch",),
        (
            _ADOPT,
            Decision(
                W.ACCEPT,
                "Accept its method, and finish the write-back",
                (N.NETSUITE_READ, N.ONLY_METHOD, N.NAMES_NO_OTHER),
                F.WRITE_BACK,
            ),
            _RESYNC,
            _MAKE_NEW,
            _ASIDE,
        ),
        (BY_HAND,),
    ),
    Reason("allocation differs", ("allocation differs",), (_RESYNC, _MAKE_NEW, _ASIDE), (BY_HAND,)),
    Reason(
        "possible manual refund",
        ("possible manual refund",),
        (
            Decision(
                W.OTHER_REFUND,
                "It is another refund: do not ask again about exactly these",
                (N.NETSUITE_READ, N.TWINS_READ),
                F.JUDGE,
            ),
            _ASIDE,
        ),
        (LINK,),
    ),
    Reason(
        "not readable", ("not readable",), (_again("Look again", *_PROVEN, N.AN_HOUR), _ADOPT, _RELINK, _CLEAR, _ASIDE)
    ),
    Reason("failed, unclear", ("failed, unclear",), (_again("Try again", *_PROVEN, N.AN_HOUR), _ADOPT, _ASIDE)),
    Reason("cancelled by somebody", ("cancelled by somebody",), (_MAKE_NEW, _CLEAR, _RELINK, _ADOPT, _ASIDE)),
    Reason(
        "other content",
        ("other content",),
        (_again("Wait until the key is forgotten, then again", *_PROVEN, N.FORGOTTEN), _ADOPT, _ASIDE),
    ),
    Reason("orphan", ("orphan", "the NetSuite"), (_ADOPT, _RELINK, _VOID, _ASIDE), (BY_HAND,)),
    Reason("record gone", ("record gone",), (_again("It is there again", *_PROVEN), _ADOPT, _VOID, _ASIDE), (BY_HAND,)),
    Reason(
        "another Zuora ID",
        ("another Zuora ID",),
        (_RELINK, _ADOPT, _RESYNC, _CLEAR, _again("NetSuite was corrected", *_PROVEN), _ASIDE),
    ),
    Reason(
        "superseded",
        ("superseded",),
        (_RELINK, _ADOPT, _RESYNC, _CLEAR, _again("NetSuite was corrected", *_PROVEN), _ASIDE),
    ),
    Reason(
        "fields contradict",
        ("fields contradict",),
        (_ADOPT, _RELINK, _RESYNC, _CLEAR, _again("NetSuite was corrected", *_PROVEN), _ASIDE),
    ),
    Reason("totals differ", ("totals differ",), (_again("Look again", N.NETSUITE_READ, N.FOOTS, N.SETTLED), _ASIDE)),
    Reason(
        "parts differ",
        ("parts differ",),
        (
            Decision(
                W.GO_ON,
                "The payment was corrected by hand: go on",
                (N.NETSUITE_READ, N.NAMED_DEAD, N.NONE_LIVE),
                F.UNDO,
            ),
            Decision(
                W.SKIP_APPLY,
                "Leave the payment as it is: clear NetSuite only",
                (N.NETSUITE_READ, N.NAMED_DEAD, N.NONE_LIVE),
                F.UNDO,
            ),
            _ASIDE,
        ),
    ),
    Reason("payment gone", ("payment gone",), (_ASIDE,)),
    Reason("none live", ("none live",), (_CLEAR, _RELINK, _ADOPT, _MAKE_NEW, _ASIDE)),
    Reason(
        "date",
        ("date",),
        (Decision(W.ACCEPT, "Accept the date in Zuora", (N.NETSUITE_READ, N.ONLY_DATE), F.CLOSE), _RESYNC, _ASIDE),
    ),
    Reason("fields", ("fields:",), (_REPAIR, _RELINK, _RESYNC, _CLEAR, _VOID, _ASIDE), (BY_HAND,)),
    Reason("voided", (), (_VOID, _ASIDE), (BY_HAND,)),
    Reason("other", (), (_ADOPT, _CLEAR, _VOID, _ASIDE)),  # words that this table does not know: only what is proved
    Reason(ASIDE, (), (Decision(W.LOOK_AGAIN, "Take it up again", (), F.JUDGE),)),
    _held("held doubt", "Look now"),
    _held("held mark", "The permission was given: look, and go on"),
    _held("held stamp", "Period or permission was mended: look, and go on"),
    _held("held unshield", "The permission was given: look, and go on"),
    _held(
        "held apply",
        "The payment was applied by hand: look, and go on",
        Decision(W.SKIP_APPLY, "Leave the money loose", (), F.SKIP),
    ),
    _held("held clear", "Period or permission was mended: look, and go on"),
    _held("held free", "Period or permission was mended: look, and go on"),
)
BY_KEY = {one.key: one for one in REASONS}
_SEEN = {
    Seen.NONE: "none live",
    Seen.OTHER_ID: "another Zuora ID",
    Seen.SEVERAL: "duplicate",
    Seen.DIFFERS: "fields",
    Seen.VOIDED: "voided",
}


def reason_for(words: str) -> Reason:
    """The row of the table for the engine's words; the cautious last one for words it does not know."""
    found = (one for one in REASONS for start in one.starts if words.startswith(start))
    return next(found, BY_KEY["other"])


def reason_of(standing: Standing | None, row: Row | None) -> tuple[Reason, str] | None:
    """Why a refund waits for a person, and in which words; None when it does not."""
    if standing and standing.state in BY_KEY:
        return BY_KEY[standing.state], standing.reason
    if standing and not standing.is_open:
        return reason_for(standing.reason), standing.reason
    return _listed(row) if row and not standing else None


def _listed(row: Row) -> tuple[Reason, str] | None:
    """What the list itself shows, without an episode of this desk."""
    if drift(row):
        return drifted(row), drift(row)
    twin = next((one for one in row.judgement.findings if one.rule == "D.12" and one.answer is Answer.FAIL), None)
    if twin is not None:
        return BY_KEY["possible manual refund"], twin.cause
    if (
        row.verdict is Verdict.IN_DOUBT
        and act(row) in (Act.ASK, Act.REVIEW, Act.ADOPT)
        and says(row) is not Says.FRESH_CLAIM
    ):
        key = {Seen.SEVERAL: "duplicate", Seen.DIFFERS: "mismatch"}.get(seen(row), "fields contradict")
        return BY_KEY[key], row.judgement.why
    return None


def drifted(row: Row) -> Reason:
    """The reason of a refund that NetSuite calls complete, and that is not."""
    return BY_KEY[_SEEN.get(seen(row), "fields")]


def offers(reason: Reason) -> str:
    """The decisions of a reason in one sentence, for a list."""
    return f"Review offers: {_joined(one.what.value for one in reason.decisions)}."


def _joined(words: Iterable[str]) -> str:
    *first, last = dict.fromkeys(words)
    return f"{', '.join(first)} or {last}" if first else last
