"""Reading and judging 10,000 pending refunds over NetSuite's REST services: as `listing`, against json.loads."""

from tests.benchmark import listing
from tests.benchmark.rounds import Figure


def figures(refunds: int = listing.REFUNDS) -> list[Figure]:
    """The figure: CPU of this process, the server is another one."""
    return listing.figures(refunds, "profile_rest", "REST")
