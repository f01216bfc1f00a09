"""Where a corpus is read from and tables go: a path of this machine, or an address that fsspec knows ("s3://…")."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_address(place: str | Path) -> bool:
    """Whether a place is an fsspec address rather than a path of this machine."""
    return isinstance(place, str) and ADDRESS.match(place) is not None


def parse_place(text: str) -> str | Path:
    """A place as the command line gives it: an address as it is, anything else as a path."""
    return text if is_address(text) else Path(text)


def open_place(address: str) -> tuple[AbstractFileSystem, str]:
    """The file system of an address, and the path in it.

    Raises OSError with the next step where its protocol is unknown or its package is not installed.
    """
    # Half a second that a corpus on this machine need not wait for.
    import fsspec

    try:
        system, path = fsspec.url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise OSError(f"{address} can't be opened: {error}; install what fsspec needs for it, or use a path") from error
    return system, path.rstrip("/")
