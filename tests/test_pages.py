"""Pages: words and colours of figures, the evidence behind their marks, and a policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib.resources import files
from itertools import product

import chart_samples as samples
import nbformat
import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs_version

from ballotwatch import page_evidence, pages
from ballotwatch.charts import palette
from ballotwatch.charts.frame import PLOTLY, colour_key, framed
from ballotwatch.charts.words import Words
from ballotwatch.evidence_page import FILE, MIME
from ballotwatch.page_evidence import bounded, gather
from ballotwatch.page_figures import dark_twins, figure_html, key_parts, marks_of, without_words
from ballotwatch.page_tables import table_html
from ballotwatch.pages import BUNDLE, Page, content_policy, notebook_pages, page_content, read_picture
from ballotwatch.refs import refs
from ballotwatch.script_data import script_json
from ballotwatch.tables import SCHEMAS, make_table

ABOUT = pages.About("0", "versions", "topic", "corpus", "0" * 64, "codebook", "1" * 64, {}, "ballotwatch report")
PAGE = Page("01_one.html", "One", "The one", "What it shows.")
EVIDENCE = Page(FILE, "Evidence", "Every sentence", "All of them.")


def chart(customdata: list, kind: type = go.Bar, **layout: object) -> dict:
    """A framed figure with these customdata, as plotly's JSON."""
    fig = go.Figure(kind(x=list(range(len(customdata))), y=[1] * len(customdata), customdata=customdata))
    words = Words("A <finding>", "n = 1 & more", "The finding in words")
    fig = framed(fig, words, 200, ["plain <i>", *colour_key({"against": palette.AGAINST})], foot=20, head=10)
    return json.loads(fig.update_layout(**layout).to_json())


def notebook(*outputs: dict) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell("x", outputs=[nbformat.v4.new_output("display_data", data=d)]) for d in outputs]
    return nbformat.v4.new_notebook(cells=cells)


def test_the_bundle_is_of_the_version_that_draws_in_jupyterlab():
    script = (files("ballotwatch") / "assets" / BUNDLE).read_bytes()
    assert f"plotly.js (cartesian - minified) v{get_plotlyjs_version()}" in script[:200].decode()
    assert hashlib.sha256(script).hexdigest() == "79542150855a52c567260e3137095dbe2b744e6d702a5cabe67da246942fba7a"
    assert "MIT" in (files("ballotwatch") / "assets/vendor/plotly-cartesian.LICENSE").read_text()


@pytest.mark.parametrize("name", [BUNDLE, "draw.js", "marks.js", "panel.js"])
def test_no_script_can_close_its_element(name):
    script = (files("ballotwatch") / "assets" / name).read_text("utf-8")
    assert "</script" not in script.lower() and "<!--" not in script and "\r" not in script


def test_words_leave_the_figure_and_stand_around_it():
    figure = chart([])
    bare = without_words(figure)
    assert bare["layout"]["annotations"] == [] and "meta" not in bare["layout"]
    assert bare["layout"]["height"] == 200 + 10 + 20 + 16, "what is left is the plot, its axes and their margin"
    assert bare["layout"]["margin"] == {"l": 4, "r": 4, "t": 18, "b": 28}
    html = figure_html(figure)
    assert '<p class="chart-title">A &lt;finding&gt;</p>' in html and 'aria-label="The finding in words"' in html
    assert "<figcaption>n = 1 &amp; more</figcaption>" in html and "<span>plain &lt;i&gt;</span>" in html
    assert 'class="swatch box" style="--light:#D55E00;--dark:' in html
    assert figure["layout"]["annotations"], "the figure given stays as it is"


def test_a_colour_key_is_read_and_nothing_else_in_it():
    line = '<b>Who</b> <span style="color:#0072B2">●</span> A &amp; B <span style="color:#D55E00">■</span> C<i>!</i>'
    parts = key_parts(line)
    assert [(part.colour, part.glyph, part.text) for part in parts] == [
        ("", "", "Who"), ("#0072B2", "●", "A & B"), ("#D55E00", "■", "C !"),
    ]  # fmt: skip
    assert key_parts("2 < 3 <b>")[0].text == "2 < 3 <b>", "a line that does not begin with markup is text"


def test_marks_are_those_with_references():
    figure = {
        "data": [
            {"type": "bar", "customdata": [["statement:a"], [], ["no reference"], "statement:a", None]},
            {"type": "heatmap", "customdata": [[["article:a b", "article:c"], []], [[], ["span:a:1:2"]]]},
            {"type": "scatter"},
        ]
    }
    assert [(m.trace, m.point, len(m.refs)) for m in marks_of(figure)] == [(0, (0,), 1), (1, (0, 0), 2), (1, (1, 1), 1)]
    assert 'role="application" tabindex="0" aria-describedby="keys"' in figure_html(figure)
    assert 'role="img"' in figure_html({"data": []}) and "tabindex" not in figure_html({"data": []})


def test_every_colour_has_a_dark_twin():
    figure = {
        "data": [{"marker": {"color": "#0072B2"}, "customdata": [["#111111"]]}],
        "layout": {
            "annotations": [{"text": '<b style="color:#D55E00">x</b>'}],
            "plot_bgcolor": "rgba(0, 114, 178, 0.5)",
        },
    }
    twins = dark_twins(figure)
    assert set(twins) == {"#0072B2", "#D55E00", "rgba(0, 114, 178, 0.5)", palette.INK, palette.PAPER, palette.RULE}
    assert twins["#0072B2"] == palette.dark("#0072B2") and twins["rgba(0, 114, 178, 0.5)"].endswith(", 0.5)")
    assert twins[palette.PAPER] == palette.DARK_PAPER


COLOURS = [*palette.STANCES.values(), palette.AMOUNT, palette.ARTICLE, palette.INK, palette.QUIET]


@pytest.mark.parametrize(("colour", "share"), list(product(COLOURS, [0, 0.1, 0.2, 0.4, 0.5, 0.6, 0.8, 0.9, 1])))
def test_words_on_any_tint_can_be_read_in_light_and_dark(colour, share):
    tint = palette.mix(colour, share)
    ink = palette.ink_on(tint)
    assert palette.contrast(ink, tint) >= 4.5 and palette.contrast(palette.dark(ink), palette.dark(tint)) >= 4.5


@pytest.mark.parametrize("colour", COLOURS)
def test_what_can_be_read_on_paper_can_be_read_in_the_dark(colour):
    light, dark = palette.contrast(colour, palette.PAPER), palette.contrast(palette.dark(colour), palette.DARK_PAPER)
    assert dark == pytest.approx(light, rel=0.05)


def test_the_page_is_as_dark_as_its_figures():
    style = (files("ballotwatch") / "assets/page.css").read_text("utf-8")
    assert f"--paper: {palette.DARK_PAPER.lower()}" in style


def test_the_policy_names_every_script_and_no_host():
    policy = content_policy(["a()", "b()"])
    digest = base64.b64encode(hashlib.sha256(b"b()").digest()).decode()
    assert policy.startswith("default-src 'none'") and f"'sha256-{digest}'" in policy
    assert "script-src 'none'" in content_policy([]) and "http" not in policy and "unsafe-eval" not in policy


def test_a_page_runs_exactly_the_scripts_of_its_policy():
    tables = samples.sample()
    text = notebook_pages(notebook({PLOTLY: chart([refs("statement", ["s1"])])}), PAGE, [PAGE], ABOUT, tables)
    page = text["01_one.html"]
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert len(scripts) == 4 and policy.count("sha256-") == 4
    assert all(f"'sha256-{digest}'" in policy for digest in digests)


def evidence_of(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="evidence">(.*?)</script>', page, re.DOTALL)[1])


def test_a_page_holds_the_evidence_of_its_marks():
    tables = samples.sample()
    figure = chart([refs("statement", ["s1", "s2"]), refs("article", ["a"]), refs("ballot", ["vote-2024"])])
    page = notebook_pages(notebook({PLOTLY: figure}), PAGE, [PAGE, EVIDENCE], ABOUT, tables)["01_one.html"]
    evidence = evidence_of(page)
    assert list(evidence["records"]) == ["statement:s1", "article:a", "ballot:vote-2024", "statement:s2"]
    assert evidence["rows"] == FILE
    alone = notebook_pages(notebook({PLOTLY: figure}), PAGE, [PAGE], ABOUT, tables)["01_one.html"]
    assert evidence_of(alone)["rows"] == "", "a report without evidence page has no links to it"
    assert "</script>" not in script_json(evidence) and 'id="panel"' in page


def test_a_mark_without_its_row_is_an_error():
    with pytest.raises(ValueError, match="no statement 'gone' in the tables"):
        page_content(notebook({PLOTLY: chart([["statement:gone"]])}), samples.sample())


def crowd(n: int) -> dict[str, pd.DataFrame]:
    """Tables of so many articles with a statement each."""
    small = samples.sample()
    document, row = small["documents"].iloc[0].to_dict(), small["statements"].iloc[0].to_dict()
    rows = {
        "documents": [document | {"doc_id": f"d{i}"} for i in range(n)],
        "statements": [row | {"doc_id": f"d{i}", "statement_id": f"{i:016x}"} for i in range(n)],
        "ballots": small["ballots"].to_dict("records"),
    }
    return {name: make_table(name, rows.get(name, [])) for name in SCHEMAS}


def test_marks_take_turns_until_the_page_is_full(monkeypatch):
    tables = crowd(12)
    ids = list(tables["statements"].statement_id)
    figure = chart([refs("statement", ids[:6]), refs("statement", ids[6:7]), refs("statement", ids[7:])])
    one = len(script_json(gather([chart([refs("statement", ids[:1])])], tables)))
    monkeypatch.setattr(page_evidence, "MOST_BYTES", 4 * one + 20)
    records = gather([figure], tables)
    assert [int(ref.removeprefix("statement:"), 16) for ref in records] == [0, 6, 7, 1]
    shown = bounded(figure, records)
    assert [len(item) for item in shown["data"][0]["customdata"]] == [2, 1, 1]
    assert shown["counts"] == {"0": {"0": 6, "2": 5}}
    assert [len(item) for item in figure["data"][0]["customdata"]] == [6, 1, 5], "the figure given stays as it is"


def test_a_mark_whose_turn_never_came_keeps_one_reference():
    figure = {"data": [{"type": "heatmap", "customdata": [[["statement:a", "statement:b"], []]]}]}
    shown = bounded(figure, {})
    assert shown["data"][0]["customdata"] == [[["statement:a"], []]] and shown["counts"] == {"0": {"0,0": 2}}


def test_a_page_of_ten_thousand_articles_stays_small():
    tables = crowd(10_000)
    ids = refs("statement", tables["statements"].statement_id)
    lots = [
        chart([ids[i::5] for i in range(5)]),
        chart([[ref] for ref in ids]),
        chart([ids[i::400] for i in range(400)]),
    ]
    pages_ = notebook_pages(notebook(*({PLOTLY: figure} for figure in lots)), PAGE, [PAGE], ABOUT, tables)
    assert len(pages_["01_one.html"].encode()) < 8_000_000
    records = evidence_of(pages_["01_one.html"])["records"]
    assert len(script_json(records).encode()) <= page_evidence.MOST_BYTES
    assert all(any(ref in records for ref in ids[i::400][:50]) for i in range(400)), "every mark of several has some"


def test_the_evidence_table_takes_the_place_of_its_output(monkeypatch):
    shown = {"documents": ["a", "b"], "statements": ["s1", "s2"]}
    content = page_content(notebook({MIME: shown, "text/html": "fallback"}), samples.sample())
    html = content.notebook.cells[0].outputs[0].data["text/html"]
    assert "evidence-data" in html and "s1" in html and '"s3"' not in html and content.parts == []
    monkeypatch.setattr("ballotwatch.evidence_page.PART_BYTES", 10)
    made = notebook_pages(notebook({MIME: shown}), EVIDENCE, [EVIDENCE], ABOUT, samples.sample())
    assert list(made) == [FILE, "05_evidence-2.html"]
    second = made["05_evidence-2.html"]
    assert f'<a href="{FILE}" aria-current="page">' in second and second.count("<h1>") == 1


def test_a_cut_table_says_so_and_its_corner_is_no_heading():
    table = pd.DataFrame({"a": range(100)})
    with pd.option_context("display.max_rows", 60, "display.min_rows", 10):
        html = table_html(table._repr_html_())
    assert "<p>Cut: the whole has 100 rows." in html and "<th></th>" not in html and "rows × " not in html
    assert "Cut:" not in table_html(table.head(3)._repr_html_())


def test_a_drawing_too_large_is_shown_as_its_photograph(tmp_path, monkeypatch):
    (tmp_path / "a.svg").write_text("<svg><dc:description>A &amp; B</dc:description></svg>")
    (tmp_path / "a.png").write_bytes(b"png")
    assert read_picture(tmp_path / "a.svg").data.startswith("data:image/svg+xml;")
    monkeypatch.setattr(pages, "MAX_DRAWING", 10)
    picture = read_picture(tmp_path / "a.svg")
    assert picture.data == "data:image/png;base64,cG5n" and picture.alt == "A & B" and picture.file.endswith("a.svg")


def test_a_table_on_a_page_is_in_words_and_scrolls_when_long():
    table = pd.DataFrame({"in_favour": [True, False] * 10, "n": range(20), "said": ["a sentence " * 9] * 20})
    html = table_html(table.to_html())
    assert (
        '<th class="word">in favour</th>' in html and "<td>0</td>" not in html and '<th class="number">n</th>' in html
    )
    assert '<td class="word">yes</td>' in html and '<td class="text">a sentence' in html
    assert html.startswith('<div class="scroll long"') and '<p class="rows">20 rows</p>' in html
    assert "<th>a</th>" in table_html(pd.DataFrame({"n": [1]}, index=["a"]).to_html()), "names of rows stay"


def test_a_map_has_a_layout_for_a_phone():
    narrow = {"height": 150, "layout": {"xaxis": {"domain": [0, 1]}}}
    figure = chart([])
    figure["layout"]["meta"]["narrow"] = narrow
    html = figure_html(figure)
    assert 'class="plot turns"' in html and "--narrow:196px" in html
    assert '"narrow":{"xaxis":{"domain":[0,1]},"height":196}' in html
    assert '"narrow":{}' in figure_html(chart([]))


def test_a_page_is_described_with_what_its_charts_say():
    page = pages.describe(notebook({PLOTLY: chart([])}, {PLOTLY: chart([])}, {"text/plain": "x"}), "02_two")
    assert page.findings == ("A <finding>",) and page.name == "Two"


def test_a_mark_that_names_some_of_many_tells_how_many_in_all() -> None:
    figure = chart([["statement:s1", "more:41"], ["statement:s2"]])
    records = gather([figure], samples.sample())
    shown = bounded(figure, records)
    assert list(records) == ["statement:s1", "statement:s2"]
    assert shown["data"][0]["customdata"] == [["statement:s1"], ["statement:s2"]]
    assert shown["counts"] == {"0": {"0": 42}}
