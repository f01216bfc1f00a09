"""docs/speed.md: the tables between its markers are written from the record, the words around them by people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from bench.growth import BASE, MEMORY_BOUND, PROCESS_BOUND, TIME_BOUND, growth, points
from bench.measures import RATIOS, Ratio
from bench.record import Record, met, ratio, values

VERDICTS = {True: "yes", False: "**no**", None: ""}
KINDS = {"quotes": "direct quotations", "dates": "dates"}
NAMES = {"textacy": "textacy", "gdelt": "gdelt-regkg", "dateparser": "dateparser", "heideltime": "HeidelTime"}


def write_page(record: Record, page: Path) -> None:
    """Fill every section of the page. Raises ValueError where the page lacks a marker."""
    text = page.read_text("utf-8")
    for name, lines in sections(record).items():
        text = filled(text, name, "\n".join(lines))
    page.write_text(text, "utf-8")


def filled(text: str, name: str, lines: str) -> str:
    """A page with what stands between the markers of a section replaced."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if start not in text or end not in text:
        raise ValueError(f"the page has no section {name}: it stands between {start} and {end}")
    before, rest = text.split(start, maxsplit=1)
    return f"{before}{start}\n{lines}\n{end}{rest.split(end, maxsplit=1)[1]}"


def sections(record: Record) -> dict[str, list[str]]:
    """The lines of each section."""
    return {
        "ratios": table(("what", "against", "aim", "measured", "rounds", "by processor time", "met"), ratio_rows(record)),
        "growth": table(("documents", "workers", "time for each", "aim", "memory", "aim", "largest process", "met"), growth_rows(record)),
        "runs": table(("documents", "workers", "seconds", "documents a second", "largest process"), run_rows(record)),
        "found": table(("peer", "what", "found", "of them ours too", "ours", "of them theirs too", "texts refused"), found_rows(record)),
        "values": table(("measure", "side", "median", "every round"), value_rows(record)),
        "machine": table(("measure", "data", "measured", "on"), machine_rows(record)),
    }  # fmt: skip


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def ratio_rows(record: Record) -> Iterable[Sequence[str]]:
    """A row for each ratio; one that could not be measured says why."""
    for of in RATIOS:
        found = ratio(record, of)
        if found is None:
            yield of.what, of.against, aim(of), "not measured", reason(record, of), "", ""
        else:
            middle, low, high = found
            many = len(values(record[of.measure], of.top))
            rounds = f"{number(low)} to {number(high)}" if many > 1 else "one round"
            busy = ratio(record, of, "cpu") if of.busy else None
            yield (
                of.what,
                of.against,
                aim(of),
                f"{number(middle)} ×",
                rounds,
                f"{number(busy[0])} ×" if busy else "",
                VERDICTS[met(of, middle)],
            )


def aim(of: Ratio) -> str:
    """The bound of a ratio in words."""
    return "" if of.bound is None else f"{'≥' if of.least else '≤'} {of.bound:g} ×"


def reason(record: Record, of: Ratio) -> str:
    """Why a ratio has no value: the error of the side that failed."""
    sides = record.get(of.measure, {"sides": {}})["sides"]
    errors = [value["error"] for name in (of.top, of.bottom) for value in sides.get(name, ()) if "error" in value]
    return errors[0].replace("|", "/") if errors else "not run"


def number(value: float) -> str:
    """A number with three digits that count."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def growth_rows(record: Record) -> Iterable[Sequence[str]]:
    """A row for each run that is longer than the base."""
    for each in growth(record.get("scaling-long")):
        good = each.time <= TIME_BOUND and each.memory <= MEMORY_BOUND and each.peak < PROCESS_BOUND
        yield (
            f"{each.documents:,} against {BASE:,}", f"{each.workers}", f"{each.time:.2f} ×", f"≤ {TIME_BOUND:.2f} ×",
            f"{each.memory:.2f} ×", f"≤ {MEMORY_BOUND} ×", f"{each.peak:.0f} MiB", VERDICTS[good],
        )  # fmt: skip


def run_rows(record: Record) -> Iterable[Sequence[str]]:
    """A row for each streamed run."""
    for name in ("scaling", "scaling-long"):
        for run in points(record.get(name)):
            rate = run.documents / run.seconds
            yield f"{run.documents:,}", f"{run.workers}", f"{run.seconds:.1f}", f"{rate:.0f}", f"{run.peak:.0f} MiB"


def found_rows(record: Record) -> Iterable[Sequence[str]]:
    """A row for each peer and each kind of thing that it finds."""
    for entry in record.values():
        for peer, kinds in entry["found"].items():
            refused = str(entry["sides"][peer][0].get("failed", 0))
            for kind, counts in kinds.items():
                told = named(counts["theirs_named"]) if kind == "quotes" else ""
                ours = named(counts["ours_named"]) if kind == "quotes" else ""
                yield (
                    NAMES[peer], KINDS[kind], f"{counts['theirs']}{told}", f"{counts['theirs_shared']}",
                    f"{counts['ours']}{ours}", f"{counts['ours_shared']}", refused,
                )  # fmt: skip


def named(count: int) -> str:
    """How many quotations have a speaker."""
    return f", {count} with speaker"


def value_rows(record: Record) -> Iterable[Sequence[str]]:
    """A row for each side of each measure, with all its values."""
    for name, entry in record.items():
        if name.startswith("scaling"):
            continue
        for side in entry["sides"]:
            if found := values(entry, side):
                yield name, side, f"{median(found):.2f} s", ", ".join(f"{value:.2f}" for value in found)


def machine_rows(record: Record) -> Iterable[Sequence[str]]:
    """A row for each measure: its data, day and commit, and the machine."""
    for name, entry in record.items():
        on = entry["machine"]
        packages = ", ".join(f"{package} {version}" for package, version in on["packages"].items())
        machine = f"{on['processor']}, {on['cores']} cores, {on['memory_gib']} GiB, {on['system']}, Python {on['python']}; {packages}"
        yield (
            name,
            entry["data"],
            f"{entry['date']}, {entry['commit']}, load {on['load']}",
            re.sub(r"\s+", " ", machine),
        )
