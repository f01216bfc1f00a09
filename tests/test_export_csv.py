"""CSV for spreadsheets: nothing in it runs, everything comes back."""

from __future__ import annotations

import csv
import json
import re
from datetime import date

import pytest

from ballotwatch.codebook import load_codebook
from ballotwatch.export_csv import cell, harmless, join, write_csv
from ballotwatch.tables import SCHEMAS, make_table, to_arrow

HOSTILE = (
    "=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'quoted", '"=1"', 'a,"b"\r\nc;d',
    "1e9", "0042", "12345678901234567", "ünï 🗳", "  =1 led by blanks",
)  # fmt: skip


def undo(text: str) -> str:
    """The documented way back: one leading apostrophe is never part of the text."""
    return text[1:] if text.startswith("'") else text


def split(text: str) -> list[str]:
    parts = re.findall(r"(?:\\.|[^|\\])+", text)
    return [re.sub(r"\\(.)", r"\1", part) for part in parts]


def value(text: str, kind: str):
    """A cell as its column's type."""
    if text == "":
        return [] if kind == "array" else None
    back = {"integer": int, "number": float, "boolean": "true".__eq__, "date": date.fromisoformat, "string": undo}
    return split(undo(text)) if kind == "array" else back[kind](text)


def read_back(folder, name) -> list[dict]:
    kinds = {column.name: column.type for column in SCHEMAS[name]}
    with open(folder / f"{name}.csv", encoding="utf-8-sig", newline="") as file:
        return [{c: value(text, kinds[c]) for c, text in row.items()} for row in csv.DictReader(file, strict=True)]


def hostile_tables(small_tables):
    row = small_tables["statements"].iloc[0].to_dict()
    rows = [
        {**row, "statement_id": text, "actor": text, "cue": text, "regions": [text, "a|b", "\\"], "value": -1.5}
        for text in HOSTILE
    ]
    return {**small_tables, "statements": make_table("statements", rows)}


def test_every_value_comes_back(small_tables, tmp_path):
    tables = hostile_tables(small_tables)
    write_csv(tables, load_codebook(), tmp_path)
    for name in SCHEMAS:
        assert read_back(tmp_path, name) == to_arrow(name, tables[name]).to_pylist()


def test_no_cell_of_text_can_run(small_tables, tmp_path):
    write_csv(hostile_tables(small_tables), load_codebook(), tmp_path)
    with open(tmp_path / "statements.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [row[c.name] for row in rows for c in SCHEMAS["statements"] if c.type in ("string", "array")]
    assert not [text for text in texts if re.match(r"[=+\-@＝＋－＠\t\r\n]", text)]
    assert {row["polarity"] for row in rows} == {"-1"} and {row["value"] for row in rows} == {"-1.5"}


@pytest.mark.parametrize("text", ["Kherson", "2022", "9.5", "a=b", "1-2", "", "e9", "10", "0"])
def test_other_text_stays_as_it_is(text):
    assert harmless(text) == text


def test_cells_of_each_type():
    assert [cell(v) for v in (None, True, -1, 0.25, date(2022, 9, 27), ["a|b", "c"], [])] == [
        "", "true", "-1", "0.25", "2022-09-27", "a\\|b|c", "",
    ]  # fmt: skip
    assert join(["\\", "|"]) == "\\\\|\\|"


def test_files_are_as_spreadsheets_and_rfc_4180_want_them(small_tables, tmp_path):
    write_csv(small_tables, load_codebook(), tmp_path)
    raw = (tmp_path / "documents.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfdoc_id,source,") and raw.endswith(b"\r\n")
    assert re.findall(rb"(?<!\r)\n", raw) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["datapackage.json", *(f"{n}.csv" for n in SCHEMAS)]
    )


def test_the_descriptor_tells_of_every_file_and_of_the_apostrophe(small_tables, tmp_path):
    write_csv(small_tables, load_codebook(), tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert "apostrophe" in package["description"] and package["name"] == "ballotwatch-csv"
    for resource in package["resources"]:
        with open(tmp_path / resource["path"], encoding="utf-8-sig", newline="") as file:
            assert next(csv.reader(file)) == [field["name"] for field in resource["schema"]["fields"]]
    assert "array" not in {f["type"] for r in package["resources"] for f in r["schema"]["fields"]}
