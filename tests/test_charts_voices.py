"""Positions over time by entity: what is counted where, and how it is laid out."""

from __future__ import annotations

import chart_samples as samples
import pandas as pd
import pytest

from ballotwatch.charts.lanes import text_width
from ballotwatch.charts.voices import MOST_ENTITIES, place, shown_ballots, voices_over_time, voices_table

CORPORA = {
    "sample": samples.sample,
    "a crowd": lambda: samples.many(statements=300, actors=100, years=2),
    "twelve years": lambda: samples.many(statements=400, actors=20, years=12, ballots=14),
    "one day": lambda: samples.many(statements=30, actors=5, years=0),
}


@pytest.mark.parametrize("corpus", CORPORA)
def test_each_dated_statement_with_a_side_is_behind_one_column(corpus: str) -> None:
    tables = CORPORA[corpus]()
    table, statements = voices_table(tables["statements"]), tables["statements"]
    sided = statements[statements.polarity != 0]
    assert sorted(table.refs.sum()) == sorted("statement:" + sided.statement_id)
    assert [len(refs) for refs in table.refs] == list(table.n)
    fig = voices_over_time(statements, tables["ballots"], tables["documents"])
    drawn = [refs for trace in fig.data if trace.name for refs in trace.customdata]
    assert sorted(map(list, drawn)) == sorted(table[table.drawn].refs)


@pytest.mark.parametrize("corpus", CORPORA)
def test_no_label_is_cut_and_no_lane_stands_on_another(corpus: str) -> None:
    tables = CORPORA[corpus]()
    layout = place(voices_table(tables["statements"]), shown_ballots(tables["statements"], tables["ballots"]))
    samples.check_labels(layout.labels, 332)
    ends = layout.columns.assign(far=layout.columns.base + layout.columns.height)
    lanes = ends.groupby("entity", sort=False).agg(top=("far", "min"), foot=("far", "max"))
    assert all(foot < top for foot, top in zip(lanes.foot, lanes.top[1:])) and lanes.foot.max() < layout.height
    assert len(layout.axes) == len(lanes) <= MOST_ENTITIES


def test_for_runs_up_in_blue_and_against_down() -> None:
    tables = samples.sample()
    fig = voices_over_time(tables["statements"], tables["ballots"], tables["documents"])
    sides = {trace.name: trace for trace in fig.data if trace.name}
    assert min(sides["against the ballot"].y) > 0 > max(sides["for the ballot"].y), "pixels are counted downwards"


def test_a_period_that_is_not_known_is_pale_and_counts_at_its_middle() -> None:
    statements = samples.sample()["statements"]
    statements.loc[0, "date_latest"] = pd.Timestamp("2024-06-10").date()
    table = voices_table(statements)
    spread = table[~table.known]
    assert list(spread.n) == [1] and spread.start.iloc[0].month == 4 and table.unit.iloc[0] == "month"
    hover = voices_over_time(statements, samples.sample()["ballots"], samples.sample()["documents"]).data[1].hovertext
    assert any("counted in April 2024, but the month is not known" in text for text in hover)


def test_longest_columns_carry_their_number() -> None:
    tables = samples.sample()
    layout = place(voices_table(tables["statements"]), [])
    assert sorted(layout.peaks.n) == [1, 2] and text_width("2", 11) < 12


def test_neutral_and_undated_statements_alone_give_a_sentence() -> None:
    tables = samples.sample()
    statements = tables["statements"]
    neutral, undated = statements.assign(polarity=0), statements.assign(date_earliest=None)
    for given in (neutral, undated, samples.empty()["statements"]):
        fig = voices_over_time(given, tables["ballots"], tables["documents"])
        assert not fig.data and fig.layout.meta["alt"].startswith("No dated statement")
        assert voices_table(given).empty


def test_one_statement_is_drawn() -> None:
    tables = samples.sample()
    fig = voices_over_time(tables["statements"].head(1), tables["ballots"], tables["documents"])
    assert [list(refs) for refs in fig.data[1].customdata] == [["statement:s1"]]
