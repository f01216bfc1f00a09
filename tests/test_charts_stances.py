"""Stances: entity by concept, and who asks whom."""

from __future__ import annotations

import random

import chart_samples as samples
import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts import stances
from ballotwatch.charts.palette import INK, STANCES, contrast, mix


def test_every_statement_is_in_one_cell_in_the_codebooks_order() -> None:
    table = stances.stance_table(samples.sample()["statements"], samples.CONCEPTS)
    assert list(table.concept) == ["recognition", "non_recognition", "call_condemnation", "turnout"]
    assert table.n.sum() == 4 and list(table.refs) == [[f"statement:s{k}"] for k in (3, 1, 2, 4)]


def test_a_statement_without_entity_is_counted_as_none() -> None:
    statements = samples.sample()["statements"]
    statements.loc[0, "entity"] = None
    assert "none" in set(stances.stance_table(statements, samples.CONCEPTS).entity)


def _marks(fig: go.Figure) -> list[tuple[int, list[str]]]:
    cells = [(t.z[y][x], t.customdata[y][x]) for t in fig.data[1:] for y in range(len(t.z)) for x in range(len(t.z[y]))]
    assert all(not refs for value, refs in cells if value is None)
    return [(value, refs) for value, refs in cells if value is not None]


def _many(entities: int, hostile: str = "") -> pd.DataFrame:
    """Statements of many entities on 20 concepts, each entity its own mix."""
    draw, sides = random.Random(7), {"position": (-1, 1), "demand": (-1, 1), "claim": (-1, 0)}
    kinds = [(f"{family}_{k}", family, sides[family][k % 2]) for family in sides for k in range(7)][:20]
    rows = [
        {"statement_id": f"s{e}-{concept}", "doc_id": "a", "entity": f"E{e}{hostile}", "concept": concept, "family": family, "polarity": side}
        for e in range(entities) for concept, family, side in kinds if draw.random() < 0.5
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_each_side_has_its_own_colour() -> None:
    tables = samples.sample()
    fig = stances.stance_map(tables["statements"], samples.CONCEPTS, tables["documents"])
    assert [trace.colorscale[-1][1] for trace in fig.data[1:]] == [mix(STANCES[s], stances.DARKEST) for s in STANCES]
    assert all(contrast(INK, mix(STANCES[side], stances.DARKEST)) >= 4.5 for side in STANCES), "numbers are read"


def test_every_statement_is_behind_one_cell_and_each_cell_counts_its_own() -> None:
    tables = samples.sample()
    marks = _marks(stances.stance_map(tables["statements"], samples.CONCEPTS, tables["documents"]))
    assert sorted(ref for _, refs in marks for ref in refs) == [f"statement:s{k}" for k in (1, 2, 3, 4)]
    assert all(value == len(refs) for value, refs in marks)


def test_one_statement_fills_a_map_of_one_cell() -> None:
    tables = samples.sample()
    fig = stances.stance_map(tables["statements"].head(1), samples.CONCEPTS, tables["documents"])
    assert _marks(fig) == [(1, ["statement:s1"])]


def test_the_most_voiced_entities_are_drawn_and_the_note_tells_of_the_rest() -> None:
    many, documents = _many(60), samples.sample()["documents"]
    fig = stances.stance_map(many, samples.CONCEPTS, documents)
    assert len(fig.data[1].z) == stances.MOST_ENTITIES and "30 quieter entities" in fig.layout.meta["note"]
    assert fig.layout.meta["min_width"] <= 340 and fig == stances.stance_map(many, samples.CONCEPTS, documents)


def test_a_concept_held_both_ways_has_a_column_for_each() -> None:
    statements = samples.sample()["statements"]
    flipped = statements.head(1).assign(statement_id="s9", polarity=1)
    table = stances.stance_table(pd.concat([statements, flipped]), samples.CONCEPTS)
    assert len([c for c in stances.map_order(table)[1] if c.concept == "non_recognition"]) == 2


def test_columns_keep_families_and_sides_together() -> None:
    columns = stances.map_order(stances.stance_table(_many(60), samples.CONCEPTS))[1]
    kinds = [(c.family, c.polarity) for c in columns]
    assert list(dict.fromkeys(kinds)) == [(f, s) for f in stances.FAMILIES for s in (-1, 0, 1) if (f, s) in kinds]
    assert len([k for k, kind in enumerate(kinds) if k and kind != kinds[k - 1]]) == len(set(kinds)) - 1


def test_names_stay_text() -> None:
    fig = stances.stance_map(_many(3, "<a href='x'>"), samples.CONCEPTS, samples.sample()["documents"])
    assert all("<" not in text for text in fig.layout.yaxis.ticktext)
    assert all("<a" not in cell for trace in fig.data[1:] for line in trace.text for cell in line)


def test_long_names_are_shortened_where_they_would_not_fit() -> None:
    assert stances.shorten("Party of Everything", 14) == "Party of Ever…" and stances.shorten("UKR", 14) == "UKR"


def test_headings_of_narrow_families_stand_on_lines_of_their_own() -> None:
    narrow = ["position", "demand", *["claim"] * 16]
    assert stances._levels([stances.Column(family, "x", 0) for family in narrow]) == {2: 0, 1: 1, 0: 2}
    assert set(stances._levels([stances.Column(family, "x", 0) for family in stances.FAMILIES]).values()) == {0}


def test_who_asks_whom_names_the_addressee_or_says_that_nobody_is_named() -> None:
    statements = samples.sample()["statements"]
    assert stances.who_asks_whom(statements)[["entity", "asks_for", "of"]].values.tolist() == [
        ["RUR", "call for condemnation", "League"]
    ]
    statements["addressee"] = None
    assert list(stances.who_asks_whom(statements).of) == ["nobody named"]


def test_empty_data_gives_a_sentence() -> None:
    tables = samples.empty()
    fig = stances.stance_map(tables["statements"], samples.CONCEPTS, tables["documents"])
    assert not fig.data and fig.layout.meta["alt"] == stances.NOTHING
    assert stances.who_asks_whom(tables["statements"]).empty
