"""Agreement: matching, counts, and the measures against published worked examples."""

from __future__ import annotations

import json
from pathlib import Path

import chart_samples as samples
import numpy as np
import pandas as pd
import pytest

from ballotwatch import agreement
from ballotwatch.charts.agreement import agreement_bars

CONCEPTS = list(samples.CONCEPTS.concept)


def _codings(tmp_path: Path, *statements: dict, doc: str = "a") -> agreement.Codings:
    path = tmp_path / "x.codings.jsonl"
    path.write_text(json.dumps({"doc": doc, "statements": list(statements)}) + "\n", encoding="utf-8")
    return agreement.read_codings(path)


def _item(concept: str, entity: str = "RUR", **more: object) -> dict:
    return {"entity": entity, "concept": concept, **more}


def _compare(codings: agreement.Codings) -> pd.DataFrame:
    tables = samples.sample()
    shared = agreement.shared_documents(tables["documents"].doc_id, codings)
    return agreement.compare(tables["statements"], codings, shared)


def _program() -> agreement.Codings:
    rows = samples.sample()["statements"].dropna(subset=["entity"])
    items = [(r.doc_id, r.entity, r.concept, r.actor, r.text, False) for r in rows.itertuples()]
    return agreement.make_codings(samples.sample()["documents"].doc_id, items)


def _ratings(codings: agreement.Codings) -> np.ndarray:
    return agreement.judgements({"program": _program(), "reference": codings}, CONCEPTS).to_numpy().T


def test_items_are_matched_by_document_entity_and_concept(tmp_path: Path) -> None:
    compared = _compare(_codings(tmp_path, _item("non_recognition"), _item("turnout")))
    assert compared[["concept", "outcome"]].values.tolist() == [
        ["call_condemnation", "program only"], ["non_recognition", "both"], ["turnout", "reference only"],
    ]  # fmt: skip


def test_optional_items_count_neither_way(tmp_path: Path) -> None:
    optional = [_item("call_condemnation", optional=True), _item("turnout", optional=True)]
    compared = _compare(_codings(tmp_path, _item("non_recognition"), *optional))
    assert list(compared.outcome) == ["both"]


def test_an_item_both_required_and_optional_is_required(tmp_path: Path) -> None:
    compared = _compare(_codings(tmp_path, _item("turnout"), _item("turnout", optional=True)))
    assert "reference only" in set(compared.outcome)


def test_only_shared_documents_are_compared(tmp_path: Path) -> None:
    compared = _compare(_codings(tmp_path, _item("recognition", "GRA"), doc="b"))
    assert set(compared.doc_id) == {"b"} and len(compared) == 2


def test_scores_are_those_of_the_counts(tmp_path: Path) -> None:
    row = agreement.scores(_compare(_codings(tmp_path, _item("non_recognition"), _item("turnout")))).iloc[0]
    assert (row["both"], row["program only"], row["reference only"]) == (1, 1, 1)
    assert row.precision == row.recall == row.f1 == 0.5


def test_without_overlap_there_is_no_number(tmp_path: Path) -> None:
    codings = _codings(tmp_path, _item("turnout"), doc="elsewhere")
    compared = _compare(codings)
    assert compared.empty and agreement.scores(compared).empty
    assert "no agreement to measure" in agreement.verdict(compared, [])
    measured = agreement.reliability(_ratings(codings))
    assert measured == agreement.Reliability(0, 0, None, None, None)
    assert not agreement_bars(compared, samples.empty()["documents"], samples.empty()["statements"]).data


def test_units_are_what_could_have_been_coded(tmp_path: Path) -> None:
    codings = _codings(tmp_path, _item("non_recognition"), _item("turnout", optional=True))
    values = _ratings(codings)
    # One entity and four concepts, of which one is optional to the reference.
    assert values[:, ~np.isnan(values).any(axis=0)].tolist() == [[0, 1, 1], [0, 1, 0]]
    assert np.isnan(values).sum() == 1


def test_disagreements_come_with_their_sentence(tmp_path: Path) -> None:
    codings = _codings(tmp_path, _item("non_recognition"), _item("turnout", evidence="Nothing  else"))
    tables = samples.sample()
    table = agreement.disagreements(_compare(codings), tables["statements"], codings, tables["documents"])
    assert table[["outcome", "sentence"]].values.tolist() == [
        ["program only", "It »asked the League to reject it«."], ["reference only", "»Nothing else«."],
    ]  # fmt: skip


def test_evidence_that_the_article_lacks_is_given_as_it_is(tmp_path: Path) -> None:
    codings = _codings(tmp_path, _item("turnout", evidence="not in the text"), _item("recognition"))
    tables = samples.sample()
    table = agreement.disagreements(_compare(codings), tables["statements"], codings, tables["documents"])
    assert {"not in the text", "no evidence given"} <= set(table.sentence)


def test_narrowing_by_entity_and_concept() -> None:
    statements = samples.sample()["statements"]
    assert list(agreement.narrow(statements, ["GRA"], ["turnout"]).statement_id) == ["s4"]
    assert len(agreement.narrow(statements, [], [])) == 4


@pytest.mark.parametrize("line", ["{", "[]", '{"doc": "a"}', '{"doc": "a", "statements": [{"entity": "X"}]}'])
def test_a_broken_file_names_line_and_rule(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.codings.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(agreement.CodingError, match=r"x\.codings\.jsonl:1: each line is a JSON object"):
        agreement.read_codings(path)


def _from_table(table: list[list[int]]) -> np.ndarray:
    pairs = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    return np.array(pairs, dtype=float).T


def test_measures_on_gwets_table_of_two_raters() -> None:
    """Data set cont3x3abstractors of Gwet's package irrCAC: AC1 0.8493305; 100 units, 89 agreed."""
    values = _from_table([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
    assert agreement.gwet_ac1(values) == pytest.approx(0.8493305)
    assert agreement.reliability(values) == agreement.Reliability(100, 89, 0.89, 0.797, 0.849)


def test_measures_on_krippendorffs_four_observers_with_gaps() -> None:
    """Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), part C: nominal alpha 0.743; Gwet's irrCAC has
    the same data as cac.raw4raters: AC1 0.77544."""
    gap = float("nan")
    values = np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, gap, gap, gap],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, gap, 3],
            [gap, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, gap],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, gap],
        ]
    )
    measured = agreement.reliability(values)
    assert measured.alpha == 0.743 and agreement.gwet_ac1(values) == pytest.approx(0.77544, abs=1e-5)
    assert measured.units == 11


def test_ac1_where_kappa_is_paradoxical() -> None:
    """125 units, 118 both yes, 5 and 2 split, none both no: by hand pa = 0.944, p = 0.972, pe = 2p(1 - p) = 0.054432."""
    values = _from_table([[118, 5], [2, 0]])
    assert agreement.gwet_ac1(values) == pytest.approx((0.944 - 0.054432) / (1 - 0.054432))


def test_one_value_throughout_has_no_chance_corrected_measure() -> None:
    measured = agreement.reliability(np.ones((2, 5)))
    assert measured == agreement.Reliability(5, 5, 1.0, None, None)
    assert agreement.reliability_table(measured).loc[0, "alpha"] == ""
    with pytest.raises(ValueError, match="at least two categories"):
        agreement.gwet_ac1(np.ones((2, 5)))


def test_the_seeds_reference_codings_can_be_read() -> None:
    codings = agreement.read_codings(Path(__file__).parents[1] / "seeds" / "reference.codings.jsonl")
    assert len(codings.documents) == 5 and codings.statements.optional.sum() > 0


def test_bars_hold_every_item(tmp_path: Path) -> None:
    codings = _codings(tmp_path, _item("non_recognition"), _item("turnout"))
    compared = _compare(codings)
    fig = agreement_bars(compared, samples.sample()["documents"].head(1), samples.sample()["statements"])
    assert sum(sum(trace.x) for trace in fig.data) == len(compared)
    assert "F1 is 0.50" in fig.layout.meta["alt"]


def test_pairs_of_coders_agree_with_the_counts_of_two(tmp_path: Path) -> None:
    """The pair of program and reference has the same items, units and measures as the comparison of the two."""
    codings = _codings(tmp_path, _item("non_recognition"), _item("turnout"))
    row = agreement.pairs({"program": _program(), "reference": codings}, CONCEPTS).iloc[0]
    compared, measured = _compare(codings), agreement.reliability(_ratings(codings))
    assert (row["documents"], row["items"], row["both"], row["only a"], row["only b"]) == (1, len(compared), 1, 1, 1)
    assert (row["raw"], row["alpha"], row["ac1"]) == measured[2:]


def test_three_coders_make_three_pairs_and_one_overall_measure() -> None:
    """Two documents, one entity, two concepts; the third coder has judged one document alone."""
    a = agreement.make_codings("de", [("d", "X", "p", None, None, False), ("e", "X", "q", None, None, False)])
    b = agreement.make_codings("de", [("d", "X", "p", None, None, False)])
    c = agreement.make_codings("d", [("d", "X", "q", None, None, False)])
    table = agreement.pairs({"a": a, "b": b, "c": c}, ["p", "q"])
    assert table[["coder a", "coder b", "documents", "both", "only a", "only b", "raw"]].values.tolist() == [
        ["a", "b", 2, 1, 1, 0, 0.75], ["a", "c", 1, 0, 1, 1, 0.0], ["b", "c", 1, 0, 1, 1, 0.0],
    ]  # fmt: skip
    judged = agreement.judgements({"a": a, "b": b, "c": c}, ["p", "q"])
    assert judged.isna().sum().tolist() == [0, 0, 2]
    # By hand, after Krippendorff: 10 pairable values, 6 of them 0 and 4 of them 1, o01 = 3: 1 - 9 * 3 / (6 * 4).
    overall = agreement.reliability(judged.to_numpy().T)
    assert (overall.units, overall.agreed, overall.alpha) == (4, 1, -0.125)


def test_coders_without_a_common_document_have_no_measure() -> None:
    a, b = (agreement.make_codings([name], [(name, "X", "p", None, None, False)]) for name in "de")
    row = agreement.pairs({"a": a, "b": b}, ["p"]).iloc[0]
    assert row["documents"] == row["items"] == 0 and row["alpha"] == row["raw"] == ""
    assert agreement.judgements({"a": a, "b": b}, ["p"]).empty
