"""A small world in memory behind the engine's ports: it obeys them, remembers every call, and fails on request."""

from tests.fakes.clock import START, FakeClock
from tests.fakes.faces import ReportNever, SerialLanes, StopWhen
from tests.fakes.faults import Faults, Power, PowerCut
from tests.fakes.journal import MemoryJournal
from tests.fakes.netsuite import FakeNetSuite
from tests.fakes.zuora import FakeZuora

__all__ = [
    "START",
    "FakeClock",
    "FakeNetSuite",
    "FakeZuora",
    "Faults",
    "MemoryJournal",
    "Power",
    "PowerCut",
    "ReportNever",
    "SerialLanes",
    "StopWhen",
]
