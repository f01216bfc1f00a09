"""The tables that coding leaves and notebooks read: their schemas, and how they are written and read.

The schema below is the one source for the Parquet types, for validation and for ``datapackage.json``
(Frictionless Data Package), so the three can't drift apart. Offsets count characters (code points) of
``documents.text``; dates are days.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ballotwatch.addresses import is_address, open_place
from ballotwatch.codebook import Codebook
from ballotwatch.table_folder import INCOMPLETE

ARROW_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "array": pa.list_(pa.string()),
}


class Column(NamedTuple):
    """One column: its name, its Frictionless type, what it means, whether it must hold a value, and which ones."""

    name: str
    type: str
    description: str
    required: bool = True
    values: tuple[str, ...] = ()


class TableError(ValueError):
    """A table breaks its schema; the message names table, column, rule and the offending value."""


DOC_ID = Column("doc_id", "string", "document: the file's stem, or the record's id")
SPAN = (
    Column("start", "integer", "first character in documents.text"),
    Column("end", "integer", "one past the last character in documents.text"),
    Column("text", "string", "documents.text[start:end]"),
)
WHO = (
    Column("actor", "string", "canonical name of who holds the position", False),
    Column("entity", "string", "ISO 3166-1 alpha-3 of the state, or the organisation's short name", False),
    Column("actor_type", "string", "state, organisation, person, authority, party, media or group", False),
)

SCHEMAS: dict[str, tuple[Column, ...]] = {
    "documents": (
        DOC_ID,
        Column("source", "string", "file, and record where there are several, that the document was read from"),
        Column("sha256", "string", "hash of the text, as hexadecimal"),
        Column("title", "string", "headline, as found in the text or given by the record", False),
        Column("published_earliest", "date", "first day on which it can have been published", False),
        Column("published_latest", "date", "last day on which it can have been published", False),
        Column(
            "dating_basis", "string", "where the date comes from", True, ("stated", "metadata", "inferred", "unknown")
        ),
        Column("dating_evidence", "string", "the passages and facts that date it", False),
        Column("language", "string", "ISO 639-1 code"),
        Column("words", "integer", "number of words"),
        Column("duplicate_of", "string", "doc_id of the earlier document that this one reprints", False),
        Column("text", "string", "the text, decoded and otherwise untouched"),
    ),
    "dates": (
        DOC_ID,
        *SPAN,
        Column("timex", "string", "TIMEX3 value"),
        Column("type", "string", "TIMEX3 type", True, ("DATE", "TIME", "DURATION", "SET")),
        Column("earliest", "date", "first day it can mean", False),
        Column("latest", "date", "last day it can mean", False),
    ),
    "places": (
        DOC_ID,
        *SPAN,
        Column("name", "string", "name in the codebook"),
        Column("kind", "string", "what it is", True, ("country", "region", "settlement")),
        Column("region", "string", "ISO 3166-2 code of the first-level unit", False),
        Column("country", "string", "ISO 3166-1 alpha-3 code", False),
        Column("lat", "number", "latitude in degrees north", False),
        Column("lon", "number", "longitude in degrees east", False),
        Column("located", "boolean", "whether the ballot or its events are placed there"),
    ),
    "actors": (DOC_ID, *SPAN, *WHO),
    "ballots": (
        Column("ballot_id", "string", "id in the codebook, or described:<date>:<kind> for one that it lacks"),
        Column("name", "string", "name of the ballot"),
        Column("kind", "string", "referendum, presidential, parliamentary, regional, local or other"),
        Column("start_date", "date", "first day of voting, early voting included", False),
        Column("end_date", "date", "last day of voting", False),
        Column("regions", "array", "ISO 3166-2 codes of the units where it was held"),
        Column("organiser", "string", "who held it", False),
        Column("reference", "string", "public reference", False),
    ),
    "ballot_mentions": (DOC_ID, *SPAN, Column("ballot_id", "string", "ballots.ballot_id", False)),
    "quotes": (
        DOC_ID,
        *SPAN,
        Column("kind", "string", "words inside marks, or a reported clause", True, ("direct", "indirect")),
        Column(
            "quotation_end",
            "integer",
            "where the whole quotation ends: of a long one the row holds the opening sentence",
        ),
        Column("speaker", "string", "canonical name of the speaker", False),
        Column("speaker_entity", "string", "entity of the speaker", False),
        Column("speaker_start", "integer", "first character of the words that name the speaker", False),
        Column("speaker_end", "integer", "one past their last character", False),
        Column("cue", "string", "the word of saying or thinking", False),
        Column("cue_start", "integer", "its first character", False),
        Column("cue_end", "integer", "one past its last character", False),
    ),
    "statements": (
        Column("statement_id", "string", "stable id: hash of document, span, actor, concept and value"),
        DOC_ID,
        *SPAN,
        *WHO,
        Column("concept", "string", "concept of the codebook"),
        Column("family", "string", "its family", True, ("position", "demand", "claim")),
        Column("polarity", "integer", "1 for the ballot, -1 against it, 0 neither"),
        Column("ballot_id", "string", "ballots.ballot_id", False),
        Column("regions", "array", "ISO 3166-2 codes that the statement is about"),
        Column("date_earliest", "date", "first day on which it can have been made", False),
        Column("date_latest", "date", "last day on which it can have been made", False),
        Column("legal_bases", "array", "legal grounds given"),
        Column("value", "number", "turnout or result in per cent", False),
        Column("addressee", "string", "whom a demand is put to", False),
        Column("quoted", "boolean", "whether the words stand inside quotation marks"),
        Column("cue", "string", "the words that carry the concept"),
        Column("rule", "string", "the rule that fired"),
        Column("confidence", "number", "probability of being right, 0 to 1", False),
        Column("coder", "string", "who coded it: the program's name, or the person whose correction is in force"),
        Column("checked_by", "string", "people whose decision is that the row stands, joined by commas", False),
    ),
    "framing": (
        DOC_ID,
        *SPAN,
        Column("label", "string", "label in the codebook"),
        Column("direction", "string", "what the label does to the ballot", True, ("delegitimising", "legitimising")),
        Column("voice", "string", "'article', or the entity whose words they are"),
    ),
    "problems": (
        Column("source", "string", "file, record or document"),
        Column("problem", "string", "what was left out"),
        Column("detail", "string", "why, and what to do about it"),
    ),
}


def statement_key(
    doc_id: str, start: int, end: int, entity: str, actor: str | None, concept: str, value: float | None
) -> str:
    """The stable id of a statement: coded twice, by whomever, it is the same; two actors in one sentence give two."""
    key = "\x1f".join(map(str, (doc_id, start, end, entity, actor, concept, value)))
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def listed_ballots(codebook: Codebook, ids: Collection[str]) -> list[dict]:
    """Rows of the ballots table for those of these ids that are in the codebook's calendar."""
    known = codebook.ballots[codebook.ballots.ballot_id.isin(list(ids))]
    names = [column.name for column in SCHEMAS["ballots"]]
    return [{name: getattr(row, name) for name in names} for row in known.itertuples()]


def arrow_schema(table: str) -> pa.Schema:
    """The Parquet schema of a table."""
    return pa.schema([pa.field(c.name, ARROW_TYPES[c.type], nullable=not c.required) for c in SCHEMAS[table]])


def make_table(table: str, rows: list[dict]) -> pd.DataFrame:
    """Rows as a validated dataframe with every column of the schema, in its order; missing values are null."""
    return rows_to_arrow(table, rows).to_pandas(date_as_object=True)


def rows_to_arrow(table: str, rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """Rows as an Arrow table of the schema; what they hold besides is passed over. Raises TableError where they break it."""
    arrays = [_array(table, column, [_plain(row.get(column.name)) for row in rows]) for column in SCHEMAS[table]]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table))


def to_arrow(table: str, frame: pd.DataFrame) -> pa.Table:
    """A dataframe as an Arrow table of the schema. Raises TableError where it breaks it."""
    for column in SCHEMAS[table]:
        if column.name not in frame:
            raise TableError(f"{table}: column '{column.name}' is missing; it has {', '.join(frame.columns)}")
    arrays = [_array(table, column, [_plain(value) for value in frame[column.name]]) for column in SCHEMAS[table]]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table))


def _array(table: str, column: Column, values: list) -> pa.Array:
    if column.required and any(value is None for value in values):
        raise TableError(f"{table}.{column.name}: row {values.index(None)} is empty, but the column requires a value")
    if column.values and (wrong := next((v for v in values if v not in column.values), None)):
        raise TableError(f"{table}.{column.name}: '{wrong}' is not one of {', '.join(column.values)}")
    try:
        return pa.array(values, type=ARROW_TYPES[column.type])
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise TableError(f"{table}.{column.name}: not of type {column.type}: {error}") from error


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, (list, tuple)) or hasattr(value, "tolist") and getattr(value, "ndim", 0):
        return [str(item) for item in value]
    if isinstance(value, pd.Timestamp) and not pd.isna(value):
        return value.date()
    return None if pd.isna(value) else value


def table_files(folder: Path, name: str) -> list[Path]:
    """The Parquet files of a table, in order: ``<name>.parquet``, or ``part-*.parquet`` in a folder of that name.

    Raises FileNotFoundError with the next step where the folder holds no such table, and TableError where its tables were
    being exchanged when the program was stopped.
    """
    path = Path(folder) / f"{name}.parquet"
    if not path.exists():
        raise FileNotFoundError(f"no table '{name}' in {folder}: run `ballotwatch code CORPUS --out {folder}` first")
    if (Path(folder) / INCOMPLETE).exists():
        raise TableError(f"{folder}: its tables are of two runs, the last was cut off: run `ballotwatch code` again")
    return sorted(path.glob("part-*.parquet")) if path.is_dir() else [path]


def read_table(folder: str | Path, name: str) -> pd.DataFrame:
    """One table as a dataframe: dates as ``datetime.date``, arrays as lists. The folder may be at an fsspec address.

    Raises FileNotFoundError with the next step where the folder holds no such table.
    """
    parts = (
        _remote_parts(folder, name)
        if is_address(folder)
        else [pq.read_table(path, schema=arrow_schema(name)) for path in table_files(Path(folder), name)]
    )
    return pa.concat_tables(parts).to_pandas(date_as_object=True)


def _remote_parts(address: str, name: str) -> list[pa.Table]:
    system, root = open_place(address)
    paths = sorted(system.find(f"{root}/{name}.parquet"))
    if not paths:
        raise FileNotFoundError(f"no table '{name}' at {address}: run `ballotwatch code CORPUS --out {address}` first")
    return [pq.read_table(io.BytesIO(system.cat_file(path)), schema=arrow_schema(name)) for path in paths]


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """All tables of a folder, by name."""
    return {name: read_table(folder, name) for name in SCHEMAS}


def datapackage(files: Collection[str] = ()) -> dict:
    """The Frictionless Data Package descriptor of a tables folder with these `files`; of one file a table if none are given."""
    paths = {name: [file for file in files if file.split(".")[0] == name] for name in SCHEMAS}
    return {
        "profile": "data-package",
        "name": "ballotwatch-tables",
        "resources": [_resource(name, paths[name] or [f"{name}.parquet"]) for name in SCHEMAS],
    }


def _resource(name: str, paths: list[str]) -> dict:
    columns = SCHEMAS[name]
    return {
        "name": name,
        "path": paths if len(paths) > 1 else paths[0],
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": {"fields": [_field(column) for column in columns]},
    }


def _field(column: Column) -> dict:
    constraints = {"required": True} if column.required else {}
    if column.values:
        constraints["enum"] = list(column.values)
    field = {"name": column.name, "type": column.type, "description": column.description}
    return {**field, "constraints": constraints} if constraints else field


def tables_markdown() -> str:
    """Every table with its columns, as a markdown table for the README."""
    lines = [f"| `{name}` | {', '.join(f'`{c.name}`' for c in columns)} |" for name, columns in SCHEMAS.items()]
    return "\n".join(["| table | columns |", "| --- | --- |", *lines])
