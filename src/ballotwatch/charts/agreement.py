"""Agreement by concept: what both sides coded, and what one side alone did."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.agreement import BOTH, PROGRAM, REFERENCE, scores, verdict
from ballotwatch.charts.bars import Part, stacked
from ballotwatch.charts.frame import nothing
from ballotwatch.charts.palette import ARTICLE, NEITHER
from ballotwatch.charts.words import Words, credit, spell

COLOURS = {BOTH: ARTICLE, PROGRAM: "#E69F00", REFERENCE: NEITHER}


def agreement_bars(compared: pd.DataFrame, documents: pd.DataFrame) -> go.Figure:
    """Items by concept and outcome (see `ballotwatch.agreement.compare`); `documents` are those that both coded."""
    if compared.empty:
        return nothing(verdict(compared, documents.doc_id))
    table = scores(compared, "concept").sort_values([BOTH, "concept"], ascending=[False, True])
    parts = [Part(name, colour, list(table[name]), _ids(compared, table, name)) for name, colour in COLOURS.items()]
    result = verdict(compared, documents.doc_id)
    perfect = [spell(row.concept) for row in table.itertuples() if row.f1 == 1]
    title = f"Program and reference agree on {int((compared.outcome == BOTH).sum())} of {len(compared)} items"
    alt = f"Bars by concept. {result} Full agreement on: {', '.join(perfect) or 'no concept'}."
    note = f"{credit(documents, len(compared), 'item')} An item is one entity's concept in one article."
    return stacked([spell(concept) for concept in table.concept], parts, Words(title, note, alt))


def _ids(compared: pd.DataFrame, table: pd.DataFrame, outcome: str) -> list[str]:
    items = compared[compared.outcome == outcome]
    return [" ".join(f"{r.doc_id}/{r.entity}" for r in items[items.concept == c].itertuples()) for c in table.concept]
