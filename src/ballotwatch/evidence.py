"""Evidence: a coded span in the sentence that it stands in, marked, as text or as HTML that is safe to show.

Article text is data: whatever it holds, it reaches a page escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

import pandas as pd

from ballotwatch.charts.words import spell

# A sentence ends with its mark, and closing quotes, before white space and a word that can open another; an initial
# ("D. Cameron") or a title ("Mr. Blinken") ends none.
END = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bSt)[.!?…][\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-Z0-9])|\n+"
)


# A page with more passages than this is slow to open; the table beside it holds them all.
MOST_SHOWN = 400


class Passage(NamedTuple):
    """The sentence around a span, in three parts: before it, the span itself, after it."""

    before: str
    span: str
    after: str


def passage(text: str, start: int, end: int, around: int = 0) -> Passage:
    """The sentence, or the sentences, of `text` that the span `text[start:end]` touches.

    `around` adds so many sentences before and after, as far as the paragraph goes. Raises ValueError where the span
    lies outside the text.
    """
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"span {start}:{end} lies outside a text of {len(text)} characters: code the article again")
    top, bottom = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    bottom = len(text) if bottom < 0 else bottom
    ends = [match.end() for match in END.finditer(text, top, bottom)]
    begins = [top, *(point for point in ends if point <= start)]
    closes = [*(point for point in ends if point > end), bottom]
    first, last = begins[max(-1 - around, -len(begins))], closes[min(around, len(closes) - 1)]
    return Passage(text[first:start].lstrip(), text[start:end], text[end:last].rstrip())


def passage_html(found: Passage, cue: str = "") -> str:
    """A passage as HTML with its span in `<mark>`, and in that the first place of the words `cue` in `<strong>`."""
    before, cut, after = found.span.partition(cue) if cue else (found.span, "", "")
    strong = f"<strong>{escape(cut)}</strong>" if cut else ""
    return f"{escape(found.before)}<mark>{escape(before)}{strong}{escape(after)}</mark>{escape(found.after)}"


def passages(rows: pd.DataFrame, documents: pd.DataFrame, around: int = 0) -> pd.DataFrame:
    """Rows with a span (doc_id, start, end) joined to their articles: columns title, source, dating_basis, passage.

    `around` is that of `passage`.
    Raises ValueError where a row's document is not in `documents`: evidence that can't be shown is no evidence.
    """
    if missing := sorted(set(rows.doc_id) - set(documents.doc_id)):
        raise ValueError(f"no document '{missing[0]}' for a coded span: code the articles and read all tables again")
    facts = documents[["doc_id", "title", "source", "dating_basis"]]
    joined = rows.merge(facts, on="doc_id", how="left", validate="many_to_one")
    texts = documents.set_index("doc_id").text
    found = [passage(texts[row.doc_id], row.start, row.end, around) for row in joined.itertuples()]
    return joined.assign(passage=found)


def evidence_html(statements: pd.DataFrame, documents: pd.DataFrame, ballots: pd.DataFrame) -> str:
    """Every statement as a block of HTML: its sentence between its neighbours, the span marked and its cue strong;
    who, what, which ballot, when, source.

    The block's id is the statement's, so that any mark in a chart can link to it.
    """
    names = dict(zip(ballots.ballot_id, ballots["name"], strict=True))
    return "\n".join(_block(row, names) for row in passages(statements, documents, around=1).itertuples())


def _block(row: NamedTuple, names: dict[str, str]) -> str:
    ballot = names.get(row.ballot_id) or "no ballot named"
    facts = [f"{row.actor} ({row.entity})", spell(row.concept), ballot, _days(row), row.source]
    return (
        f'<blockquote id="{escape(row.statement_id)}"><p>{passage_html(row.passage, row.cue)}</p>'
        f"<footer><small>{' · '.join(escape(str(fact)) for fact in facts)}</small></footer></blockquote>"
    )


def _days(row: NamedTuple) -> str:
    if pd.isna(row.date_earliest) or pd.isna(row.date_latest):
        return "date unknown"
    days = [str(row.date_earliest), str(row.date_latest)]
    return f"{' to '.join(dict.fromkeys(days))} (publication {row.dating_basis})"


def find_passage(text: str, words: str) -> Passage | None:
    """The passage of the first place where `words` stand in a text, white space apart; None where they don't."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    found = re.search(pattern, text) if pattern else None
    return passage(text, *found.span()) if found else None


def marked(found: Iterable[Passage]) -> list[str]:
    """Passages as plain text with the span between » and «, for tables."""
    return [f"{p.before}»{p.span}«{p.after}" for p in found]
