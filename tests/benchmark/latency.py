"""Syncing 400 refunds at 800 ms a call with 4 lanes, against the ideal of the same calls: far servers, a full month."""

from tests.benchmark import syncing
from tests.benchmark.rounds import Figure

REFUNDS = 400
LATENCY = 0.8  # seconds a call


def figures(count: int = REFUNDS) -> list[Figure]:
    """The share of the ideal; the journal's share is told by `syncing`, whose calls leave less time to hide it in."""
    return syncing.figures(count, LATENCY)[:1]
