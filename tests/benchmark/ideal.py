"""The least time that the recorded calls can take: every call lasts one latency, nothing else takes time.

`makespan` takes the lanes in the order in which they were begun, `bound` in the best order there could be.
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

Lane = Sequence[str]  # the systems that a lane calls, in order


def bound(lanes: Sequence[Lane], limits: Mapping[str, int], workers: int, latency: float) -> float:
    """Seconds that no order of the lanes can beat: the longest lane, all workers busy, or a system at its limit."""
    calls = Counter(system for lane in lanes for system in lane)
    busiest = max((calls[system] / most for system, most in limits.items()), default=0.0)
    return latency * max(max(map(len, lanes), default=0), calls.total() / workers, busiest)


def makespan(lanes: Sequence[Lane], limits: Mapping[str, int], workers: int, latency: float) -> float:
    """Seconds until all lanes are done: `workers` lanes at once, `limits` calls per system at once, first come."""
    waiting = deque(deque(lane) for lane in lanes if lane)
    queues: dict[str, deque[deque[str]]] = {system: deque() for system in limits}
    free = dict(limits)
    running: list[tuple[float, int, str, deque[str]]] = []
    now, order = 0.0, 0
    for _ in range(min(workers, len(waiting))):
        lane = waiting.popleft()
        queues[lane[0]].append(lane)
    while True:
        for system, queue in queues.items():
            while queue and free[system]:
                free[system] -= 1
                order += 1
                heappush(running, (now + latency, order, system, queue.popleft()))
        if not running:
            return now
        now, _, system, lane = heappop(running)
        free[system] += 1
        lane.popleft()
        following = lane or (waiting.popleft() if waiting else None)
        if following:
            queues[following[0]].append(following)
