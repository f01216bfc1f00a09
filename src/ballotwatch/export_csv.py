"""CSV that a spreadsheet may open: one file a table, as RFC 4180 has it, with nothing in it that a cell would run.

Source of what is dangerous: OWASP, "CSV Injection". A cell of text that would be read as a formula, or turned into
another number, gets an apostrophe in front; so does one that starts with an apostrophe, which makes the rule reversible:
a leading apostrophe is never part of the text. Columns of numbers hold numbers.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from ballotwatch.codebook import Codebook
from ballotwatch.export_files import Tables, rows
from ballotwatch.swapping import building
from ballotwatch.tables import SCHEMAS, Column, datapackage

PACKAGE = "ballotwatch-csv"
DESCRIPTOR = "datapackage.json"
# Signs that open a formula, also in full width, white space that some programs drop before one, and our own mark.
FORMULA = re.compile(r"['=+\-@＝＋－＠\t\r\n]")
# Digits that a spreadsheet would round, read as a power of ten, or strip of zeros: ids and hashes can look so.
NUMBER = re.compile(r"0\d+|\d{16,}|\d+(?:\.\d+)?[eE][+-]?\d+")
DEFUSED = (
    "Cells of text that a spreadsheet would run as a formula (= + - @, tab, line break) or change as a number start with "
    "an apostrophe, and so do those that start with one: take one leading apostrophe away to have the text."
)
LISTED = "; items joined by |, with \\ before a | or \\ of their own"
DIALECT = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}


def write_csv(tables: Tables, codebook: Codebook, out: Path) -> None:
    """Write each table as ``<name>.csv`` (UTF-8 with a byte order mark) and ``datapackage.json`` to the folder `out`."""
    with building(out) as folder:
        for name in SCHEMAS:
            with open(folder / f"{name}.csv", "w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file, lineterminator="\r\n")
                writer.writerow([column.name for column in SCHEMAS[name]])
                writer.writerows([cell(row[c.name]) for c in SCHEMAS[name]] for row in rows(name, tables))
        described = json.dumps(describe(), indent=2, ensure_ascii=False) + "\n"
        (folder / DESCRIPTOR).write_text(described, encoding="utf-8")


def files() -> set[str]:
    """Names of the files of an export."""
    return {DESCRIPTOR, *(f"{name}.csv" for name in SCHEMAS)}


def cell(value: object) -> str:
    """A value as a cell: nothing for None, true or false, ISO dates, lists joined; text is made harmless."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | date):
        return str(value)
    return harmless(value if isinstance(value, str) else join(value))


def harmless(text: str) -> str:
    """A text with an apostrophe in front where a spreadsheet would not leave it alone."""
    return f"'{text}" if FORMULA.match(text) or NUMBER.fullmatch(text) else text


def join(items: Iterable[str]) -> str:
    """Items joined by a bar; a bar or backslash within one has a backslash before it."""
    return "|".join(re.sub(r"([\\|])", r"\\\1", item) for item in items)


def describe() -> dict:
    """The Frictionless Data Package descriptor of the folder."""
    package = datapackage()
    resources = [_resource(resource, SCHEMAS[resource["name"]]) for resource in package["resources"]]
    return {**package, "name": PACKAGE, "description": DEFUSED, "resources": resources}


def _resource(resource: dict, columns: tuple[Column, ...]) -> dict:
    fields = [_field(field, column) for field, column in zip(resource["schema"]["fields"], columns, strict=True)]
    return {
        "name": resource["name"],
        "path": f"{resource['name']}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": DIALECT,
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _field(field: dict, column: Column) -> dict:
    """A field as CSV holds it: a list is a text, and an empty one an empty cell."""
    if column.type != "array":
        return field
    return {"name": column.name, "type": "string", "description": column.description + LISTED}
