"""Framing: which labels a text puts on a ballot, and in whose voice."""

from __future__ import annotations

import pytest

from ballotwatch.article_coder import code_article
from ballotwatch.codebook import load_codebook
from ballotwatch.corpus import Article

PAIRS = [
    ("Russia held sham elections in Kherson.", [("sham", "article")]),
    ("Russia held so-called elections in Kherson.", [("so-called", "article")]),
    ("Russia held pseudo-elections in Kherson.", [("pseudo", "article")]),
    ("Russia held \"elections\" in Kherson.", [("scare quotes", "article")]),
    ("“These fake elections change nothing,” Petro Poroshenko said.", [("fake", "UKR")]),
    ("Russia held elections in Kherson.", []),
    ("A fake passport was found near the election office in Kherson.", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PAIRS)
def test_framing(text: str, expected: list[tuple[str, str]]) -> None:
    rows = code_article(Article("a", "a.txt", text, None, None, None, ""), load_codebook(), all_documents=True)
    assert [(row["label"], row["voice"]) for row in rows["framing"]] == expected
