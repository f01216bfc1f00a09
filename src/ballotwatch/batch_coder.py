"""A batch of a corpus, coded: what one process does at a time, here or on a cluster."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from ballotwatch.article_cache import ArticleCache, Rows
from ballotwatch.batches import Batch
from ballotwatch.codebook import load_codebook
from ballotwatch.corpus import Article, Item, Problem, articles_of, taken_id
from ballotwatch.duplicates import Compared, compared
from ballotwatch.program import program_digest
from ballotwatch.tables import SCHEMAS, rows_to_arrow

# A cluster's worker may have several threads; spaCy's vocabulary takes words of one.
ONE_AT_A_TIME = threading.Lock()


class Order(NamedTuple):
    """How to code: documents about no ballot too or not, the folder of coded articles if there is one, and by which program
    (see `program.program_digest`)."""

    all_documents: bool
    cache: str | None
    program: str


class Document(NamedTuple):
    """What a run asks of a document beside its rows: its id, where it was read, its text's hash, and what is compared with
    other texts if it was parsed."""

    doc_id: str
    source: str
    sha256: str
    compared: Compared | None


class Coded(NamedTuple):
    """A coded batch: tables by name, the empty ones left out; its documents in the order of their rows; rows of ballots that
    articles describe."""

    tables: dict[str, pa.Table]
    documents: list[Document]
    described: list[dict]


class OtherProgram(OSError):
    """A process has another version of this library, its codebooks or its packages than the one that asks."""


def code_batch(batch: Batch, order: Order) -> Coded:
    """Code the items of a batch. Raises OtherProgram where this process is not what `order` asks for, OSError without a model."""
    if order.program != program_digest():
        raise OtherProgram(
            "a worker has other versions of ballotwatch or its packages: install the same lock everywhere"
        )
    rows: Rows = {name: [] for name in SCHEMAS}
    for found in _coded(_unique(batch), order):
        for name, new in found.items():
            rows[name] += new
    return to_coded(rows)


def to_coded(rows: Rows) -> Coded:
    """Rows of some articles as tables. Rows of ballots stay apart: an article describes one that others describe too."""
    documents = [_document(row) for row in rows["documents"]]
    tables = {name: rows_to_arrow(name, rows[name]) for name in SCHEMAS if rows[name] and name != "ballots"}
    return Coded(tables, documents, rows["ballots"])


def _document(row: dict) -> Document:
    text = compared(row["text"]) if row.get("parsed") else None
    return Document(row["doc_id"], row["source"], row["sha256"], text)


def _unique(batch: Batch) -> list[Article | Problem]:
    """The articles and problems of a batch; a second article with an id is a problem."""
    seen: dict[str, str] = {}
    found = []
    for article in _read(batch):
        first = seen.setdefault(article.doc_id, article.source) if isinstance(article, Article) else article.source
        found.append(article if first is article.source else taken_id(article.doc_id, article.source, first))
    return found


def _read(batch: Iterable[Item]) -> Iterable[Article | Problem]:
    for item in batch:
        yield from articles_of(item)


def _coded(found: list[Article | Problem], order: Order) -> Iterable[Rows]:
    """The rows of each article or problem, in order."""
    rows = iter(_code([item for item in found if isinstance(item, Article)], order))
    for item in found:
        if isinstance(item, Problem):
            yield {"problems": [asdict(item)]}
        else:
            yield next(rows)


def _code(articles: list[Article], order: Order) -> list[Rows]:
    """The rows of articles, of those that the cache holds from there."""
    cache = ArticleCache(Path(order.cache), order.all_documents) if order.cache else None
    kept = [cache.find(article) if cache else None for article in articles]
    new = [article for article, rows in zip(articles, kept) if rows is None]
    fresh = _code_new(new, order.all_documents) if new else []
    for article, rows in zip(new, fresh):
        if cache and any(row.get("parsed") for row in rows.get("documents", ())):
            cache.keep(article, rows)
    coded = iter(fresh)
    return [next(coded) if rows is None else rows for rows in kept]


def _code_new(articles: list[Article], all_documents: bool) -> list[Rows]:
    # spaCy takes seconds to import; a process that only hands out batches does without, and so does one with nothing new.
    from ballotwatch.article_coder import code_articles
    from ballotwatch.coding.text import load_model

    # Without a model no article can be coded: that is one error, not a problem of each.
    load_model()
    with ONE_AT_A_TIME:
        return code_articles(articles, load_codebook(), all_documents)
