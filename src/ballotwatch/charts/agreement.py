"""Agreement by concept: what both sides coded, and what one side alone did."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.agreement import BOTH, KEY, PROGRAM, REFERENCE, scores, verdict
from ballotwatch.charts.bars import Part, stacked
from ballotwatch.charts.frame import nothing
from ballotwatch.charts.palette import ARTICLE, NEITHER
from ballotwatch.charts.words import Words, credit, spell
from ballotwatch.refs import refs

COLOURS = {BOTH: ARTICLE, PROGRAM: "#E69F00", REFERENCE: NEITHER}


def agreement_bars(compared: pd.DataFrame, documents: pd.DataFrame, statements: pd.DataFrame) -> go.Figure:
    """Items by concept and outcome (see `ballotwatch.agreement.compare`); `documents` are those that both coded.

    `statements` are the program's. Each item refers to the first of them that is behind it; an item that only the
    reference has refers to its article.
    """
    if compared.empty:
        return nothing(verdict(compared, documents.doc_id))
    table = scores(compared, "concept").sort_values([BOTH, "concept"], ascending=[False, True])
    items = compared.assign(ref=_references(compared, statements))
    parts = [Part(name, colour, list(table[name]), _behind(items, table, name)) for name, colour in COLOURS.items()]
    result = verdict(compared, documents.doc_id)
    perfect = [spell(row.concept) for row in table.itertuples() if row.f1 == 1]
    title = f"Program and reference agree on {int((compared.outcome == BOTH).sum())} of {len(compared)} items"
    alt = f"Bars by concept. {result} Full agreement on: {', '.join(perfect) or 'no concept'}."
    note = f"{credit(documents, len(compared), 'item')} An item is one entity's concept in one article."
    return stacked([spell(concept) for concept in table.concept], parts, Words(title, note, alt))


def _references(compared: pd.DataFrame, statements: pd.DataFrame) -> list[str]:
    found = statements.sort_values(["start", "end"]).drop_duplicates(KEY).set_index(KEY).statement_id
    own = found.reindex(pd.MultiIndex.from_frame(compared[KEY]))
    articles = refs("article", compared.doc_id)
    return [article if pd.isna(s) else f"statement:{s}" for s, article in zip(own, articles, strict=True)]


def _behind(items: pd.DataFrame, table: pd.DataFrame, outcome: str) -> list[list[str]]:
    found = items[items.outcome == outcome].groupby("concept").ref.agg(list)
    return [found.get(concept, []) for concept in table.concept]
