"""Any text at all through every layer of coding: no exception, spans that hold, and the same again.

The tests try a few texts; BALLOTWATCH_TEXTS=3000 in the environment makes a campaign of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ballotwatch import article_coder
from ballotwatch.article_coder import code_article
from ballotwatch.codebook import load_codebook
from ballotwatch.coder import code_corpus
from ballotwatch.corpus import Article
from ballotwatch.layout import find_layout
from ballotwatch.limits import too_long
from ballotwatch.tables import SCHEMAS, make_table

ROOT = Path(__file__).parents[1]
FOLDERS = (ROOT / "seeds", ROOT / "tests/articles")

FEW = settings(
    max_examples=int(os.environ.get("BALLOTWATCH_TEXTS", "40")),
    deadline=None,
    derandomize="BALLOTWATCH_TEXTS" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)
SPANS = [name for name, columns in SCHEMAS.items() if {"start", "end"} <= {c.name for c in columns}]
CODEBOOK = load_codebook()
PEOPLE = ["John Smith", "Vladimir Putin", "Ms Baerbock", "he", "she", "they", "who", "nobody", "the president", "its"]
VERBS = [
    "said",
    "condemned",
    "will not recognise",
    "called",
    "told",
    "voted",
    "held",
    "were",
    "must",
    "did not",
    "said that",
]
SIGNS = [
    '"',
    "“",
    "”",
    "„",
    "«",
    "»",
    "'",
    "’",
    "‘",
    "`",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    ";",
    ":",
    "–",
    "-",
    "—",
    "…",
    "?",
    "!",
    "/",
]
SPACES = [" ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u2028", "\x0b", " \n "]
ODD = [
    "\u200b",
    "\u202e",
    "e\u0301",
    "\u0301",
    "\ufeff",
    "😀",
    "👩‍👩‍👧",
    "ß",
    "İ",
    "ﬁ",
    "\x01",
    "\ufffe",
    "Ω",
    "ש",
    "中",
    "٣",
]
DATES = [
    "2014-03-16",
    "on Monday",
    "16 March 2014",
    "29 February 2023",
    "31.12.9999",
    "yesterday",
    "97%",
    "1.5 million",
    "12:30",
]
SHAPES = [
    "By Jane Doe",
    "KYIV, Sept 28 - ",
    "Q: ",
    "A: ",
    "Photo: ",
    "Tags: ",
    "#vote",
    "Published: 2014-04-04",
    "(photo)",
    "http://a.b/c",
]


def codebook_words() -> list[str]:
    """Names, cues and nouns that the codebook knows, so that many rules meet."""
    names = [
        *CODEBOOK.states["name"],
        *CODEBOOK.regions["name"],
        *CODEBOOK.organisations["name"],
        *CODEBOOK.ballots["name"],
    ]
    lists = [value for value in CODEBOOK.vocabulary.values() if isinstance(value, (list, tuple))]
    return sorted({str(word) for word in [*names, *CODEBOOK.cues.cue, *(word for words in lists for word in words)]})


WORDS = st.sampled_from(codebook_words())
OTHER = [st.sampled_from(values) for values in (PEOPLE, VERBS, SIGNS, ODD, DATES, SHAPES)]
PIECE = st.one_of(WORDS, WORDS, *OTHER, st.text(max_size=4))
TEXT = st.lists(st.tuples(PIECE, st.sampled_from([" ", " ", " ", "", *SPACES])), min_size=1, max_size=60).map(
    lambda pieces: "".join(part for pair in pieces for part in pair)
)


@pytest.fixture(autouse=True)
def every_text_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language of such a text is anybody's guess, and a text in another is not coded."""
    monkeypatch.setattr(article_coder, "language", lambda text: "en")


@FEW
@example("A Just Russia \u0301 ")
@given(TEXT)
def test_any_text(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    if too_long(text):
        return
    article = Article("a", "a.txt", text, None, None, None, hashlib.sha256(text.encode()).hexdigest())
    rows = code_article(article, CODEBOOK, all_documents=True)
    assert [row["text"] for row in rows["documents"]] == [text]
    for name in SPANS:
        for row in rows[name]:
            assert 0 <= row["start"] < row["end"] <= len(text), (name, row)
            assert row["text"] == text[row["start"] : row["end"]], (name, row)
    assert code_article(article, CODEBOOK, all_documents=True) == rows
    for name in SCHEMAS:
        assert len(make_table(name, rows[name])) == len(rows[name])


ARTICLES = {path.stem: path.read_text("utf-8").rstrip() for folder in FOLDERS for path in sorted(folder.glob("*.txt"))}
BLAND = [
    "The new library opened its doors to children.",
    "It has three floors, a garden and a small cafe.",
    "In other news, the football club lost its third match of the season.",
    "Fans left early.",
    "Rain is expected over the weekend.",
    "The price of bread rose by two cents.",
    "Tickets for the concert are sold out.",
]
# Some of what a row says is about the article as a whole, and so may change with what follows: whether a place is one
# of the events (`focused`), and who answers in a transcript, which one paragraph without a speaker makes none.
WHOLE = {"located"}
PARAGRAPH = st.lists(st.sampled_from(BLAND), min_size=1, max_size=4, unique=True).map(" ".join)


@settings(FEW, max_examples=max(12, FEW.max_examples // 10))
@given(st.sampled_from(sorted(ARTICLES)), st.lists(PARAGRAPH, min_size=1, max_size=2))
def test_an_unrelated_paragraph_changes_no_earlier_row(name: str, paragraphs: list[str]) -> None:
    text = ARTICLES[name]
    before, after = code(text), code("\n\n".join([text, *paragraphs, ""]))
    tables = [table for table in SPANS if table != "statements" or not find_layout(text).turns]
    for table in tables:
        kept = [row for row in after[table] if row["start"] < len(text)]
        assert [without(row) for row in kept] == [without(row) for row in before[table]], table
    assert dated(after) == dated(before)


def code(text: str) -> dict[str, list[dict]]:
    """The rows of a text."""
    article = Article("a", "a.txt", text, None, None, None, hashlib.sha256(text.encode()).hexdigest())
    return code_article(article, CODEBOOK, all_documents=True)


def without(row: dict) -> dict:
    """A row without what is said of the article as a whole."""
    return {name: value for name, value in row.items() if name not in WHOLE}


def dated(rows: dict[str, list[dict]]) -> tuple:
    """The dating of the one document among rows."""
    document = rows["documents"][0]
    return document["published_earliest"], document["published_latest"], document["dating_basis"], document["title"]


# The beginnings of some, and two that are the same but for their ids.
FEW_ARTICLES = {name: text[:400].rpartition(" ")[0] for name, text in sorted(ARTICLES.items())[::15]}
ORDERS = st.permutations([*FEW_ARTICLES, "copy"])


@settings(FEW, max_examples=3)
@given(ORDERS, st.integers(0, 5))
def test_the_order_of_articles_makes_no_difference(order: list[str], split: int) -> None:
    """Lines in another order, some of them files in folders: the same rows, but for where each was read from."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, out = Path(folder) / "corpus", Path(folder) / "tables"
        for place, name in enumerate(order[:split]):
            path = corpus / f"{9 - place}" / f"{name}.txt"
            path.parent.mkdir(parents=True)
            path.write_text(text_of(name), "utf-8", newline="")
        corpus.mkdir(exist_ok=True)
        lines = [json.dumps({"id": name, "text": text_of(name)}) + "\n" for name in order[split:]]
        (corpus / "5.jsonl").write_text("".join(lines) or "\n", "utf-8")
        shuffled = dict(code_corpus(corpus, out, all_documents=True))
    for table, expected in in_order().items():
        assert as_rows(shuffled[table]) == as_rows(expected), table


@cache
def in_order() -> dict[str, pd.DataFrame]:
    """The tables of the same articles, each a file of one folder."""
    with tempfile.TemporaryDirectory() as folder:
        for name in [*FEW_ARTICLES, "copy"]:
            (Path(folder) / f"{name}.txt").write_text(text_of(name), "utf-8", newline="")
        return dict(code_corpus(Path(folder), Path(folder) / "out", all_documents=True))


def text_of(name: str) -> str:
    """An article's text; the copy is the shortest one's."""
    return FEW_ARTICLES.get(name, next(iter(FEW_ARTICLES.values())))


def as_rows(table: pd.DataFrame) -> list[str]:
    """Rows to compare: without where they were read from, and which of two equal articles was read first."""
    kept = table.drop(columns=["source", "duplicate_of"], errors="ignore")
    return sorted(str(row) for row in kept.to_dict("records") if row.get("problem") != "no records")
