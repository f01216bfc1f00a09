"""One run at a time on an output: a claim that other runs see, and that ends with its process, however that ends."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout


class InUse(OSError):
    """Another run is writing the same output; the message names it, the lock, and what to do."""


@contextlib.contextmanager
def claimed(out: Path) -> Iterator[None]:
    """Be the only one who writes `out` until the block ends; its folder is made where missing.

    Within a thread a claim may be taken again. Raises InUse at once where another process or thread has it: waiting would hide
    that two runs were asked for the same output. Raises OSError where nothing can be written beside `out`.
    """
    place = lock_of(out)
    place.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place, is_singleton=True)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise InUse(
            f"{out} is being written by another run of ballotwatch, which holds the lock {place}: wait until it has "
            "ended, or choose another place with --out"
        ) from None
    try:
        yield
    finally:
        # Whoever has opened the file before it goes sees, once it has the lock, that the file is gone, and tries again.
        # One that can't be removed does no harm.
        if lock.lock_counter == 1:
            with contextlib.suppress(OSError):
                place.unlink()
        lock.release()


def lock_of(out: Path) -> Path:
    """The file that is locked while `out` is written; the system lets the lock go with the process."""
    return beside(out, "lock")


def left_locked(out: Path) -> bool:
    """Whether the lock of `out` is there, and no claim of this thread holds it: left by a killed run, or another run's."""
    place = lock_of(out)
    return place.exists() and not FileLock(place, is_singleton=True).is_locked


def beside(out: Path, what: str) -> Path:
    """A hidden place beside `out`, of a name that only this program gives."""
    out = out.resolve()
    return out.with_name(f".{out.name}.ballotwatch-{what}")
