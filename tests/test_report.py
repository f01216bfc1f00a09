"""The report: pages that need nothing from outside, an old report that stays until the new one is complete."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import nbformat
import pytest

from ballotwatch import report
from ballotwatch.corrections import make_decision, save_decision
from ballotwatch.page_figures import figure_html
from ballotwatch.pages import BUNDLE, Page, describe, page_content
from ballotwatch.parameters import ParameterError, ReportError
from ballotwatch.report import make_report, parameter_names
from ballotwatch.script_data import script_json
from ballotwatch.table_writer import write_tables

PARAMETERS = 'tables = "tables"\nactors = []\nmeasure = "documents"'
FIGURE = """from IPython.display import HTML, display
figure = {"data": [{"x": [1], "y": [2]}], "layout": {"meta": {"alt": "One point & no more"}, "title": "</script>"}}
display({"application/vnd.plotly.v1+json": figure}, raw=True)
display(HTML("<table class='dataframe'><tr><td>1</td></tr></table>"))
print(tables, actors, "<b>&")"""


SVG = "<svg><metadata><dc:description>Ballots &amp; days</dc:description></metadata></svg>"


def write_figures(tables, codebook, folder):
    folder.mkdir()
    (folder / "timeline.svg").write_text(SVG)
    (folder / "timeline.png").write_bytes(b"")
    return [folder / "timeline.svg", folder / "timeline.png"]


@pytest.fixture
def run(tmp_path, monkeypatch, small_tables, small_codebook):
    """Make a report of the small tables; the messages shown are in the list ``run.said``."""

    def code_corpus(corpus, out, progress, **_):
        progress(f"coding {corpus.name}")
        write_tables(small_tables, out)

    monkeypatch.setattr(report, "code_corpus", code_corpus)
    monkeypatch.setattr(report, "load_codebook", lambda: small_codebook)
    monkeypatch.setattr(report, "write_figures", write_figures)
    said: list[str] = []

    def make(**parameters) -> Path:
        corpus, out, tables = tmp_path / "corpus", tmp_path / "build/report", tmp_path / "build/tables"
        return make_report(corpus, out, tables, parameters, tmp_path / "notebooks", "ballotwatch report x", said.append)

    make.said = said
    return make


def test_a_report_from_end_to_end(run, make_notebook):
    make_notebook("01_one.ipynb", "# The one\n\nWhat *one* shows. [Two](02_two.ipynb#a).", PARAMETERS, FIGURE)
    make_notebook("02_two.ipynb", "# Two", PARAMETERS, "import os; print(os.path.basename(os.getcwd()))")
    index = run(actors=["RUR"])
    assert index.read_text("utf-8").count("<h1>") == 1
    assert sorted(p.name for p in index.parent.iterdir()) == [
        "01_one.html", "02_two.html", "figures", "index.html", "report.json",
    ]  # fmt: skip
    check_index(index.read_text("utf-8"))
    check_page((index.parent / "01_one.html").read_text("utf-8"))
    assert "<pre>notebooks\n</pre>" in (index.parent / "02_two.html").read_text("utf-8")
    assert json.loads((index.parent / "report.json").read_text("utf-8"))["command"] == "ballotwatch report x"
    assert run.said[0] == "coding corpus" and run.said[-1].startswith("Figures")
    assert not [p for p in index.parent.parent.iterdir() if p.name not in ("report", "tables")]


def check_index(page: str):
    assert '<small>One</small><a href="01_one.html">The one</a><p>What one shows.</p>' in page
    assert "Articles published from 17 March 2014 to 28 September 2022." in page
    assert "<dt>Statements</dt><dd>1</dd>" in page, "counts are those of the rows asked for"
    assert '<td class="text">not &lt;UTF-8&gt;</td>' in page
    assert '<a href="figures/timeline.svg"><img src="data:image/svg+xml;base64,' in page
    assert 'alt="Ballots &amp; days"' in page
    assert "newPlot" not in page, "a page without figures carries no plotly.js"


def check_page(page: str):
    bundle = (files("ballotwatch") / "assets" / BUNDLE).read_text("utf-8")
    assert page.count(bundle) == 1
    rest = page.replace(bundle, "")
    assert 'aria-label="One point &amp; no more"' in rest and '"title":"\\u003c/script>"' in rest
    assert "../build/tables ['RUR'] &lt;b&gt;&amp;" in rest
    assert "<code>actors = [&#34;RUR&#34;]</code>" in rest and "ballotwatch report x" in rest
    assert '<a href="01_one.html" aria-current="page">One</a>' in rest and '<details class="code">' in rest
    assert '<a href="02_two.html#a">Two</a>' in rest, "links between notebooks lead to pages"
    assert re.search(r'<div aria-label="Table of \d+ rows?" class="scroll" role="group" tabindex="0">', rest)
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!data:|#|\w+\.html[#"])|@import|url\(|https?:""", rest)


def reject_first(folder, tables, codebook):
    first = tables["statements"].statement_id[0]
    return save_decision(folder, make_decision(tables, codebook, "anna", "reject", first))


def test_corrections_beside_the_notebooks_are_laid_over(run, make_notebook, tmp_path, small_tables, small_codebook):
    make_notebook("01_one.ipynb", PARAMETERS, "print(actors)")
    reject_first(tmp_path / "codings", small_tables, small_codebook)
    index = run()
    page = index.read_text("utf-8")
    assert "<dt>Statements</dt><dd>1</dd>" in page, "counts are those after corrections"
    made = json.loads((index.parent / "report.json").read_text("utf-8"))["parameters"]
    assert re.fullmatch(r'"codings" \(1 correction by 1 coder, sha256 [0-9a-f]{16}\)', made["codings"])
    assert "1 correction by 1 coder" in page


def test_corrections_of_another_folder_are_given_from_where_the_user_is(
    run, make_notebook, tmp_path, small_tables, small_codebook
):
    make_notebook("01_one.ipynb", PARAMETERS + '\ncodings = "../codings"', "print(codings)")
    reject_first(tmp_path / "mine", small_tables, small_codebook)
    page = (run(codings=str(tmp_path / "mine")).parent / "01_one.html").read_text("utf-8")
    assert "<pre>../mine\n</pre>" in page
    with pytest.raises(ParameterError, match="parameter 'codings': there is nothing at"):
        run(codings=str(tmp_path / "mien"))


def test_a_failed_notebook_is_kept_aside_and_the_old_report_stays(run, make_notebook):
    make_notebook("01_one.ipynb", PARAMETERS, "print('old')")
    old = run().read_bytes()
    make_notebook("02_two.ipynb", PARAMETERS, "raise KeyError('no such column')")
    with pytest.raises(ReportError) as error:
        run()
    kept = Path(re.search(r"kept in (.*)\)", str(error.value))[1])
    assert "02_two.ipynb failed: KeyError: 'no such column'" in str(error.value)
    assert kept.name == "02_two.ipynb" and "no such column" in kept.read_text("utf-8")
    report_folder = kept.parents[1] / "report"
    assert (report_folder / "index.html").read_bytes() == old
    assert sorted(p.name for p in kept.parents[1].iterdir()) == ["report", "report-failed", "tables"]
    make_notebook("02_two.ipynb", PARAMETERS)
    run()
    assert not kept.exists(), "a failure that is mended must not stay on show"


def test_a_notebook_whose_kernel_dies_is_told(run, make_notebook):
    make_notebook("01_one.ipynb", PARAMETERS, "import os; os._exit(3)")
    with pytest.raises(ReportError, match="01_one.ipynb failed: Kernel died"):
        run()


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"actor": ["RUR"]}, "there is no parameter 'actor'; did you mean 'actors'?"),
        ({"actors": "RUR"}, "takes a list"),
        ({"actors": ["RURR"]}, "did you mean 'RUR'?"),
        ({"tables": "elsewhere"}, "there is no parameter 'tables'"),
    ],
)
def test_a_wrong_parameter_stops_before_a_notebook_runs(parameters, told, run, make_notebook):
    make_notebook("01_one.ipynb", PARAMETERS)
    with pytest.raises(ParameterError) as error:
        run(**parameters)
    assert told in str(error.value)
    assert not [line for line in run.said if line.startswith("Notebooks")]


def test_a_folder_that_is_no_report_is_never_replaced(run, make_notebook, tmp_path):
    make_notebook("01_one.ipynb", PARAMETERS)
    (tmp_path / "build/report").mkdir(parents=True)
    (tmp_path / "build/report/thesis.txt").write_text("years of work")
    with pytest.raises(ReportError, match="is no report of ballotwatch: choose another folder with --out"):
        run()
    assert (tmp_path / "build/report/thesis.txt").exists()


def test_equal_input_gives_equal_pages(run, make_notebook):
    make_notebook("01_one.ipynb", "# One", PARAMETERS, FIGURE)
    page = run().parent / "01_one.html"
    before = page.read_bytes()
    run()
    assert page.read_bytes() == before


def test_parameters_need_their_tag(make_notebook):
    notebook = nbformat.read(
        make_notebook("01_one.ipynb", "tables: str = 'x'\nperiod = None", "other = 1"), as_version=4
    )
    assert parameter_names("01_one.ipynb", notebook) == ["tables", "period"]
    notebook.cells[0].metadata.pop("tags")
    with pytest.raises(ReportError, match="01_one.ipynb: no cell has the tag 'parameters'"):
        parameter_names("01_one.ipynb", notebook)


def test_a_page_is_described_by_its_heading_and_first_sentence():
    cells = [nbformat.v4.new_markdown_cell("# The **map**\n\n> quote\n\nWhere [it](#x) is. Not this.")]
    page = describe(nbformat.v4.new_notebook(cells=cells), "03_map")
    assert page == Page("03_map.html", "Map", "The map", "Where it is.")
    assert describe(nbformat.v4.new_notebook(), "04_none").title == "None"


def test_figures_are_data_that_cannot_leave_their_element():
    assert json.loads(script_json({"a": "</script><!--\u2028"})) == {"a": "</script><!--\u2028"}
    assert "<" not in script_json("</script><!--")
    assert 'aria-label="A &#34;title&#34;"' in figure_html({"layout": {"title": {"text": '<b>A "title"</b>'}}})


def test_the_notebook_given_stays_as_it_is(small_tables):
    output = nbformat.v4.new_output("display_data", data={"application/vnd.plotly.v1+json": {"data": []}})
    cell = nbformat.v4.new_code_cell("show()", outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    assert page_content(notebook, small_tables).figures == 1
    assert notebook.cells[0].outputs[0].data.keys() == {"application/vnd.plotly.v1+json"}
