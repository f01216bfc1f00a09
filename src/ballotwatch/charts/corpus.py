"""The corpus: how many articles are about which ballot."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts.bars import Part, stacked
from ballotwatch.charts.frame import nothing
from ballotwatch.charts.palette import ARTICLE
from ballotwatch.charts.words import Words, count, credit
from ballotwatch.query import Table, rows_of

MOST_BALLOTS = 15


def mentioned(ballots: Table, mentions: Table) -> pd.DataFrame:
    """Those ballots that some article mentions."""
    return rows_of(ballots).matching("ballot_id", rows_of(mentions)).frame()


def articles_by_ballot(documents: Table, mentions: Table, ballots: pd.DataFrame) -> pd.DataFrame:
    """How many articles mention each ballot, most first: ballot_id, name, start_date, n, refs (to the articles).

    An article that mentions two ballots counts for both. Mentions of a ballot that is not in `ballots` are left out.
    """
    pairs = rows_of(mentions).matching("doc_id", rows_of(documents)).distinct("doc_id", "ballot_id")
    found = pairs.tally(["ballot_id"], "article", order="doc_id")
    table = ballots[["ballot_id", "name", "start_date"]].merge(found, on="ballot_id", validate="one_to_one")
    order = table.assign(day=[str(day) for day in table.start_date])
    return order.sort_values(["n", "day", "name"], ascending=[False, True, True], ignore_index=True).drop(columns="day")


def dating(documents: Table) -> pd.DataFrame:
    """How articles are dated: dating_basis, articles, and the widest interval of publication in days."""
    days = "max(published_latest - published_earliest + 1)"
    table = rows_of(documents).tally(["dating_basis"], refs="", widest_days=days)
    return table.rename(columns={"n": "articles"}).astype({"widest_days": "Int64"})


def describe(table: pd.DataFrame, documents: Table) -> Words:
    """Title, credit and alternative text of articles by ballot."""
    most = table[table.n == table.n.max()]
    share = f"{most.n.iloc[0]} of {count(len(documents), 'article')}"
    title = f"{most['name'].iloc[0]} is in most articles: {share.removesuffix(' articles')}"
    if len(most) > 1:
        title = f"{len(most)} of {len(table)} ballots share first place, with {share} each"
    rest = max(0, len(table) - MOST_BALLOTS)
    more = f" {count(rest, 'ballot')} more in the table." if rest else ""
    pairs = ", ".join(f"{name} {n}" for name, n in zip(table["name"].head(8), table.n.head(8), strict=True))
    note = f"{credit(documents, len(documents), 'article')} An article counts for every ballot that it mentions.{more}"
    return Words(title, note, f"Bars of articles by ballot: {pairs}. {title}.")


def ballots_chart(documents: Table, mentions: Table, ballots: pd.DataFrame) -> go.Figure:
    """Articles by ballot as bars. Takes the tables documents, ballot_mentions and ballots."""
    table = articles_by_ballot(documents, mentions, ballots)
    if table.empty:
        return nothing("No article in this selection mentions a ballot, so there is nothing to draw.")
    shown = table.head(MOST_BALLOTS)
    return stacked(
        list(shown["name"]), [Part("articles", ARTICLE, list(shown.n), list(shown.refs))], describe(table, documents)
    )
