"""Any text at all through every layer of coding: no exception, spans that hold, and the same again.

The tests try a few texts; BALLOTWATCH_TEXTS=3000 in the environment makes a campaign of it.
"""

from __future__ import annotations

import hashlib
import os

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ballotwatch import article_coder
from ballotwatch.article_coder import code_article
from ballotwatch.codebook import load_codebook
from ballotwatch.corpus import Article
from ballotwatch.limits import too_long
from ballotwatch.tables import SCHEMAS

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
