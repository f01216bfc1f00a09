"""The timeline: intervals, rows and words."""

from __future__ import annotations

from datetime import date, timedelta

import chart_samples as samples
import pandas as pd

from ballotwatch.charts.timeline import MOST_ACTORS, marks, pack, place, timeline, undated

DAY = timedelta(days=1)


def _tables() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    tables = samples.sample()
    return tables["statements"], tables["documents"], tables["ballots"]


def test_each_dated_thing_is_behind_one_mark() -> None:
    table = marks(*_tables())
    assert set(table[table.kind == "statement"].refs.sum()) == {f"statement:s{n}" for n in range(1, 5)}
    assert list(table[table.kind == "ballot"].refs) == [["ballot:vote-2024"]]
    assert table[table.kind == "article"].n.sum() == 2


def test_statements_that_share_actor_stance_and_dates_share_a_mark() -> None:
    table = marks(*_tables())
    against = table[(table.kind == "statement") & (table.stance == -1)]
    assert list(against.n) == [2] and list(against.refs) == [["statement:s1", "statement:s2"]]


def test_what_has_no_date_is_counted_and_not_drawn() -> None:
    statements, documents, ballots = _tables()
    statements.loc[0, "date_earliest"] = None
    assert undated(statements) == 1
    assert "statement:s1" not in marks(statements, documents, ballots).refs.sum()


def test_an_interval_is_drawn_from_its_first_to_its_last_day() -> None:
    fig = timeline(*_tables())
    bars = {(base, x / 86_400_000) for trace in fig.data for base, x in zip(trace.base, trace.x, strict=True)}
    assert ("2024-03-16", 5) in bars and ("2024-03-18", 1) in bars and ("2024-03-15", 3) in bars


def test_number_of_marks_is_that_of_the_table() -> None:
    statements, documents, ballots = _tables()
    fig = timeline(statements, documents, ballots)
    assert sum(len(trace.x) for trace in fig.data) == len(marks(statements, documents, ballots))


def test_title_states_the_finding_and_names_are_escaped() -> None:
    fig = timeline(*_tables())
    texts = " ".join(note.text for note in fig.layout.annotations)
    assert "2 of 4 statements are against" in fig.layout.meta["alt"] and "Hill &amp; Dale" in texts


def test_lanes_keep_bars_apart() -> None:
    days = [
        (date(2024, 1, 1), date(2024, 1, 10)),
        (date(2024, 1, 5), date(2024, 1, 6)),
        (date(2024, 1, 20), date(2024, 1, 20)),
    ]
    assert pack(days, DAY) == [0, 1, 0]
    assert max(pack([days[0]] * 9, DAY, most=4)) == 3


def test_no_label_stands_on_another() -> None:
    statements, documents, ballots = _tables()
    many = [statements.assign(actor=f"Actor {i}", statement_id=f"x{i}") for i in range(20)]
    layout = place(marks(pd.concat(many), documents, ballots))
    edge = layout.labels[layout.labels["at"].isna()]
    assert (edge.y.sort_values().diff().dropna() >= 15).all()
    assert layout.bars[layout.bars.kind == "statement"].who.nunique() == MOST_ACTORS
    assert layout.bars.y.max() < layout.height


def test_a_name_too_long_for_a_phone_is_shortened_in_the_chart_and_whole_in_the_table() -> None:
    statements, documents, ballots = _tables()
    table = marks(statements.assign(actor="a spokesman for " + "the office of " * 6 + "Hill"), documents, ballots)
    assert max(len(text) for text in place(table).labels.text) <= 52
    assert table.who.str.endswith("Hill, GRA").any()


def test_empty_data_gives_a_sentence() -> None:
    tables = samples.empty()
    fig = timeline(tables["statements"], tables["documents"], tables["ballots"])
    assert not fig.data and "no timeline to draw" in fig.layout.meta["alt"]
