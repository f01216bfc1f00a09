"""What to do where the system lets nothing be written: errors of the disk in words that help."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterator

SPACE, RIGHTS = "free some there", "make that place writable"
ADVICE = {
    errno.ENOSPC: SPACE, errno.EDQUOT: SPACE, errno.EFBIG: SPACE,
    errno.EROFS: RIGHTS, errno.EACCES: RIGHTS, errno.EPERM: RIGHTS,
}  # fmt: skip
OTHER = "choose another place with --out"


class WriteError(OSError):
    """Something could not be written; the message says why, where, and what to do."""


@contextlib.contextmanager
def advised(other: str = OTHER) -> Iterator[None]:
    """Errors of a full or closed disk say what to do, or what `other` thing; all others pass. Raises WriteError."""
    try:
        yield
    except sqlite3.OperationalError as error:
        # SQLite keeps to itself why the system refused a write.
        raise _told(errno.ENOSPC, f"{error} (SQLite)", other) from error
    except OSError as error:
        if isinstance(error, WriteError) or error.errno not in ADVICE:
            raise
        where = f" ({error.filename})" if error.filename else ""
        raise _told(error.errno, f"{os.strerror(error.errno)}{where}", other) from error


def _told(number: int, what: str, other: str) -> WriteError:
    error = WriteError(f"{what}: {ADVICE[number]}, or {other}, and try again; what was there before is as it was")
    error.errno = number
    return error
