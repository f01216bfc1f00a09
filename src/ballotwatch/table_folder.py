"""A folder of tables as a mapping by name, and whether it is what a run would write; light, for runs that find nothing new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ballotwatch.addresses import is_address, open_place
from ballotwatch.claims import left_locked

if TYPE_CHECKING:
    import pandas as pd

DESCRIPTOR = "datapackage.json"
# Stands in a folder while its tables are exchanged, and until somebody mends an exchange that was cut off.
INCOMPLETE = ".incomplete"
# Where tables stand until all are there.
STAGING = ".new"


class TableFolder(Mapping[str, "pd.DataFrame"]):
    """The tables of a folder by name, each read when it is asked for."""

    def __init__(self, folder: str | Path) -> None:
        """`folder`: a path, or an fsspec address."""
        self.folder = folder

    def __getitem__(self, name: str) -> pd.DataFrame:
        from ballotwatch.tables import SCHEMAS, read_table

        if name not in SCHEMAS:
            raise KeyError(name)
        return read_table(self.folder, name)

    def __iter__(self) -> Iterator[str]:
        from ballotwatch.tables import SCHEMAS

        return iter(SCHEMAS)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def is_made_of(folder: str | Path, made_of: str) -> bool:
    """Whether the folder's tables are those of a run with this `made_of`, every file of them as it was written."""
    try:
        return _is_remote_made_of(folder, made_of) if is_address(folder) else _is_made_of(Path(folder), made_of)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _is_made_of(folder: Path, made_of: str) -> bool:
    made = json.loads((folder / DESCRIPTOR).read_bytes())["ballotwatch"]
    # What a run has left that was killed, even at its very end, is for the next one to clear away.
    if (
        made["made_of"] != made_of
        or left_locked(folder)
        or (folder / INCOMPLETE).exists()
        or (folder / STAGING).exists()
    ):
        return False
    return all(_sha256(folder / name) == digest for name, digest in made["sha256"].items())


def _is_remote_made_of(address: str, made_of: str) -> bool:
    """As far as the descriptor, which is written last, tells: reading the files would take as long as writing them."""
    system, root = open_place(address)
    return json.loads(system.cat_file(f"{root}/{DESCRIPTOR}"))["ballotwatch"]["made_of"] == made_of


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
