"""References: how a mark in a chart names the evidence behind it, so that a page or a notebook can show it.

A reference is a short text: ``statement:ID``, ``article:DOC``, ``ballot:ID`` or ``span:DOC:START:END``. A document's
id may hold colons and spaces, so references travel in lists and are never joined.

A mark of a large selection stands for more than anybody opens one by one: its list holds the first `MOST_REFS`, and
then ``more:N``, which names nothing and says how many more there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice
from typing import NamedTuple

KINDS = ("statement", "article", "ballot", "span")
MOST_REFS = 100
MORE = "more:"


class Ref(NamedTuple):
    """What a reference names: its kind, the id (of a span: of its document), and a span's first and last offsets."""

    kind: str
    id: str
    start: int | None = None
    end: int | None = None


def refs(kind: str, ids: Iterable[str]) -> list[str]:
    """References of one kind to statements, articles or ballots with these ids, in order."""
    return [f"{kind}:{item}" for item in ids]


def span_ref(doc_id: str, start: int, end: int) -> str:
    """The reference to `documents.text[start:end]` of a document."""
    return f"span:{doc_id}:{start}:{end}"


def parse_ref(text: str) -> Ref:
    """What a reference names. Raises ValueError for a text that is none."""
    kind, colon, rest = text.partition(":")
    if kind not in KINDS or not colon:
        raise ValueError(f"'{text}' is no reference: it starts with one of {', '.join(KINDS)}, then a colon")
    if kind != "span":
        return Ref(kind, rest)
    doc_id, start, end = rest.rsplit(":", 2)
    return Ref(kind, doc_id, int(start), int(end))


def with_more(named: list[str], n: int) -> list[str]:
    """A list for a mark that stands for n: the references given, and how many more there are, if any."""
    return [*named, f"{MORE}{n - len(named)}"] if n > len(named) else named


def named(refs: Iterable[str]) -> list[str]:
    """What a list names: its references."""
    return [ref for ref in refs if not ref.startswith(MORE)]


def counted(refs: Iterable[str]) -> int:
    """How many a list stands for: those that it names, and those that it tells of."""
    return sum(int(ref.removeprefix(MORE)) if ref.startswith(MORE) else 1 for ref in refs)


def joined(lists: Iterable[list[str]]) -> list[str]:
    """One list for all that several stand for, which must not share a reference: the first ones, and how many more."""
    lists = list(lists)
    return with_more(list(islice(chain.from_iterable(map(named, lists)), MOST_REFS)), sum(map(counted, lists)))
