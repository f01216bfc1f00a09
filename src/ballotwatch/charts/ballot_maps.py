"""Small multiples of maps, one a ballot: where it was held, and where the articles place it."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from html import escape
from math import ceil

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts.corpus import mentioned
from ballotwatch.charts.frame import framed, nothing, quiet_axes
from ballotwatch.charts.geometry import Point, Ring, centre, coarse, outlines, path
from ballotwatch.charts.palette import AMOUNT, BLANK, INK, ink_on, tint
from ballotwatch.charts.regions import by_size, callouts, first_places, with_all
from ballotwatch.charts.words import Words, count, credit, listing
from ballotwatch.query import Table, rows_of

COLUMNS = ["ballot_id", "ballot", "start_date", "end_date", "region", "name", "held", "n", "refs", "articles"]
MOST, GRID = 12, 0.12
# Pixels: the heading of a map, a map's height, on wide pages and on a phone; letters of a heading's line.
HEADING, HEIGHTS, ACROSS = 92, {"wide": 156, "phone": 112}, {"wide": 4, "phone": 2}
LETTERS, LINES, GAP = 21, 5, 0.03


def placed_by_ballot(tables: Mapping[str, Table], regions: pd.DataFrame) -> pd.DataFrame:
    """Where each ballot was held and how many articles about it place something there, by day of the ballot.

    A row for each ballot and unit of `regions` where it was held or is placed: ballot_id, ballot (its name),
    start_date, end_date, region, name (of the unit), held, n (articles), refs (of each article the first words that
    place it there), articles (all that place the ballot somewhere). An article about two ballots counts for both, in every unit that it places them in.
    """
    pairs = rows_of(tables["ballot_mentions"]).distinct("doc_id", "ballot_id")
    found = first_places(rows_of(tables["places"])).among("region", regions.region).beside(pairs, "doc_id")
    articles = found.tally(["ballot_id"], refs="", articles="count(DISTINCT doc_id)").set_index("ballot_id").articles
    counts = found.tally(["ballot_id", "region"], "span", order="doc_id")
    ballots = mentioned(tables["ballots"], tables["ballot_mentions"])
    parts = [
        _placed(ballot, regions, counts[counts.ballot_id == ballot.ballot_id]).assign(
            articles=int(articles.get(ballot.ballot_id, 0))
        )[COLUMNS]
        for ballot in ballots.itertuples()
    ]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    return table.sort_values(
        ["start_date", "ballot_id", "n", "name"], ascending=[True, True, False, True], ignore_index=True
    )


def _placed(ballot: tuple, regions: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    counts = with_all(regions, found).assign(
        ballot_id=ballot.ballot_id, ballot=ballot.name, start_date=ballot.start_date, end_date=ballot.end_date,
    )  # fmt: skip
    counts = counts.assign(held=counts.region.isin(ballot.regions))
    return counts[counts.held | counts.n.gt(0)]


def ballot_maps(placed: pd.DataFrame, boundaries: Mapping, documents: Table) -> go.Figure:
    """One small map a ballot, by day: units where it was held outlined, all units coloured by articles on one scale.

    `placed` is `placed_by_ballot`, `boundaries` the codebook's GeoJSON. At most 12 ballots are drawn, those with most
    articles; the note tells how many more there are. Each row of `placed` that is drawn is one mark.
    """
    if placed.empty:
        return nothing("No article in this selection places a ballot in any region, so there are no maps to draw.")
    shown, more = _most_told(placed)
    units = {region: [coarse(ring, GRID) for ring in rings] for region, rings in outlines(boundaries).items()}
    units = {region: [ring for ring in rings if len(ring) > 3] or rings for region, rings in units.items()}
    copies, fig, names = callouts(outlines(boundaries)), go.Figure(), list(dict.fromkeys(shown.ballot_id))
    spots = {region: copies[region][:2] if region in copies else centre(rings) for region, rings in units.items()}
    leaders = {region: centre(units[region]) for region in copies}
    for number, ballot in enumerate(names, start=1):
        _draw(
            fig, number, units, spots, leaders, shown[shown.ballot_id == ballot].set_index("region"), int(shown.n.max())
        )
    points = [p for rings in units.values() for ring in rings for p in ring] + list(spots.values())
    quiet_axes(framed(fig, describe(shown, documents, more), _height(len(names), "wide"), key(int(shown.n.max()))))
    fig.update_layout(_axes(len(names), "wide", points))
    narrow = {"height": _height(len(names), "phone"), "layout": _axes(len(names), "phone", points)}
    fig.layout.meta = fig.layout.meta | {"min_width": 600, "narrow": narrow}
    return fig


def _most_told(placed: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    totals = placed.groupby("ballot_id").n.sum().sort_values(ascending=False, kind="stable")
    return placed[placed.ballot_id.isin(totals.index[:MOST])], max(0, len(totals) - MOST)


def _draw(
    fig: go.Figure, number: int, units: Mapping[str, list[Ring]], spots: Mapping[str, Point], leaders: Mapping[str, Point],
    rows: pd.DataFrame, most: int,
) -> None:  # fmt: skip
    """One map: the rest of the country as one trace, each unit with a row as its own, and their marks."""
    axes = {"xaxis": f"x{number}" if number > 1 else "x", "yaxis": f"y{number}" if number > 1 else "y"}
    rest = [ring for region, rings in units.items() if region not in rows.index for ring in rings]
    line = {"color": "#BBBBBB", "width": 0.5}
    fig.add_scatter(**path(rest), mode="lines", fill="toself", fillcolor=BLANK, line=line, hoverinfo="skip", **axes)
    for region in (region for region in by_size(units) if region in rows.index):
        row = rows.loc[region]
        edge = {"color": INK if row.held else "#8C8C8C", "width": 1.5 if row.held else 0.6}
        fig.add_scatter(
            **path(units[region]), mode="lines", fill="toself", fillcolor=tint(AMOUNT, row.n, most), line=edge,
            hoveron="fills", text=_hover(row), hoverinfo="text", name=row["name"], meta={"mark": f"{number}/{region}"}, **axes,
        )  # fmt: skip
    for region in set(rows.index) & set(leaders):
        fig.add_scatter(
            **path([[leaders[region], spots[region]]]),
            mode="lines",
            line={"color": INK, "width": 0.8},
            hoverinfo="skip",
            **axes,
        )
    _marks(fig, number, rows, {region: spots[region] for region in rows.index}, leaders, most, axes)
    _heading(fig, rows.iloc[0], axes)


def _marks(
    fig: go.Figure,
    number: int,
    rows: pd.DataFrame,
    spots: Mapping[str, Point],
    leaders: Collection[str],
    most: int,
    axes: Mapping,
) -> None:
    fills = [tint(AMOUNT, n, most) for n in rows.n]
    fig.add_scatter(
        x=[round(x, 2) for x, _ in spots.values()], y=[round(y, 2) for _, y in spots.values()], mode="markers+text",
        text=[f"{n or ''}" for n in rows.n], textfont={"size": 10, "color": [ink_on(fill) for fill in fills]},
        marker={"size": 14, "color": fills, "opacity": [float(n > 0 or region in leaders) for region, n in rows.n.items()],
                "line": {"color": INK, "width": [1.5 * (held and region in leaders) for region, held in rows.held.items()]}},
        ids=[f"{number}/{region}" for region in rows.index], customdata=list(rows.refs), cliponaxis=False,
        hovertext=[_hover(row) for _, row in rows.iterrows()], hoverinfo="text", **axes,
    )  # fmt: skip


def _hover(row: pd.Series) -> str:
    return f"<b>{escape(row['name'], quote=False)}</b><br>{count(row.n, 'article')}<br>{'held here' if row.held else 'not held here'}"


def _heading(fig: go.Figure, ballot: pd.Series, axes: Mapping[str, str]) -> None:
    name = textwrap.wrap(ballot.ballot, LETTERS, max_lines=LINES, placeholder="…")
    lines = [f"<b>{escape(line, quote=False)}</b>" for line in name]
    fig.add_annotation(
        text="<br>".join([*lines, days(ballot)]), xref=f"{axes['xaxis']} domain", yref=f"{axes['yaxis']} domain", x=0, y=1,
        xanchor="left", yanchor="bottom", align="left", showarrow=False, font={"size": 11, "color": INK},
    )  # fmt: skip


def days(ballot: pd.Series) -> str:
    """The days of a ballot in short: `2024-03-15 to 17`, or nothing where unknown."""
    if pd.isna(ballot.start_date):
        return "day unknown"
    start, end = str(ballot.start_date), str(ballot.end_date)
    return start if end in (start, "None", "NaT") else f"{start} to {end[8:] if end[:7] == start[:7] else end[5:]}"


def _rows(ballots: int, width: str) -> int:
    return ceil(ballots / ACROSS[width])


def _height(ballots: int, width: str) -> int:
    return _rows(ballots, width) * (HEADING + HEIGHTS[width])


def _axes(ballots: int, width: str, points: Sequence[Point]) -> dict[str, dict]:
    """The axes of all maps on a grid of so many columns as the page's width has room for."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    across, height, row = ACROSS[width], _height(ballots, width), HEADING + HEIGHTS[width]
    quiet, axes = {"visible": False, "fixedrange": True, "constrain": "domain"}, {}
    for i in range(ballots):
        name, top = str(i + 1) if i else "", height - (i // across) * row - HEADING
        left = (i % across) / across
        axes[f"xaxis{name}"] = quiet | {
            "range": [round(min(xs) - 0.1, 3), round(max(xs) + 0.1, 3)], "domain": [left, left + 1 / across - GAP], "anchor": f"y{name}", "constraintoward": "left",
        }  # fmt: skip
        axes[f"yaxis{name}"] = quiet | {
            "range": [round(min(ys) - 0.5, 3), round(max(ys) + 0.1, 3)], "domain": [(top - HEIGHTS[width]) / height, top / height],
            "anchor": f"x{name}", "scaleanchor": f"x{name}", "constraintoward": "top",
        }  # fmt: skip
    return axes


def key(most: int) -> list[str]:
    """The lines above the maps: what colour and outline mean."""
    return [
        f'<span style="color:{tint(AMOUNT, most, most)}">■</span> the darker, the more articles (most: {most}) <span style="color:{INK}">□</span> held here'
    ]


def describe(shown: pd.DataFrame, documents: Table, more: int) -> Words:
    """Title, credit and alternative text of these maps; `more`: ballots that are not drawn."""
    ballots = shown.groupby("ballot_id", sort=False)
    articles = dict(ballots.articles.first())
    most = max(articles, key=articles.__getitem__)
    name = shown.loc[shown.ballot_id == most, "ballot"].iloc[0]
    title = f"{name} is placed most often: in {articles[most]} of {count(len(documents), 'article')}"
    told = {
        row.ballot: listing((f"{r['name']} {r.n}" for _, r in rows[rows.n > 0].iterrows()), 8)
        for _, rows in ballots
        for row in [rows.iloc[0]]
    }
    rest = f" {count(more, 'more ballot')} with fewer articles: see the table." if more else ""
    note = f"{credit(documents, len(documents), 'article')} An article about two ballots counts for both.{rest}"
    maps = "; ".join(f"{name}: {units or 'no region named'}" for name, units in told.items())
    return Words(title, note, f"{count(len(told), 'small map')} of regions, one a ballot. {title}. {maps}.")
