"""Articles by ballot, and how they are dated."""

from __future__ import annotations

import chart_samples as samples

from ballotwatch.charts.corpus import articles_by_ballot, ballots_chart, dating, mentioned


def test_articles_by_ballot() -> None:
    tables = samples.sample()
    ballots = mentioned(tables["ballots"], tables["ballot_mentions"])
    assert list(ballots.ballot_id) == ["vote-2024"]
    table = articles_by_ballot(tables["documents"], tables["ballot_mentions"], ballots)
    assert table[["ballot_id", "n", "refs"]].values.tolist() == [["vote-2024", 2, ["article:a", "article:b"]]]
    fig = ballots_chart(tables["documents"], tables["ballot_mentions"], ballots)
    assert list(fig.data[0].x) == [2] and list(fig.data[0].customdata) == [["article:a", "article:b"]]
    assert "Vote in Hill & Dale 2024 is in most articles: 2 of 2" in fig.layout.meta["alt"]


def test_dating_tells_the_widest_interval() -> None:
    assert dating(samples.sample()["documents"]).values.tolist() == [["inferred", 2, 5]]


def test_empty_data_gives_a_sentence() -> None:
    tables = samples.empty()
    fig = ballots_chart(tables["documents"], tables["ballot_mentions"], tables["ballots"])
    assert not fig.data and fig.layout.meta["alt"].startswith("No ")
