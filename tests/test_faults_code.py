"""Faults while a corpus is coded: whatever happens, the tables are the old or the new ones, or refused until the next run."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import faults
import pytest
from faults import Bench, Server

from ballotwatch.claims import claimed, lock_of

KILLS, FULL, CLOSED = 10, 6, 3
SIZES = (1, 3000, 6000, 20_000)
FLIPS = 12
ZONES = ("Pacific/Kiritimati", "Etc/GMT+12")
CLOCKS = (-400 * 86_400.0, 400 * 86_400.0)
PLAIN = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
CODE = faults.JOBS["code"][0]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with faults.server() as started:
        yield started


@pytest.fixture(scope="module")
def bench(server, tmp_path_factory) -> Bench:
    return Bench(server, "code", tmp_path_factory.mktemp("code"))


def test_killed_at_any_call(bench):
    faults.killed_at_calls(bench, KILLS)


def test_killed_in_the_middle_of_a_write(bench):
    faults.killed_at_bytes(bench, SIZES)


def test_a_disk_that_is_full(bench):
    faults.refused_at_calls(bench, FULL, errno.ENOSPC)
    faults.refused_at_bytes(bench, SIZES)


def test_a_disk_that_is_closed(bench):
    faults.refused_at_calls(bench, CLOSED, errno.EROFS)


def test_a_cache_with_flipped_bytes_changes_nothing(bench, server):
    folder = bench.copy()
    first = server.run(folder, CODE)
    assert first.code == 0 and bench.state(folder) == bench.new
    entries = [path for path in (folder / "build/cache").rglob("*") if path.is_file()]
    assert entries, "nothing was kept, so that nothing was tried"
    sound = {path: path.read_bytes() for path in entries}
    for step in range(FLIPS):
        for path, held in sound.items():
            path.write_bytes(damage(held, step))
        (folder / "tables/datapackage.json").unlink()
        ended = server.run(folder, CODE)
        assert ended.code == 0 and "Traceback" not in ended.said
        assert bench.state(folder) == bench.new, f"damage {step} changed a row"


def damage(held: bytes, step: int) -> bytes:
    """An entry with one bit flipped, at a place that goes through all of it; or cut off, or emptied, or doubled."""
    at = step * (len(held) - 1) // (FLIPS - 1)
    special = {1: b"", 2: held[:-1], 3: held[: len(held) // 2], 4: held * 2, 5: held[:64], 6: held[:65]}
    return special.get(step, held[:at] + bytes([held[at] ^ 1 << step % 8]) + held[at + 1 :])


def test_a_cache_that_can_not_be_written_costs_no_row(bench, server):
    folder = bench.copy()
    (folder / "not").write_text("a file, not a folder")
    ended = server.run(folder, [*CODE, "--cache", "not"])
    assert ended.code == 0 and bench.state(folder) == bench.new, ended.said


def test_a_second_run_is_told_at_once_and_a_killed_one_forgotten(bench, server):
    folder = bench.copy()
    with claimed(folder / "tables"):
        ended = server.run(folder, CODE)
    assert ended.code == 1 and f"holds the lock {lock_of(folder / 'tables')}: wait until it has ended" in ended.said
    assert bench.state(folder) == bench.old
    lock_of(folder / "tables").write_text("left by a run that was killed")
    assert server.run(folder, CODE).code == 0 and bench.state(folder) == bench.new


@pytest.mark.parametrize("zone", ZONES)
def test_a_time_zone_changes_no_byte(zone, bench, server):
    folder = bench.copy()
    assert server.run(folder, CODE, environment={"TZ": zone}).code == 0
    assert bench.state(folder) == bench.new


@pytest.mark.parametrize("ahead", CLOCKS)
def test_a_clock_that_is_wrong_changes_no_byte(ahead, bench, server):
    folder = bench.copy()
    for path in folder.rglob("*"):
        os.utime(path, (time.time() + ahead, time.time() + ahead))
    for clock in (ahead, 0, -ahead):
        (folder / "tables/datapackage.json").unlink(missing_ok=True)
        assert server.run(folder, CODE, clock=clock).code == 0
        assert bench.state(folder) == bench.new


def test_a_plain_locale_changes_no_byte(bench):
    folder = bench.copy()
    for environment in ({"LC_ALL": "C", "LANG": "C"}, PLAIN):
        if environment is PLAIN:
            # Without UTF-8 a name is no text; what is in the file is.
            (folder / "corpus/Запоріжжя – two.txt").unlink()
            (folder / "corpus/two.jsonl").write_text('{"id": "Запоріжжя – two", "text": "Żuk said no."}\n', "utf-8")
        (folder / "tables/datapackage.json").unlink(missing_ok=True)
        ended = shell(folder, *CODE, **environment)
        assert ended.returncode == 0, ended.stderr
        assert environment is PLAIN or bench.state(folder) == bench.new
    plain = bench.state(folder)
    (folder / "tables/datapackage.json").unlink()
    assert shell(folder, *CODE, PYTHONUTF8="1").returncode == 0
    assert bench.state(folder) == plain


def shell(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "ballotwatch.cli", *arguments]
    more = {"XDG_CACHE_HOME": str(folder / "cache"), faults.MARK: str(folder)}
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **more, **environment}, capture_output=True, check=False, timeout=300
    )
