"""The targets of `scripts/fuzz.py` on their seeds, on random bytes, and on every input that a campaign has found.

A finding stays here for good: its bytes, and what was wrong. docs/fuzzing.md tells of the campaigns.
"""

from __future__ import annotations

import importlib
import random
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from ballotwatch.layout import Layout, Span

ROOT = Path(__file__).parents[1]
NAMES = [
    "decode",
    "html",
    "jsonl",
    "csv",
    "parquet",
    "layout",
    "dates",
    "coder",
    "decisions",
    "parameters",
    "refs",
    "table",
]
# What broke, by target; each was mended.
FINDINGS = {
    "last Sunday, in an article of the year 1": ("dates", b"\x00\x00\x00\x12TUVWXYZ[PQRST\\"),
    "years before the year 1": (
        "dates",
        b"\x00\x01\x02\x03\x04\x05\x04\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x15\x16\x1f(*\x17w)+,-EFGHIJKLMNO",
    ),
    "a path of more bytes than a name may have": ("parameters", b"ballots=[]\nconfidence=0.5\ncodings=" + b"m" * 300),
    "a number of more digits than Python reads": ("parameters", b"confidence=" + b"9" * 5000),
    "a list without end": ("parameters", b"actors=" + b"[" * 100_000),
}


@pytest.fixture(scope="module")
def targets() -> ModuleType:
    """The module with the targets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        return importlib.import_module("fuzz_targets")


def test_these_are_all_targets(targets: ModuleType) -> None:
    assert sorted(targets.TARGETS) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_seeds_and_what_is_made_of_them(targets: ModuleType, name: str) -> None:
    """Seeds as they are, cut, doubled, and with bytes changed; always the same changes."""
    chance = random.Random(name)
    target = targets.TARGETS[name]
    for seed in target.seeds:
        target.run(seed)
        for _ in range(3 if name == "coder" else 12):
            target.run(changed(seed, chance))


def changed(data: bytes, chance: random.Random) -> bytes:
    """Bytes with a piece cut out, doubled or overwritten."""
    start, length = chance.randrange(len(data) + 1), chance.randrange(1, 24)
    piece = chance.choice([b"", data[start : start + length] * 2, chance.randbytes(length)])
    return data[:start] + piece + data[start + length :]


@pytest.mark.parametrize("finding", FINDINGS)
def test_findings_stay_mended(targets: ModuleType, finding: str) -> None:
    name, data = FINDINGS[finding]
    targets.TARGETS[name].run(data)


def test_a_target_tells_what_is_broken(targets: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    behind = SimpleNamespace(__wrapped__=lambda text: Layout(title=Span(0, len(text) + 1)))
    monkeypatch.setattr(targets, "find_layout", behind)
    with pytest.raises(AssertionError):
        targets.TARGETS["layout"].run(b"No.\n")
