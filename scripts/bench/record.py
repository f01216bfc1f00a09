"""The record of measurements, docs/speed.json: every value of every round, with day, commit, machine and versions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.found import compare
from bench.machine import commit, describe
from bench.measures import Ratio
from bench.rounds import Result

Record = dict[str, dict]
# Digits that count, of a time in seconds or a number of MiB.
DIGITS = 4


def read(path: Path) -> Record:
    """What was measured before, by measure; nothing where there is no file yet."""
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def entry(results: dict[str, list[Result]], data: str) -> dict:
    """One measure's entry: where, when, on which data, every value, and what was found."""
    found = {name: values[0]["found"] for name, values in results.items() if values and "found" in values[0]}
    ours = found.pop("ours", None)
    return {
        "date": datetime.now(UTC).date().isoformat(), "commit": commit(), "machine": describe(), "data": data,
        "sides": {name: [rounded(value) for value in values] for name, values in results.items()},
        "found": {name: compare(ours, spans) for name, spans in found.items()} if ours else {},
    }  # fmt: skip


def rounded(result: Result) -> Result:
    """A result with no more digits than mean something, and without the places of what was found."""
    kept = {key: value for key, value in result.items() if key != "found"}
    return {key: float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value for key, value in kept.items()}


def write(record: Record, path: Path) -> None:
    """Write the record; measures in the order of their names, so that a new run changes few lines."""
    path.write_text(json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def values(entry: dict | None, name: str, key: str = "seconds") -> list[float]:
    """What a side took, one value a round; empty where it was not run or failed. key: ``cpu`` for seconds of processors."""
    return [value[key] for value in (entry or {"sides": {}})["sides"].get(name, ()) if "error" not in value]


def ratio(record: Record, of: Ratio, key: str = "seconds") -> tuple[float, float, float] | None:
    """The ratio of the medians, and the lowest and the highest of a round; None where a side has no value, or none above 0."""
    top, bottom = (values(record.get(of.measure), name, key) for name in (of.top, of.bottom))
    if not top or not all(bottom) or not bottom:
        return None
    each = [above / below for above, below in zip(top, bottom)]
    return median(top) / median(bottom), min(each), max(each)


def met(of: Ratio, value: float) -> bool | None:
    """Whether a ratio keeps its bound; None where it has none."""
    if of.bound is None:
        return None
    return value >= of.bound if of.least else value <= of.bound
