"""Tables written as they come: a Parquet file each, or a folder of parts where there are more documents than one part holds.

Rows go to a staging folder first and to their places once all are there. On this machine a claim keeps a second run out, and a
marker tells readers of the moment in which some tables are new and others are not. At an fsspec address there is no lock:
parts are written where they belong, and ``datapackage.json`` comes last.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ballotwatch.addresses import is_address, open_place
from ballotwatch.claims import claimed
from ballotwatch.table_folder import DESCRIPTOR, INCOMPLETE, STAGING
from ballotwatch.tables import SCHEMAS, arrow_schema, datapackage, to_arrow

# Documents of a part: some 30 MB of news, so that a part fits in memory several times over.
PART = 5000
FIRST = "part-00000.parquet"
# In a part rows stand by document and place, whatever the order of the files; rows that share a place, as they came.
ORDER = ("doc_id", "start", "end")


class Store(Protocol):
    """Where finished files go."""

    def write(self, name: str, content: bytes) -> None:
        """Keep a file aside under its name, which may have a folder in it."""

    def publish(self, single: bool, descriptor: bytes) -> None:
        """Put the kept tables in place of those that are there, as one file each if they are `single` parts."""


class TableWriter:
    """Takes tables piece by piece and writes each part as soon as it is full."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[str, list[pa.Table]] = {name: [] for name in SCHEMAS}
        self._documents = 0
        self._part = 0
        self._files: dict[str, str] = {}

    def add(self, pieces: Mapping[str, pa.Table]) -> None:
        """Add rows to tables, by name; documents come with all their rows."""
        for name, piece in pieces.items():
            self._held[name].append(piece)
        self._documents += len(pieces.get("documents", ()))
        if self._documents >= PART:
            self._flush()

    def finish(self, made_of: str | None = None) -> None:
        """Write what is left and put all in place. ``made_of``: hash of all that the tables follow from."""
        if self._part == 0 or any(self._held.values()):
            self._flush()
        single = self._part == 1
        digests = {name.split("/")[0] if single else name: digest for name, digest in self._files.items()}
        package = {**datapackage(digests), "ballotwatch": {"made_of": made_of, "sha256": digests}}
        self._store.publish(single, json.dumps(package, indent=2).encode() + b"\n")

    def _flush(self) -> None:
        for name, pieces in self._held.items():
            if pieces or self._part == 0:
                content = _parquet(name, pieces)
                file = f"{name}.parquet/part-{self._part:05d}.parquet"
                self._files[file] = hashlib.sha256(content).hexdigest()
                self._store.write(file, content)
            pieces.clear()
        self._part, self._documents = self._part + 1, 0


def _parquet(name: str, pieces: list[pa.Table]) -> bytes:
    """A table's rows in their order as the bytes of a Parquet file, the same for the same rows."""
    table = pa.concat_tables(pieces) if pieces else arrow_schema(name).empty_table()
    keys = [(key, "ascending") for key in ORDER if key in table.column_names]
    if keys and len(table):
        numbered = table.append_column("row", pa.array(range(len(table))))
        table = table.take(pc.sort_indices(numbered, [*keys, ("row", "ascending")]))
    sink = pa.BufferOutputStream()
    pq.write_table(table.combine_chunks(), sink, compression="zstd")
    return sink.getvalue().to_pybytes()


@contextlib.contextmanager
def table_writer(out: str | Path) -> Iterator[TableWriter]:
    """A writer of the tables folder `out`; what is there stays until its `finish`, and for good if the block fails.

    Raises InUse where another run is writing there, and OSError.
    """
    if is_address(out):
        yield TableWriter(_Remote(str(out)))
        return
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    staging = folder / STAGING
    with claimed(folder):
        # What a killed run has left.
        shutil.rmtree(staging, ignore_errors=True)
        try:
            yield TableWriter(_Local(folder, staging))
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write every table of dataframes, with ``datapackage.json`` beside them, whatever the number of documents.

    Raises TableError before anything is written where a table breaks its schema.
    """
    arrow = {name: to_arrow(name, tables[name]) for name in SCHEMAS}
    with table_writer(folder) as writer:
        writer.add(arrow)
        writer.finish()


class _Local:
    """Files of this machine: staged inside the folder that they are for, so that moving them is renaming."""

    def __init__(self, folder: Path, staging: Path) -> None:
        self._folder, self._staging = folder, staging

    def write(self, name: str, content: bytes) -> None:
        path = self._staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def publish(self, single: bool, descriptor: bytes) -> None:
        self.write(DESCRIPTOR, descriptor)
        marker = self._folder / INCOMPLETE
        marker.touch()
        for name in SCHEMAS:
            staged, place = self._staging / f"{name}.parquet", self._folder / f"{name}.parquet"
            if place.is_dir():
                shutil.rmtree(place)
            elif not single:
                place.unlink(missing_ok=True)
            os.replace(staged / FIRST if single else staged, place)
        os.replace(self._staging / DESCRIPTOR, self._folder / DESCRIPTOR)
        marker.unlink()


class _Remote:
    """Objects of an fsspec file system, staged beside the tables too, though moving them there is copying."""

    def __init__(self, address: str) -> None:
        self._system, self._root = open_place(address)
        self._clear()

    def _clear(self) -> None:
        if self._system.exists(f"{self._root}/{STAGING}"):
            self._system.rm(f"{self._root}/{STAGING}", recursive=True)

    def write(self, name: str, content: bytes) -> None:
        path = f"{self._root}/{STAGING}/{name}"
        self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
        self._system.pipe_file(path, content)

    def publish(self, single: bool, descriptor: bytes) -> None:
        for name in SCHEMAS:
            staged, place = f"{self._root}/{STAGING}/{name}.parquet", f"{self._root}/{name}.parquet"
            if self._system.exists(place):
                self._system.rm(place, recursive=True)
            self._system.mv(f"{staged}/{FIRST}" if single else staged, place, recursive=not single)
        self._system.pipe_file(f"{self._root}/{DESCRIPTOR}", descriptor)
        self._clear()
