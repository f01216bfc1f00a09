"""What ballotwatch and a peer found in the same texts: how much each, and how much of it the other found too."""

from __future__ import annotations

from bisect import bisect_left

Spans = list[list]


def compare(ours: dict[str, Spans], theirs: dict[str, Spans]) -> dict[str, dict[str, int]]:
    """For each kind that the peer finds: counts of both, and of the spans that overlap one of the other's.

    ``speakers`` counts the spans that name who speaks, where any of a side's do.
    """
    return {
        kind: {
            "ours": len(ours[kind]), "theirs": len(spans),
            "ours_shared": shared(ours[kind], spans), "theirs_shared": shared(spans, ours[kind]),
            "ours_named": named(ours[kind]), "theirs_named": named(spans),
        }
        for kind, spans in theirs.items()
    }  # fmt: skip


def shared(spans: Spans, others: Spans) -> int:
    """How many spans overlap one of the others."""
    held: dict[str, list[tuple[int, int]]] = {}
    for doc_id, start, end, _ in others:
        held.setdefault(doc_id, []).append((start, end))
    return sum(overlaps(start, end, sorted(held.get(doc_id, ()))) for doc_id, start, end, _ in spans)


def overlaps(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    """Whether a span shares a character with one of some spans, which are in order."""
    before = bisect_left(spans, (end, 0))
    return any(other_end > start for _, other_end in spans[:before])


def named(spans: Spans) -> int:
    """How many spans have a speaker, or a date that stands for them."""
    return sum(bool(value) for *_, value in spans)
