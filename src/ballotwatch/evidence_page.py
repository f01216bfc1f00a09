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

from ballotwatch.charts.frame import say
from ballotwatch.charts.words import period, sentence, spell
from ballotwatch.coded_article import LAYERS, Span, days, filled, spans_by_article
from ballotwatch.evidence import MOST_SHOWN, evidence_html, passage
from ballotwatch.query import ORDER, WORDS, Rows, Table, rows_of
from ballotwatch.script_data import script_json

MIME = "application/vnd.ballotwatch.evidence+json"
FILE = "05_evidence.html"
SCRIPTS = ("vendor/datatables.min.js", "article.js", "table.js")
STYLES = ("article.css", "table.css")
# What an article takes in the page: its text, and about so many bytes for each coded span and each statement; the
# first part also names all articles and statements, each in about so many bytes.
PART_BYTES, SPAN_BYTES, ROW_BYTES, ID_BYTES = 4_500_000, 32, 320, 24
# A page that lists more statements than this has dozens of parts, which nobody looks through.
MOST_LISTED = 100_000
# What an article's row says of it.
FACTS = ("doc_id", "title", "source", "published_earliest", "published_latest", "dating_basis")
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
    """An article with what was coded in it: its row of `documents` without the text, its rows of `statements`, and
    about how many bytes it takes in a page."""

    document: NamedTuple
    statements: list[NamedTuple]
    takes: int


def show_evidence(statements: Table, documents: Table, ballots: Table) -> None:
    """Put the statements in a notebook, each in its sentence, and tell the page which ones and which articles to show.

    JupyterLab shows the first `MOST_SHOWN` as blocks of HTML; the report puts the parts of `evidence_parts` there. Of
    more than `MOST_LISTED` statements these are the surest ones, and a sentence says so.
    """
    rows, articles = rows_of(statements), rows_of(documents)
    listed = rows if len(rows) <= MOST_LISTED else surest(rows, MOST_LISTED)
    if listed is not rows:
        told = f"Listed are {len(listed)} of {len(rows)} statements: those that people have checked, then the surest."
        say(f"{told} Narrow the selection by period, ballot, region, actor or concept to list the others.")
    # What holds no listed statement can fill the page, too.
    held = articles.matching("doc_id", listed) if len(articles) > MOST_LISTED else articles
    data = {
        MIME: {"documents": list(held.frame("doc_id").doc_id), "statements": list(listed.frame("statement_id").statement_id)},
        "text/html": evidence_html(listed, articles, ballots, MOST_SHOWN),
        "text/plain": f"{min(MOST_SHOWN, len(rows))} of {len(rows)} statements, each in its sentence",
    }  # fmt: skip
    display(data, raw=True)


def surest(statements: Rows, most: int) -> Rows:
    """So many statements, in their order: those that somebody has checked, then those with the highest confidence."""
    first = statements.frame(
        "statement_id", order=f"checked_by IS NULL, confidence DESC NULLS LAST, {ORDER}", most=most
    )
    return statements.among("statement_id", first.statement_id)


def chosen_tables(tables: Mapping[str, Table], shown: Mapping[str, Sequence[str]]) -> dict[str, Table]:
    """The tables with only the documents and the statements that `show_evidence` has named."""
    documents, statements = rows_of(tables["documents"]).whole, rows_of(tables["statements"]).whole
    return {
        **tables,
        "documents": documents.among("doc_id", shown["documents"]),
        "statements": statements.among("statement_id", shown["statements"]),
    }


def evidence_parts(tables: Mapping[str, Table]) -> list[Part]:
    """The evidence page of all tables in as many files as its size asks for, by day of publication, at least one.

    Articles without a statement and without a mention of a ballot are left out. Raises ValueError where a statement's
    document is missing.
    """
    rows = {name: rows_of(table) for name, table in tables.items()}
    groups = _groups(coded_articles(rows))
    entries = [{"file": _file(i), "name": _name(group), "n": _statements(group)} for i, group in enumerate(groups)]
    shared = {"parts": entries, "words": _words(rows), "index": _index(groups)}
    return [
        Part(entry["file"], entry["name"], _html(i, entries, shared | _data(i, groups, rows)))
        for i, entry in enumerate(entries)
    ]


def coded_articles(tables: Mapping[str, Rows]) -> list[Article]:
    """The articles that hold a statement or mention a ballot, in order of publication, those without a day last."""
    statements = tables["statements"]
    if missing := statements.matching("doc_id", tables["documents"], without=True).values("doc_id"):
        raise ValueError(f"no document '{missing[0]}' for a statement: code the articles and read all tables again")
    rows: dict[str, list] = {}
    for row in statements.frame().sort_values("start", kind="stable").astype(object).itertuples(index=False):
        rows.setdefault(row.doc_id, []).append(row)
    about = set(rows) | set(tables["ballot_mentions"].values("doc_id"))
    documents = tables["documents"].selected(*FACTS, f"strlen({WORDS}) AS bytes").frame()
    spans = _span_numbers(tables)
    found = [
        Article(document, own := rows.get(document.doc_id, []), _takes(document, own, spans.get(document.doc_id, 0)))
        for document in documents.astype(object).itertuples(index=False)
        if document.doc_id in about
    ]
    return sorted(found, key=lambda article: (_published(article)[:1] or ["9999"], article.document.doc_id))


def _span_numbers(tables: Mapping[str, Rows]) -> Counter[str]:
    """How many spans were coded in each article."""
    numbers: Counter[str] = Counter()
    for name in LAYERS.values():
        counted = tables[name].matching("doc_id", tables["documents"]).tally(["doc_id"], refs="")
        numbers.update(dict(zip(counted.doc_id, counted.n, strict=True)))
    return numbers


def _groups(articles: Sequence[Article]) -> list[list[Article]]:
    groups: list[list[Article]] = [[]]
    whole = sum(article.takes for article in articles)
    size = ID_BYTES * (len(articles) + _statements(articles)) if whole > PART_BYTES else 0
    for article in articles:
        if groups[-1] and size + article.takes > PART_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(article)
        size += article.takes
    return groups


def _takes(document: NamedTuple, statements: Iterable[NamedTuple], spans: int) -> int:
    rows = sum(ROW_BYTES + len(str(row.cue).encode()) for row in statements)
    return int(document.bytes + SPAN_BYTES * spans + rows)


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


def _words(tables: Mapping[str, Rows]) -> dict[str, dict[str, str]]:
    """Names of the codes in rows: concepts, entities, ballots, regions."""
    ballots = tables["ballots"].frame("ballot_id", "name")
    return {
        "concept": {concept: spell(concept) for concept in tables["statements"].values("concept")},
        "entity": _commonest(tables["actors"].where("actor_type IN ('state', 'organisation')"), "entity", "actor"),
        "ballot": dict(zip(ballots.ballot_id, ballots["name"], strict=True)),
        "region": _commonest(tables["places"].where("kind = 'region'"), "region", "name"),
    }


def _commonest(rows: Rows, code: str, name: str) -> dict[str, str]:
    """The name that stands most often with each code, the first by name of several."""
    counts = rows.tally([code, name], refs="").sort_values([code, "n", name], ascending=[True, False, True])
    return dict(counts.drop_duplicates(code)[[code, name]].itertuples(index=False, name=None))


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


def _data(index: int, groups: Sequence[Sequence[Article]], tables: Mapping[str, Rows]) -> dict[str, Any]:
    """What one part holds of its own; the first part also says in which part each statement and article stands."""
    labels: dict[str, int] = {}
    group = groups[index]
    texts, spans = _read(group, tables)
    return {
        "part": index,
        "directory": [_ids(other) for other in groups[1:]] if index == 0 else [],
        "articles": [_article(article, texts[article.document.doc_id], spans, labels) for article in group],
        "labels": list(labels),
        "columns": ROW,
        "rows": [
            _row(i, row, texts[article.document.doc_id])
            for i, article in enumerate(group)
            for row in article.statements
        ],
    }


def _read(group: Sequence[Article], tables: Mapping[str, Rows]) -> tuple[dict[str, str], dict[str, list[Span]]]:
    """The texts of articles and the spans in them, by article."""
    ids = rows_of(pd.DataFrame({"doc_id": [article.document.doc_id for article in group]}))
    texts = tables["documents"].matching("doc_id", ids).frame("doc_id", WORDS)
    layers = {name: tables[name].matching("doc_id", ids).frame() for name in LAYERS.values()}
    spans = spans_by_article({**layers, "ballots": tables["ballots"].frame()})
    return dict(zip(texts.doc_id, texts.text, strict=True)), spans


def _ids(group: Sequence[Article]) -> dict[str, list[str]]:
    return {
        "statements": [row.statement_id for article in group for row in article.statements],
        "articles": [article.document.doc_id for article in group],
    }


def _article(
    article: Article, text: str, spans: Mapping[str, list[Span]], labels: dict[str, int]
) -> dict[str, Any]:  # fmt: skip
    """An article as the script reads it; its spans hold the number of their layer, kind and label in `labels`."""
    document = article.document
    told = [
        [span.start, span.end, *(labels.setdefault(words, len(labels)) for words in (span.name, span.kind, span.label)),
         *filter(None, [span.ref])]
        for span in spans.get(document.doc_id, [])
    ]  # fmt: skip
    return {
        "doc_id": document.doc_id,
        "title": _or_none(document.title) or document.doc_id,
        "source": document.source,
        "published": days(document.published_earliest, document.published_latest),
        "basis": document.dating_basis,
        "text": text,
        "spans": told,
    }


def _row(index: int, row: NamedTuple, text: str) -> list:
    """A statement in the order of `ROW`; first and last are the offsets of the sentence around it."""
    around = passage(text, row.start, row.end)
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
