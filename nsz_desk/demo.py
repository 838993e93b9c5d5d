"""Demo mode: the simulator on a free port, a throw-away profile, and the main job without a person.

The same gateways and the same Desk as against the real systems; what was done is checked in the
simulator's world, over its control address.
"""

import json
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from nsz_desk.cli import commands, output
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.results import BatchResult, Result
from nsz_desk.rules.book import Verdict
from nsz_desk.settings.file import Folders, profile_of
from nsz_desk.settings.model import Profile, Secrets
from nsz_desk.settings.vault import secrets_from_json
from nsz_desk.simulator.server import Simulator


@contextmanager
def company() -> Iterator[tuple[Profile, Secrets, Folders, str]]:
    """The demo company: profile, secrets, throw-away folders, and the control address."""
    with Simulator("demo") as simulator, tempfile.TemporaryDirectory(prefix="nsz-desk-demo-") as home:
        said = simulator.announcement()
        root = Path(home)
        places = Folders(root, root / "journal", root / "logs", root / "locks")
        profile = profile_of(said["profile"], "the demo profile")
        yield profile, secrets_from_json(json.dumps(said["credentials"])), places, str(said["control"])


def world(control: str) -> dict[str, Any]:
    """The simulator's whole world, as it says itself."""
    with urllib.request.urlopen(f"{control}/world", timeout=30) as answer:  # noqa: S310 - loopback only
        found: dict[str, Any] = json.load(answer)
    return found


def contradictions(control: str, result: BatchResult) -> list[str]:
    """What a result says that is not true in the world; an empty list when all is true."""
    there = world(control)
    refunds = {one["id"]: one for one in there["netsuite"]["refunds"]}
    memos = {one["id"]: one for one in there["netsuite"]["credit_memos"]}
    wrong = []
    for row in result.results:
        live = [
            one
            for one in there["zuora"]["refunds"]
            if one["integration_id"] == row.id and one["status"] in ("Processed", "Processing")
        ]
        if len(live) > 1:
            wrong.append(f"{row.number}: {len(live)} live Zuora refunds")
        if row.result is Result.COMPLETE:
            wrong += [
                f"{row.number}: {what}" for what in _not_complete(row.zuora_refund_id, refunds[row.id], live, memos)
            ]
        elif row.result in (Result.FAILED, Result.REFUSED, Result.SKIPPED) and live and row.zuora_refund_id:
            wrong.append(f"{row.number}: said to be {row.result.value}, but a Zuora refund is live")
    return wrong


def _not_complete(
    zuora_id: str, refund: dict[str, Any], live: list[dict[str, Any]], memos: dict[str, dict[str, Any]]
) -> list[str]:
    """Why a refund that is said to be complete is not."""
    if len(live) != 1:
        return [f"{len(live)} live Zuora refunds instead of one"]
    made = live[0]
    memo = next((memos[row["id"]] for row in refund["applied_to"] if row["id"] in memos), {})
    checks = (
        ("Zuora id on the refund", refund["zuora_id"] == zuora_id == made["id"]),
        ("status of the refund", refund["integration_status"] == "Sync Complete"),
        ("Zuora id on the memo", memo.get("zuora_id") == zuora_id),
        ("status of the memo", memo.get("integration_status") == "Sync Complete"),
        ("amount", Decimal(made["amount"]) == Decimal(refund["amount"])),
        ("currency", made["currency"] == refund["currency"]),
        ("date", made["date"] == refund["date"]),
        ("type", made["type"] == "External"),
        ("origin", made["origin"] == "NETSUITE"),
        ("transferred to accounting", made["transferred_to_accounting"] == "Yes"),
        ("sync date", bool(made["sync_date"])),
    )
    return [name for name, holds in checks if not holds]


def headless(desk: Desk, control: str, *, as_json: bool) -> int:
    """List, sync all that is ready, recover what is in doubt, check it in the world, print what was done."""
    listed = desk.pending(commands.report())
    ready = [row for row in listed.rows if row.verdict is Verdict.READY]
    batch = desk.plan([row.id for row in ready], commands.report())
    result = desk.sync(batch, commands.report(), lambda event: None)
    recovered = desk.recover(commands.report(), lambda event: None)
    wrong = contradictions(control, result) + contradictions(control, recovered)
    after = desk.pending(commands.report())
    journal = desk.ledger.verify()
    done = [row for row in result.results if row.result is Result.COMPLETE]
    good = not wrong and bool(ready) and len(done) == len(ready)
    if as_json:
        output.document(
            {
                "listed": len(listed.rows),
                "ready": len(ready),
                **commands.result_json(result),
                "recovered": commands.result_json(recovered)["results"],
                "ready_afterwards": sum(row.verdict is Verdict.READY for row in after.rows),
                "journal_lines": journal,
                "contradictions": wrong,
                "ok": good,
            }
        )
        return output.DONE if good else output.INCOMPLETE
    counts = {verdict: sum(row.verdict is verdict for row in listed.rows) for verdict in Verdict}
    words = ", ".join(f"{count} {one.value.replace('_', ' ')}" for one, count in counts.items() if count)
    print(f"Listed {len(listed.rows)} refunds: {words}.")
    print(f"Approved plan {batch.hash[:16]}…: {output.totals_text(plan.amount for plan in batch.plans)}.")
    for row in (*result.results, *recovered.results):
        print(f"  {row.result.value.replace('_', ' '):9} {row.number:10} {output.shown(row.reason)}")
    print(f"Synced {len(done)} of {len(ready)}; the journal's chain of {journal} lines is intact.")
    for what in wrong:
        output.say(f"Not true in the simulator's world: {what}")
    print("Checked in the simulator's world: " + ("all true." if good else "NOT all true."))
    return output.DONE if good else output.INCOMPLETE
