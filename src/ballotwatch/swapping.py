"""Outputs that change in one step: made in a hidden folder beside their place, then put there; whatever stops the
process leaves the old or the new one, whole, and the next run clears away what was left."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from ballotwatch.claims import beside, claimed

MADE, OLD, WORK = "made", "old", "work"
# From Linux's <fcntl.h> and <linux/fs.h>.
AT_FDCWD, RENAME_EXCHANGE = -100, 2
# What a system or a file system answers that can't exchange two names.
CANNOT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


@contextlib.contextmanager
def building(out: Path) -> Iterator[Path]:
    """A new folder that takes the place of `out` once the block is done, and vanishes if the block fails.

    An empty folder WORK beside it holds what is needed meanwhile. Raises InUse where another run is at it, and OSError.
    """
    with staging(out) as folder:
        made = folder / MADE
        made.mkdir()
        (folder / WORK).mkdir()
        yield made
        swap(made, out)


@contextlib.contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A path for a new file that takes the place of `out` once the block is done, and vanishes if the block fails."""
    with staging(out) as folder:
        made = folder / out.name
        yield made
        made.chmod(0o644)
        os.replace(made, out)


@contextlib.contextmanager
def staging(out: Path) -> Iterator[Path]:
    """An empty hidden folder beside `out`, which is claimed meanwhile; what a killed run has left there is cleared."""
    with claimed(out):
        folder = beside(out, "new")
        recover(out, folder)
        clear(folder)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def swap(new: Path, out: Path) -> None:
    """Put the folder `new` in the place of `out`; what was there is in the place of `new` then, or beside it.

    Linux exchanges the two names in one step. Elsewhere, and on file systems that can't, there is a moment without
    `out`; a process killed in it leaves the old folder whole, and the next run puts it back (see `recover`).
    """
    out = out.resolve()
    if not out.exists():
        new.rename(out)
        return
    try:
        exchange(new, out)
    except OSError as error:
        if error.errno not in CANNOT:
            raise
        _swap_in_two_steps(new, out)


def exchange(one: Path, other: Path) -> None:
    """Exchange two names in one step. Raises OSError, of an errno in CANNOT where that can't be done here."""
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform != "linux" or not hasattr(libc, "renameat2"):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if libc.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(one), None, str(other))


def _swap_in_two_steps(new: Path, out: Path) -> None:
    old = new.with_name(OLD)
    out.rename(old)
    try:
        new.rename(out)
    except OSError:
        old.rename(out)
        raise


def recover(out: Path, folder: Path) -> None:
    """Put back the old output that a run had moved into its `folder` when it was killed, and nothing else."""
    old = folder / OLD
    if old.exists() and not out.exists():
        old.rename(out.resolve())


def clear(folder: Path) -> None:
    """Remove a folder and all in it, if it is there. Raises OSError where that can't be done."""
    if folder.exists():
        shutil.rmtree(folder)
