"""The timeline: intervals, lanes, labels and words."""

from __future__ import annotations

from datetime import date, timedelta

import chart_samples as samples
import pandas as pd
import plotly.graph_objects as go
import pytest

from ballotwatch.charts.dates import first_day, interval_in_words, last_day, ticks, unit_for
from ballotwatch.charts.lanes import axis_span, ballot_label, pack, text_width
from ballotwatch.charts.palette import AGAINST, FOR, NEITHER
from ballotwatch.charts.timeline import MOST_ACTORS, MOST_BALLOTS, marks, place, timeline, undated

DAY = timedelta(days=1)
CORPORA = {
    "sample": samples.sample,
    "a crowd of actors": lambda: samples.many(statements=400, actors=300, years=2),
    "twelve years": lambda: samples.many(statements=800, actors=40, years=12, ballots=14),
    "one day": lambda: samples.many(statements=60, actors=12, years=0),
    "one statement": lambda: samples.many(statements=1, actors=1, years=1, ballots=0),
}


def _tables() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return _three(samples.sample())


def _three(tables: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return tables["statements"], tables["documents"], tables["ballots"]


def _marks_of(fig: go.Figure) -> list[list[str]]:
    return [refs for trace in fig.data if trace.customdata is not None for refs in trace.customdata]


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
    bars = [trace for trace in timeline(*_tables()).data if trace.type == "bar"]
    drawn = {(base, x / 86_400_000) for trace in bars for base, x in zip(trace.base, trace.x, strict=True)}
    assert ("2024-03-16", 5) in drawn and ("2024-03-18", 1) in drawn and ("2024-03-15", 3) in drawn


def test_known_days_are_solid_and_others_pale_with_ends() -> None:
    fig = timeline(*_tables())
    fills = {colour for trace in fig.data if trace.type == "bar" for colour in trace.marker.color}
    assert {FOR, NEITHER} <= fills and AGAINST not in fills, "s1 and s2 were made on one of five days"
    ends = [trace for trace in fig.data if trace.type == "scatter" and trace.marker.line.color == AGAINST]
    assert list(ends[0].x) == ["2024-03-16", "2024-03-21"] and ends[0].hoverinfo == "skip"


@pytest.mark.parametrize("corpus", CORPORA)
def test_marks_are_those_of_the_table_and_refer_to_as_many_things_as_they_count(corpus: str) -> None:
    tables = _three(CORPORA[corpus]())
    table = marks(*tables)
    assert [len(refs) for refs in table.refs] == list(table.n)
    assert sorted(map(list, _marks_of(timeline(*tables)))) == sorted(table[table.drawn].refs)
    assert table[table.kind == "statement"].n.sum() + undated(tables[0]) == len(tables[0])


@pytest.mark.parametrize("corpus", CORPORA)
@pytest.mark.parametrize("width", [330, 990])
def test_no_mark_stands_on_another(corpus: str, width: int) -> None:
    layout = place(marks(*_three(CORPORA[corpus]())))
    for _, lane in layout.bars.sort_values("earliest").groupby("y"):
        ends = [
            layout.span.share(bar.latest + DAY) * width
            + (0 if bar.n == 1 or bar.inside else text_width(str(bar.n), 11))
            for bar in lane.itertuples()
        ]
        starts = [layout.span.share(day) * width for day in lane.earliest]
        assert all(end <= start + 0.01 for end, start in zip(ends, starts[1:]))


@pytest.mark.parametrize("corpus", CORPORA)
@pytest.mark.parametrize("width", [332, 992])
def test_no_label_is_cut_or_stands_on_another(corpus: str, width: int) -> None:
    layout = place(marks(*_three(CORPORA[corpus]())))
    samples.check_labels(layout.labels, width)


def test_too_many_days_are_rounded_and_counted() -> None:
    statements, documents, ballots = _three(samples.many(statements=2000, actors=40, years=12, ballots=14))
    table = marks(statements, documents, ballots)
    said = table[table.kind == "statement"]
    assert set(said.unit) == {"year"} and {day.month for day in said.earliest} == {1}
    assert "counted by year" in timeline(statements, documents, ballots).layout.meta["note"]


def test_those_who_say_most_are_drawn_and_the_table_has_all() -> None:
    statements, documents, ballots = _three(samples.many(statements=600, actors=300, years=2, ballots=20))
    table = marks(statements, documents, ballots)
    said, held = table[table.kind == "statement"], table[table.kind == "ballot"]
    assert said[said.drawn].who.nunique() == MOST_ACTORS and held.drawn.sum() == MOST_BALLOTS
    assert said.who.nunique() > MOST_ACTORS and len(held) == 20
    note = timeline(statements, documents, ballots).layout.meta["note"]
    assert f"The {MOST_ACTORS} actors with most statements" in note and f"The {MOST_BALLOTS} ballots" in note


def test_hover_tells_dates_in_words() -> None:
    texts = [text for trace in timeline(*_tables()).data for text in trace.hovertext or ()]
    assert any("2 statements against the ballot<br>made at some time from 16 to 20 March 2024" in t for t in texts)
    assert any("made on 18 March 2024" in t for t in texts)
    assert any("Hill &amp; Dale 2024<br>held 15 to 17 March 2024" in t for t in texts)


def test_title_states_the_finding_and_names_are_escaped() -> None:
    fig = timeline(*_tables())
    texts = " ".join(note.text for note in fig.layout.annotations)
    assert "2 of 4 statements are against" in fig.layout.meta["alt"] and "Hill &amp; Dale" in texts


def test_lanes_keep_marks_apart() -> None:
    days = [(1, 10, DAY), (5, 6, DAY), (20, 20, DAY), (11, 11, DAY), (12, 12, DAY)]
    assert pack((date(2024, 1, a), date(2024, 1, b), room) for a, b, room in days) == [0, 1, 0, 1, 2]


def test_a_name_too_long_for_a_phone_is_shortened_in_the_chart_and_whole_in_the_table() -> None:
    statements, documents, ballots = _tables()
    table = marks(statements.assign(actor="a spokesman for " + "the office of " * 6 + "Hill"), documents, ballots)
    assert max(len(label.text) for label in place(table).labels) <= 52
    assert table.who.str.endswith("Hill, GRA").any()


def test_empty_and_undated_data_give_a_sentence() -> None:
    statements, documents, ballots = _tables()
    nowhen = statements.assign(date_earliest=None, date_latest=None)
    unpublished = documents.assign(published_earliest=None, published_latest=None)
    for given in (_three(samples.empty()), (nowhen, unpublished, ballots[ballots.start_date.isna()])):
        fig = timeline(*given)
        assert not fig.data and "no timeline to draw" in fig.layout.meta["alt"]


def test_ballots_without_a_statement_are_drawn_and_said_to_have_none() -> None:
    tables = samples.sample()
    fig = timeline(samples.empty()["statements"], samples.empty()["documents"], tables["ballots"])
    assert len(_marks_of(fig)) == 1 and fig.layout.meta["title"] == "1 ballot, and no dated statement about them"


def test_units_of_time() -> None:
    day = date(2024, 5, 17)
    assert (first_day(day, "quarter"), last_day(day, "quarter")) == (date(2024, 4, 1), date(2024, 6, 30))
    assert (first_day(day, "year"), last_day(day, "month")) == (date(2024, 1, 1), date(2024, 5, 31))
    assert last_day(date(2024, 12, 3), "month") == date(2024, 12, 31) and last_day(day, "day") == day
    assert [unit_for(date(2014, 1, 1), date(2014 + n, 1, 1), 16) for n in (1, 3, 9)] == ["month", "quarter", "year"]


def test_dates_in_words() -> None:
    words = [
        interval_in_words(date(2024, 3, 15), date(2024, 3, 15)),
        interval_in_words(date(2024, 3, 15), date(2024, 3, 17)),
        interval_in_words(date(2024, 3, 30), date(2024, 4, 2)),
        interval_in_words(date(2023, 12, 30), date(2024, 1, 2)),
        interval_in_words(date(2024, 1, 1), date(2024, 6, 30), "quarter"),
    ]
    assert words == [
        "15 March 2024", "15 to 17 March 2024", "30 March to 2 April 2024", "30 December 2023 to 2 January 2024",
        "the first quarter of 2024 to the second quarter of 2024",
    ]  # fmt: skip
    assert "15\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}17" in ballot_label("Vote", date(2024, 3, 15), date(2024, 3, 17))


@pytest.mark.parametrize("days", [1, 5, 60, 200, 800, 4400, 40_000])
def test_an_axis_has_few_round_dates(days: int) -> None:
    span = axis_span(date(2014, 3, 8), date(2014, 3, 8) + days * DAY)
    marked = ticks(*span)
    assert 2 <= len(marked) <= 6 and all(span.start <= day <= span.end for day in marked)
