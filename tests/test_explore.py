"""The explorer without a browser: its widgets are set and clicked from Python, as the page would do it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import plotly.graph_objects as go
import pytest

import ballotwatch
from ballotwatch.codebook import load_codebook
from ballotwatch.explorer import Explorer, explore
from ballotwatch.explorer_article import article_data, statements_at
from ballotwatch.explorer_charts import CHARTS, LinkedFigure, refresh, refs_at
from ballotwatch.explorer_evidence import PAGE, entry_html, expand, heading
from ballotwatch.explorer_filters import Choice, choose, options
from ballotwatch.explorer_form import figure
from ballotwatch.explorer_theme import darkened
from ballotwatch.table_writer import write_tables
from ballotwatch.tables import SCHEMAS, make_table

NASTY = '<img src=x onerror="alert(1)">'
TEXTS = {
    "one": "Poland will not recognise the vote in Kherson. 😀 Poland condemns the vote.",
    "two": f"Ukraine called the vote in Crimea a sham {NASTY}. Turnout was 40 per cent, Ukraine said.",
}
BALLOTS = {"one": "occupied-2022-referendum", "two": "crimea-2014-referendum"}


def _statement(doc_id: str, words: str, entity: str, concept: str, region: str, day: date) -> dict:
    start = TEXTS[doc_id].index(words)
    claim = concept == "turnout"
    return {
        "statement_id": f"{doc_id}-{concept}", "doc_id": doc_id, "start": start, "end": start + len(words), "text": words,
        "actor": {"POL": "Poland", "UKR": f"Ukraine {NASTY}"}[entity], "entity": entity, "actor_type": "state",
        "concept": concept, "family": "claim" if claim else "position", "polarity": 0 if claim else -1,
        "ballot_id": BALLOTS[doc_id], "regions": [region], "date_earliest": day, "date_latest": day, "legal_bases": [],
        "quoted": False, "cue": words.split()[-1], "rule": "test", "coder": "ballotwatch", "confidence": 0.9,
    }  # fmt: skip


@pytest.fixture(scope="module")
def codebook():
    return load_codebook()


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """Two articles, of 2022 and 2014, with four statements in all."""
    days = {"one": date(2022, 9, 28), "two": date(2014, 3, 17)}
    regions = {"one": ("Kherson", "UA-65"), "two": ("Crimea", "UA-43")}
    place = {"kind": "region", "country": "UKR", "located": True}
    rows = {
        "documents": [
            {"doc_id": key, "source": f"{key}.txt", "sha256": hashlib.sha256(text.encode()).hexdigest(), "title": NASTY,
             "published_earliest": days[key], "published_latest": days[key], "dating_basis": "stated", "language": "en",
             "words": len(text.split()), "text": text}
            for key, text in TEXTS.items()
        ],
        "places": [
            {**place, "doc_id": key, "start": TEXTS[key].index(name), "end": TEXTS[key].index(name) + len(name),
             "text": name, "name": name, "region": code}
            for key, (name, code) in regions.items()
        ],
        "ballots": [
            {"ballot_id": BALLOTS[key], "name": f"Vote {key} {NASTY}", "kind": "referendum", "regions": [regions[key][1]],
             "start_date": days[key], "end_date": days[key]}
            for key in TEXTS
        ],
        "ballot_mentions": [
            {"doc_id": key, "start": TEXTS[key].index("vote"), "end": TEXTS[key].index("vote") + 4, "text": "vote",
             "ballot_id": BALLOTS[key]}
            for key in TEXTS
        ],
        "statements": [
            _statement("one", "will not recognise the vote", "POL", "non_recognition", "UA-65", days["one"]),
            _statement("one", "condemns the vote", "POL", "condemnation", "UA-65", days["one"]),
            _statement("two", f"a sham {NASTY}", "UKR", "condemnation", "UA-43", days["two"]),
            _statement("two", "Turnout was 40 per cent", "UKR", "turnout", "UA-43", days["two"]),
        ],
    }  # fmt: skip
    return {name: make_table(name, rows.get(name, [])) for name in SCHEMAS}


@pytest.fixture
def seen(tables, tmp_path) -> Explorer:
    """An explorer of these tables whose corrections go to a folder that isn't there yet."""
    return Explorer(tables, tmp_path / "codings", "Anna Berg")


def _behind(widget: go.FigureWidget) -> set[str]:
    """All statements behind the marks on show."""

    def walk(cell):
        return {cell} if isinstance(cell, str) else {ref for item in cell for ref in walk(item)}

    found = {ref for trace in widget.data if trace.visible is not False for ref in walk(trace.customdata or ())}
    return {ref.removeprefix("statement:") for ref in found if ref.startswith("statement:")}


def _click(widget: go.FigureWidget, trace: int, point: int | list[int]) -> None:
    """What plotly's script sends when a mark is clicked."""
    points = {"trace_indexes": [trace], "point_indexes": [point], "xs": [0], "ys": [0]}
    widget._js2py_pointsCallback = {"event_type": "plotly_click", "points": points, "device_state": None}


def _listed(seen: Explorer) -> list[str]:
    return [entry.ref for entry in seen.evidence.entries if entry.ref]


def _press(seen: Explorer, ref: str, action: str) -> None:
    seen.evidence.entry(ref).buttons[action].click()


def test_import_of_the_package_stays_cheap():
    """`import ballotwatch` brings neither widgets nor charts; the name `explore` does."""
    code = "import sys, ballotwatch; assert not {'ipywidgets', 'plotly', 'pandas'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert ballotwatch.explore is explore
    with pytest.raises(AttributeError, match="no attribute 'explor'"):
        _ = ballotwatch.explor


def test_takes_a_folder_and_says_where_there_is_none(tables, tmp_path, monkeypatch):
    """`tables` may be a folder; one without tables raises with the next step."""
    monkeypatch.chdir(tmp_path)
    write_tables(tables, tmp_path / "tables")
    assert "bw-explorer" in explore(tmp_path / "tables")._dom_classes
    with pytest.raises(FileNotFoundError, match="run `ballotwatch code CORPUS"):
        explore("nowhere")


def test_nothing_is_written_before_the_first_correction(seen, tmp_path):
    assert not (tmp_path / "codings").exists()


def test_filters_offer_what_the_tables_hold_in_words(tables, codebook):
    assert options("Entity", tables, codebook) == [("Poland, POL (2)", "POL"), ("Ukraine, UKR (2)", "UKR")]
    assert [label for label, _ in options("Concept", tables, codebook)] == [
        "non-recognition (1)", "condemnation (2)", "turnout (1)"
    ]  # fmt: skip
    assert [value for _, value in options("Ballot", tables, codebook)] == [BALLOTS["two"], BALLOTS["one"]]
    assert ("Kherson (2)", "UA-65") in options("Region", tables, codebook)


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("Ballot", BALLOTS["one"], {"one-non_recognition", "one-condemnation"}),
        ("Entity", "UKR", {"two-condemnation", "two-turnout"}),
        ("Actor", "Poland", {"one-non_recognition", "one-condemnation"}),
        ("Concept", "condemnation", {"one-condemnation", "two-condemnation"}),
        ("Region", "UA-43", {"two-condemnation", "two-turnout"}),
        ("Coder", "ballotwatch", {"one-non_recognition", "one-condemnation", "two-condemnation", "two-turnout"}),
    ],
)
def test_each_filter_leaves_its_rows_in_every_chart(seen, name, value, left):
    seen.filters.lists[name].value = (value,)
    assert set(seen.chosen["statements"].statement_id) == left
    for place, chart in enumerate(CHARTS):
        seen.tabs.selected_index = place
        assert _behind(seen.charts[chart].widget) == left, chart
    assert f"{len(left)} of 4 statements" in seen.filters.line.value
    assert seen.message.value == ""


def test_period_and_reset(seen):
    seen.filters.first.value = date(2020, 1, 1)
    assert "2 of 4 statements in 1 article<" in seen.filters.line.value
    seen.filters.last.value = date(2019, 1, 1)
    assert "choose an earlier first day" in seen.message.value
    seen.filters.reset.click()
    assert "4 of 4 statements in 2 articles" in seen.filters.line.value
    assert seen.message.value == ""


def test_an_open_side_of_the_period_is_open(tables):
    assert set(choose(tables, Choice({}, last=date(2015, 1, 1)))["statements"].doc_id) == {"two"}


def test_only_the_chart_on_show_is_drawn(seen):
    assert [chart.widget is not None for chart in seen.charts.values()] == [True, False, False]
    seen.tabs.selected_index = 2
    assert [chart.widget is not None for chart in seen.charts.values()] == [True, False, True]


def test_a_chart_is_changed_in_place_by_one_message(tables, codebook):
    """The figure after a change equals the one drawn anew, and one message brings it about."""
    everything = choose(tables, Choice({}))
    for draw in CHARTS.values():
        widget = LinkedFigure(draw(everything, tables, codebook))
        for choice in (Choice({"Entity": ("UKR",)}), Choice({"Entity": ("none",)}), Choice({})):
            sent: list = []
            names = [name for name in widget.trait_names() if name.startswith("_py2js")]
            widget.observe(lambda change, sent=sent: sent.append(change["name"]) if change["new"] else None, names)
            new = draw(choose(tables, choice), tables, codebook)
            refresh(widget, new)
            widget.unobserve_all()
            shown = [trace.to_plotly_json() for trace in widget.data if trace.visible is not False]
            assert go.Figure([{k: v for k, v in t.items() if k != "uid"} for t in shown]) == go.Figure(new.data)
            assert go.Figure(layout=widget.layout) == go.Figure(layout=new.layout)
            assert sent in ([], ["_py2js_update"]), sent


def test_the_message_names_the_types_of_axes():
    """plotly.js forgets them otherwise, and dates become numbers."""
    widget = LinkedFigure(go.Figure(go.Bar(x=[1], base=["2024-01-01"]), layout={"xaxis": {"type": "date"}}))
    sent = []
    widget.observe(lambda change: sent.append(change["new"]) if change["new"] else None, "_py2js_update")
    refresh(widget, go.Figure(go.Bar(x=[2], base=["2024-01-01"]), layout={"xaxis": {"type": "date"}}))
    assert sent[0]["layout_data"]["xaxis.type"] == "date"


def test_more_traces_and_other_kinds_are_taken_up():
    widget = LinkedFigure(go.Figure([go.Bar(x=[1])]))
    refresh(widget, go.Figure([go.Bar(x=[1]), go.Scatter(x=[1])]))
    assert [trace.type for trace in widget.data] == ["bar", "scatter"]
    refresh(widget, go.Figure([go.Heatmap(z=[[1]])]))
    assert [trace.type for trace in widget.data] == ["heatmap"]


def test_references_of_bars_and_of_cells():
    bar = SimpleNamespace(customdata=(["statement:a", "statement:b"], []))
    grid = SimpleNamespace(customdata=([[], ["statement:c"]],))
    assert refs_at(bar, SimpleNamespace(point_inds=[0])) == ["statement:a", "statement:b"]
    assert refs_at(grid, SimpleNamespace(point_inds=[[0, 1]])) == ["statement:c"]
    assert refs_at(SimpleNamespace(customdata=None), SimpleNamespace(point_inds=[0])) == []


def test_click_lists_the_statements_behind_the_mark(seen):
    seen.tabs.selected_index = 2
    widget = seen.charts["Stances"].widget
    place = next(
        (t, [r, c]) for t, trace in enumerate(widget.data) for r, row in enumerate(trace.customdata or ())
        for c, cell in enumerate(row) if "statement:one-non_recognition" in cell
    )  # fmt: skip
    _click(widget, *place)
    assert _listed(seen) == ["statement:one-non_recognition"]
    assert "1 statement behind this mark" in seen.evidence.heading.value
    shown = seen.evidence.entries[0].text.value
    assert "<mark>will not recognise the <strong>vote</strong></mark>" in shown
    for words in ("Poland, POL", "non-recognition, against the ballot", "2022-09-28", "publication stated", "one.txt"):
        assert words in shown


def test_click_works_after_filters_have_changed_the_chart(seen):
    seen.filters.lists["Entity"].value = ("UKR",)
    widget = seen.charts["Timeline"].widget
    trace = next(t for t, x in enumerate(widget.data) if "statement:two-turnout" in str(x.customdata))
    _click(widget, trace, 0)
    assert "statement:two-turnout" in _listed(seen)


def test_an_article_or_a_ballot_brings_its_statements(tables):
    assert expand(["article:one"], tables) == [
        "article:one", "statement:one-non_recognition", "statement:one-condemnation"
    ]  # fmt: skip
    assert expand([f"ballot:{BALLOTS['two']}"], tables)[1:] == ["statement:two-condemnation", "statement:two-turnout"]
    assert heading(["article:one", "statement:a", "statement:b"]) == "1 article and 2 statements"


def test_whatever_an_article_holds_is_text(seen):
    """No tag of an article, a title, an actor or a ballot reaches the page as one."""
    for action in ("recode", "article"):
        _press(seen, "statement:two-condemnation", action)
    start = TEXTS["two"].index(NASTY)
    seen.article.view.selection = {"start": start, "end": start + len(NASTY)}
    parts = [*(entry.text for entry in seen.evidence.entries), seen.article.heading, seen.article.form.heading]
    html = "".join(part.value for part in [*parts, seen.form.heading, seen.evidence.heading, seen.message])
    assert "onerror" in html and "<img" not in html
    seen.tell(NASTY)
    assert "<img" not in seen.message.value
    assert "<b" not in entry_html({"kind": "span", "span": "<b>", "source": "<b>"}).replace("<b>Source</b>", "")


def test_reject_takes_the_statement_out_and_undo_brings_it_back(seen, tmp_path):
    _press(seen, "statement:one-non_recognition", "reject")
    assert "Rejected" in seen.message.value and "Anna Berg.codings.jsonl" in seen.message.value
    assert "statement:one-non_recognition" not in _listed(seen)
    assert "3 of 3 statements" in seen.filters.line.value
    assert _behind(seen.charts["Timeline"].widget) == {"one-condemnation", "two-condemnation", "two-turnout"}
    line = json.loads((tmp_path / "codings" / "Anna Berg.codings.jsonl").read_text())
    assert (line["action"], line["statement_id"], line["coder"]) == ("reject", "one-non_recognition", "Anna Berg")
    seen.undo.click()
    assert "statement:one-non_recognition" in _listed(seen)
    assert seen.undo.layout.display == "none"


def test_a_correction_needs_a_name(tables, tmp_path):
    seen = Explorer(tables, tmp_path / "codings", "")
    _press(seen, "statement:one-condemnation", "accept")
    assert "write your name" in seen.message.value
    assert not (tmp_path / "codings").exists()


def test_accept_names_who_checked(seen):
    _press(seen, "statement:one-condemnation", "accept")
    entry = seen.evidence.entry("statement:one-condemnation")
    assert "Checked by</b> Anna Berg" in entry.text.value


def test_recode_changes_the_charts(seen):
    _press(seen, "statement:one-condemnation", "recode")
    assert seen.evidence.entry("statement:one-condemnation").room.children == (seen.form.box,)
    assert seen.form.said() == {
        "actor": "Poland", "entity": "POL", "concept": "condemnation", "ballot_id": BALLOTS["one"],
        "regions": ["UA-65"], "value": None,
    }  # fmt: skip
    seen.form.lists["concept"].value = "fraud"
    seen.form.lists["entity"].value = "DEU"
    seen.form.save.click()
    row = seen.desk.everything["statements"].query("concept == 'fraud'").iloc[0]
    assert (row["concept"], row["entity"], row["family"], row["coder"]) == ("fraud", "DEU", "claim", "Anna Berg")
    assert "DEU" in [value for _, value in seen.filters.lists["Entity"].options]
    assert all(not entry.room.children for entry in seen.evidence.entries)


def test_a_recoded_statement_stays_in_the_list_of_its_mark(seen):
    seen.choose_marks(["statement:one-condemnation"])
    _press(seen, "statement:one-condemnation", "recode")
    seen.form.lists["concept"].value = "fraud"
    seen.form.save.click()
    assert "fraud" in seen.evidence.entries[0].text.value and len(_listed(seen)) == 1
    seen.undo.click()
    assert _listed(seen) == ["statement:one-condemnation"]


def test_a_figure_that_is_no_number_is_told(seen):
    _press(seen, "statement:two-turnout", "recode")
    seen.form.value.value = "forty"
    seen.form.save.click()
    assert "number of per cent" in seen.message.value
    assert (figure("54,3 %"), figure(" "), figure("7")) == (54.3, None, 7.0)


def test_selected_words_become_a_statement(seen):
    """Offsets count code points: the article holds a sign beyond the first plane before the words."""
    _press(seen, "statement:one-condemnation", "article")
    assert seen.tabs.titles[seen.tabs.selected_index] == "Article"
    view = seen.article.view
    start = TEXTS["one"].index("Poland condemns")
    assert (view.focus["start"], view.focus["end"]) == (TEXTS["one"].index("condemns"), len(TEXTS["one"]) - 1)
    view.selection = {"start": start, "end": start + len("Poland condemns")}
    assert "<mark>Poland condemns</mark>" in seen.article.form.heading.value
    assert seen.article.form.box.layout.display == ""
    assert seen.article.form.lists["ballot_id"].value == BALLOTS["one"]
    seen.article.form.save.click()
    assert "entity" in seen.message.value
    seen.article.form.actor.value = "Polish Sejm"
    seen.article.form.lists["entity"].value = "POL"
    seen.article.form.lists["concept"].value = "unfairness"
    seen.article.form.save.click()
    assert "Added" in seen.message.value and seen.article.form.box.layout.display == "none"
    added = seen.desk.everything["statements"].query("concept == 'unfairness'").iloc[0]
    assert (added.text, added.actor, added.coder) == ("Poland condemns", "Polish Sejm", "Anna Berg")
    assert f"statement:{added.statement_id}" in [layer["ref"] for layer in view.article["layers"]]
    seen.tabs.selected_index = 2
    assert added.statement_id in _behind(seen.charts["Stances"].widget)
    seen.undo.click()
    assert "4 of 4 statements" in seen.filters.line.value


def test_a_click_in_the_article_lists_what_was_coded_there(seen, tables):
    _press(seen, "statement:one-condemnation", "article")
    start = TEXTS["one"].index("recognise")
    seen.article.view.clicked = {"start": start, "end": start + 4, "count": 1}
    assert _listed(seen) == ["statement:one-non_recognition"]
    assert statements_at("one", 0, 3, tables) == []


def test_article_data_and_a_missing_article(tables):
    article = article_data("two", tables)
    assert article["text"] == TEXTS["two"] and {"statements", "places"} <= {span["name"] for span in article["layers"]}
    with pytest.raises(ValueError, match="no article 'gone'"):
        article_data("gone", tables)


def test_corrections_of_others_and_stale_ones_are_shown(seen, tables, tmp_path):
    _press(seen, "statement:one-condemnation", "reject")
    changed = tables["documents"].assign(sha256=["0" * 64, tables["documents"].sha256[1]])
    again = Explorer({**tables, "documents": changed}, tmp_path / "codings", "")
    assert "coding of a changed article" in again.problems.value
    assert "4 of 4 statements" in again.filters.line.value


def test_errors_are_told_and_not_swallowed(seen, monkeypatch):
    def broken(*given):
        raise RuntimeError("the disk is <full>")

    monkeypatch.setattr(seen.desk, "save", broken)
    _press(seen, "statement:one-condemnation", "accept")
    assert "the disk is &lt;full&gt;" in seen.message.value and "bw-problem" in seen.message.value


def test_a_long_list_has_pages(seen, monkeypatch):
    assert len(_listed(seen)) == 4 and seen.evidence.on.layout.display == "none"
    seen.evidence.refs = seen.evidence.refs * 2
    seen.evidence.turn(PAGE)
    assert seen.evidence.where.value == f"{PAGE + 1} to 8 of 8" and seen.evidence.on.disabled
    seen.evidence.back.click()
    assert seen.evidence.where.value == f"1 to {PAGE} of 8"


def test_dark_theme_turns_the_colours_and_keeps_the_references(seen):
    light = seen.charts["Timeline"].widget.layout.paper_bgcolor
    seen.theme.dark = True
    assert seen.charts["Timeline"].widget.layout.paper_bgcolor != light
    assert _behind(seen.charts["Timeline"].widget) == set(seen.chosen["statements"].statement_id)
    plain = go.Figure(layout={"meta": {"alt": "#FFFFFF"}, "paper_bgcolor": "#FFFFFF"})
    assert darkened(plain).layout.meta["alt"] == "#FFFFFF"


def test_empty_tables_give_sentences(tmp_path):
    seen = Explorer({name: make_table(name, []) for name in SCHEMAS}, tmp_path / "codings", "")
    for place in range(len(CHARTS)):
        seen.tabs.selected_index = place
    assert seen.message.value == "" and "No statement" in seen.evidence.heading.value


def test_assets_are_in_the_package():
    """The article's script stands before the one that reads the selection, which is the module's own."""
    root = Path(ballotwatch.__file__).parent / "assets"
    for name in ("article.js", "article.css", "select.js", "theme.js", "fit.js", "explorer.css"):
        assert (root / name).is_file(), name
    assert "innerHTML" not in "".join((root / name).read_text() for name in ("select.js", "theme.js", "fit.js"))
