"""The notebooks: their house style. Their numbers are checked by nbval in strict mode (`make test`)."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from ballotwatch.charts.frame import PLOTLY
from ballotwatch.parameters import NAMES

FOLDER = Path(__file__).parents[1] / "notebooks"
STEMS = ["01_corpus", "02_timeline", "03_regions", "04_stances", "05_evidence", "06_agreement"]
BESIDES = {"03_regions": {"measure"}, "06_agreement": {"reference"}}
CHARTS = {"01_corpus": 1, "02_timeline": 2, "03_regions": 3, "04_stances": 8, "05_evidence": 0, "06_agreement": 1}


@pytest.fixture(params=STEMS)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    read = nbformat.read(FOLDER / f"{request.param}.ipynb", as_version=4)
    read.metadata["stem"] = request.param
    return read


def _code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_all_six_are_there() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == STEMS


def test_the_question_sources_period_and_caveats_come_before_any_code(notebook: nbformat.NotebookNode) -> None:
    first, second = notebook.cells[:2]
    assert first.source.startswith("# ") and first.source.splitlines()[0].endswith("?")
    assert "**Sources.**" in first.source and "**Period.**" in first.source
    assert second.source.startswith("## Before any number")


def test_cells_are_short(notebook: nbformat.NotebookNode) -> None:
    for cell in _code(notebook):
        lines = cell.source.splitlines()
        assert len(lines) <= 10 and max(map(len, lines)) <= 120, cell.source
        assert not cell.source.rstrip().endswith(";"), "nbval fails on output that a semicolon hides"


def test_one_parameters_cell_with_known_names_is_checked_by_the_next(notebook: nbformat.NotebookNode) -> None:
    tagged = [i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", ())]
    assert len(tagged) == 1
    names = {line.partition(" =")[0] for line in notebook.cells[tagged[0]].source.splitlines()}
    assert names - BESIDES.get(notebook.metadata["stem"], set()) == set(NAMES) - {"corpus"}
    assert "start(**given" in notebook.cells[tagged[0] + 1].source


def test_the_last_code_checks_the_claims_and_the_end_says_what_is_not_shown(notebook: nbformat.NotebookNode) -> None:
    headings = [cell.source.splitlines()[0] for cell in notebook.cells if cell.cell_type == "markdown"]
    assert headings[-3:-1] == ["## Does it hold?", "## Result"]
    assert notebook.cells[-1].source.startswith("**What this does not show.**")
    check = next(i for i, cell in enumerate(notebook.cells) if cell.source == "## Does it hold?")
    assert notebook.cells[check + 1].source.count("assert ") >= 3


def test_every_code_cell_was_run_in_order(notebook: nbformat.NotebookNode) -> None:
    assert [cell.execution_count for cell in _code(notebook)] == list(range(1, len(_code(notebook)) + 1))


def test_charts_are_kept_as_plotlys_json_with_their_words(notebook: nbformat.NotebookNode) -> None:
    outputs = [output for cell in _code(notebook) for output in cell.outputs]
    charts = [output.data for output in outputs if PLOTLY in output.get("data", {})]
    assert len(charts) == CHARTS[notebook.metadata["stem"]]
    for data in charts:
        assert set(data) == {PLOTLY, "text/plain"} and data[PLOTLY]["layout"]["meta"]["alt"] == data["text/plain"]


def test_no_warning_or_error_is_left_in_an_output(notebook: nbformat.NotebookNode) -> None:
    for cell in _code(notebook):
        assert not [output for output in cell.outputs if output.output_type in ("error", "stream")], cell.source
