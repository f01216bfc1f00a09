"""Every layer of an article's coding as spans with a label in words, for a view of the whole article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from ballotwatch.charts.palette import STANCE_NAMES
from ballotwatch.charts.words import sentence, spell
from ballotwatch.refs import refs

STANCE_KINDS = {-1: "against", 0: "neither", 1: "for"}


class Span(NamedTuple):
    """A coded span: its layer, its offsets in the article's text (code points), what was coded in words, the kind
    that gives its colour, and a reference to its statement where it has one."""

    name: str
    start: int
    end: int
    label: str
    kind: str
    ref: str | None = None


def article_layers(doc_id: str, tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    """All coded spans of one article in the order of the text: name (of the layer), start, end, label, kind, ref."""
    own = {name: tables[name][tables[name].doc_id == doc_id] for name in LAYERS.values()}
    found = spans_by_article({**own, "ballots": tables["ballots"]}).get(doc_id, [])
    return [span._asdict() for span in found]


def spans_by_article(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[Span]]:
    """The coded spans of every article, by its id, each list in the order of its text, the longer span first."""
    ballots = dict(zip(tables["ballots"].ballot_id, tables["ballots"]["name"], strict=True))
    found: dict[str, list[Span]] = defaultdict(list)
    for layer, table in LAYERS.items():
        # Columns of objects are gone through several times faster than Arrow's.
        for row in tables[table].astype(object).itertuples(index=False):
            found[row.doc_id].append(_span(layer, row, ballots))
    return {doc_id: sorted(spans, key=lambda s: (s.start, -s.end)) for doc_id, spans in found.items()}


def _span(layer: str, row: NamedTuple, ballots: Mapping[str, str]) -> Span:
    kind, words = READERS[layer](row, ballots)
    ref = refs("statement", [row.statement_id])[0] if layer == "statements" else None
    return Span(layer, int(row.start), int(row.end), sentence(", ".join(filled(words))), kind, ref)


def filled(values: Iterable[object]) -> Iterator[str]:
    """The values that are neither missing nor empty, as text."""
    return (str(value) for value in values if value != "" and not pd.isna(value))


def who(actor: object, entity: object) -> str:
    """An actor with the entity that it counts for: `Ukraine (UKR)`; either may be missing."""
    names = list(dict.fromkeys(filled([actor, entity])))
    return f"{names[0]} ({names[1]})" if len(names) == 2 else "".join(names)


def days(earliest: object, latest: object) -> str:
    """The first and last day of an interval, once where they are the same; empty where unknown."""
    return " to ".join(dict.fromkeys(filled([earliest, latest])))


def _statement(row: NamedTuple, ballots: Mapping[str, str]) -> tuple[str, list]:
    said = f"{who(row.actor, row.entity) or 'no actor'}: {spell(row.concept)}"
    return STANCE_KINDS[row.polarity], [said, STANCE_NAMES[row.polarity], ballots.get(row.ballot_id)]


def _quote(row: NamedTuple, ballots: Mapping[str, str]) -> tuple[str, list]:
    kind = "quoted" if row.kind == "direct" else "reported"
    return row.kind, [f"{kind} words of {who(row.speaker, row.speaker_entity) or 'a speaker not named'}"]


def _ballot(row: NamedTuple, ballots: Mapping[str, str]) -> tuple[str, list]:
    return "ballot", [ballots.get(row.ballot_id, "a ballot not identified")]


def _framing(row: NamedTuple, ballots: Mapping[str, str]) -> tuple[str, list]:
    voice = "in the article's own voice" if row.voice == "article" else f"in the words of {row.voice}"
    return row.direction, [row.label, row.direction, voice]


def _actor(row: NamedTuple, ballots: Mapping[str, str]) -> tuple[str, list]:
    return "actor", [who(row.actor, row.entity), row.actor_type]


def _place(row: NamedTuple, ballots: Mapping[str, str]) -> tuple[str, list]:
    code = row.country if row.kind == "country" else row.region
    return row.kind, [who(row.name, code), row.kind, "the ballot is placed here" if row.located else None]


def _date(row: NamedTuple, ballots: Mapping[str, str]) -> tuple[str, list]:
    return row.type.lower(), [days(row.earliest, row.latest) or row.timex]


# Each layer with its table, in the order in which a view draws them: the long spans before the short ones in them.
LAYERS = {
    "statements": "statements",
    "quotes": "quotes",
    "framing": "framing",
    "ballots": "ballot_mentions",
    "actors": "actors",
    "places": "places",
    "dates": "dates",
}
READERS: dict[str, Callable[[NamedTuple, Mapping[str, str]], tuple[str, list]]] = {
    "statements": _statement,
    "quotes": _quote,
    "framing": _framing,
    "ballots": _ballot,
    "actors": _actor,
    "places": _place,
    "dates": _date,
}
