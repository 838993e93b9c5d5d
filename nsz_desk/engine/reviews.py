"""The exits of all that waits for a person, as one table: reason, decisions, the evidence each needs, what follows.

Source: the protocol, section 5.9. What the desk cannot prove is not in the table.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum

from nsz_desk.engine.ledger import ASIDE


class What(StrEnum):
    """What a person may decide, by the word that the command line takes."""

    LOOK_AGAIN = "look-again"
    MAKE_NEW = "make-new"
    OTHER_REFUND = "other-refund"
    ADOPT = "adopt"
    RELINK = "relink"
    REPAIR = "repair"
    RESYNC = "resync"
    CANCEL = "cancel"
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
    SEVERAL_LIVE = "several live Zuora refunds carry this id, each read by id, and the payment's totals agree"
    UNNAMED_LIVE = "one live Zuora refund carries this id, read by id, and NetSuite names none"
    VOID_LIVE = "NetSuite's refund is voided or gone, and a live Zuora refund carries this id, read by id"
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
    PAYMENT_GONE = "Zuora has the payment no more, at three reads, and its account shows no live refund with this id"
    SETTLED = "no create went unanswered within the last 25 hours"
    AN_HOUR = "the last create is an hour old"
    FORGOTTEN = "the last create is 25 hours old"


class Follow(Enum):
    """What the desk does with a decision."""

    JUDGE = "The row is judged afresh; sync it like any other."
    WRITE_BACK = "The live refund is verified, and what NetSuite lacks is written; nothing is created."
    UNDO = "A resync, whose plan a person approves."
    CANCEL = "This one Zuora refund is cancelled, after its plan was approved; NetSuite is left as it is."
    CLEAR_ALONE = "NetSuite is cleared as it was approved; nothing is applied, for the payment is gone."
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


# Cancelling makes nothing and clears nothing: one of several may be cancelled at once, whatever is under way.
_CANCEL_ONE = Decision(W.CANCEL, "Cancel this one; the other stays", (N.NETSUITE_READ, N.SEVERAL_LIVE), F.CANCEL)
_CANCEL_WRONG = Decision(W.CANCEL, "Cancel it: it is wrong", (N.NETSUITE_READ, N.UNNAMED_LIVE, N.SETTLED), F.CANCEL)
_CANCEL_ORPHAN = Decision(
    W.CANCEL, "Cancel it: NetSuite's refund is voided or gone", (N.VOID_LIVE, N.SETTLED), F.CANCEL
)


def _again(says_: str, *needs: Need) -> Decision:
    return Decision(W.LOOK_AGAIN, says_, needs, F.JUDGE)


def _held(state: str, mended: str, *more: Decision) -> Reason:
    return Reason(state, (), (Decision(W.LOOK_AGAIN, mended, (), F.RESUME), *more))


_PROVEN = (N.NETSUITE_READ, N.NONE_LIVE, N.NAMES_NONE, N.SETTLED)
REASONS: tuple[Reason, ...] = (
    Reason("duplicate", ("duplicate",), (_CANCEL_ONE, _ADOPT, _RELINK, _MAKE_NEW, _CLEAR, _ASIDE)),
    Reason("two live", ("two live",), (_CANCEL_ONE, _ADOPT, _ASIDE), (UNLINK,)),
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
            _CANCEL_WRONG,
            _MAKE_NEW,
            _ASIDE,
        ),
    ),
    Reason("allocation differs", ("allocation differs",), (_RESYNC, _CANCEL_WRONG, _MAKE_NEW, _ASIDE)),
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
    Reason("orphan", ("orphan", "the NetSuite"), (_ADOPT, _RELINK, _CANCEL_ORPHAN, _VOID, _ASIDE)),
    Reason(
        "record gone",
        ("record gone",),
        (_again("It is there again", *_PROVEN), _ADOPT, _CANCEL_ORPHAN, _VOID, _ASIDE),
    ),
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
    Reason(
        "payment gone",
        ("payment gone",),
        (
            Decision(
                W.GO_ON,
                "The payment is there again: go on",
                (N.NETSUITE_READ, N.NAMED_DEAD, N.NONE_LIVE),
                F.UNDO,
            ),
            Decision(
                W.SKIP_APPLY,
                "It stays gone: clear NetSuite only",
                (N.NETSUITE_READ, N.NAMED_DEAD, N.PAYMENT_GONE, N.SETTLED),
                F.CLEAR_ALONE,
            ),
            _ASIDE,
        ),
    ),
    Reason("none live", ("none live",), (_CLEAR, _RELINK, _ADOPT, _MAKE_NEW, _ASIDE)),
    Reason(
        "date",
        ("date",),
        (Decision(W.ACCEPT, "Accept the date in Zuora", (N.NETSUITE_READ, N.ONLY_DATE), F.CLOSE), _RESYNC, _ASIDE),
    ),
    Reason("fields", ("fields:",), (_REPAIR, _RELINK, _RESYNC, _CANCEL_ORPHAN, _CLEAR, _VOID, _ASIDE)),
    Reason("voided", (), (_CANCEL_ORPHAN, _VOID, _ASIDE)),
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
