"""The command `export`: formats, places that it leaves alone, corrections, and the same bytes twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ballotwatch import cli
from ballotwatch.article_coder import CODER
from ballotwatch.cli import main
from ballotwatch.codebook import load_codebook
from ballotwatch.export import FORMATS, export_tables
from ballotwatch.export_files import PROGRAM, ExportError
from ballotwatch.table_writer import write_tables

NAMES = {"annotations": "a.jsonld", "dna": "a.dna", "csv": "a"}


@pytest.fixture
def tables(small_tables, tmp_path):
    """The folder of three small articles' tables; the checkout's corrections stay out."""
    write_tables(small_tables, tmp_path / "tables")
    return tmp_path / "tables"


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    monkeypatch.setattr(cli, "find_checkout", lambda: tmp_path)


def content(path: Path) -> dict[str, bytes]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return {file.name: file.read_bytes() for file in files}


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_tables_give_the_same_bytes(form, tables, tmp_path, capsys):
    first, second = tmp_path / "one" / NAMES[form], tmp_path / "two" / NAMES[form]
    assert main(["export", str(tables), "--to", form, "--out", str(first)]) == 0
    assert capsys.readouterr().out == f"Export: {first}\n"
    assert main(["export", str(tables), "--to", form, "--out", str(second)]) == 0
    assert content(first) == content(second)
    assert not [path for path in first.parent.rglob(".*")], "a partial file was left"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--to", "annotation", "--out", "x"], 2, "--to annotation: not a format; did you mean 'annotations'?"),
        (["--to", "xml", "--out", "x"], 2, "--to xml: not a format; known are annotations, dna, csv"),
        (["--to", "dna", "--out", "x.db"], 1, "x.db: DNA opens files that end in .dna; did you mean 'x.dna'?"),
        (["--to", "csv", "--out", "x", "--codings", "none"], 2, "--codings none: no such folder"),
    ],
)
def test_mistakes_are_told_with_what_was_meant(arguments, code, message, tables, capsys):
    assert main(["export", str(tables), *arguments]) == code
    error = capsys.readouterr().err
    assert message in error and "Traceback" not in error


def test_a_folder_without_tables_is_told(tmp_path, capsys):
    assert main(["export", str(tmp_path), "--to", "csv", "--out", str(tmp_path / "out")]) == 1
    assert "run `ballotwatch code" in capsys.readouterr().err


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_no_export_is_left_alone(form, tables, tmp_path, capsys):
    out = tmp_path / NAMES[form]
    kept = out / "thesis.txt" if form == "csv" else out
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("years of work")
    assert main(["export", str(tables), "--to", form, "--out", str(out)]) == 1
    assert kept.read_text() == "years of work" and content(out) == {kept.name: b"years of work"}
    assert "choose another" in capsys.readouterr().err


@pytest.mark.parametrize(("form", "again"), [("annotations", 0), ("csv", 0), ("dna", 1)])
def test_an_export_is_replaced_unless_people_may_have_coded_in_it(form, again, tables, tmp_path):
    out = tmp_path / NAMES[form]
    assert main(["export", str(tables), "--to", form, "--out", str(out)]) == 0
    assert main(["export", str(tables), "--to", form, "--out", str(out)]) == again


def test_a_file_of_ones_own_in_an_export_is_never_removed(tables, tmp_path, capsys):
    command = ["export", str(tables), "--to", "csv", "--out", str(tmp_path / "a")]
    assert main(command) == 0
    before = content(tmp_path / "a")
    (tmp_path / "a/notes.ods").write_text("years of work")
    assert main(command) == 1
    assert "holds 'notes.ods' beside an export, which a new one would remove" in capsys.readouterr().err
    assert content(tmp_path / "a") == before | {"notes.ods": b"years of work"}
    (tmp_path / "a/notes.ods").unlink()
    assert main(command) == 0


def test_a_file_for_a_folder_and_a_folder_for_a_file_are_refused(tables, tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    assert main(["export", str(tables), "--to", "csv", "--out", str(tmp_path / "file")]) == 1
    assert main(["export", str(tables), "--to", "annotations", "--out", str(tables)]) == 1
    assert "csv needs a folder" in (error := capsys.readouterr().err) and "annotations are one file" in error


@pytest.mark.parametrize("form", ["annotations", "dna"])
def test_tables_of_different_runs_leave_nothing(form, small_tables, tmp_path):
    torn = small_tables["documents"].assign(text="another text")
    with pytest.raises(ExportError, match="the tables are of different runs"):
        export_tables({**small_tables, "documents": torn}, load_codebook(), form, tmp_path / NAMES[form])
    assert not list(tmp_path.iterdir())


def test_corrections_are_laid_over_first(small_tables, tables, tmp_path, capsys):
    article, row = small_tables["documents"].iloc[0], small_tables["statements"].iloc[0]
    decision = {
        "doc": article.doc_id, "sha256": article.sha256, "coder": "Ada", "time": "2026-11-22T12:00:00Z",
        "action": "reject", "statement_id": row.statement_id, "statement": None,
    }  # fmt: skip
    out = tmp_path / "a.jsonld"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "Ada.codings.jsonl").write_text(json.dumps(decision) + "\n")
    command = ["export", str(tables), "--to", "annotations", "--out", str(out), "--codings", str(tmp_path / "mine")]
    assert main(command) == 0
    assert capsys.readouterr().out == f"Export: {out}, after 1 correction by 1 coder\n"
    assert row.statement_id not in out.read_text() and json.loads(out.read_text())["total"]


def test_the_program_goes_by_one_name():
    assert PROGRAM == CODER
