"""Framing by source: which label each source uses, in whose words, and what each bar leads to."""

from __future__ import annotations

import chart_samples as samples
import pandas as pd
import pytest

from ballotwatch.charts import naming
from ballotwatch.tables import make_table

USED = [
    ("a", "sham", "delegitimising", "article"),
    ("a", "sham", "delegitimising", "article"),
    ("a", "scare quotes", "delegitimising", "RUR"),
    ("b", "historic", "legitimising", "GRA"),
]


def _framing(used: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    rows = [
        {"doc_id": doc_id, "start": k, "end": k + 3, "text": samples.TEXT[doc_id][k : k + 3], "label": label, "direction": side, "voice": voice}
        for k, (doc_id, label, side, voice) in enumerate(used)
    ]  # fmt: skip
    return make_table("framing", rows)


def _documents(**columns: list) -> pd.DataFrame:
    return samples.sample()["documents"].assign(**columns)


def test_one_row_a_source_voice_and_label_the_sources_own_words_first() -> None:
    table = naming.naming_table(_framing(USED), _documents(title=["Sham vote", None], source=["a.txt", "b.txt"]))
    assert table[["source", "voice", "label", "n"]].values.tolist() == [
        ["Sham vote", "article", "sham", 2],
        ["Sham vote", "RUR", "scare quotes", 1],
        ["b.txt", "GRA", "historic", 1],
    ]
    assert table.refs.iloc[0] == ["span:a:0:3", "span:a:1:4"]


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["tass/a.txt", "bbc/b.txt"], ["tass", "bbc"]),
        (["tass.jsonl:1", "bbc.csv:2"], ["tass", "bbc"]),
        (["all.jsonl:1", "all.jsonl:2"], ["One", "Two"]),
        (["press/a.txt", "press/b.txt"], ["One", "Two"]),
        (["a.txt", "b.txt"], ["One", "Two"]),
    ],
)
def test_a_source_is_the_outlet_where_the_corpus_tells_and_else_the_article(files: list[str], names: list[str]) -> None:
    assert list(naming.sources(_documents(title=["One", "Two"], source=files)).name) == names


def test_articles_of_the_same_title_stay_apart() -> None:
    assert list(naming.sources(_documents(title=["One", "One"])).name) == ["One (a)", "One (b)"]


def test_every_label_is_behind_one_bar_that_runs_to_its_side() -> None:
    fig = naming.naming_chart(_framing(USED), _documents())
    bars = [(x, refs) for trace in fig.data for x, refs in zip(trace.x, trace.customdata, strict=True)]
    assert all(abs(x) == len(refs) for x, refs in bars) and sorted(x for x, _ in bars) == [-2, -1, 1]
    assert sorted(ref for _, refs in bars for ref in refs) == [
        "span:a:0:3",
        "span:a:1:4",
        "span:a:2:5",
        "span:b:3:6",
    ]


def test_title_and_alternative_text_say_whose_words_they_are() -> None:
    meta = naming.naming_chart(_framing(USED), _documents()).layout.meta
    assert meta["title"] == "2 of 4 labels stand in the articles' own words, 2 in words of others"
    assert "3 delegitimising, 1 legitimising" in meta["alt"] and "sham 2, historic 1 and scare quotes 1" in meta["alt"]


def test_sources_without_a_label_and_those_not_drawn_are_told() -> None:
    assert "1 source without a label." in naming.naming_chart(_framing(USED[:1]), _documents()).layout.meta["note"]
    documents = pd.concat([_documents().head(1).assign(doc_id=f"d{k}", title=f"T{k}") for k in range(40)])
    framing = pd.concat([_framing(USED[:1]).assign(doc_id=f"d{k}") for k in range(40)])
    fig = naming.naming_chart(framing, documents)
    assert len(fig.data[0].x) == naming.MOST_SOURCES
    assert f"{40 - naming.MOST_SOURCES} sources that label less" in fig.layout.meta["note"]


def test_titles_stay_text() -> None:
    fig = naming.naming_chart(_framing(USED), _documents(title=["<b>x</b><br><a href='y'>z", None]))
    texts = [note.text for note in fig.layout.annotations if note.name != "caption"]
    assert not any("<b>" in text or "<a" in text for text in [*texts, *fig.data[0].hovertext])


def test_labels_by_voice() -> None:
    rows = naming.voice_table(_framing(USED)).drop(columns="refs").values.tolist()
    assert rows == [
        ["article", "delegitimising", 2, 1, "sham 2"],
        ["GRA", "legitimising", 1, 1, "historic 1"],
        ["RUR", "delegitimising", 1, 1, "scare quotes 1"],
    ]


def test_empty_data_gives_a_sentence() -> None:
    tables = samples.empty()
    fig = naming.naming_chart(tables["framing"], tables["documents"])
    assert not fig.data and fig.layout.meta["alt"] == naming.NOTHING
    assert naming.voice_table(tables["framing"]).empty
