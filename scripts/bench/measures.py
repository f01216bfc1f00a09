"""What is measured: the sides of each measure, and the ratios that the project aims at."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import texts
from bench.notebooks import WAYS
from bench.rounds import Command, Side, environment, side

# So many copies of the articles make a run of most of a minute in one process, beside which its start is short.
COPIES = 32
# Documents of the runs that show how time and memory grow; the long ones only when asked for.
SIZES, LONG_SIZES = (1_000, 3_000, 10_000), (10_000, 30_000, 100_000, 300_000)
WORKERS = (1, 2)


@dataclass(frozen=True)
class Options:
    """What a run was asked for.

    news: the file of news at large, None where there is none. tables: the coded seeds, which the notebooks draw. copies: of
    each article in a long run. documents: no streamed run has more.
    """

    news: Path | None
    tables: Path
    copies: int = COPIES
    documents: int = LONG_SIZES[-1]


@dataclass(frozen=True)
class Ratio:
    """One side's seconds over another's, and the bound that the project aims at: ``least`` tells which way, None for no aim.

    ``measure`` is the measure of which the sides are, ``what`` and ``against`` are the words for the two sides.
    """

    measure: str
    what: str
    against: str
    top: str
    bottom: str
    bound: float | None = None
    least: bool = True
    # Whether processor time says something too: not where the point is to use more of them, or where a side starts processes that
    # it does not wait for.
    busy: bool = True


@dataclass(frozen=True)
class Measure:
    """One group of sides that run by turns: made anew for a folder that lives as long as the measure."""

    name: str
    sides: Callable[[Options, Path], list[Side]]
    news: bool = False
    # Fewer rounds than asked for, where one round takes minutes.
    rounds: int | None = None
    # Takes the better part of an hour: only when asked for.
    long: bool = False
    # The first Python that can run all sides.
    python: tuple[int, int] = (3, 11)


def news(options: Options, folder: Path) -> list[Side]:
    """News at large: everything from file to tables, and the same file read, and triaged."""
    return [
        side("ours", "news", options.news),
        side("spacy", "spacy_news", options.news),
    ]


def triage(options: Options, folder: Path) -> list[Side]:
    """Triage alone, and reading alone."""
    return [side("reading", "reading", options.news), side("triage", "triage", options.news)]


def on_topic(options: Options, folder: Path) -> list[Side]:
    """Articles about a ballot, and what peers do with them."""
    names = ("ours", "spacy_on_topic", "textacy", "dateparser")
    corpus = articles(1, folder)
    return [side(name, name, corpus) for name in names]


def gdelt(options: Options, folder: Path) -> list[Side]:
    """The peer that not every Python can run, beside ours by the same Python."""
    corpus = articles(1, folder)
    return [side("ours", "ours", corpus), side("gdelt", "gdelt", corpus)]


def heideltime(options: Options, folder: Path) -> list[Side]:
    """HeidelTime starts a Java process for each text: minutes for one round."""
    corpus = articles(1, folder)
    return [side("ours", "ours", corpus), side("heideltime", "heideltime", corpus)]


def workers(options: Options, folder: Path) -> list[Side]:
    """The same corpus by one worker and by two, as command lines."""
    corpus = articles(options.copies, folder)
    return [Side(f"{count}", line(corpus, f"{count}", f"{count}", count)) for count in WORKERS]


def again_on_topic(options: Options, folder: Path) -> list[Side]:
    """A run, and the same command line once more, with a cache that is new in every round."""
    return twice(articles(options.copies, folder))


def again_news(options: Options, folder: Path) -> list[Side]:
    """The same for news at large."""
    return twice(options.news)


def twice(corpus: Path) -> list[Side]:
    """The same command line twice, and a third time to a folder where nothing is yet, so that only the cache helps."""
    command = line(corpus, "cache", "first")
    return [Side("first", command), Side("second", command), Side("elsewhere", line(corpus, "cache", "elsewhere"))]


def articles(copies: int, folder: Path) -> Path:
    """The articles about a ballot in one file, each so many times with an id and a last line of its own."""
    path = folder / "articles.jsonl.gz"
    found = texts.on_topic()
    texts.write(found if copies == 1 else texts.repeated(found, copies), path)
    return path


def line(corpus: Path, cache: str, tables: str, workers: int = WORKERS[-1]) -> Command:
    """The command line that codes a corpus, with a cache and tables in folders of the round."""
    code = [sys.executable, "-m", "ballotwatch.cli", "code", str(corpus), "--workers", f"{workers}"]
    return lambda place: [*code, "--cache", str(place / f"cache-{cache}"), "--out", str(place / f"tables-{tables}")]


def report(options: Options, folder: Path) -> list[Side]:
    """The notebooks of the report."""
    return [side(way, "notebooks", way, options.tables) for way in WAYS]


def scaling(options: Options, folder: Path) -> list[Side]:
    """More and more documents, by one worker and by two."""
    sizes = [size for size in SIZES if size <= options.documents]
    return [streamed(size, count, options, folder) for size in sizes for count in WORKERS]


def scaling_long(options: Options, folder: Path) -> list[Side]:
    """Many documents, by two workers, and the run that they are held against."""
    sizes = [size for size in LONG_SIZES if size <= options.documents]
    return [streamed(size, WORKERS[-1], options, folder) for size in sizes]


def streamed(size: int, count: int, options: Options, folder: Path) -> Side:
    """A run over so many documents by so many workers. The file is written when its turn comes, outside the clock."""

    def command(place: Path) -> list[str]:
        path = folder / f"{size}.jsonl.gz"
        if not path.exists():
            write = [sys.executable, "-m", "bench.texts", str(options.news), f"{size}", str(path)]
            subprocess.run(write, check=True, env=environment())
        return line(path, f"{size}-{count}", f"{size}-{count}", count)(place)

    return Side(f"{size} {count}", command)


MEASURES = (
    Measure("news", news, news=True),
    Measure("triage", triage, news=True),
    Measure("on-topic", on_topic),
    Measure("gdelt", gdelt, python=(3, 12)),
    Measure("heideltime", heideltime, rounds=1),
    Measure("workers", workers),
    Measure("again-on-topic", again_on_topic),
    Measure("again-news", again_news, news=True),
    Measure("report", report),
    Measure("scaling", scaling, news=True, rounds=1),
    Measure("scaling-long", scaling_long, news=True, rounds=1, long=True),
)
RATIOS = (
    Ratio("news", "News at large, one process", "spaCy, full pipeline", "spacy", "ours", 100),
    Ratio("triage", "Triage alone", "reading and decoding the file", "triage", "reading", 4, least=False),
    Ratio("on-topic", "Articles about a ballot, one process", "spaCy, full pipeline", "spacy_on_topic", "ours", 2.5),
    Ratio("on-topic", "the same", "textacy, direct quotations", "textacy", "ours"),
    Ratio("gdelt", "the same", "gdelt-regkg, what it ships", "gdelt", "ours"),
    Ratio("on-topic", "the same", "dateparser, search", "dateparser", "ours"),
    Ratio("heideltime", "the same", "HeidelTime", "heideltime", "ours", busy=False),
    Ratio("workers", "Two workers, articles about a ballot", "one worker", "1", "2", 1.8, busy=False),
    Ratio("again-on-topic", "Second run, articles about a ballot", "first run", "first", "second", 20, busy=False),
    Ratio("again-on-topic", "the same to a new folder, from the cache", "first run", "first", "elsewhere", busy=False),
    Ratio("again-news", "Second run, news at large", "first run", "first", "second", 20, busy=False),
    Ratio("again-news", "the same to a new folder, from the cache", "first run", "first", "elsewhere", busy=False),
    Ratio("report", "Running and exporting the notebooks", "papermill, then nbconvert, one by one", "lines", "report", 4),
    Ratio("report", "Running and exporting the notebooks", "the floor: their code in one process", "report", "floor", 2, least=False),
)  # fmt: skip
