"""Measure, and write docs/speed.md, docs/speed.json and the picture.

make bench                                       everything but the long runs: about twenty minutes
make bench ARGS="--only news,triage --rounds 7"  these measures alone; the others keep their last values
make bench ARGS=--long                           the long runs too: up to 300,000 documents
make bench ARGS=--write                          measure nothing, write the page and the picture from the record
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.machine import ROOT
from bench.measures import COPIES, LONG_SIZES, MEASURES, Measure, Options
from bench.page import write_page
from bench.record import Record, entry, read, write
from bench.rounds import Result, environment, run

DOCS = ROOT / "docs"
NEWS = ROOT.parent / "shared/bench/news-3000.jsonl.gz"
TABLES = ROOT / "build/tables"
NAMES = [measure.name for measure in MEASURES]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for; the record is written after every measure, and after every run of a long one."""
    given = parser().parse_args(arguments)
    options = Options(given.news if given.news.exists() else None, given.tables, given.copies, given.documents)
    out = given.docs / "speed.json"
    record = read(out)
    for measure in chosen(given.only, given.long) if not given.write else ():
        if measure.news and options.news is None:
            tell(f"{measure.name}: left out, there is no {given.news.name}; name a file of JSON lines with --news")
            continue
        if sys.version_info < measure.python:
            tell(f"{measure.name}: left out, it needs Python {'.'.join(map(str, measure.python))} or newer")
            continue
        for found in measured(measure, options, measure.rounds or given.rounds):
            record[measure.name] = found
            if measure.long:
                write(record, out)
        write(record, out)
    # As it is read: in the order in which it is kept.
    publish(read(out), given.docs)
    return 0


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m bench", description="Measure ballotwatch beside what others offer.")
    top.add_argument("--only", metavar="NAMES", help=f"measures, with commas between them: {', '.join(NAMES)}")
    top.add_argument("--rounds", type=int, default=5, help="rounds of each measure but those that take minutes (5)")
    top.add_argument("--news", type=Path, default=NEWS, help="news at large: JSON lines with id and text, may be .gz")
    top.add_argument("--long", action="store_true", help="the long runs too")
    top.add_argument("--documents", type=int, default=LONG_SIZES[-1], help="no run over more documents than so many")
    top.add_argument("--copies", type=int, default=COPIES, help=f"copies of each article in long runs ({COPIES})")
    top.add_argument("--tables", type=Path, default=TABLES, help="the coded seeds (build/tables)")
    top.add_argument("--docs", type=Path, default=DOCS, help="where speed.md and speed.json are (docs)")
    top.add_argument("--write", action="store_true", help="measure nothing, only write the page and the picture")
    return top


def chosen(only: str | None, long: bool) -> list[Measure]:
    """The measures that are asked for, in their order. Exits with the names that there are where one is unknown."""
    if only is None:
        return [measure for measure in MEASURES if long or not measure.long]
    wanted = only.split(",")
    if unknown := [name for name in wanted if name not in NAMES]:
        sys.exit(f"bench: error: --only {','.join(unknown)}: no such measure; there are {', '.join(NAMES)}")
    return [measure for measure in MEASURES if measure.name in wanted]


def measured(measure: Measure, options: Options, rounds: int) -> Iterator[dict]:
    """Run one measure: its entry in the record, after every run of one of its sides."""
    tell(f"{measure.name}: {rounds} round{'s' if rounds > 1 else ''}")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for results in run(measure.sides(options, Path(folder)), rounds, lambda message: tell(f"  {message}")):
            yield entry(results, data(measure, options, results))


def data(measure: Measure, options: Options, results: dict[str, list[Result]]) -> str:
    """Which texts a measure was done on, and how many, as far as its sides tell."""
    name = {True: options.news and options.news.name, False: "seeds and tests/articles"}[measure.news]
    told = {key: value for values in results.values() for value in values[:1] for key, value in value.items()}
    counts = [f"{told[key]:,} {key}" for key in ("documents", "words", "notebooks", "sample_words") if key in told]
    return ", ".join([name, *counts])


def publish(record: Record, docs: Path) -> None:
    """Write the page, and the picture in a process of its own."""
    write_page(record, docs / "speed.md")
    picture = docs / "pictures/scaling.png"
    draw = [sys.executable, "-m", "bench.plot", str(docs / "speed.json"), str(picture)]
    subprocess.run(draw, check=True, env=environment())


def tell(message: str) -> None:
    """Say how far it is, at once."""
    print(message, flush=True)


if __name__ == "__main__":
    sys.exit(main())
