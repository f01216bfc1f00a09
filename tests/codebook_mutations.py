"""Codebooks with mistakes in them: a copy of one that ships, with something in one of its files changed."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

CELLS = [
    "", " ", "|", "a||b", "a|b|c", ",", '"', "'", "\n", "\r", "\t", "\u2028", "\ufeff", "\u0301", "\u202e", "\0", "0", "-1", "1e999",
    "nan", "inf", "1_000", "٣", "true", "True", "2014-02-30", "0001-01-01", "9999-12-31", "2014-W11-7", "20140316", "(", ")", "[a",
    "*", "+?", "\\", "\\1", "(?P<x>", "a{99999}", "(a+)+$", "{0}", "{{7*7}}", "%s", "$x$", "<script>window.pwned=1</script>", "=1+1",
    "UKR", "UA-43", "XX-1", "said", "the", "a", "vote", "\U0001f600", "x" * 5_000, "word " * 2_000, "../../etc/passwd",
]  # fmt: skip
VALUES = [
    "1",
    "true",
    "[]",
    '["a", 1]',
    '["(", "*", "\\\\"]',
    '[""]',
    '["\\u0301"]',
    '"a"',
    "{}",
    '[["a"]]',
    "1979-05-27",
    '["' + "x" * 5_000 + '"]',
    "nan",
]
BYTES = [b"\xff", b"\0", b"\xef\xbb\xbf", b'"', b"\r", b"\n\n", b"[[", b"=", b"\xe2\x80"]


def copied(source: Path, folder: Path) -> Path:
    """A copy of a codebook."""
    return Path(shutil.copytree(source, folder))


def mutate(folder: Path, chance: random.Random) -> str:
    """Change one file of a codebook; what was done, in words."""
    path = chance.choice(sorted(p for p in folder.iterdir() if p.suffix in (".csv", ".toml", ".geojson")))
    ways: dict[str, list[Callable]] = {".csv": [_cell, _cell, _cell, _row, _column, _bytes], ".toml": [_toml, _toml, _bytes],
                                       ".geojson": [_geojson, _bytes]}  # fmt: skip
    way = chance.choice([*ways[path.suffix], _gone] if chance.random() < 0.1 else ways[path.suffix])
    return f"{path.name}: {way(path, chance)}"


def _read(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))


def _write(path: Path, rows: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    path.write_text(stream.getvalue(), "utf-8")


def _cell(path: Path, chance: random.Random) -> str:
    rows = _read(path)
    row, value = chance.choice(rows[1:]), chance.choice(CELLS)
    place = chance.randrange(len(row))
    row[place] = chance.choice([value, row[place] + value, value + row[place], f"{row[place]}|{value}"])
    _write(path, rows)
    return f"cell {rows[0][place]} = {row[place][:80]!r}"


def _row(path: Path, chance: random.Random) -> str:
    rows = _read(path)
    place = chance.randrange(1, len(rows))
    what = chance.choice(["twice", "gone", "short", "long", "all gone", "shuffled"])
    row = rows[place]
    pieces = {
        "twice": [row, row],
        "gone": [],
        "short": [row[:-1]],
        "long": [[*row, "x"]],
        "all gone": [],
        "shuffled": [row[::-1]],
    }
    rows[place : len(rows) if what == "all gone" else place + 1] = pieces[what]
    _write(path, rows)
    return f"row {place} {what}"


def _column(path: Path, chance: random.Random) -> str:
    rows = _read(path)
    place, what = chance.randrange(len(rows[0])), chance.choice(["gone", "twice", "renamed", "header gone"])
    if what == "header gone":
        rows = rows[1:]
    elif what == "renamed":
        rows[0][place] = chance.choice(CELLS)
    else:
        rows = [row[:place] + row[place : place + 1] * (2 if what == "twice" else 0) + row[place + 1 :] for row in rows]
    _write(path, rows)
    return f"column {place} {what}"


def _bytes(path: Path, chance: random.Random) -> str:
    data, piece = path.read_bytes(), chance.choice(BYTES)
    place = chance.randrange(len(data))
    path.write_bytes(data[:place] + piece + data[place + chance.choice([0, 0, 1, 100]) :])
    return f"{piece!r} at byte {place}"


def _toml(path: Path, chance: random.Random) -> str:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    keys = [line.partition(" =")[0] for line in lines if " = " in line and not line.startswith((" ", "#"))]
    key, value = chance.choice(keys), chance.choice([*VALUES, "[" * 5_000])
    text = "".join(line for line in lines)
    start = text.index(f"{key} =")
    end = text.find("\n\n", start) if chance.random() < 0.5 else text.find("\n", start)
    path.write_text(text[:start] + f"{key} = {value}" + text[end if end > 0 else len(text) :], "utf-8")
    return f"{key} = {value[:80]}"


def _geojson(path: Path, chance: random.Random) -> str:
    data = json.loads(path.read_text("utf-8"))
    feature = chance.choice(data["features"])
    changes: dict[str, Callable] = {
        "region a list": lambda: feature["properties"].update(region=["UA-43"]),
        "region none": lambda: feature["properties"].update(region=None),
        "no properties": lambda: feature.pop("properties"),
        "properties none": lambda: feature.update(properties=None),
        "no geometry": lambda: feature.pop("geometry"),
        "geometry of words": lambda: feature.update(geometry={"type": "Polygon", "coordinates": "pwned"}),
        "a geometry without end": lambda: feature.update(geometry={"type": "Polygon", "coordinates": []}),
        "features of words": lambda: data.update(features="pwned"),
        "features none": lambda: data.update(features=None),
        "twice": lambda: data["features"].append(feature),
    }
    what = chance.choice(sorted(changes))
    changes[what]()
    path.write_text(json.dumps(data), "utf-8")
    return what


def _gone(path: Path, chance: random.Random) -> str:
    path.unlink()
    return "gone"
