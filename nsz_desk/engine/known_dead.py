"""What is known to be dead stays dead: a list that is behind may still show a cancelled refund as live."""

from collections.abc import Iterable
from dataclasses import replace

from nsz_desk.domain.records import ZuoraRefund


def buried(refunds: Iterable[ZuoraRefund], known_dead: frozenset[str]) -> tuple[ZuoraRefund, ...]:
    """The refunds, with those that are known to be dead shown as dead.

    Source: a cancel is final in Zuora; ours is proved by a read of the very id (the protocol, section 2, Known dead).
    """
    return tuple(
        replace(refund, status="Canceled") if refund.id in known_dead and not refund.dead else refund
        for refund in refunds
    )
