"""`python -m tests.benchmark [NAMES…] [--json]`: print each benchmark as a ratio. A target missed is no failure."""

import argparse
import importlib
import json
import sys
from dataclasses import asdict

from tests.benchmark.rounds import Figure, lines

NAMES = {
    "reading": "one SOAP page",
    "client": "the client that builds NetSuite messages",
    "window": "the window with 10,000 rows",
    "start": "start to usable window",
    "listing": "reading and judging 10,000 refunds (the simulator answers once, for the recording: half a minute)",
    "listing_rest": "the same over NetSuite's REST services",
    "memory": "memory of 10,000 and 100,000 rows",
    "syncing": "syncing 200 refunds, and the journal's share of it (minutes)",
    "recovery": "finishing 500 open episodes (minutes)",
    "latency": "syncing 400 refunds at 800 ms a call (an hour; only when named, --refunds for fewer)",
}
SIZED = ("listing", "listing_rest", "latency", "recovery")  # what --refunds makes smaller
NAMED_ONLY = ("latency",)


def main() -> int:
    """Run the named benchmarks, or all; answers 0 unless one crashes."""
    words = "; ".join(f"{name}: {text}" for name, text in NAMES.items())
    parser = argparse.ArgumentParser(prog="packaging/benchmark", description=words)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"some of {' '.join(NAMES)}; default: all but {' '.join(NAMED_ONLY)}"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    parser.add_argument("--refunds", type=int, metavar="N", help=f"size of {' '.join(SIZED)}")
    args = parser.parse_args()
    if unknown := set(args.names) - NAMES.keys():
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    found: list[Figure] = []
    for name in args.names or [one for one in NAMES if one not in NAMED_ONLY]:
        print(f"{name}: {NAMES[name]} …", file=sys.stderr, flush=True)
        module = importlib.import_module(f"tests.benchmark.{name}")
        new: list[Figure] = module.figures(args.refunds) if args.refunds and name in SIZED else module.figures()
        if not args.json:
            print("\n".join(lines(new)), flush=True)
        found += new
    if args.json:
        print(json.dumps({"figures": [{**asdict(one), "met": one.met} for one in found]}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
