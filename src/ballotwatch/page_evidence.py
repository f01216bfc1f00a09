"""The evidence behind the marks of one page: records that stand in the page once, as many as it can hold.

A mark of a large corpus stands for thousands of statements. The page keeps the first of each mark and says how many
there are; the evidence page holds all, or as many as it may.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from ballotwatch.evidence import Record, Tables, evidence_records
from ballotwatch.page_figures import Mark, marks_of
from ballotwatch.script_data import script_json

MOST_REFS = 50
MOST_BYTES = 2_000_000
# Records are made in lots: as many rows of the tables are read at once, and no more lots than the page can hold.
LOT = 1000
Figure = Mapping[str, Any]


def gather(figures: Sequence[Figure], tables: Tables) -> dict[str, Record]:
    """Records of the evidence behind the marks of figures, at most `MOST_BYTES` as JSON.

    Marks take turns: a record of each comes first, then a second of each, up to `MOST_REFS`, so that few are left
    without. Raises ValueError where a reference names no row of `tables`.
    """
    wanted = dict.fromkeys(_turns([mark for figure in figures for mark in marks_of(figure)]))
    kept, size, rest = {}, 0, iter(wanted)
    while lot := list(islice(rest, LOT)):
        for ref, record in evidence_records(lot, tables).items():
            size += len(script_json({ref: record}).encode())
            if size > MOST_BYTES:
                return kept
            kept[ref] = record
    return kept


def bounded(figure: Figure, records: Mapping[str, Record]) -> dict[str, Any]:
    """A copy whose marks name only references with a record, at least their first one; see `counts`.

    ``counts`` of the figure says how many a mark had: by the place of its trace, then by that of its point, which of
    a heat map is "row,column".
    """
    traces, counts = [_copied(trace) for trace in figure.get("data", ())], {}
    for mark in marks_of(figure):
        kept = [ref for ref in mark.refs[:MOST_REFS] if ref in records] or mark.refs[:1]
        _put(traces[mark.trace]["customdata"], mark.point, kept)
        if len(kept) < mark.n:
            counts.setdefault(str(mark.trace), {})[",".join(map(str, mark.point))] = mark.n
    return {**figure, "data": traces, "counts": counts}


def _turns(marks: Sequence[Mark]) -> Iterator[str]:
    for turn in range(MOST_REFS):
        yield from (mark.refs[turn] for mark in marks if turn < len(mark.refs))


def _copied(trace: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a trace whose references can be changed without changing the trace."""
    data = trace.get("customdata")
    if not isinstance(data, list):
        return dict(trace)
    return {**trace, "customdata": [list(item) if isinstance(item, list) else item for item in data]}


def _put(data: list, point: Iterable[int], refs: list[str]) -> None:
    *outer, last = point
    for place in outer:
        data = data[place]
    data[last] = refs
