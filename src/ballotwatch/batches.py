"""A corpus in batches: few enough articles that processes share the work evenly, enough of them that spaCy reads many at once.

Where a batch ends follows from the corpus alone, so that tables don't depend on who codes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ballotwatch.corpus import Item, Line, Page, Record, read_items

Batch = list[Item]
# So that a batch of long articles is coded in seconds, not minutes, and a lost one costs little.
MOST_ITEMS = 24
MOST_BYTES = 500_000


def batches(corpus: str | Path) -> Iterator[Batch]:
    """The items of a corpus in order, some at a time. Raises FileNotFoundError where there is no such corpus."""
    batch: Batch = []
    size = 0
    for item in read_items(corpus):
        batch.append(item)
        size += _size(item)
        if len(batch) == MOST_ITEMS or size >= MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _size(item: Item) -> int:
    if isinstance(item, Page | Line):
        return len(item.data)
    return len(str(item.fields.get("text", ""))) if isinstance(item, Record) else 0
