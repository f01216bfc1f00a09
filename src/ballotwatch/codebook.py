"""Load and validate a codebook: the domain knowledge of a topic, as plain CSV, TOML and GeoJSON files.

A codebook is a folder; its parts are combined, the folder ``common`` always beneath. Every CSV file is described by
one entry of ``codebook_schema.SCHEMAS``. A cell of type ``list`` separates its items by ``|``. In the loaded tables an empty cell
is ``""`` (text), ``()`` (list), ``None`` (date) or NaN (number); where a table has both ``name`` and ``names``, ``names``
begins with ``name``. Regions are listed by bare names ("Kherson"); :func:`region_forms` adds "Kherson oblast" and its like.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import hashlib
import io
import json
import math
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ballotwatch.codebook_schema import ENTITIES, SCHEMAS, Field, Table

FOLDERS = Path(__file__).parent / "codebooks"
COMMON = "common"
BOUNDARIES = "regions.geojson"
WORLD = "world.geojson"
ABOUT = "codebook.toml"
ABOUT_KEYS = ("title", "description", "map_country")
IGNORED = ("README.md", "NOTICE.md")
OUTLINES = ("Polygon", "MultiPolygon")
UNIT_WORDS = ("oblast", "region", "province", "Oblast", "Region", "Province")


class CodebookError(ValueError):
    """A codebook breaks a rule; the message names file, line, rule and the offending value."""


@dataclass(frozen=True, eq=False)
class Codebook:
    """A loaded codebook. Each table of ``SCHEMAS`` is an attribute: a dataframe with that schema's columns.

    ``names``: the folders combined, ``common`` left out. ``about``: title, description and ``map_country`` of each.
    ``vocabulary``: word lists by key. ``boundaries``: GeoJSON FeatureCollection, ``properties.region`` an ISO 3166-2
    code. ``sha256``: hash of all files that bear on coding, equal on every machine.
    """

    names: tuple[str, ...]
    tables: dict[str, pd.DataFrame]
    about: dict[str, dict[str, str]]
    vocabulary: dict[str, tuple[str, ...]]
    boundaries: dict[str, Any]
    sha256: str

    def __getattr__(self, name: str) -> pd.DataFrame:
        # Unpickling asks for attributes before `tables` is there: only names of tables may go on.
        if name in SCHEMAS:
            return self.tables[name]
        raise AttributeError(f"a codebook has no '{name}'{suggest(name, SCHEMAS)}")


class Source(NamedTuple):
    """A file of a codebook: how messages call it, its file name and its content."""

    label: str
    name: str
    content: bytes


def topics() -> tuple[str, ...]:
    """Names of the codebooks that come with the package, ``common`` left out."""
    return tuple(sorted(p.name for p in FOLDERS.iterdir() if p.is_dir() and p.name != COMMON and p.name[0] not in "._"))


def load_codebook(*names_or_paths: str | Path) -> Codebook:
    """Combine codebooks, given by name or by folder; all that come with the package if none is given.

    The result is kept for as long as no file changes. Raises CodebookError naming file, line and rule.
    """
    folders = tuple(_folder(str(name)) for name in names_or_paths or topics())
    sources = tuple(source for folder in (FOLDERS / COMMON, *folders) for source in _sources(folder))
    return _build(tuple(folder.name for folder in folders), sources)


@cache
def world_outlines() -> dict[str, Any]:
    """The world's states as a GeoJSON FeatureCollection: `properties.entity` is a state's alpha-3 code, `name` its name.

    Land that is no state's in the codebook has neither; a state too small to have an outline is a point. Borders are
    those of UN General Assembly resolution 68/262: Crimea and Sevastopol are Ukraine's.
    """
    return json.loads((FOLDERS / COMMON / WORLD).read_text(encoding="utf-8"))


def suggest(word: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown word: "; did you mean 'x'?", or the list of what is known."""
    known = list(known)
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(known)}"


def region_forms(names: Iterable[str]) -> tuple[str, ...]:
    """Names of a first-level unit, each bare and with oblast, region or province behind it, most specific first.

    Acronyms ("DPR") and names that already say what they are ("Kyiv region", "Republic of Crimea") stay bare.
    """
    names = tuple(names)
    bare = [n for n in names if not n.isupper() and not re.search(r"(?i)oblast|region|province|republic|\bcity\b", n)]
    return tuple(dict.fromkeys([*(f"{name} {word}" for name in bare for word in UNIT_WORDS), *names]))


def ballots_table(codebook: Codebook) -> str:
    """The ballots of a codebook as a markdown table: id, name, days of voting, regions, reference."""
    rows = codebook.ballots.sort_values(["start_date", "ballot_id"]).itertuples()
    lines = [f"| `{b.ballot_id}` | {b.name} | {_days(b)} | {' '.join(b.regions)} | {b.reference} |" for b in rows]
    return "\n".join(
        ["| id | ballot | days of voting | regions | reference |", "| --- | --- | --- | --- | --- |", *lines]
    )


def fill_section(document: str, marker: str, content: str) -> str:
    """Put content between ``<!-- marker -->`` and ``<!-- /marker -->``. Raises CodebookError where they are missing."""
    start, end = f"<!-- {marker} -->", f"<!-- /{marker} -->"
    if start not in document or end not in document:
        raise CodebookError(f"the document has no section to fill: add the lines '{start}' and '{end}' to it")
    before, rest = document.split(start, 1)
    return f"{before}{start}\n{content}\n{end}{rest.split(end, 1)[1]}"


def _days(ballot: Any) -> str:
    days = str(ballot.start_date) + (f" to {ballot.end_date}" if ballot.end_date != ballot.start_date else "")
    return days + (f" (early from {ballot.early_start})" if ballot.early_start else "")


def _folder(name: str) -> Path:
    if name in topics():
        return FOLDERS / name
    if Path(name).is_dir():
        return Path(name)
    raise CodebookError(f"there is no codebook and no folder '{name}'{suggest(name, topics())}")


def _sources(folder: Path) -> Iterator[Source]:
    label = f"codebooks/{folder.name}" if folder.parent == FOLDERS else folder.as_posix()
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in IGNORED or path.is_dir() or path == FOLDERS / COMMON / WORLD:
            continue
        if path.name not in _known_files() and not re.fullmatch(r"vocabulary.*\.toml", path.name):
            raise CodebookError(f"{label}/{path.name}: not a file of a codebook{suggest(path.name, _known_files())}")
        yield Source(f"{label}/{path.name}", path.name, path.read_bytes())


def _known_files() -> list[str]:
    return [*(f"{table}.csv" for table in SCHEMAS), "vocabulary.toml", ABOUT, BOUNDARIES]


@lru_cache(maxsize=8)
def _build(names: tuple[str, ...], sources: tuple[Source, ...]) -> Codebook:
    rows = {table: [row for s in sources if s.name == f"{table}.csv" for row in _rows(s, table)] for table in SCHEMAS}
    for table in SCHEMAS:
        _check_keys(table, rows[table])
        _check_references(table, rows)
    return Codebook(
        names=names,
        tables={table: _frame(table, rows[table]) for table in SCHEMAS},
        about={s.label.split("/")[-2]: _about(s) for s in sources if s.name == ABOUT},
        vocabulary=_vocabulary(sources),
        boundaries=_boundaries(sources, {row["region"] for _, row in rows["regions"]}),
        sha256=_digest(sources),
    )


def _digest(sources: tuple[Source, ...]) -> str:
    digest = hashlib.sha256()
    for source in sources:
        folder = source.label.split("/")[-2]
        digest.update(f"{folder}/{source.name} {len(source.content)}\n".encode() + source.content)
    return digest.hexdigest()


Row = tuple[str, dict[str, Any]]
"""Where a row stands ("file:line"), and its values by column."""


def _text(source: Source) -> str:
    try:
        return source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CodebookError(f"{source.label}: not UTF-8 at byte {error.start}; save it as UTF-8") from error


def _rows(source: Source, table: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(_text(source), newline=""), strict=True)
    try:
        header = next(reader, [])
        _check_header(source, header, SCHEMAS[table].fields)
        for cells in reader:
            if cells:
                where = f"{source.label}:{reader.line_num}"
                yield where, _row(where, header, cells, SCHEMAS[table])
    except csv.Error as error:
        raise CodebookError(f"{source.label}:{reader.line_num}: not CSV: {error}") from error


def _check_header(source: Source, header: list[str], fields: tuple[Field, ...]) -> None:
    known = [field.name for field in fields]
    for name in header:
        if name not in known:
            raise CodebookError(f"{source.label}:1: unknown column '{name}'{suggest(name, known)}")
        if header.count(name) > 1:
            raise CodebookError(f"{source.label}:1: column '{name}' stands twice")
    if missing := [field.name for field in fields if field.required and field.name not in header]:
        raise CodebookError(f"{source.label}:1: column '{missing[0]}' is missing; it is required")


def _row(where: str, header: list[str], cells: list[str], table: Table) -> dict[str, Any]:
    if len(cells) != len(header):
        raise CodebookError(f"{where}: {len(cells)} cells under {len(header)} columns; put cells with commas in quotes")
    raw = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    row = {field.name: _value(where, field, raw.get(field.name, "")) for field in table.fields}
    for first, then in table.order:
        if row[first] and row[then] and row[then] < row[first]:
            raise CodebookError(f"{where}: {then} {row[then]} is before {first} {row[first]}")
    if "name" in row and "names" in row:
        row["names"] = tuple(dict.fromkeys((row["name"], *row["names"])))
    return row


def _value(where: str, field: Field, cell: str) -> Any:
    if not cell:
        if field.required:
            raise CodebookError(f"{where}: {field.name} is empty; it is required")
        return {"list": (), "date": None, "number": None}.get(field.type, "")
    if field.values and cell not in field.values:
        raise CodebookError(f"{where}: {field.name} '{cell}' is not allowed{suggest(cell, field.values)}")
    if field.pattern and not re.fullmatch(field.pattern, cell):
        raise CodebookError(f"{where}: {field.name} '{cell}' does not have the form {field.pattern}")
    try:
        value = PARSERS[field.type](cell)
    except (ValueError, KeyError) as error:
        raise CodebookError(f"{where}: {field.name} '{cell}' is not a {field.type}; {EXPECTED[field.type]}") from error
    if field.limit and abs(value) > field.limit:
        raise CodebookError(f"{where}: {field.name} {cell} is not between {-field.limit} and {field.limit}")
    return value


def _list(cell: str) -> tuple[str, ...]:
    items = tuple(item.strip() for item in cell.split("|"))
    if not all(items):
        raise ValueError("empty item")
    return tuple(dict.fromkeys(items))


def _number(cell: str) -> float:
    value = float(cell)
    if not math.isfinite(value):
        raise ValueError("not finite")
    return value


PARSERS = {
    "text": str,
    "list": _list,
    "date": dt.date.fromisoformat,
    "number": _number,
    "boolean": {"true": True, "false": False}.__getitem__,
}
EXPECTED = {
    "list": "separate items by one |, with none empty",
    "date": "write it as YYYY-MM-DD",
    "number": "write it with a point and no thousands mark",
    "boolean": "write true or false",
}


def _check_keys(table: str, rows: list[Row]) -> None:
    key, seen = SCHEMAS[table].key, {}
    for where, row in rows:
        value = tuple(row[name] for name in key)
        if value in seen:
            shown = ", ".join(f"{name} '{part}'" for name, part in zip(key, value, strict=True))
            raise CodebookError(f"{where}: {shown} is already in {seen[value]}; it must be unique")
        seen[value] = where


def _shipped_entities() -> set[str]:
    """Entities of all shipped territories: `common` may name an authority whose topic is not loaded."""
    files = (path.read_text("utf-8", "replace").splitlines() for path in FOLDERS.glob("*/territories.csv"))
    return {row.get("entity", "") for lines in files for row in csv.DictReader(lines)}


def _check_references(table: str, rows: dict[str, list[Row]]) -> None:
    for field in SCHEMAS[table].fields:
        known = {row[ref.split(".")[1]] for ref in field.refs for _, row in rows[ref.split(".")[0]]}
        if field.refs == ENTITIES:
            known |= _shipped_entities()
        for where, row in rows[table] if field.refs else ():
            values = row[field.name] if field.type == "list" else (row[field.name],)
            # A state's opposition is an entity of its own without being listed (codebook: <ALPHA3>-OPP).
            for value in values:
                if value and value.removesuffix("-OPP") not in known:
                    raise CodebookError(f"{where}: {field.name} '{value}' is not in {' or '.join(field.refs)}")


def _frame(table: str, rows: list[Row]) -> pd.DataFrame:
    columns = {}
    for field in SCHEMAS[table].fields:
        dtype = {"number": "float64", "boolean": "bool"}.get(field.type, "object")
        columns[field.name] = pd.Series([row[field.name] for _, row in rows], dtype=dtype)
    return pd.DataFrame(columns)


def _toml(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(source))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CodebookError(f"{source.label}: not TOML: {error}") from error


def _about(source: Source) -> dict[str, str]:
    about = _toml(source)
    for key, value in about.items():
        if key not in ABOUT_KEYS:
            raise CodebookError(f"{source.label}: unknown key '{key}'{suggest(key, ABOUT_KEYS)}")
        if not isinstance(value, str):
            raise CodebookError(f"{source.label}: {key} is {value!r}; it must be text")
    return about


def _vocabulary(sources: tuple[Source, ...]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for source in sources:
        for key, words in _toml(source).items() if source.name.startswith("vocabulary") else ():
            if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                raise CodebookError(f"{source.label}: {key} must be a list of strings, in brackets and quotes")
            merged[key] = tuple(dict.fromkeys((*merged.get(key, ()), *words)))
    return merged


def _boundaries(sources: tuple[Source, ...], regions: set[str]) -> dict[str, Any]:
    features = [f for s in sources if s.name == BOUNDARIES for f in _features(s, regions)]
    return {"type": "FeatureCollection", "features": features}


def _features(source: Source, regions: set[str]) -> list[dict[str, Any]]:
    try:
        features = json.loads(_text(source))["features"]
        codes = [feature["properties"]["region"] for feature in features]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CodebookError(f"{source.label}: not a FeatureCollection with properties.region: {error!r}") from error
    for code, feature in zip(codes, features, strict=True):
        if not isinstance(code, str) or code not in regions or codes.count(code) > 1:
            raise CodebookError(f"{source.label}: region '{code}' must be in regions.csv, and have one feature")
        if not _is_outline(feature.get("geometry")):
            raise CodebookError(f"{source.label}: region '{code}' needs a geometry of type {' or '.join(OUTLINES)}")
    return features


def _is_outline(geometry: Any) -> bool:
    """Whether a geometry is of a type that maps draw, and has coordinates."""
    known = isinstance(geometry, dict) and geometry.get("type") in OUTLINES
    return known and isinstance(geometry.get("coordinates"), list) and bool(geometry["coordinates"])
