"""The evidence page: every statement in a table to search, sort and filter, and every article with all its coding.

The data stands in the page as JSON and a script draws it, so that article text is never markup. A large corpus is
split over several files by day of publication; the first holds a directory, so that one address finds any statement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import pandas as pd
from IPython.display import display
from markupsafe import Markup

from ballotwatch.charts.words import period, sentence, spell
from ballotwatch.coded_article import Span, days, filled, spans_by_article
from ballotwatch.evidence import MOST_SHOWN, evidence_html, passage
from ballotwatch.script_data import script_json

MIME = "application/vnd.ballotwatch.evidence+json"
FILE = "05_evidence.html"
SCRIPTS = ("vendor/datatables.min.js", "article.js", "table.js")
STYLES = ("article.css", "table.css")
# What an article takes in the page: its text, and about so many bytes for each coded span and each statement; the
# first part also names all articles and statements, each in about so many bytes.
PART_BYTES, SPAN_BYTES, ROW_BYTES, ID_BYTES = 4_500_000, 32, 320, 24
# Filters whose counts are known for all parts in each of them.
INDEXED = ("entity", "concept", "family", "polarity", "ballot_id", "regions", "coder")
ROW = (
    "statement_id", "article", "start", "end", "first", "last", "cue", "actor", "entity", "actor_type", "concept",
    "family", "polarity", "ballot_id", "regions", "date_earliest", "date_latest", "legal_bases", "value", "addressee",
    "quoted", "confidence", "coder",
)  # fmt: skip


class Part(NamedTuple):
    """One file of the evidence page: its name, what it holds in words, and its content as HTML with the data in it."""

    file: str
    name: str
    html: str


class Article(NamedTuple):
    """An article with what was coded in it: its row of `documents`, its rows of `statements`, its spans."""

    document: NamedTuple
    statements: list[NamedTuple]
    spans: list[Span]


def show_evidence(statements: pd.DataFrame, documents: pd.DataFrame, ballots: pd.DataFrame) -> None:
    """Put the statements in a notebook, each in its sentence, and tell the page which ones and which articles to show.

    JupyterLab shows the first `MOST_SHOWN` as blocks of HTML; the report puts the parts of `evidence_parts` there.
    """
    shown = statements.head(MOST_SHOWN)
    data = {
        MIME: {"documents": list(documents.doc_id), "statements": list(statements.statement_id)},
        "text/html": evidence_html(shown, documents, ballots),
        "text/plain": f"{len(shown)} of {len(statements)} statements, each in its sentence",
    }
    display(data, raw=True)


def chosen_tables(tables: Mapping[str, pd.DataFrame], shown: Mapping[str, Sequence[str]]) -> dict[str, pd.DataFrame]:
    """The tables with only the documents and the statements that `show_evidence` has named."""
    documents, statements = tables["documents"], tables["statements"]
    return {
        **tables,
        "documents": documents[documents.doc_id.isin(set(shown["documents"]))],
        "statements": statements[statements.statement_id.isin(set(shown["statements"]))],
    }


def evidence_parts(tables: Mapping[str, pd.DataFrame]) -> list[Part]:
    """The evidence page of all tables in as many files as its size asks for, by day of publication, at least one.

    Articles without a statement and without a mention of a ballot are left out. Raises ValueError where a statement's
    document is missing.
    """
    groups = _groups(coded_articles(tables))
    entries = [{"file": _file(i), "name": _name(group), "n": _statements(group)} for i, group in enumerate(groups)]
    shared = {"parts": entries, "words": _words(tables), "index": _index(groups)}
    return [
        Part(entry["file"], entry["name"], _html(i, entries, shared | _data(i, groups)))
        for i, entry in enumerate(entries)
    ]


def coded_articles(tables: Mapping[str, pd.DataFrame]) -> list[Article]:
    """The articles that hold a statement or mention a ballot, in order of publication, those without a day last."""
    documents, statements = tables["documents"], tables["statements"]
    if missing := sorted(set(statements.doc_id) - set(documents.doc_id)):
        raise ValueError(f"no document '{missing[0]}' for a statement: code the articles and read all tables again")
    rows: dict[str, list] = {}
    for row in statements.sort_values("start", kind="stable").astype(object).itertuples(index=False):
        rows.setdefault(row.doc_id, []).append(row)
    spans, about = spans_by_article(tables), set(rows) | set(tables["ballot_mentions"].doc_id)
    found = [
        Article(document, rows.get(document.doc_id, []), spans.get(document.doc_id, []))
        for document in documents.astype(object).itertuples(index=False)
        if document.doc_id in about
    ]
    return sorted(found, key=lambda article: (_published(article)[:1] or ["9999"], article.document.doc_id))


def _groups(articles: Sequence[Article]) -> list[list[Article]]:
    groups: list[list[Article]] = [[]]
    size = ID_BYTES * (len(articles) + _statements(articles)) if sum(map(_takes, articles)) > PART_BYTES else 0
    for article in articles:
        takes = _takes(article)
        if groups[-1] and size + takes > PART_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(article)
        size += takes
    return groups


def _takes(article: Article) -> int:
    rows = sum(ROW_BYTES + len(str(row.cue).encode()) for row in article.statements)
    return len(article.document.text.encode()) + SPAN_BYTES * len(article.spans) + rows


def _file(index: int) -> str:
    path = Path(FILE)
    return f"{path.stem}-{index + 1}{path.suffix}" if index else FILE


def _name(group: Sequence[Article]) -> str:
    rows = [article.document for article in group]
    told = period([row.published_earliest for row in rows], [row.published_latest for row in rows])
    return sentence(told)


def _statements(group: Iterable[Article]) -> int:
    return sum(len(article.statements) for article in group)


def _published(article: Article) -> list[str]:
    return list(filled([article.document.published_earliest, article.document.published_latest]))


def _words(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, str]]:
    """Names of the codes in rows: concepts, entities, ballots, regions."""
    statements, places, actors = tables["statements"], tables["places"], tables["actors"]
    regions = places[places.kind == "region"].dropna(subset=["region"])
    named = actors[actors.actor_type.isin(["state", "organisation"])].dropna(subset=["entity", "actor"])
    return {
        "concept": {concept: spell(concept) for concept in sorted(set(statements.concept))},
        "entity": _commonest(named.entity, named.actor),
        "ballot": dict(zip(tables["ballots"].ballot_id, tables["ballots"]["name"], strict=True)),
        "region": _commonest(regions.region, regions.name),
    }


def _commonest(codes: pd.Series, names: pd.Series) -> dict[str, str]:
    """The name that stands most often with each code."""
    return {str(code): str(group.mode().iloc[0]) for code, group in names.groupby(codes)}


def _index(groups: Sequence[Sequence[Article]]) -> dict[str, list]:
    """How many statements of each part share a combination of values, so that a filter can tell the other parts' counts.

    Each row holds the part, the number, and for each filter of `INDEXED` the number of its value (regions: a list).
    Empty where there is one part, whose rows tell all.
    """
    if len(groups) == 1:
        return {"values": [], "rows": []}
    values: dict[str | None, int] = {}
    rows = Counter(
        (part, *(_coded(getattr(row, name), values) for name in INDEXED))
        for part, group in enumerate(groups)
        for article in group
        for row in article.statements
    )
    return {"values": list(values), "rows": [[part, n, *key] for (part, *key), n in rows.items()]}


def _coded(value: Any, values: dict[str | None, int]) -> int | tuple[int, ...]:
    plain = _or_none(value)
    if isinstance(plain, list):
        return tuple(_coded(item, values) for item in plain or [None])
    return values.setdefault(None if plain is None else str(plain), len(values))


def _data(index: int, groups: Sequence[Sequence[Article]]) -> dict[str, Any]:
    """What one part holds of its own; the first part also says in which part each statement and article stands."""
    labels: dict[str, int] = {}
    group = groups[index]
    return {
        "part": index,
        "directory": [_ids(other) for other in groups[1:]] if index == 0 else [],
        "articles": [_article(article, labels) for article in group],
        "labels": list(labels),
        "columns": ROW,
        "rows": [_row(i, article, row) for i, article in enumerate(group) for row in article.statements],
    }


def _ids(group: Sequence[Article]) -> dict[str, list[str]]:
    return {
        "statements": [row.statement_id for article in group for row in article.statements],
        "articles": [article.document.doc_id for article in group],
    }


def _article(article: Article, labels: dict[str, int]) -> dict[str, Any]:
    """An article as the script reads it; its spans hold the number of their layer, kind and label in `labels`."""
    document = article.document
    texts = ((span.name, span.kind, span.label) for span in article.spans)
    spans = [
        [span.start, span.end, *(labels.setdefault(text, len(labels)) for text in told), *filter(None, [span.ref])]
        for span, told in zip(article.spans, texts, strict=True)
    ]
    return {
        "doc_id": document.doc_id,
        "title": _or_none(document.title) or document.doc_id,
        "source": document.source,
        "published": days(document.published_earliest, document.published_latest),
        "basis": document.dating_basis,
        "text": document.text,
        "spans": spans,
    }


def _row(index: int, article: Article, row: NamedTuple) -> list:
    """A statement in the order of `ROW`; first and last are the offsets of the sentence around it."""
    around = passage(article.document.text, row.start, row.end)
    values = {
        **row._asdict(),
        "article": index,
        "first": row.start - len(around.before),
        "last": row.end + len(around.after),
    }
    return [_or_none(values[name]) for name in ROW]


def _or_none(value: Any) -> Any:
    """A cell as JSON holds it: lists as lists, days as text, missing values as null."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, (str, list)):
        return value
    return None if pd.isna(value) else value if isinstance(value, (int, float)) else str(value)


def _html(index: int, entries: list[dict], data: dict[str, Any]) -> str:
    source = (files("ballotwatch") / "assets" / "evidence.html.j2").read_text("utf-8")
    template = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)
    return template.render(part=index, parts=entries, data=Markup(script_json(data)))
