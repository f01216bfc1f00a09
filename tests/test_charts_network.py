"""The discourse network: links, congruence, the order of the columns, and what each mark leads to."""

from __future__ import annotations

import random

import chart_samples as samples
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from ballotwatch.charts import network
from ballotwatch.charts.layers import APART, ROOM, Link, crossings, curve, marked, ordered

# Who holds what, worked through by hand: a and b share x and y of (x y z) and (x y); t takes no side.
HELD = {"a": "xyzt", "b": "xyt", "c": "z", "d": "w"}


def _statements(held: dict[str, str]) -> pd.DataFrame:
    rows = [
        {"statement_id": f"{entity}:{concept}", "doc_id": "d 1", "entity": entity, "concept": concept, "polarity": 0 if concept == "t" else -1}
        for entity, concepts in held.items() for concept in concepts
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["statement_id", "doc_id", "entity", "concept", "polarity"])


def _many(entities: int, concepts: int) -> pd.DataFrame:
    draw = random.Random(5)
    return _statements(
        {f"E{k}": [f"c_{c}" for c in range(concepts) if draw.random() < 0.4] or ["c_0"] for k in range(entities)}
    )


def _draw(statements: pd.DataFrame) -> go.Figure:
    return network.actor_network(statements, samples.sample()["documents"])


def _marks(fig: go.Figure) -> tuple[go.Scatter, ...]:
    return tuple(trace for trace in fig.data if trace.mode == "markers")


def test_links_count_statements_and_name_them() -> None:
    edges = network.network_edges(samples.sample()["statements"])
    assert edges.n.sum() == 4 and sorted(sum(edges.refs, [])) == [f"statement:s{k}" for k in (1, 2, 3, 4)]


def test_a_statement_without_entity_belongs_to_no_node() -> None:
    statements = samples.sample()["statements"]
    statements.loc[0, "entity"] = None
    assert network.network_edges(statements).n.sum() == 3


def test_congruence_is_shared_concepts_by_mean_activity() -> None:
    pairs = network.congruence(_statements(HELD))
    assert pairs.values.tolist() == [
        ["a", "b", 2, 0.8, 0.667, "x, y"],  # 2 / ((3 + 2) / 2) and 2 / 3
        ["a", "c", 1, 0.5, 0.333, "z"],  # 1 / ((3 + 1) / 2) and 1 / 3
    ]


def test_for_and_against_the_same_is_no_congruence() -> None:
    statements = _statements({"a": "x", "b": "x"})
    assert network.congruence(statements.assign(polarity=[1, -1])).empty


@pytest.mark.parametrize(("entities", "concepts"), [(1, 1), (2, 5), (60, 20)])
def test_every_mark_leads_to_its_statements(entities: int, concepts: int) -> None:
    statements = _many(entities, concepts)
    edges, (links, circles, squares) = network.network_edges(statements), _marks(_draw(statements))
    shown = network.drawn(edges)
    assert list(links.customdata) == list(shown.refs) and len(links.x) == len(shown) <= network.MOST_LINKS
    assert len(circles.x) == shown.entity.nunique() and len(squares.x) == shown.concept.nunique()
    assert {ref for refs in shown.refs for ref in refs} <= {ref for refs in circles.customdata for ref in refs}
    decoration = [trace for trace in _draw(statements).data if trace.mode == "lines"]
    assert decoration and all(t.hoverinfo == "skip" and t.customdata is None for t in decoration)


def test_what_is_left_out_is_told_and_the_same_data_give_the_same_figure() -> None:
    statements = _many(60, 20)
    fig, edges = _draw(statements), network.network_edges(statements)
    assert f"{len(edges) - network.MOST_LINKS} lighter links stand in the table only" in fig.layout.meta["note"]
    assert fig == _draw(statements.sample(frac=1, random_state=1).sort_index())


def test_titles_of_a_network_without_pairs() -> None:
    assert _draw(_statements({"a": "xy"})).layout.meta["title"] == "a alone speaks, on 2 concepts"
    assert _draw(_statements({"a": "xy", "b": "z"})).layout.meta["title"].startswith("No two entities share")


def test_empty_data_gives_a_sentence() -> None:
    empty = samples.empty()["statements"]
    fig = _draw(empty)
    assert not fig.data and fig.layout.meta["alt"] == network.NOTHING
    assert network.congruence(empty).empty and network.network_edges(empty).empty


def test_names_stay_text() -> None:
    fig = _draw(_statements({"<img src=x>": "x", "<b>y": ["<i>q_r"]}))
    texts = [note.text for note in fig.layout.annotations if note.name != "caption"]
    hovers = [text for trace in _marks(fig) for text in trace.hovertext]
    assert not any(bad in text for text in texts + hovers for bad in ("<img", "<b>y", "<i>q"))


def test_columns_are_ordered_so_that_links_cross_little() -> None:
    left, right = ordered(["a", "b", "c"], ["z", "y", "x"], [1, 1, 1])
    assert [dict(zip("abc", "zyx", strict=True))[name] for name in left] == right
    assert crossings(np.array([[0, 1], [1, 0]])) == 1 and crossings(np.eye(3)) == 0
    assert crossings(np.array([[0, 2], [3, 0]])) == 6


def test_marks_of_links_stand_on_their_curves_and_apart() -> None:
    links = [Link(10 * k, 10 * j, 1, -1) for k in range(3) for j in range(3)]
    places = np.array(marked(links)) * (ROOM, 1)
    apart = [float(np.hypot(*(a - b))) for k, a in enumerate(places) for b in places[:k]]
    assert min(apart) > APART / 2 and curve(links[1])[0] == (0, 0) and curve(links[1])[-1] == (1, 10)
