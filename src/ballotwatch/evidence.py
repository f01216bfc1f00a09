"""Evidence: a coded span in the sentence that it stands in, marked, as text or as HTML that is safe to show.

Article text is data: whatever it holds, it reaches a page escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote

import pandas as pd

from ballotwatch.charts.palette import STANCE_NAMES
from ballotwatch.charts.words import spell
from ballotwatch.query import Rows, Table, remembered, rows_of
from ballotwatch.refs import Ref, parse_ref

# A sentence ends with its mark, and closing quotes, before white space and a word that can open another; an initial
# ("D. Cameron") or a title ("Mr. Blinken") ends none.
END = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bSt)[.!?…][\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-Z0-9])|\n+"
)


# A page with more passages than this is slow to open; the table beside it holds them all.
MOST_SHOWN = 400
# The page that holds the row of every statement, at the statement's id.
ROWS = "05_evidence.html"
# How much of an article stands for it, in characters; its last sentence is not cut.
OPENING = 240
Tables = Mapping[str, Table]
Record = dict[str, Any]


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


def passages(statements: Table, documents: Table, around: int = 0, most: int | None = None) -> pd.DataFrame:
    """Statements joined to their articles: columns title, source, dating_basis, passage; `most` takes the first ones.

    `around` is that of `passage`.
    Raises ValueError where a row's document is not in `documents`: evidence that can't be shown is no evidence.
    """
    rows = rows_of(statements).worded(most)
    articles = rows_of(documents)
    documents = articles.whole.among("doc_id", articles.among("doc_id", rows.doc_id).values("doc_id")).frame()
    if missing := sorted(set(rows.doc_id) - set(documents.doc_id)):
        raise ValueError(f"no document '{missing[0]}' for a coded span: code the articles and read all tables again")
    facts = documents[["doc_id", "title", "source", "dating_basis"]]
    joined = rows.merge(facts, on="doc_id", how="left", validate="many_to_one")
    texts = documents.set_index("doc_id").text
    found = [passage(texts[row.doc_id], row.start, row.end, around) for row in joined.itertuples()]
    return joined.assign(passage=found)


def misplaced(statements: Table, documents: Table) -> int:
    """How many statements are not word for word what their article holds at their offsets."""
    rows, articles = rows_of(statements), rows_of(documents)
    whole = rows.whole.matching("statement_id", rows) if rows.whole is not rows else rows
    spans = whole.selected("doc_id", "start", '"end"', "text AS said").beside(articles.whole, "doc_id")
    return len(rows) - spans.count('substring(text, start + 1, "end" - start) = said')


def evidence_html(statements: Table, documents: Table, ballots: Table, most: int | None = None) -> str:
    """Every statement, or the first `most`, as a block of HTML: its sentence between its neighbours, the span marked and its cue strong;
    who, what, which ballot, when, source.

    The block's id is the statement's, so that any mark in a chart can link to it.
    """
    known = rows_of(ballots).frame("ballot_id", "name")
    names = dict(zip(known.ballot_id, known["name"], strict=True))
    return "\n".join(_block(row, names) for row in passages(statements, documents, 1, most).itertuples())


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


def evidence_records(refs: Iterable[str], tables: Tables) -> dict[str, Record]:
    """What a panel shows for each reference (`ballotwatch.refs`), in the order given; keys without a value are left out.

    All have `kind`. Statements and spans have their passage with its neighbours as `before`, `span`, `after`, articles
    their first sentences as `before`, and all three and `title`, `source`,
    `dates` and their `basis`. Statements also have `cue`, `actor`, `entity`, `concept` (its id), `what` (the concept and
    the stance in words), `polarity`, `ballot` (its name), `coder`, `confidence` and `link` (to their row on the evidence
    page). Ballots have `title` (their name), `dates`, `regions` (by name where `places` has one) and `source`.

    Spans and articles have `link` (to their article) where the evidence page has it.

    Raises ValueError for a reference to a row that the tables lack, and for a text that is no reference.
    """
    parsed = {ref: parse_ref(ref) for ref in refs}
    articles = set(_ids(parsed, "article") + _ids(parsed, "span"))
    statements = _rows(tables["statements"], "statement_id", _ids(parsed, "statement"))
    documents = _rows(tables["documents"], "doc_id", articles | {row.doc_id for row in statements.values()})
    ballots = _rows(tables["ballots"], "ballot_id", set(_ids(parsed, "ballot")) | _ballots_of(statements.values()))
    coded = {
        doc_id
        for name in ("statements", "ballot_mentions")
        for doc_id in rows_of(tables[name]).among("doc_id", articles).values("doc_id")
    }
    makers: dict[str, Callable[[Ref], Record]] = {
        "statement": lambda ref: _statement_record(_row(statements, ref), documents, ballots),
        "article": lambda ref: _article_record(_row(documents, ref)) | _article_link(ref, coded),
        "span": lambda ref: _span_record(_row(documents, ref), ref.start, ref.end) | _article_link(ref, coded),
        "ballot": lambda ref: _ballot_record(_row(ballots, ref), tables["places"]),
    }
    return {
        text: {name: value for name, value in makers[ref.kind](ref).items() if not _is_empty(value)}
        for text, ref in parsed.items()
    }


def _ids(parsed: Mapping[str, Ref], kind: str) -> list[str]:
    return [ref.id for ref in parsed.values() if ref.kind == kind]


def _rows(table: Table, key: str, ids: Iterable[str]) -> dict[str, Any]:
    """Rows of a table by their id, those with one of `ids`."""
    found = rows_of(table).whole.among(key, ids).frame() if (ids := list(ids)) else pd.DataFrame()
    return {getattr(row, key): row for row in found.itertuples(index=False)}


def _ballots_of(statements: Iterable[Any]) -> set[str]:
    return {row.ballot_id for row in statements if isinstance(row.ballot_id, str)}


def _row(rows: Mapping[str, Any], ref: Ref) -> Any:
    if ref.id not in rows:
        raise ValueError(f"no {ref.kind} '{ref.id}' in the tables for a mark: draw the chart from these tables again")
    return rows[ref.id]


def _statement_record(row: Any, documents: Mapping[str, Any], ballots: Mapping[str, Any]) -> Record:
    article, ballot = documents[row.doc_id], ballots.get(row.ballot_id)
    dates = _interval(row.date_earliest, row.date_latest)
    published = _interval(article.published_earliest, article.published_latest)
    return {
        **_span_record(article, row.start, row.end), "kind": "statement", "cue": row.cue, "actor": row.actor,
        "entity": row.entity, "concept": row.concept, "what": f"{spell(row.concept)}, {STANCE_NAMES[row.polarity]}",
        "polarity": int(row.polarity), "ballot": ballot.name if ballot else "no ballot named", "dates": dates,
        "basis": f"publication {article.dating_basis}" if dates == published else "day given in the text",
        "coder": row.coder, "confidence": row.confidence, "link": f"{ROWS}#{row.statement_id}",
    }  # fmt: skip


def _span_record(article: Any, start: int, end: int) -> Record:
    return {"kind": "span", **passage(article.text, start, end, around=1)._asdict(), **_origin(article)}


def _article_record(article: Any) -> Record:
    closes = (match.end() for match in END.finditer(article.text, OPENING))
    title = "" if _is_empty(article.title) else article.title
    opening = article.text[: next(closes, len(article.text))].strip().removeprefix(title).strip()
    return {"kind": "article", "before": opening, **_origin(article)}


def _article_link(ref: Ref, coded: Collection[str]) -> Record:
    """The address of an article on the evidence page, which holds those that were coded."""
    return {"link": f"{ROWS}#article:{quote(ref.id)}"} if ref.id in coded else {}


def _origin(article: Any) -> Record:
    return {
        "title": article.title, "source": article.source, "basis": f"publication {article.dating_basis}",
        "dates": _interval(article.published_earliest, article.published_latest),
    }  # fmt: skip


def _ballot_record(ballot: Any, places: Table) -> Record:
    named = _region_names(places)
    return {
        "kind": "ballot", "title": ballot.name, "dates": _interval(ballot.start_date, ballot.end_date),
        "regions": ", ".join(named.get(region, region) for region in ballot.regions), "source": ballot.reference,
    }  # fmt: skip


@remembered
def _region_names(places: Rows) -> dict[str, str]:
    named = places.where("kind = 'region' AND region IS NOT NULL").firsts(["region"], ["name"]).frame()
    return dict(zip(named.region, named["name"], strict=True))


def _interval(first: Any, last: Any) -> str:
    """Two days in words that are short: `2024-03-16 to 2024-03-20`, a single day once, `date unknown`."""
    days = dict.fromkeys(str(day) for day in (first, last) if not pd.isna(day))
    return " to ".join(days) or "date unknown"


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value != value


def find_passage(text: str, words: str) -> Passage | None:
    """The passage of the first place where `words` stand in a text, white space apart; None where they don't."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    found = re.search(pattern, text) if pattern else None
    return passage(text, *found.span()) if found else None


def marked(found: Iterable[Passage]) -> list[str]:
    """Passages as plain text with the span between » and «, for tables."""
    return [f"{p.before}»{p.span}«{p.after}" for p in found]
