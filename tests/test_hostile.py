"""Hostile texts where no browser is needed: sentences in notebooks, tables, figures for print, and parameters as data.

The texts are those of `hostile_texts.py`; `browser/test_browser_hostile.py` opens a whole report of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import hostile_texts
import pandas as pd
import pytest
from nbconvert.filters import markdown2html
from parsed_html import Parsed

from ballotwatch.charts.frame import say
from ballotwatch.charts.print import write_figures
from ballotwatch.codebook import load_codebook
from ballotwatch.notebook_runs import Place, run_notebooks
from ballotwatch.page_tables import table_html
from ballotwatch.parameters import ParameterError, parse_assignments
from ballotwatch.report import make_report
from ballotwatch.script_data import script_json
from ballotwatch.tables import make_table
from ballotwatch.warm_kernels import WarmKernels

GROUPS = pytest.mark.parametrize("texts", hostile_texts.GROUPS.values(), ids=hostile_texts.GROUPS)


@GROUPS
def test_a_sentence_of_a_notebook_is_prose(texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    monkeypatch.setattr("ballotwatch.charts.frame.display", shown.append)
    monkeypatch.setattr("urllib.request.urlopen", lambda *a: pytest.fail("fetched"))
    for said in (said for text in texts for said in (text, f"Statements: {text} 3.", f"a\n\n{text}")):
        say(said)
        drawn = Parsed(markdown2html(shown[-1].data))
        assert drawn.tags == {"p"}
        assert letters(drawn.words) == letters(said)


def letters(text: str) -> str:
    """A text without white space, which a page folds."""
    return re.sub(r"\s+", "", text)


@GROUPS
def test_a_table_of_a_notebook_holds_a_text_as_it_is(texts: list[str]) -> None:
    drawn = Parsed(table_html(pd.DataFrame({"who": texts}).to_html()))
    assert drawn.tags <= set("div table thead tbody tr th td p".split())
    assert [letters(cell) for cell in drawn.within["td"]] == [letters(text) for text in texts]


def test_a_table_without_rows_keeps_its_headings() -> None:
    drawn = Parsed(table_html(pd.DataFrame(columns=["both", "program only"]).to_html()))
    assert drawn.within["th"] == ["both", "program only"]


@GROUPS
def test_data_in_a_page_cannot_leave_its_element(texts: list[str]) -> None:
    data = {text: [text, {"a": text}] for text in texts}
    written = script_json(data)
    assert "<" not in written and "\u2028" not in written and "\u2029" not in written
    assert json.loads(written) == data


@pytest.mark.parametrize("text", ["$pwned$", r"$$\unicode{x3c}$", r"$\frac{1}$", "a $5m vote for $6m_"])
def test_a_name_with_dollar_signs_is_no_formula_in_print(text: str, small_tables: dict, tmp_path: Path) -> None:
    statements = small_tables["statements"].assign(
        entity=text, actor=text, date_earliest=date(2022, 9, 28), date_latest=date(2022, 9, 28)
    )
    tables = {**small_tables, "statements": make_table("statements", statements.to_dict("records"))}
    assert {path.stem for path in write_figures(tables, load_codebook(), tmp_path)} >= {"timeline", "stances"}


VALUES = [
    *hostile_texts.PROGRAMS,
    "a\nimport os\n",
    "\u2028import os",
    "\\",
    '"""',
    "{x!r}",
    "%(a)s",
    "\ud83d\ude00",
    "'" * 7,
]


def test_parameters_reach_a_notebook_as_data(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    values = [value.encode("utf-16", "surrogatepass").decode("utf-16") for value in VALUES]
    path = make_notebook("a.ipynb", "value = None\nmore = {}", "import json\nprint(json.dumps([value, more]))")
    given = {path: {"value": values, "more": {value: value for value in values}}}
    with WarmKernels(set()) as kernels:
        [(_, notebook)] = run_notebooks(given, Place(tmp_path, tmp_path / "failed", kernels), lambda _: None)
    assert json.loads(notebook.cells[-1].outputs[0].text) == [values, {value: value for value in values}]
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize(
    "name", ["x;import os", "a b", "__import__('os')", "a\nb", "1", "", "a.b", "a[0]", "x)", "x\u2028"]
)
def test_a_name_of_a_parameter_is_a_name(name: str, make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="name=value"):
        parse_assignments([f"{name}=1"])
    notebook = make_notebook("a.ipynb", "value = None", "print(value)")
    with pytest.raises(ParameterError, match="there is no parameter"):
        make_report(tmp_path, tmp_path / "out", tmp_path / "tables", {name: 1}, notebook.parent, "no", lambda _: None)


@pytest.mark.parametrize("text", ["value=" + "9" * 5000, "value=" + "[" * 100_000, "value=NaN", 'value="\\ud800"'])
def test_a_value_that_is_no_json_is_a_text(text: str) -> None:
    value = parse_assignments([text])["value"]
    assert isinstance(value, (str, float))


@pytest.mark.parametrize("name", ["codings", "tables", "reference"])
def test_a_path_that_no_system_has_is_told(name: str, make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    notebook = make_notebook("a.ipynb", f"{name} = None", "print(1)")
    with pytest.raises(ParameterError, match=name):
        make_report(
            tmp_path, tmp_path / "out", tmp_path / "tables", {name: "m" * 5000}, notebook.parent, "no", lambda _: None
        )
