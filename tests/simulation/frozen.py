"""Schedules as text: one line of JSON is one schedule for ever, whatever `draw` makes of its seed later."""

import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from tests.simulation.faults import Fault
from tests.simulation.play import Schedule

KEPT = Path(__file__).with_name("kept.jsonl")  # every schedule that ever failed and is good now


def thaw(line: str) -> Schedule:
    """The schedule of a line.

    Raises:
        ValueError: it is no JSON; TypeError: it names a field that no schedule has.
    """
    told: dict[str, Any] = {name: _tuples(value) for name, value in json.loads(line).items()}
    told["faults"] = tuple(Fault(*one) for one in told.get("faults", ()))
    return Schedule(**told)


def freeze(schedule: Schedule) -> str:
    """One line, without what stands at its default."""
    defaults = {one.name: one.default for one in fields(Schedule)}
    told = {name: value for name, value in asdict(schedule).items() if value != defaults[name]}
    told["faults"] = [[one.verb, one.nth, one.letter, one.after] for one in schedule.faults]
    return json.dumps(told)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def kept(file: Path = KEPT) -> Iterator[Schedule]:
    """The schedules of a file."""
    for line in file.read_text().splitlines():
        if line:
            yield thaw(line)
