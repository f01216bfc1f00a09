"""The texts that are measured: articles about a ballot, news at large, and as many documents as are wanted.

python -m bench.texts NEWS DOCUMENTS OUT writes so many documents, made of those of a file, in a process of its own: the one
that starts the measured programs must stay small, or its memory would count as theirs.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "seeds", ROOT / "tests/articles")
# Every document so far apart, by length, is one of the sample that a slow program is timed on: 50 of 3,000.
STEP = 60
# Zipping is no part of what is measured: the fastest level.
LEVEL = 1
Record = dict[str, str]


def on_topic() -> list[Record]:
    """The seeds and the test articles, each with ``id`` and ``text``."""
    paths = [path for folder in FOLDERS for path in sorted(folder.glob("*.txt"))]
    return [{"id": path.stem, "text": path.read_bytes().decode("utf-8")} for path in paths]


def read_records(path: Path) -> list[Record]:
    """All records of a file of JSON lines, gzipped or not: what reading and decoding a corpus costs at the least."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as file:
        return [orjson.loads(line) for line in file]


def sample(records: list[Record]) -> list[Record]:
    """A fixed sample that holds short, middling and long documents in their shares: every so many, by length."""
    return sorted(records, key=lambda record: (len(record["text"]), record["id"]))[STEP // 2 :: STEP]


def words(records: list[Record]) -> int:
    """Words between white space."""
    return sum(len(record["text"].split()) for record in records)


def repeated(records: list[Record], times: int) -> Iterator[Record]:
    """Every record so many times, each time with an id and a last line of its own, so that no two texts are equal."""
    for copy in range(times):
        for record in records:
            yield {**record, "id": f"{record['id']}-{copy}", "text": f"{record['text']}\n\nCopy {copy} of the text.\n"}


def many(records: list[Record], documents: int) -> Iterator[Record]:
    """As many documents as wanted, no two equal, with the lengths and the words of the given ones.

    The first are the given ones. Each later one joins the first half of one to the second half of another of about the same
    length, so that it is no near copy of any, and ends in a line with its number.
    """
    order = sorted(range(len(records)), key=lambda index: (len(records[index]["text"]), index))
    place = {index: rank for rank, index in enumerate(order)}
    for number in range(documents):
        turn, index = divmod(number, len(records))
        other = records[order[(place[index] + turn) % len(records)]]
        text = joined(records[index]["text"], other["text"])
        yield {**records[index], "id": f"{number:07d}", "text": f"{text}\n\nText {number}.\n" if turn else text}


def joined(first: str, second: str) -> str:
    """The first half of one text and the second half of another, cut where a paragraph ends."""
    return first[: middle(first)] + second[middle(second) :]


def middle(text: str) -> int:
    """Where the paragraph ends that holds a text's middle, or the middle itself where none ends after it."""
    end = text.find("\n\n", len(text) // 2)
    return end if end >= 0 else len(text) // 2


def write(records: Iterable[Record], path: Path) -> None:
    """Write records as gzipped JSON lines, one at a time."""
    with gzip.open(path, "wb", compresslevel=LEVEL) as file:
        file.writelines(orjson.dumps(record) + b"\n" for record in records)


def main(arguments: list[str]) -> None:
    """Write a corpus of as many documents as asked for."""
    news, documents, out = arguments
    write(many(read_records(Path(news)), int(documents)), Path(out))


if __name__ == "__main__":
    main(sys.argv[1:])
