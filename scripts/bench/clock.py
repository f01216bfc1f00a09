"""The clock of a side that times itself: started after what every side loads once."""

from __future__ import annotations

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
    wall, busy = time.perf_counter(), time.process_time()
    yield clock
    clock.seconds, clock.cpu = time.perf_counter() - wall, time.process_time() - busy
