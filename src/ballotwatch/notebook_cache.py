"""Executed notebooks, kept by a hash over all that shapes them: an unchanged notebook need not run again.

The key covers the notebook's source, its parameters, the content of every file and folder that a parameter names (the
tables, the corrections, the reference), this library's own files with the codebook, and every installed package. A
notebook that reads anything else, such as the time or the network, must not be run through a cache.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import os
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import orjson

from ballotwatch.program import content_digest, installed

PACKAGE = Path(__file__).parent
# Entries beyond these are forgotten, the ones that were used least lately first.
MOST_ENTRIES = 60
# Seconds by which the clock of a file server may be ahead.
CLOCKS = 60.0


class NotebookCache:
    """A folder of executed notebooks, one file each: the digest of what follows in the first line, then the notebook.

    Files and folders are read once: one object serves one report.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` is made when there is something to keep."""
        self._folder = folder
        self._digest = cache(content_digest)

    def key(self, path: Path, values: Mapping[str, Any]) -> str:
        """The key of a notebook with the parameters that it is given. Raises OSError where it can't be read."""
        source = nbformat.v4.reads(path.read_text("utf-8"))
        parameters = {**defaults(source), **values}
        named = {
            name: self._digest(place)
            for name, value in parameters.items()
            if isinstance(value, str) and value and (place := path.parent / value).exists()
        }
        cells = [[cell.cell_type, cell.source, cell.metadata] for cell in source.cells]
        shaping = [path.name, cells, source.metadata, parameters, named, self._digest(PACKAGE), installed()]
        return hashlib.sha256(orjson.dumps(shaping, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()

    def find(self, key: str) -> nbformat.NotebookNode | None:
        """The executed notebook with this key; None where there is none, or its file is damaged."""
        path = self._path(key)
        try:
            digest, _, content = path.read_bytes().partition(b"\n")
        except OSError:
            return None
        if digest != _digest(key, content):
            return None
        # A folder that may only be read serves all the same.
        with contextlib.suppress(OSError):
            os.utime(path)
        return nbformat.from_dict(orjson.loads(content))

    def keep(self, key: str, notebook: nbformat.NotebookNode) -> None:
        """Keep an executed notebook; a reader sees the whole of it or nothing. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        content, path = orjson.dumps(notebook), self._path(key)
        # One name an entry: what a killed run has left is written over. Two runs at once may spoil it for each other,
        # which the digest tells.
        partial = path.with_name(f".{path.name}.part")
        try:
            partial.write_bytes(_digest(key, content) + b"\n" + content)
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
        self._forget(path)

    def _forget(self, kept: Path) -> None:
        """Remove the entries beyond MOST_ENTRIES, but never the one that was `kept` just now."""
        others = sorted((path for path in self._folder.iterdir() if path != kept), key=_used)
        for path in others[: max(0, len(others) + 1 - MOST_ENTRIES)]:
            path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def defaults(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """What a notebook's tagged parameters cell assigns, as far as it is plain values."""
    tagged = [cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ())]
    found = {}
    for node in ast.parse(tagged[0] if tagged else "").body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        try:
            value = ast.literal_eval(node.value)
        except (AttributeError, ValueError):
            continue
        found |= {target.id: value for target in targets if isinstance(target, ast.Name)}
    return found


def _used(path: Path) -> float:
    """When an entry was used last; a time yet to come is of a clock that was wrong, and says as much as none."""
    try:
        used = path.stat().st_mtime
    except OSError:
        return 0.0
    return used if used <= time.time() + CLOCKS else 0.0


def _digest(key: str, content: bytes) -> bytes:
    """Hash over an entry and its key, so that an entry under another's name is damaged too."""
    return hashlib.sha256(f"{key}\n".encode() + content).hexdigest().encode()
