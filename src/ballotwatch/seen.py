"""What a run has seen so far, on disk so that memory stays as it is for millions of articles: ids, texts, reprints."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from ballotwatch.duplicates import Compared, Reprints


class Seen:
    """Ids and texts of a run's articles in the order in which they come. A context; what it holds ends with it."""

    def __enter__(self) -> Seen:
        self._folder = tempfile.TemporaryDirectory(prefix="ballotwatch-")
        self._database = sqlite3.connect(Path(self._folder.name) / "seen.sqlite", isolation_level=None)
        # Nothing of it is kept: it need not survive a fault.
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE ids (doc_id TEXT PRIMARY KEY, source TEXT) WITHOUT ROWID")
        self._database.execute("CREATE TABLE texts (sha256 BLOB PRIMARY KEY, doc_id TEXT) WITHOUT ROWID")
        self._reprints = Reprints(self._database)
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()
        self._folder.cleanup()

    def taken(self, doc_id: str, source: str) -> str | None:
        """The source that an id was read from before; None where it is new, and from now on taken by `source`."""
        try:
            self._database.execute("INSERT INTO ids VALUES (?, ?)", (doc_id, source))
        except sqlite3.IntegrityError:
            return self._database.execute("SELECT source FROM ids WHERE doc_id = ?", (doc_id,)).fetchone()[0]
        return None

    def first(self, doc_id: str, sha256: str, text: Compared | None) -> str | None:
        """The earlier document that one reprints; among texts that were not parsed, only one equal to the letter.

        `text`: what of a parsed text is compared.
        """
        key = bytes.fromhex(sha256)
        row = self._database.execute("SELECT doc_id FROM texts WHERE sha256 = ?", (key,)).fetchone()
        if not row:
            self._database.execute("INSERT INTO texts VALUES (?, ?)", (key, doc_id))
        alike = self._reprints.add(doc_id, text) if text else None
        return alike or (row and row[0])
