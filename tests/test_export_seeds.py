"""The seeds in each format: every row arrives, every passage is found again."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from test_export_annotations import by_hash, check_collection
from test_export_csv import read_back

from ballotwatch.codebook import load_codebook
from ballotwatch.coder import code_corpus
from ballotwatch.export import export_tables
from ballotwatch.export_annotations import LAYERS
from ballotwatch.tables import SCHEMAS, read_tables, to_arrow

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    out = tmp_path_factory.mktemp("seeds")
    code_corpus(SEEDS, out)
    return read_tables(out)


def test_every_coded_passage_is_an_annotation(tables, tmp_path):
    export_tables(tables, load_codebook(), "annotations", tmp_path / "seeds.jsonld")
    found = json.loads((tmp_path / "seeds.jsonld").read_text(encoding="utf-8"))
    check_collection(found, by_hash(tables))
    assert found["total"] == sum(len(tables[table]) for table in LAYERS)


def test_every_statement_is_in_the_database_of_dna(tables, tmp_path):
    export_tables(tables, load_codebook(), "dna", tmp_path / "seeds.dna")
    with closing(sqlite3.connect(tmp_path / "seeds.dna")) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        query = (
            "SELECT i.Value, d.Text, s.Start, s.Stop FROM STATEMENTS s JOIN DOCUMENTS d ON d.ID = s.DocumentId "
            "JOIN DATALONGTEXT i ON i.StatementId = s.ID JOIN VARIABLES v ON v.ID = i.VariableId "
            "WHERE v.Variable = 'statement id'"
        )
        found = {
            name: text.encode("utf-16-le")[2 * start : 2 * stop].decode("utf-16-le")
            for name, text, start, stop in database.execute(query)
        }
    statements = tables["statements"]
    assert found == dict(zip(statements.statement_id, statements.text, strict=True))


def test_every_value_comes_back_from_csv(tables, tmp_path):
    export_tables(tables, load_codebook(), "csv", tmp_path / "csv")
    for name in SCHEMAS:
        assert read_back(tmp_path / "csv", name) == to_arrow(name, tables[name]).to_pylist()
