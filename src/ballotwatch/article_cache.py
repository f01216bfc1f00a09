"""Coded articles, kept by a hash over all that their rows follow from: what was coded once need not be coded again.

The key covers the article as it was read, whether documents about no ballot are coded too, this library's own files with the
codebook, and every installed package. Only articles that were parsed are kept: for others the cache would cost more than the
work. An entry is a file with the digest of what follows in its first line; a damaged one counts as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import orjson

from ballotwatch.corpus import Article
from ballotwatch.program import program_digest

Rows = dict[str, list[dict]]
# Versions of library and codebook whose entries are kept: one goes back and forth between two while working on rules.
MOST_VERSIONS = 3
# Columns that hold days, which JSON has none of.
DAYS = frozenset(
    (
        *("published_earliest", "published_latest", "earliest", "latest", "date_earliest", "date_latest"),
        *("start_date", "end_date"),
    )
)


class ArticleCache:
    """A folder of coded articles for one version of library, codebook and packages."""

    def __init__(self, folder: Path, all_documents: bool) -> None:
        """`folder` is made when there is something to keep."""
        self._folder = Path(folder) / program_digest()[:16]
        self._all = all_documents

    def find(self, article: Article) -> Rows | None:
        """The rows of an article; None where they are not there, or damaged."""
        try:
            digest, _, content = self._path(article).read_bytes().partition(b"\n")
        except OSError:
            return None
        if digest != _digest(content):
            return None
        rows = orjson.loads(content)
        rows["documents"][0]["text"] = article.text
        return {name: [_with_days(row) for row in table] for name, table in rows.items()}

    def keep(self, article: Article, rows: Rows) -> None:
        """Keep an article's rows; a reader sees all of them or none. A cache that can't be written costs time alone."""
        with contextlib.suppress(OSError):
            self._write(self._path(article), orjson.dumps(_without_text(rows), option=orjson.OPT_SERIALIZE_NUMPY))

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # One name an entry: what a killed run has left is written over. What two runs at once may spoil, the digest tells.
        partial = path.with_name(f".{path.name}.part")
        try:
            partial.write_bytes(_digest(content) + b"\n" + content)
            os.replace(partial, path)
        except OSError:
            partial.unlink(missing_ok=True)
            raise

    def _path(self, article: Article) -> Path:
        about = [
            article.doc_id,
            article.source,
            article.sha256,
            article.title,
            article.published,
            article.url,
            self._all,
        ]
        key = hashlib.sha256(orjson.dumps(about)).hexdigest()
        return self._folder / key[:2] / key


@cache
def forget_old_versions(folder: Path) -> None:
    """Remove what is kept for all but the versions of the program that were used last; once in a process."""
    with contextlib.suppress(OSError):
        (folder / program_digest()[:16]).mkdir(parents=True, exist_ok=True)
        os.utime(folder / program_digest()[:16])
        versions = sorted((path for path in folder.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
        for path in versions[:-MOST_VERSIONS]:
            shutil.rmtree(path, ignore_errors=True)


def _without_text(rows: Rows) -> Rows:
    """Rows without the article's text, which whoever asks for them has."""
    return rows | {"documents": [{**row, "text": ""} for row in rows["documents"]]}


def _with_days(row: Mapping[str, object]) -> dict:
    return {name: date.fromisoformat(value) if name in DAYS and value else value for name, value in row.items()}


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
