"""Claims of turnout and result: what a row is, and that no label overlaps another."""

from __future__ import annotations

import chart_samples as samples
import pandas as pd
import pytest

from ballotwatch.charts import turnout


def _claims(*claims: tuple[str, float, list[str]], concept: str = "turnout") -> pd.DataFrame:
    row = samples.sample()["statements"].iloc[[0]]
    rows = [
        pd.DataFrame(
            [
                row.iloc[0].to_dict()
                | {"statement_id": f"c{i}", "entity": entity, "value": value, "regions": regions, "concept": concept}
            ]
        )
        for i, (entity, value, regions) in enumerate(claims)
    ]
    return pd.concat(rows, ignore_index=True)


def _table(statements: pd.DataFrame, concept: str = "turnout") -> pd.DataFrame:
    return turnout.claims_table(statements, samples.sample()["ballots"], samples.REGIONS, concept)


def test_a_row_a_ballot_region_claimant_and_value() -> None:
    table = _table(
        _claims(("RUR", 41, ["XX-2"]), ("RUR", 41, ["XX-2"]), ("GRA", 12.5, []), ("GRA", 30, ["XX-1", "XX-2"]))
    )
    assert table[["name", "entity", "value", "n"]].values.tolist() == [
        ["whole territory", "GRA", 12.5, 1], ["Hill", "GRA", 30, 1], ["Dale", "GRA", 30, 1], ["Dale", "RUR", 41, 2],
    ]  # fmt: skip
    assert table.refs.iloc[-1] == ["statement:c0", "statement:c1"] and set(table.ballot) == {"Vote in Hill & Dale 2024"}


def test_what_is_no_share_or_of_another_concept_is_left_out() -> None:
    assert len(_table(_claims(("RUR", 120, []), ("RUR", float("nan"), []), ("RUR", 60, [])))) == 1
    assert _table(_claims(("RUR", 60, []), concept="result")).empty
    with pytest.raises(ValueError, match="concept 'fraud' has no value in per cent"):
        _table(_claims(("RUR", 60, [])), "fraud")


def test_each_claim_is_one_dot_with_its_statements() -> None:
    table = _table(_claims(*(("RUR", value, []) for value in (0, 41, 41.5, 42, 99.9, 100))))
    fig = turnout.claims_chart(table, samples.sample()["documents"])
    (dots,) = [trace for trace in fig.data if trace.customdata]
    assert list(dots.customdata) == list(table.refs) and list(dots.x) == list(table.value)
    assert fig.layout.meta["title"] == "Turnout is put between 0% and 100%"


def test_labels_that_would_overlap_stand_below_each_other() -> None:
    table = _table(_claims(("RUR", 41, []), ("GRA", 41, []), ("ABC", 42, []), ("RUR", 90, [])))
    assert turnout.label_lines(table) == [1, 2, 3, 1]


def test_one_claim_and_an_unknown_ballot_are_told() -> None:
    table = _table(_claims(("RUR", 41, [])).assign(ballot_id=None))
    fig = turnout.claims_chart(table, samples.sample()["documents"])
    assert list(table.ballot) == ["no ballot named"] and fig.layout.meta["title"] == "Turnout is put at 41%"


def test_no_claim_gives_a_sentence() -> None:
    tables = samples.empty()
    table = turnout.claims_table(tables["statements"], tables["ballots"], samples.REGIONS)
    fig = turnout.claims_chart(table, tables["documents"])
    assert not fig.data and "No statement in this selection gives a turnout" in fig.layout.meta["alt"]
