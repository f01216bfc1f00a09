"""Stances by ballot: for and against each, and who takes which position."""

from __future__ import annotations

import chart_samples as samples
import pandas as pd

from ballotwatch.charts import by_ballot


def test_positions_and_demands_by_ballot_leave_claims_out() -> None:
    tables = samples.sample()
    table = by_ballot.ballot_table(tables["statements"], tables["ballots"])
    assert table.n.sum() == 3 and set(table.family) == {"position", "demand"}
    assert list(table[table.polarity == 1].name) == [by_ballot.UNTIED]


def test_bars_against_run_left_and_bars_for_run_right() -> None:
    tables = samples.sample()
    fig = by_ballot.ballot_bars(tables["statements"], tables["ballots"], tables["documents"])
    sides = {trace.name: set(trace.x) for trace in fig.data}
    assert sides == {"positions against": {-1}, "demands against": {-1}, "positions for": {1}}


def test_positions_of_the_most_argued_ballots() -> None:
    tables, states = samples.sample(), pd.DataFrame({"entity": ["RUR"], "name": ["Ruritania"]})
    table = by_ballot.positions_by_ballot(tables["statements"], states, tables["ballots"], 2)
    assert table[["ballot_id", "ballot", "name", "stance", "n"]].values.tolist() == [
        ["vote-2024", "Vote in Hill & Dale 2024", "Ruritania", "against", 1]
    ]
    empty = samples.empty()
    assert by_ballot.positions_by_ballot(empty["statements"], states, empty["ballots"], 2).empty


def test_empty_data_gives_a_sentence() -> None:
    tables = samples.empty()
    fig = by_ballot.ballot_bars(tables["statements"], tables["ballots"], tables["documents"])
    assert not fig.data and fig.layout.meta["alt"].startswith("No ")
