"""What to do where the system lets nothing be written: errors of the disk in words that help."""

from __future__ import annotations

import contextlib
import errno
import os
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
    except OSError as error:
        if isinstance(error, WriteError) or error.errno not in ADVICE:
            raise
        where = f" ({error.filename})" if error.filename else ""
        todo = f"{ADVICE[error.errno]}, or {other}, and try again; what was there before is as it was"
        told = WriteError(f"{os.strerror(error.errno)}{where}: {todo}")
        told.errno = error.errno
        raise told from error
