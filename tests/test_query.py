"""Rows in DuckDB: the same from one file, from parts and from dataframes, and the same counts as counting one by one."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import chart_samples as samples
import nbformat
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from nbclient import NotebookClient

from ballotwatch.charts import by_ballot, corpus, naming, network, regions, stances, timeline, turnout, voices, world
from ballotwatch.charts.ballot_maps import placed_by_ballot
from ballotwatch.codebook import load_codebook
from ballotwatch.corrections import open_tables
from ballotwatch.evidence import misplaced
from ballotwatch.evidence_page import MIME, evidence_parts, show_evidence
from ballotwatch.notebook import MOST_ROWS, excerpt
from ballotwatch.parameters import Parameters
from ballotwatch.query import frames, literal, open_rows, rows_of
from ballotwatch.refs import counted, named
from ballotwatch.table_writer import write_tables
from ballotwatch.tables import TableError, read_table, read_tables, to_arrow

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import large_tables  # noqa: E402

CODEBOOK = load_codebook()
STATEMENTS, ARTICLES = 60, 40
STATES = pd.DataFrame({"entity": ["RUR"], "name": ["Ruritania"]})
SELECTIONS = {
    "everything": Parameters(),
    "a period": Parameters(period=(date(2024, 4, 1), date(2024, 12, 31))),
    "a ballot, an actor, a concept": Parameters(ballots=("vote-2024",), actors=("RUR",), concepts=("non_recognition",)),
    "a region and a confidence": Parameters(regions=("XX-1",), confidence=0.6),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sample again and again, as one file a table and in parts of few articles."""
    root = tmp_path_factory.mktemp("tables [1]*")
    tables = samples.sample()
    confidence = np.linspace(0.5, 0.9, len(tables["statements"]))
    write_tables(tables | {"statements": tables["statements"].assign(confidence=confidence)}, root / "base")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_tables, "PART", 6)
        large_tables.make(root / "base", root / "parts", STATEMENTS, ARTICLES)
    (root / "one").mkdir()
    for name, table in read_tables(root / "parts").items():
        # In the order of the parts: `write_tables` would sort the rows of what is one part to it.
        pq.write_table(to_arrow(name, table), root / "one" / f"{name}.parquet")
    return {name: root / name for name in ("one", "parts")}


def charted(chosen: dict) -> dict[str, pd.DataFrame]:
    """Every table behind a chart."""
    statements, documents, mentions = (chosen[name] for name in ("statements", "documents", "ballot_mentions"))
    ballots = corpus.mentioned(chosen["ballots"], mentions)
    return {
        "ballots": corpus.articles_by_ballot(documents, mentions, ballots), "dating": corpus.dating(documents),
        "marks": timeline.marks(statements, documents, ballots), "voices": voices.voices_table(statements),
        "regions": regions.count_regions(chosen, samples.REGIONS),
        "spoken": regions.count_regions(chosen, samples.REGIONS, "statements"),
        "placed": placed_by_ballot(chosen, samples.REGIONS),
        "claims": turnout.claims_table(statements, chosen["ballots"], samples.REGIONS),
        "stances": stances.stance_table(statements, samples.CONCEPTS), "asked": stances.who_asks_whom(statements),
        "positions": world.positions_table(statements, STATES),
        "by ballot": by_ballot.ballot_table(statements, chosen["ballots"]),
        "links": network.network_edges(statements), "pairs": network.congruence(statements),
        "naming": naming.naming_table(chosen["framing"], documents), "voice": naming.voice_table(chosen["framing"]),
    }  # fmt: skip


def test_the_parts_are_parts(folders: dict[str, Path]) -> None:
    assert len(list((folders["parts"] / "statements.parquet").iterdir())) > 3
    assert len(open_rows(folders["parts"], "documents")) == len(open_rows(folders["one"], "documents")) >= ARTICLES
    assert len(open_rows(folders["parts"], "statements")) >= STATEMENTS


@pytest.mark.parametrize("asked", SELECTIONS.values(), ids=SELECTIONS)
def test_one_file_parts_and_dataframes_give_the_same(asked: Parameters, folders: dict[str, Path]) -> None:
    ways = [asked.select(open_tables(folder, None, CODEBOOK)) for folder in folders.values()]
    program = read_tables(folders["one"])
    program["statements"] = program["statements"].sort_values(["doc_id", "start", "end"], kind="stable")
    none = pd.DataFrame(columns=["doc_id", "statement_id", "coder", "time", "action"], dtype=object)
    ways.append(asked.select({**program, "program": program["statements"], "corrections": none}))
    first, *others = ways
    assert len(first["statements"]) > 0, "a selection of nothing would show nothing"
    made = charted(first)
    for other in others:
        for name, table in frames(first).items():
            by = sorted(table.columns.intersection(["doc_id", "start", "end", "statement_id"]))
            pairs = [
                frame.sort_values(by, ignore_index=True) if by else frame for frame in (table, other[name].frame())
            ]
            pd.testing.assert_frame_equal(*pairs)
        for name, table in charted(other).items():
            pd.testing.assert_frame_equal(table, made[name])


def test_counts_are_those_of_counting_one_by_one(folders: dict[str, Path]) -> None:
    chosen = Parameters().select(open_tables(folders["parts"], None, CODEBOOK))
    statements = read_tables(folders["one"])["statements"].sort_values(["doc_id", "start", "end"], kind="stable")
    groups = statements.groupby(["entity", "concept", "polarity"])
    made = network.network_edges(chosen["statements"]).set_index(["entity", "concept", "polarity"])
    assert made.n.to_dict() == groups.size().to_dict()
    assert made.articles.to_dict() == groups.doc_id.nunique().to_dict()
    wanted = {key: [f"statement:{item}" for item in own.statement_id] for key, own in groups}
    assert made.refs.to_dict() == wanted


def test_a_mark_of_very_many_names_the_first_and_counts_all(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = Parameters().select(open_tables(folders["parts"], None, CODEBOOK))
    whole = charted(chosen)
    for module in ("query", "refs"):
        monkeypatch.setattr(f"ballotwatch.{module}.MOST_REFS", 3)
    cut = charted(chosen)
    for name, table in cut.items():
        pd.testing.assert_frame_equal(
            table.drop(columns="refs", errors="ignore"), whole[name].drop(columns="refs", errors="ignore")
        )
        if "refs" in table:
            assert [counted(refs) for refs in table.refs] == list(table.n), name
            assert [named(refs) for refs in table.refs] == [refs[:3] for refs in whole[name].refs], name
    assert max(len(refs) for refs in cut["stances"].refs) == 4, "three and how many more"


def test_figures_say_the_same_whatever_their_marks_name(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = Parameters().select(open_tables(folders["parts"], None, CODEBOOK))
    drawn = [network.actor_network, naming.naming_chart]
    tables = {network.actor_network: chosen["statements"], naming.naming_chart: chosen["framing"]}
    whole = [draw(tables[draw], chosen["documents"]) for draw in drawn]
    for module in ("query", "refs"):
        monkeypatch.setattr(f"ballotwatch.{module}.MOST_REFS", 2)
    for before, draw in zip(whole, drawn, strict=True):
        after = draw(tables[draw], chosen["documents"])
        assert after.layout == before.layout
        for one, other in zip(before.data, after.data, strict=True):
            assert one.to_plotly_json() | {"customdata": None} == other.to_plotly_json() | {"customdata": None}


def test_rows_come_back_as_they_were(folders: dict[str, Path]) -> None:
    for name in ("statements", "documents", "ballots", "places"):
        table = read_table(folders["one"], name)
        pd.testing.assert_frame_equal(rows_of(table).frame(), table)
        pd.testing.assert_frame_equal(rows_of(table.head(0)).frame(), table.head(0))


def test_no_text_of_an_article_is_read_before_it_is_shown(folders: dict[str, Path]) -> None:
    chosen = Parameters().select(open_tables(folders["parts"], None, CODEBOOK))
    assert "text" not in chosen["documents"].columns and "text" not in chosen["statements"].columns
    first = chosen["statements"].worded(most=2)
    assert len(first) == 2 and all(first.text)
    assert misplaced(chosen["statements"], chosen["documents"]) == 0


def test_a_statement_that_stands_elsewhere_is_found(folders: dict[str, Path]) -> None:
    tables = read_tables(folders["one"])
    moved = tables["statements"].assign(start=lambda rows: rows.start.where(rows.index != 1, rows.start + 1))
    gone = tables["documents"].iloc[1:]
    assert misplaced(moved, tables["documents"]) == 1
    assert (
        misplaced(tables["statements"], gone) == sum(tables["statements"].doc_id == tables["documents"].doc_id[0]) > 0
    )


@pytest.mark.parametrize(
    "value", ["O'Neill", "'; DROP TABLE x; --", "a\\'b", "{0}$1?", "new\nline", "nul\0byte", "“”é😀"]
)
def test_values_reach_the_database_as_they_are(value: str) -> None:
    rows = rows_of(pd.DataFrame({"entity": [value, "other"], "doc_id": ["1", "2"]}))
    assert rows.where(f"entity = {literal(value)}").frame("entity").entity.tolist() == [value]
    assert rows.among("entity", [value]).count() == 1 == rows.among("entity", [value], without=True).count()


def test_a_damaged_file_is_told_with_the_next_step(folders: dict[str, Path], tmp_path: Path) -> None:
    whole = (folders["one"] / "statements.parquet").read_bytes()
    for damaged in (whole[:-200], whole[: len(whole) // 2], b""):
        (tmp_path / "statements.parquet").write_bytes(damaged)
        rows = open_rows(tmp_path, "statements")
        for ask in (
            rows.frame,
            rows.count,
            lambda rows=rows: rows.values("entity"),
            lambda rows=rows: rows.tally(["entity"]),
        ):
            with pytest.raises(TableError, match="can't be read .* run `ballotwatch code` again"):
                ask()


def test_a_long_table_says_that_it_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("ballotwatch.notebook.say", said.append)
    table = pd.DataFrame({"doc_id": [str(i) for i in range(MOST_ROWS + 1)]})
    for given in (table, rows_of(table)):
        assert excerpt(given, "doc_id").doc_id.tolist() == table.doc_id.tolist()[:MOST_ROWS]
    assert (
        said
        == [f"Printed are the first {MOST_ROWS} of {MOST_ROWS + 1} rows; run the notebook to look at the others."] * 2
    )
    assert len(excerpt(table.head(MOST_ROWS), "doc_id")) == MOST_ROWS and len(said) == 2


def test_of_too_many_statements_the_surest_are_listed_and_the_page_says_so(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict] = []
    said: list[str] = []
    monkeypatch.setattr("ballotwatch.evidence_page.display", lambda data, raw: shown.append(data))
    monkeypatch.setattr("ballotwatch.evidence_page.say", said.append)
    chosen = Parameters().select(open_tables(folders["parts"], None, CODEBOOK))
    total, table = len(chosen["statements"]), chosen["statements"].frame()
    show_evidence(chosen["statements"], chosen["documents"], chosen["ballots"])
    assert said == [] and shown[0][MIME]["statements"] == table.statement_id.tolist()
    monkeypatch.setattr("ballotwatch.evidence_page.MOST_LISTED", 5)
    show_evidence(chosen["statements"], chosen["documents"], chosen["ballots"])
    listed = table[table.statement_id.isin(shown[1][MIME]["statements"])]
    assert said[0].startswith(f"Listed are 5 of {total} statements") and len(listed) == 5
    assert listed.confidence.min() >= table.confidence.nlargest(5).min()
    assert set(shown[1][MIME]["documents"]) == set(listed.doc_id)


def test_the_evidence_page_is_the_same_of_one_file_and_of_parts(folders: dict[str, Path]) -> None:
    one, parts = (evidence_parts(open_tables(folder, None, CODEBOOK)) for folder in folders.values())
    assert [(part.file, part.name, part.html) for part in one] == [(part.file, part.name, part.html) for part in parts]
    assert "does not accept" in one[0].html


@pytest.mark.parametrize("stem", ["02_timeline", "05_evidence"])
def test_a_notebook_runs_on_parts(stem: str, folders: dict[str, Path]) -> None:
    notebook = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
    cell = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ()))
    cell.source += f"\ntables = {str(folders['parts'])!r}"
    NotebookClient(notebook, resources={"metadata": {"path": str(ROOT / "notebooks")}}).execute()
    said = "".join(
        str(output.data) for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output
    )
    assert f"with {len(open_rows(folders['parts'], 'statements'))} statements" in said
