"""The clock of a side that times itself: started after what every side loads once."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Seconds on the clock and of this process's processors, and of the processes that it started and waited for."""

    def __init__(self) -> None:
        self.seconds = self.cpu = 0.0

    def result(self, **more: object) -> dict[str, object]:
        """The result of a side."""
        return {"seconds": self.seconds, "cpu": self.cpu, **more}


@contextmanager
def timed() -> Iterator[Clock]:
    """Time what is done inside."""
    clock = Clock()
    wall, busy = time.perf_counter(), processors()
    yield clock
    clock.seconds, clock.cpu = time.perf_counter() - wall, processors() - busy


def processors() -> float:
    """Seconds of processors that this process has used, and those that it has started and waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
