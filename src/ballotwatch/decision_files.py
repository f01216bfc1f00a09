"""Files of decisions: a folder of ``<coder>.codings.jsonl``, a decision a line, saved whole, read with tolerance."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pandas as pd
from filelock import FileLock, Timeout

from ballotwatch.advice import advised
from ballotwatch.claims import InUse
from ballotwatch.decisions import CorrectionError, Decided, check_coder, check_form, decision_order, now

SUFFIX = ".codings.jsonl"
PART = ".part"
LOCK = ".lock"
# Seconds to wait for others who save, which takes some hundredths each.
PATIENCE = 20.0
COLUMNS = ["doc", "sha256", "coder", "time", "action", "statement_id", "statement", "place"]


class Line(NamedTuple):
    """A line of a file of codings: where it stands, and what it holds or why that can't be read."""

    place: str
    record: Any
    error: str | None = None


@advised("choose another folder of corrections")
def save_decision(folder: Path, decision: Decided) -> Path:
    """Append a decision to its coder's file in `folder`, which is made where missing; the file's path.

    Its time is the moment of saving. Two writers wait for each other, and the file is replaced as a whole: whatever
    stops the process leaves the old or the new one, and what was saved outlives a loss of power. Raises CorrectionError
    for a broken decision, InUse where the folder stays locked, and OSError.
    """
    folder = Path(folder)
    path = folder / f"{check_coder(decision.get('coder'))}{SUFFIX}"
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        line = orjson.dumps(check_form({**decision, "time": now()}))
        old = path.read_bytes() if path.exists() else b""
        # A file cut off by hand must not spoil the new line too.
        gap = b"" if not old or old.endswith(b"\n") else b"\n"
        _replace(path, old + gap + line + b"\n")
    return path


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The folder to oneself; what killed writers have left of new files is removed. Raises InUse."""
    # The system lets the lock go with the process, however it ends.
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        rule = f"another program has held the lock {folder / LOCK} for {PATIENCE:g} s: end it, then save again"
        raise InUse(f"the correction is not saved: {rule}") from None
    try:
        for path in folder.glob(f".*{SUFFIX}{PART}"):
            path.unlink()
        yield
    finally:
        lock.release()


def _replace(path: Path, content: bytes) -> None:
    """Give a file a new content in one step, which is on the disk at the end."""
    partial = path.with_name(f".{path.name}{PART}")
    try:
        with open(partial, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    _keep_names(path.parent)


def _keep_names(folder: Path) -> None:
    """Have the system write a folder's names to the disk, where it can open folders."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def read_decisions(folder: Path | None) -> tuple[pd.DataFrame, list[dict]]:
    """All decisions in a folder, earliest first, and a problem row for each line that can't be read.

    Columns: doc, sha256, coder, time (ISO 8601, UTC), action, statement_id, statement (dict or None), place (file and
    line). Lines with whole codings are checked and passed over (see ``read_wholes``). No folder means no decisions.
    """
    rows, problems = [], []
    for line in read_lines(folder):
        try:
            if line.error:
                raise CorrectionError(line.error)
            if is_whole(line.record):
                check_whole(line)
            else:
                rows.append({**check_form(line.record), "place": line.place})
        except CorrectionError as error:
            detail = f"{error}; mend or remove the line, which is left out until then"
            problems.append({"source": line.place, "problem": "broken correction", "detail": detail})
    return pd.DataFrame(sorted(rows, key=decision_order), columns=COLUMNS, dtype=object), problems


def read_wholes(folder: Path | None) -> dict[str, list[Decided]]:
    """Codings of whole articles by coder, who is named by the file: records with ``doc`` and ``statements``.

    Broken ones are left out here, and told by ``read_decisions``.
    """
    found: dict[str, list[Decided]] = {}
    for line in read_lines(folder):
        try:
            if is_whole(line.record):
                found.setdefault(check_whole(line), []).append(line.record)
        except CorrectionError:
            continue
    return found


def check_whole(line: Line) -> str:
    """The coder of a line that codes a whole article. Raises CorrectionError for a broken one."""
    coder, record = check_coder(line.place.rpartition(SUFFIX)[0]), line.record
    items = record["statements"]
    named = isinstance(items, list) and all(isinstance(item, dict) for item in items)
    texts = [item.get(key) for item in items for key in ("entity", "concept")] if named else [None]
    if not isinstance(record.get("doc"), str) or not all(isinstance(text, str) and text for text in texts):
        raise CorrectionError("a coding of an article has 'doc' and 'statements', each with 'entity' and 'concept'")
    return coder


def read_lines(folder: Path | None) -> Iterator[Line]:
    """Every line of every file of codings in a folder, by file name; blank lines hold nothing."""
    if folder is None or not Path(folder).is_dir():
        return
    for path in sorted(Path(folder).glob(f"[!.]*{SUFFIX}")):
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            yield Line(path.name, None, f"the file can't be read: {error.strerror}")
            continue
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _line(f"{path.name}:{number}", line.removeprefix(b"\xef\xbb\xbf"))


def _line(place: str, line: bytes) -> Line:
    try:
        return Line(place, orjson.loads(line))
    except orjson.JSONDecodeError as error:
        return Line(place, None, f"a line is one JSON object in UTF-8: {error.msg}")


def is_whole(record: Any) -> bool:
    """Whether a line is a person's coding of a whole article, in the format of the reference codings."""
    return isinstance(record, dict) and "statements" in record and "action" not in record
