"""Agreement of codings of the same articles: what was matched, precision and recall, chance-corrected measures.

What is compared is (document, entity, concept): see the codebook's "Unit". Items that a reference coding marks as
optional count neither way. Without a document that both have coded there is no number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

import krippendorff
import numpy as np
import pandas as pd

from ballotwatch.evidence import find_passage, marked, passage

KEY = ["doc_id", "entity", "concept"]
BOTH, PROGRAM, REFERENCE = "both", "program only", "reference only"
CODING_COLUMNS = [*KEY, "actor", "evidence", "optional"]

# Bands of confidence that the calibration is read by.
BANDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


class CodingError(ValueError):
    """A file of codings breaks its format; the message names file, line and rule."""


class Codings(NamedTuple):
    """Reference codings: the ids of the articles that were coded (also those without a statement), and their rows.

    statements: doc_id, entity, concept, actor, evidence (words of the article), optional.
    """

    documents: tuple[str, ...]
    statements: pd.DataFrame


class Reliability(NamedTuple):
    """Agreement on units that were judged present or absent by each coder; None where it is not defined.

    units: number of units. agreed: how many all coders judge alike. raw: their share. alpha: Krippendorff's, nominal.
    ac1: Gwet's.
    """

    units: int
    agreed: int
    raw: float | None
    alpha: float | None
    ac1: float | None


def read_codings(path: Path) -> Codings:
    """Codings from a `*.codings.jsonl` file: one JSON object a line with `doc` and `statements`.

    Each statement has `entity` and `concept`, and may have `actor`, `evidence` and `optional`. Raises CodingError.
    """
    documents, rows = [], []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        try:
            record = json.loads(line)
            documents.append(record["doc"])
            rows += coding_rows(record)
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            rule = "each line is a JSON object with 'doc' and 'statements', each statement with 'entity' and 'concept'"
            raise CodingError(f"{path}:{number}: {rule} ({type(error).__name__}: {error})") from error
    return make_codings(documents, rows)


def make_codings(documents: Iterable[str], rows: Iterable[tuple]) -> Codings:
    """Codings of these articles; rows as `coding_rows` gives them."""
    return Codings(tuple(documents), pd.DataFrame(rows, columns=CODING_COLUMNS).astype({"optional": bool}))


def coding_rows(record: Mapping) -> list[tuple]:
    """The rows of a record with `doc` and `statements`. Raises KeyError and TypeError for a broken one."""
    items = record["statements"]
    return [
        (
            record["doc"],
            item["entity"],
            item["concept"],
            item.get("actor"),
            item.get("evidence"),
            bool(item.get("optional")),
        )
        for item in items
    ]


def narrow(statements: pd.DataFrame, entities: Iterable[str], concepts: Iterable[str]) -> pd.DataFrame:
    """The statements of these entities and concepts; an empty list leaves that side open. For either coding's table."""
    for column, wanted in (("entity", list(entities)), ("concept", list(concepts))):
        statements = statements[statements[column].isin(wanted)] if wanted else statements
    return statements.reset_index(drop=True)


def shared_documents(documents: Iterable[str], codings: Codings) -> list[str]:
    """Ids of the articles that both sides have coded, in order."""
    return sorted(set(documents) & set(codings.documents))


def compare(statements: pd.DataFrame, codings: Codings, shared: Iterable[str]) -> pd.DataFrame:
    """Every (document, entity, concept) that either side has and that counts, with its outcome.

    Columns: doc_id, entity, concept, outcome (`both`, `program only`, `reference only`), in that order.
    """
    shared, reference = set(shared), codings.statements
    required = _keys(reference[~reference.optional], shared)
    optional = _keys(reference[reference.optional], shared) - required
    program = _keys(statements.dropna(subset=["entity"]), shared)
    outcomes = {BOTH: program & required, PROGRAM: program - required - optional, REFERENCE: required - program}
    rows = [(*key, outcome) for outcome, keys in outcomes.items() for key in keys]
    return pd.DataFrame(rows, columns=[*KEY, "outcome"]).sort_values(KEY, ignore_index=True)


def _keys(frame: pd.DataFrame, shared: set[str]) -> set[tuple[str, str, str]]:
    frame = frame[frame.doc_id.isin(shared)]
    return set(_tuples(frame))


def scores(compared: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Counts of each outcome with precision, recall and F1 (0 to 1; NaN where undefined), overall or by a column.

    Columns: the column `by` (or `all`), both, program only, reference only, precision, recall, f1.
    """
    groups = compared[by] if by else pd.Series("all", index=compared.index, name="all")
    counts = pd.crosstab(groups, compared.outcome).reindex(columns=[BOTH, PROGRAM, REFERENCE], fill_value=0)
    counts.columns.name = None
    tp, fp, fn = counts[BOTH], counts[PROGRAM], counts[REFERENCE]
    ratios = {"precision": tp / (tp + fp), "recall": tp / (tp + fn), "f1": 2 * tp / (2 * tp + fp + fn)}
    return counts.assign(**{name: ratio.round(3) for name, ratio in ratios.items()}).reset_index()


def within(codings: Codings, documents: Iterable[str], entities: Iterable[str], concepts: Iterable[str]) -> Codings:
    """Those of the codings that are of these documents, entities and concepts; see `narrow`."""
    kept = set(documents) & set(codings.documents)
    rows = narrow(codings.statements, entities, concepts)
    return Codings(tuple(sorted(kept)), rows[rows.doc_id.isin(kept)].reset_index(drop=True))


def judgements(coders: Mapping[str, Codings], concepts: Iterable[str]) -> pd.DataFrame:
    """What each coder says of each unit: 1 present, 0 absent, NaN not judged. A row a unit, a column a coder.

    A unit is a document that two coders or more have coded, an entity that one of them names in it, and a concept of
    the codebook: the positions that could have been coded. What a coder marks as optional that coder does not judge.
    """
    times = pd.Series([document for codings in coders.values() for document in set(codings.documents)]).value_counts()
    shared = set(times.index[times > 1])
    said = {name: _sides(codings, shared) for name, codings in coders.items()}
    named = set().union(*(required for required, _ in said.values()))
    named -= set().union(*(optional for _, optional in said.values()))
    places = dict.fromkeys((document, entity) for document, entity, _ in sorted(named))
    units = list(dict.fromkeys([*((d, e, c) for d, e in places for c in concepts), *sorted(named)]))
    columns = {name: _judged(units, coders[name].documents, *sides) for name, sides in said.items()}
    return pd.DataFrame(columns, index=pd.MultiIndex.from_frame(pd.DataFrame(units, columns=KEY)), dtype=float)


def _sides(codings: Codings, shared: set[str]) -> tuple[set[tuple], set[tuple]]:
    """The items that a coder has, and those that are arguable to that coder."""
    rows = codings.statements.dropna(subset=["entity"])
    required = _keys(rows[~rows.optional], shared)
    return required, _keys(rows[rows.optional], shared) - required


def _judged(units: list[tuple], documents: Iterable[str], required: set[tuple], optional: set[tuple]) -> list[float]:
    own = set(documents)
    return [np.nan if unit[0] not in own or unit in optional else float(unit in required) for unit in units]


def pairs(coders: Mapping[str, Codings], concepts: Iterable[str]) -> pd.DataFrame:
    """Agreement of each two coders on the documents that both have coded; empty where it is not defined.

    Columns: coder a, coder b, documents, items (in either), both, only a, only b, raw (share of units, 0 to 1), alpha,
    ac1; see `Reliability`.
    """
    rows, concepts = [], list(concepts)
    for a, b in combinations(coders, 2):
        judged = judgements({a: coders[a], b: coders[b]}, concepts).dropna()
        both, either = int((judged.sum(axis=1) == 2).sum()), int((judged.sum(axis=1) > 0).sum())
        only_a, only_b = (int((judged[first] > judged[second]).sum()) for first, second in ((a, b), (b, a)))
        measured = reliability(judged.to_numpy().T)
        documents = len(set(coders[a].documents) & set(coders[b].documents))
        rows.append((a, b, documents, either, both, only_a, only_b, *measured[2:]))
    names = ["coder a", "coder b", "documents", "items", "both", "only a", "only b", "raw", "alpha", "ac1"]
    return pd.DataFrame(rows, columns=names).astype({"raw": object, "alpha": object, "ac1": object}).fillna("")


def reliability(values: np.ndarray) -> Reliability:
    """Agreement of coders (rows) on units (columns); NaN where a coder did not judge a unit."""
    judged = values[:, (~np.isnan(values)).sum(axis=0) > 1]
    units = judged.shape[1]
    if not units:
        return Reliability(0, 0, None, None, None)
    agreed = int((np.nanmin(judged, axis=0) == np.nanmax(judged, axis=0)).sum())
    raw = round(agreed / units, 3)
    if len(np.unique(judged[~np.isnan(judged)])) < 2:
        # One value throughout leaves nothing that chance could have made different.
        return Reliability(units, agreed, raw, None, None)
    alpha = krippendorff.alpha(reliability_data=judged, level_of_measurement="nominal")
    return Reliability(units, agreed, raw, round(float(alpha), 3), round(gwet_ac1(values), 3))


def reliability_table(measured: Reliability) -> pd.DataFrame:
    """The measures as a table with a column each, empty where not defined."""
    return pd.DataFrame([["" if value is None else value for value in measured]], columns=list(Reliability._fields))


def gwet_ac1(values: np.ndarray) -> float:
    """Gwet's AC1 for any number of coders (rows) and units (columns), NaN where a coder did not judge.

    AC1 = (pa - pe) / (1 - pe), with pa the mean share of agreeing pairs over units with two judgements or more and
    pe = sum of p(1 - p) over the q categories, divided by q - 1, p being a category's mean share over units. Source:
    K. L. Gwet, "Computing inter-rater reliability and its variance in the presence of high agreement", British
    Journal of Mathematical and Statistical Psychology 61 (2008), 29-48. Raises ValueError for fewer than 2 categories.
    """
    categories = np.unique(values[~np.isnan(values)])
    if len(categories) < 2:
        raise ValueError("AC1 needs at least two categories in use: there is no chance agreement to correct for")
    counts = np.array([(values == category).sum(axis=0) for category in categories])
    judges = counts.sum(axis=0)
    pairs, of = counts[:, judges > 1], judges[judges > 1]
    agreement = ((pairs * (pairs - 1)).sum(axis=0) / (of * (of - 1))).mean()
    share = (counts[:, judges > 0] / judges[judges > 0]).mean(axis=1)
    chance = (share * (1 - share)).sum() / (len(categories) - 1)
    return float((agreement - chance) / (1 - chance))


def calibration(statements: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Whether the program's confidence holds: its statements by band of confidence, with the share that is right.

    Columns: confidence (band), n (items), expected (mean confidence, 0 to 1), right (share in the reference, 0 to 1).
    An item coded by several rules takes the highest confidence.
    """
    best = statements.groupby(KEY, as_index=False).confidence.max()
    judged = compared[compared.outcome != REFERENCE].merge(best, on=KEY, how="inner", validate="one_to_one")
    bands = pd.cut(judged.confidence, BANDS, labels=[f"{a:.1f} to {b:.1f}" for a, b in pairwise(BANDS)])
    groups = judged.assign(right=judged.outcome == BOTH).groupby(bands, observed=True)
    table = groups.agg(n=("right", "size"), expected=("confidence", "mean"), right=("right", "mean"))
    return table.round(3).rename_axis("confidence").reset_index().astype({"confidence": str})


def disagreements(
    compared: pd.DataFrame, statements: pd.DataFrame, codings: Codings, documents: pd.DataFrame
) -> pd.DataFrame:
    """Every item that one side alone has, with its sentence: doc_id, entity, concept, outcome, sentence.

    The span is set between » and «; a reference's evidence that the article doesn't hold is given as it is.
    """
    texts = documents.set_index("doc_id").text
    differing = compared[compared.outcome != BOTH]
    spans = dict(zip(_tuples(statements), zip(statements.start, statements.end, strict=True), strict=True))
    words = dict(zip(_tuples(codings.statements), codings.statements.evidence.fillna(""), strict=True))
    sentences = []
    for row, key in zip(differing.itertuples(), _tuples(differing), strict=True):
        text, evidence = texts[row.doc_id], words.get(key, "")
        found = passage(text, *spans[key]) if row.outcome == PROGRAM else find_passage(text, evidence)
        sentences += marked([found]) if found else [evidence or "no evidence given"]
    return differing.assign(sentence=sentences).reset_index(drop=True)


def _tuples(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(zip(frame.doc_id, frame.entity, frame.concept, strict=True))


def verdict(compared: pd.DataFrame, shared: Iterable[str]) -> str:
    """The result in a sentence; without overlap, why there is no number."""
    shared = list(shared)
    if not shared:
        return "No article was coded both by the program and by the reference, so there is no agreement to measure."
    if compared.empty:
        return f"Neither side found a statement in the {len(shared)} articles that both have coded: no agreement to measure."
    row = scores(compared).iloc[0]
    counts = f"{row[BOTH]} in both, {row[PROGRAM]} by the program only, {row[REFERENCE]} by the reference only"
    return f"F1 is {row.f1:.2f} on {len(shared)} articles coded by both: {counts}."
