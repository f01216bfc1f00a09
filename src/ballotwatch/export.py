"""Tables taken elsewhere: W3C Web Annotations, a database of Discourse Network Analyzer, CSV for spreadsheets.

What an export must not do is spoil what is there: an export is made beside its place and put there in one step,
and a place that holds something else is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from ballotwatch.advice import advised
from ballotwatch.claims import claimed
from ballotwatch.codebook import Codebook
from ballotwatch.export_annotations import START, write_annotations
from ballotwatch.export_csv import DESCRIPTOR, PACKAGE, files, write_csv
from ballotwatch.export_dna import SUFFIX, write_dna
from ballotwatch.export_files import ExportError, Tables

FORMATS: dict[str, Callable[[Tables, Codebook, Path], None]] = {
    "annotations": write_annotations,
    "dna": write_dna,
    "csv": write_csv,
}


@advised()
def export_tables(tables: Tables, codebook: Codebook, form: str, out: Path) -> None:
    """Write tables in one of `FORMATS` to `out`: a file, or for csv a folder.

    The same tables give the same bytes. Raises ExportError where `out` holds something else, or where the tables don't
    belong together, InUse where another run writes `out`, and OSError.
    """
    with claimed(out):
        check_place(form, out)
        FORMATS[form](tables, codebook, out)


def check_place(form: str, out: Path) -> None:
    """Raise ExportError where writing would destroy what is no export, or a database that people may have coded in."""
    {"annotations": _check_annotations, "dna": _check_database, "csv": _check_folder}[form](out)


def _check_annotations(out: Path) -> None:
    if out.is_dir():
        raise ExportError(f"{out} is a folder: annotations are one file, such as {out / 'annotations.jsonld'}")
    if out.exists() and not out.read_bytes().startswith(START.encode()):
        raise ExportError(f"{out} is there and holds no annotations of ballotwatch: choose another file with --out")


def _check_database(out: Path) -> None:
    if out.suffix != SUFFIX:
        raise ExportError(f"{out}: DNA opens files that end in {SUFFIX}; did you mean '{out.with_suffix(SUFFIX)}'?")
    if out.exists():
        raise ExportError(f"{out} is there, and DNA saves what you code in it: move it away, or choose another --out")


def _check_folder(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise ExportError(f"{out} is a file: csv needs a folder, one file a table; choose another with --out")
    if out.is_dir() and any(out.iterdir()) and not _is_package(out / DESCRIPTOR):
        raise ExportError(f"{out} is there and holds no CSV export of ballotwatch: choose another folder with --out")
    if out.is_dir() and (others := sorted(path.name for path in out.iterdir() if path.name not in files())):
        raise ExportError(f"{out} holds '{others[0]}' beside an export, which a new one would remove: move it away")


def _is_package(path: Path) -> bool:
    try:
        return json.loads(path.read_text(encoding="utf-8"))["name"] == PACKAGE
    except (OSError, ValueError, KeyError, TypeError):
        return False
