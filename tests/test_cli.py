"""The command line: what it passes on, its exit codes, and errors without tracebacks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ballotwatch import cli, coder, report
from ballotwatch.cli import main
from ballotwatch.parameters import ReportError
from ballotwatch.tables import TableError


@pytest.fixture
def calls(monkeypatch, tmp_path):
    """Calls of what the commands start, as (name, arguments); nothing is coded or drawn."""
    seen = []
    monkeypatch.setattr(coder, "code_corpus", lambda *a, **k: seen.append(("code", a, k)))
    monkeypatch.setattr(report, "make_report", lambda *a: seen.append(("report", a)) or a[1] / "index.html")
    monkeypatch.setattr(os, "execv", lambda *a: seen.append(("exec", a)))
    monkeypatch.chdir(tmp_path)
    return seen


def test_report_takes_the_seeds_unless_told_otherwise(calls, capsys):
    assert main(["report"]) == 0
    root = cli.find_checkout()
    corpus, out, tables, parameters, notebooks, command, _, cache = calls[0][1]
    assert (corpus, out, tables) == (root / "seeds", root / "build/report", root / "build/tables")
    assert (parameters, notebooks, command) == ({}, root / "notebooks", "ballotwatch report")
    assert cache == root / "build/cache"
    assert capsys.readouterr().out == f"Report: {root / 'build/report/index.html'}\n"


def test_report_passes_on_what_it_is_told(calls):
    assert main(["report", "mine", "--out", "pages", "-p", "actors=UKR,POL", "-p", "period=null"]) == 0
    corpus, out, tables, parameters, _, command, *_ = calls[0][1]
    assert (corpus, out, tables) == (Path("mine"), Path("pages"), Path("pages-tables"))
    assert parameters == {"actors": ["UKR", "POL"], "period": None}
    assert command == "ballotwatch report mine --out pages -p actors=UKR,POL -p period=null"


def test_code_passes_on_what_it_is_told(calls):
    asked = ["--all-documents", "--workers", "3", "--cache", "kept", "--scheduler", "tcp://10.0.0.5:8786"]
    assert main(["code", "mine", "--out", "s3://bucket/tables", *asked]) == 0
    how = {"workers": 3, "cache": Path("kept"), "scheduler": "tcp://10.0.0.5:8786"}
    given = {"all_documents": True, "progress": cli.say, **how}
    assert calls == [("code", (Path("mine"), "s3://bucket/tables"), given)]


def test_code_uses_all_processors_and_the_cache_of_the_checkout(calls):
    assert main(["code", "mine", "--out", "tables"]) == 0
    assert calls[0][2]["workers"] == cli.processors() >= 1
    assert calls[0][2]["cache"] == cli.find_checkout() / "build/cache/articles"
    assert calls[0][2]["scheduler"] is None
    main(["code", "mine", "--out", "tables", "--scheduler", "tcp://10.0.0.5:8786"])
    assert calls[1][2]["cache"] is None, "workers elsewhere have no folder of this machine"


@pytest.mark.parametrize("wrong", ["0", "-1", "many", "1.5"])
def test_workers_are_a_number(calls, wrong, capsys):
    with pytest.raises(SystemExit):
        main(["code", "mine", "--out", "tables", f"--workers={wrong}"])
    assert f"from 1 on, not '{wrong}'" in capsys.readouterr().err and not calls


def test_lab_codes_the_seeds_where_no_tables_are(calls, monkeypatch, tmp_path):
    for folder in ("notebooks", "seeds"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(cli, "find_checkout", lambda: tmp_path)
    assert main(["lab"]) == 0
    assert [call[0] for call in calls] == ["code", "exec"]
    assert calls[1][1][1][1:3] == ["-m", "jupyterlab"]


@pytest.mark.parametrize(
    ("error", "code"), [(ReportError("too bad"), 1), (TableError("too bad"), 1), (OSError("too bad"), 1)]
)
def test_errors_are_told_without_traceback(error, code, calls, monkeypatch, capsys):
    def fail(*_):
        raise error

    monkeypatch.setattr(report, "make_report", fail)
    assert main(["report"]) == code
    assert capsys.readouterr().err == "ballotwatch: error: too bad\n"


def test_bugs_keep_their_traceback(calls, monkeypatch):
    monkeypatch.setattr(report, "make_report", lambda *_: int("x"))
    with pytest.raises(ValueError, match="invalid literal"):
        main(["report"])


def test_a_wrong_parameter_is_a_usage_error(calls, capsys):
    assert main(["report", "-p", "actors"]) == 2
    assert "a parameter is given as name=value, not as 'actors'" in capsys.readouterr().err
    assert not calls


@pytest.mark.parametrize("arguments", [[], ["reprot"], ["code", "mine"], ["report", "--ou"]])
def test_usage_errors_leave_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2 and "usage: ballotwatch" in capsys.readouterr().err


def test_without_a_checkout_the_next_step_is_told(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "__file__", str(tmp_path / "lib/site/ballotwatch/cli.py"))
    assert main(["report"]) == 2
    assert "run this inside a clone" in capsys.readouterr().err


def test_help_and_version_import_nothing_heavy():
    code = "import sys; from ballotwatch.cli import main\ntry: main(['--version'])\nexcept SystemExit: pass\n"
    code += "print([m for m in ('pandas', 'spacy', 'plotly', 'nbconvert') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["ballotwatch 0.1.0", "[]"]


def test_a_missing_corpus_is_told(tmp_path):
    command = [sys.executable, "-m", "ballotwatch.cli", "code", "no-such-folder", "--out", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1 and run.stderr.startswith("ballotwatch: error: no corpus at no-such-folder")
