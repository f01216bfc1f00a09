"""Stances: entity by concept, for and against each ballot, and who asks whom."""

from __future__ import annotations

import chart_samples as samples

from ballotwatch.charts import stances
from ballotwatch.charts.palette import STANCES


def test_every_statement_is_in_one_cell_in_the_codebooks_order() -> None:
    table = stances.stance_table(samples.sample()["statements"], samples.CONCEPTS)
    assert list(table.concept) == ["recognition", "non_recognition", "call_condemnation", "turnout"]
    assert table.n.sum() == 4 and list(table.refs) == [[f"statement:s{k}"] for k in (3, 1, 2, 4)]


def test_a_statement_without_entity_is_counted_as_none() -> None:
    statements = samples.sample()["statements"]
    statements.loc[0, "entity"] = None
    assert "none" in set(stances.stance_table(statements, samples.CONCEPTS).entity)


def test_each_side_has_its_own_colour() -> None:
    tables = samples.sample()
    fig = stances.stance_map(tables["statements"], samples.CONCEPTS, tables["documents"])
    assert [trace.colorscale[1][1] for trace in fig.data] == [STANCES[side] for side in STANCES]
    cells = [value for trace in fig.data for line in trace.z for value in line if value]
    assert len(cells) == 4


def test_rows_are_grouped_by_family() -> None:
    table = stances.stance_table(samples.sample()["statements"], samples.CONCEPTS)
    assert [concept for family, concept in stances.rows_of(table) if family == "position"] == [
        "",
        "recognition",
        "non_recognition",
    ]


def test_positions_and_demands_by_ballot_leave_claims_out() -> None:
    tables = samples.sample()
    table = stances.ballot_table(tables["statements"], tables["ballots"])
    assert table.n.sum() == 3 and set(table.family) == {"position", "demand"}
    assert list(table[table.polarity == 1].name) == [stances.UNTIED]


def test_bars_against_run_left_and_bars_for_run_right() -> None:
    tables = samples.sample()
    fig = stances.ballot_bars(tables["statements"], tables["ballots"], tables["documents"])
    sides = {trace.name: set(trace.x) for trace in fig.data}
    assert sides == {"positions against": {-1}, "demands against": {-1}, "positions for": {1}}


def test_who_asks_whom_names_the_addressee_or_says_that_nobody_is_named() -> None:
    statements = samples.sample()["statements"]
    assert stances.who_asks_whom(statements)[["entity", "asks_for", "of"]].values.tolist() == [
        ["RUR", "call for condemnation", "League"]
    ]
    statements["addressee"] = None
    assert list(stances.who_asks_whom(statements).of) == ["nobody named"]


def test_framing_by_voice() -> None:
    table = stances.framing_table(samples.sample()["framing"])
    assert table.to_dict("records") == [
        {"voice": "RUR", "direction": "delegitimising", "n": 1, "articles": 1, "labels": "sham"}
    ]


def test_empty_data_gives_a_sentence() -> None:
    tables = samples.empty()
    figures = [
        stances.stance_map(tables["statements"], samples.CONCEPTS, tables["documents"]),
        stances.ballot_bars(tables["statements"], tables["ballots"], tables["documents"]),
    ]
    assert all(not fig.data and fig.layout.meta["alt"].startswith("No ") for fig in figures)
    assert stances.who_asks_whom(tables["statements"]).empty and stances.framing_table(tables["framing"]).empty
