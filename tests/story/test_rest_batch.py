"""A batch over NetSuite's REST services whose sign-in goes wrong on the way: what ends well, and what waits."""

from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from nsz_desk.cli.commands import report
from nsz_desk.engine.results import Result, RowEvent
from tests.story.houses import House, house
from tests.story.truth import doubles, wrongs

REFUSED = ("refused the sign-in with the certificate", "Signing in was refused three times in a row")


def over_rest(home: Path) -> AbstractContextManager[House]:
    """A desk over REST that does not wait long."""
    return house(home, interface="profile_rest", backoff_seconds=[0.01], claim_wait_seconds=0.01)


def test_a_token_that_dies_in_mid_batch_is_replaced_once_and_the_batch_is_complete(tmp_path: Path) -> None:
    """After the first refund every token is refused: the desk signs in once more, and all refunds are complete."""
    with over_rest(tmp_path) as one:
        ids = one.ready(6)
        plan = one.desk.plan(ids, report())
        tokens = one.simulator.router.netsuite_tokens
        given = [tokens.given]

        def kill_tokens(event: RowEvent) -> None:
            if event.result and len(given) == 1:
                given.append(tokens.given)
                tokens.revoke_all()

        done = one.desk.sync(plan, report(), kill_tokens)
        assert [row.result for row in done.results] == [Result.COMPLETE] * len(ids)
        assert given[1] == given[0], "until then the token that listed was enough"
        assert tokens.given == given[1] + 1, "counted at the token address"
        world = one.world()
        assert [words for refund_id in ids for words in wrongs(world, refund_id)] == []
        assert doubles(world) == []


def test_a_certificate_revoked_in_mid_batch_stops_rows_and_loses_nothing(tmp_path: Path) -> None:
    """Tokens die and none is given: no row claims more than is true, and after the repair all come to their end."""
    with over_rest(tmp_path) as one:
        ids = one.ready(6)
        plan = one.desk.plan(ids, report())
        account, revoked = one.simulator.world.netsuite, list[str]()
        said: dict[str, Any] = dict(one.simulator.announcement())
        certificate = said["credentials"]["netsuite_rest"]["certificate_id"]

        def revoke(event: RowEvent) -> None:
            if event.state == "made" and event.refund_id != ids[0] and not revoked:
                revoked.append(certificate)
                account.revoked_certificates = list(revoked)
                one.simulator.router.netsuite_tokens.revoke_all()

        done = one.desk.sync(plan, report(), revoke)
        counts = Counter(row.result for row in done.results)
        assert counts[Result.COMPLETE] >= 1
        assert counts[Result.IN_DOUBT] >= 1, "its Zuora refund is made and NetSuite does not know it"
        stopped = [row for row in done.results if row.result is not Result.COMPLETE]
        assert all(row.reason and row.next_step for row in stopped)
        assert any(words in row.reason for row in stopped for words in REFUSED), stopped
        assert doubles(one.world()) == []

        account.revoked_certificates = []
        one.desk.recover(report(), lambda event: None)
        again = [row.id for row in one.desk.pending(report()).rows if row.id in ids and row.can_sync]
        one.sync(*again)
        world = one.world()
        assert [words for refund_id in ids for words in wrongs(world, refund_id)] == []
        assert doubles(world) == []
        assert one.desk.open_episodes() == ()
