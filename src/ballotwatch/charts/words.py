"""The words around a chart: title, credit line and alternative text, all computed from the data."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from datetime import date
from html import escape
from pathlib import PurePosixPath
from typing import NamedTuple

import pandas as pd

from ballotwatch.query import Rows, Table, remembered, rows_of

# Characters that fit beside the margins of a page on a phone of 360 px, at the title's, the key's and the note's size.
TITLE_WIDTH, KEY_WIDTH, NOTE_WIDTH, HOVER_WIDTH = 32, 42, 48, 38


class Words(NamedTuple):
    """What a chart says of itself: a title that states the finding, the credit line, and text for who can't see it."""

    title: str
    credit: str
    alt: str


def count(n: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 article`, `2 articles`, `no article`, `2 statements of coercion`."""
    return f"{n or 'no'} {noun if n in (0, 1) else plural or _plural(noun)}"


def _plural(noun: str) -> str:
    head, of, rest = noun.partition(" of ")
    return f"{head}s{of}{rest}"


def listing(items: Iterable[str], most: int = 3) -> str:
    """Names in a sentence: `A, B and C`, the tail cut to `and 4 more`."""
    names = list(items)
    shown = names[:most] if len(names) > most + 1 else names
    if len(shown) < len(names):
        return f"{', '.join(shown)} and {len(names) - len(shown)} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def spell(identifier: str) -> str:
    """A concept's id as words: `call_non_recognition` as `call for non-recognition`."""
    words = identifier.replace("non_", "non-").replace("_", " ")
    return words.replace("call ", "call for ", 1) if words.startswith("call ") else words


def sentence(text: str) -> str:
    """A text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def period(earliest: Iterable[date | None], latest: Iterable[date | None]) -> str:
    """From the first to the last day of two columns of days, or `no date known`."""
    first, last = [d for d in earliest if not pd.isna(d)], [d for d in latest if not pd.isna(d)]
    return _days(min(first, default=None), max(last, default=None))


def _days(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return "no date known"
    return f"{first}" if first == last else f"{first} to {last}"


@remembered
def published(documents: Rows) -> str:
    """When articles were published: from the first to the last day, or `no date known`."""
    return _days(*documents.figures("min(published_earliest)", "max(published_latest)"))


def credit(documents: Table, n: int, noun: str, plural: str = "") -> str:
    """The line below a chart: n, the articles' period of publication, and where they come from.

    `documents` has the columns source, published_earliest and published_latest.
    """
    documents = rows_of(documents)
    articles = count(len(documents), "article")
    amount = articles if noun == "article" else f"{count(n, noun, plural)} in {articles}"
    return f"n = {amount}, published {published(documents)}. Source: {origin(documents)}; coded by ballotwatch."


@remembered
def origin(documents: Rows) -> str:
    """Where articles come from: the folders of their files, or else the files, counted where there are many."""
    files = documents.values("regexp_replace(source, ':[^:]*$', '')")
    folders = sorted({str(PurePosixPath(file).parent) for file in files} - {"."})
    if folders:
        return listing(folders)
    return listing(files) if len(files) < 4 else f"{len(files)} files"


def hovered(text: str) -> str:
    """A text for a hover label, wrapped so that a phone shows it all; a line that goes on ends in a zero-width space."""
    return lines(text, HOVER_WIDTH).replace("<br>", "\u200b<br>")


def lines(text: str, width: int) -> str:
    """A text wrapped for plotly, its markup characters made harmless."""
    return "<br>".join(escape(line, quote=False) for line in textwrap.wrap(text, width, break_long_words=True))
