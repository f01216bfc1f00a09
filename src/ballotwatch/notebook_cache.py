"""Executed notebooks, kept by a hash over all that shapes them: an unchanged notebook need not run again.

The key covers the notebook's source, its parameters, the content of every file and folder that a parameter names (the
tables, the corrections, the reference), this library's own files with the codebook, and every installed package. A
notebook that reads anything else, such as the time or the network, must not be run through a cache.
"""

from __future__ import annotations

import ast
import hashlib
import os
import tempfile
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
            os.utime(path)
        except OSError:
            return None
        if digest != _digest(content):
            return None
        return nbformat.from_dict(orjson.loads(content))

    def keep(self, key: str, notebook: nbformat.NotebookNode) -> None:
        """Keep an executed notebook; a reader sees the whole of it or nothing. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        content = orjson.dumps(notebook)
        number, name = tempfile.mkstemp(prefix=".", dir=self._folder)
        with os.fdopen(number, "wb") as file:
            file.write(_digest(content) + b"\n" + content)
        os.replace(name, self._path(key))
        for path in sorted(self._folder.iterdir(), key=_used)[:-MOST_ENTRIES]:
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
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
