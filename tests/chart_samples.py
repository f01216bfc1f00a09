"""A small invented corpus for the tests of charts: two articles, two ballots, three units of an invented country."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import combinations
from random import Random

import pandas as pd
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from ballotwatch.charts.lanes import Label, offset
from ballotwatch.tables import SCHEMAS, make_table

TEXT = {
    "a": 'Ruritania "does not accept" the vote in Hill <b>& Dale</b>. It asked the League to reject it. Nothing else.',
    "b": "Graustark praised the vote. Turnout was 41% in Dale, D. Marshal said.",
}
CONCEPTS = pd.DataFrame(
    [("recognition", "position", 1), ("non_recognition", "position", -1), ("call_condemnation", "demand", -1), ("turnout", "claim", 0)],
    columns=["concept", "family", "polarity"],
)  # fmt: skip
REGIONS = pd.DataFrame(
    [
        ("XX-1", "Hill", "XXX", date(2014, 3, 1), "full"),
        ("XX-2", "Dale", "XXX", date(2022, 3, 1), "part"),
        ("XX-3", "Port", "XXX", date(2014, 3, 1), "full"),
        ("XX-4", "Moor", "XXX", None, ""),
    ],
    columns=["region", "name", "country", "occupied_since", "occupied_extent"],
)


def _square(x: float, y: float, side: float) -> list:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


SHAPES = {"XX-1": (30, 45, 2), "XX-2": (32, 45, 2), "XX-3": (30, 44.9, 0.1), "XX-4": (30, 47, 2)}
BOUNDARIES = {
    "type": "FeatureCollection",
    "features": [
        {"properties": {"region": region}, "geometry": {"type": "Polygon", "coordinates": [_square(*shape)]}}
        for region, shape in SHAPES.items()
    ],
}


def _document(doc_id: str, earliest: date | None, latest: date | None) -> dict:
    return {
        "doc_id": doc_id, "source": f"press/{doc_id}.txt", "sha256": "0", "published_earliest": earliest,
        "published_latest": latest, "dating_basis": "inferred" if earliest else "unknown", "language": "en", "words": 9,
        "text": TEXT[doc_id],
    }  # fmt: skip


def _statement(number: int, doc_id: str, words: str, entity: str, concept: str, **more: object) -> dict:
    start = TEXT[doc_id].index(words)
    facts = CONCEPTS.set_index("concept").loc[concept]
    days = {"a": (date(2024, 3, 16), date(2024, 3, 20)), "b": (date(2024, 3, 18), date(2024, 3, 18))}[doc_id]
    return {
        "statement_id": f"s{number}", "doc_id": doc_id, "start": start, "end": start + len(words), "text": words,
        "actor": f"Speaker of {entity}", "entity": entity, "concept": concept, "family": facts.family,
        "polarity": int(facts.polarity), "ballot_id": "vote-2024", "regions": ["XX-1"], "date_earliest": days[0],
        "date_latest": days[1], "quoted": False, "cue": words, "rule": "r", "legal_bases": [], "coder": "test", **more,
    }  # fmt: skip


def sample() -> dict[str, pd.DataFrame]:
    """All tables of the sample."""
    rows = {
        "documents": [_document("a", date(2024, 3, 16), date(2024, 3, 20)), _document("b", date(2024, 3, 18), date(2024, 3, 18))],
        "ballots": [
            {"ballot_id": "vote-2024", "name": "Vote in Hill & Dale 2024", "kind": "local", "start_date": date(2024, 3, 15),
             "end_date": date(2024, 3, 17), "regions": ["XX-1", "XX-2"]},
            {"ballot_id": "vote-2019", "name": "Vote of 2019", "kind": "local", "regions": []},
        ],
        "ballot_mentions": [
            {"doc_id": doc_id, "start": 0, "end": 3, "text": TEXT[doc_id][:3], "ballot_id": "vote-2024"} for doc_id in "ab"
        ],
        "places": [
            {"doc_id": doc_id, "start": 0, "end": 3, "text": TEXT[doc_id][:3], "name": "x", "kind": "region", "region": region,
             "country": "XXX", "located": located}
            for doc_id, region, located in [("a", "XX-1", True), ("a", "XX-2", True), ("b", "XX-2", True), ("b", "XX-4", False)]
        ],
        "statements": [
            _statement(1, "a", '"does not accept"', "RUR", "non_recognition"),
            _statement(2, "a", "asked the League to reject it", "RUR", "call_condemnation", addressee="League"),
            _statement(3, "b", "Graustark praised the vote", "GRA", "recognition", ballot_id=None),
            _statement(4, "b", "Turnout was 41%", "GRA", "turnout", regions=["XX-2"]),
        ],
        "framing": [
            {"doc_id": "a", "start": 0, "end": 3, "text": TEXT["a"][:3], "label": "sham", "direction": "delegitimising", "voice": "RUR"}
        ],
    }  # fmt: skip
    return {name: make_table(name, rows.get(name, [])) for name in SCHEMAS}


def empty() -> dict[str, pd.DataFrame]:
    """All tables without a row."""
    return {name: make_table(name, []) for name in SCHEMAS}


def many(statements: int, actors: int, years: int, ballots: int = 3) -> dict[str, pd.DataFrame]:
    """A large invented corpus: statements over some years (0: on one day), four an article, some of unknown day."""
    random, first = Random(7), date(2014, 3, 8)
    held = [_ballot(n, first + timedelta(days=n * 365 * years // max(ballots, 1))) for n in range(ballots)]
    said = [
        _said(n, random, actors, first + timedelta(days=random.randrange(365 * years + 1)), bool(years))
        for n in range(statements)
    ]
    for statement in said if ballots else ():
        statement["ballot_id"] = f"vote-{random.randrange(ballots)}"
    written = [
        _document("a", s["date_earliest"], s["date_latest"]) | {"doc_id": s["doc_id"], "source": f"press/{s['doc_id']}.txt"}
        for s in said[::4]
    ]  # fmt: skip
    rows = {"statements": said, "ballots": held, "documents": written}
    return {name: make_table(name, rows.get(name, [])) for name in SCHEMAS}


def _ballot(number: int, day: date) -> dict:
    name = f"Regional and local elections in the districts of Hill, Dale and Moor {day.year}, round {number}"
    return {
        "ballot_id": f"vote-{number}", "name": name, "kind": "local", "start_date": day, "end_date": day + timedelta(days=number % 4),
        "regions": [],
    }  # fmt: skip


def _said(number: int, random: Random, actors: int, day: date, vague: bool) -> dict:
    actor = int(actors * random.random() ** 3)
    width = random.choice([0, 0, 0, 6, 30, 364]) if vague else 0
    concept = random.choice(list(CONCEPTS.concept))
    days = {"date_earliest": day, "date_latest": day + timedelta(days=width)}
    statement = _statement(number, "a", "Nothing else", f"E{actor % 20}", concept, ballot_id=None, **days)
    return statement | {"doc_id": f"doc {number // 4}", "actor": f"Speaker {actor} of the Assembly"}


@cache
def extent(text: str, size: float, bold: bool) -> float:
    """How wide a line of text is in DejaVu Sans, which is wider than the fonts of the pages."""
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    return TextPath((0, 0), text or " ", size=size, prop=font).get_extents().width


def check_labels(labels: list[Label], width: int) -> None:
    """Assert that labels stay inside a plot of a width in pixels, and that none stands on another."""
    boxes = []
    for label in labels:
        lines = label.text.split("\n")
        left = label.at * width + offset(label, label.size)
        right = left + max(extent(line, label.size, label.bold) for line in lines)
        assert left >= -1 and right <= width + 1, f"{label.text} is cut"
        boxes.append((left, right, label.y, label.y + 1.2 * label.size * len(lines), label.text))
    for one, other in combinations(boxes, 2):
        apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] + 1 or other[3] <= one[2] + 1
        assert apart, f"{one[4]} stands on {other[4]}"
