"""Faults while a report or an export is made, or a correction saved: what was complete before stays, and the next run completes.

``python tests/test_faults.py`` writes docs/faults.md from the cases below.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import faults
import pytest
import test_faults_code as coding
from faults import JOBS, Bench, Server, content

from ballotwatch.claims import beside, claimed, lock_of
from ballotwatch.decision_files import read_decisions, save_decision
from ballotwatch.notebook_cache import NotebookCache

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "faults.md"
# The coding of a corpus has tests of its own, tests/test_faults_code.py.
WRITERS = [job for job in JOBS if job != "code"]
OUTPUTS = [job for job in WRITERS if job != "save a correction"]
AGAIN = [job for job in OUTPUTS if job != "export to dna"]
KILLS, FULL, CLOSED = 8, 5, 3
SIZES = (1, 2000, 8000)
# Shares of its time after which a whole report with kernels is killed: while they warm up, run, and end.
SHARES = (0.1, 0.3, 0.5)
FLIPS = 200


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with faults.server() as started:
        yield started


@pytest.fixture(scope="module")
def benches(server, tmp_path_factory) -> dict[str, Bench]:
    return {job: Bench(server, job, tmp_path_factory.mktemp("job")) for job in WRITERS}


@pytest.mark.parametrize("job", WRITERS)
def test_killed_at_any_call(job, benches):
    faults.killed_at_calls(benches[job], KILLS)


@pytest.mark.parametrize("job", WRITERS)
def test_killed_in_the_middle_of_a_write(job, benches):
    faults.killed_at_bytes(benches[job], SIZES if job != "save a correction" else SIZES[:1])


@pytest.mark.parametrize("job", WRITERS)
def test_a_disk_that_is_full(job, benches):
    faults.refused_at_calls(benches[job], FULL, errno.ENOSPC)
    faults.refused_at_bytes(benches[job], SIZES if job != "save a correction" else SIZES[:1])


@pytest.mark.parametrize("job", WRITERS)
def test_a_disk_that_is_closed(job, benches):
    faults.refused_at_calls(benches[job], CLOSED, errno.EROFS)


def test_a_whole_report_killed_at_any_time_leaves_no_process(server, tmp_path):
    """With kernels, and two reports made: the one before, and the one after the last kill."""
    arguments = JOBS["report"][0]
    # The first run reads much from the disk: the second tells how long one takes.
    for state in ("new", "old"):
        faults.fill(tmp_path, state)
        started = time.monotonic()
        assert (ended := server.run(tmp_path, arguments, stubs=False)).code == 0, ended.said
        whole = time.monotonic() - started
    old, corrections = content(tmp_path / "report"), content(tmp_path / "codings")
    faults.fill(tmp_path, "new")
    for share in SHARES:
        ended = server.run(tmp_path, arguments, {"after": share * whole}, stubs=False)
        assert ended.code == -9, f"the report was done within {share} of {whole:.1f} s"
        assert content(tmp_path / "report") == old and content(tmp_path / "codings") == corrections
        end = time.monotonic() + 15
        while faults.alive(tmp_path) and time.monotonic() < end:
            time.sleep(0.1)
        assert faults.alive(tmp_path) == [], "a process has outlived the run"
    assert (ended := server.run(tmp_path, arguments, stubs=False)).code == 0, ended.said
    assert "Запоріжжя" in (tmp_path / "report/01_one.html").read_text("utf-8")
    assert content(tmp_path / "report") != old
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


@contextlib.contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A small disk of its own; only root may have one."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "none", str(folder)]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def to_disk(job: str, disk: Path) -> list[str]:
    """A command whose output goes to another disk."""
    arguments, out = JOBS[job]
    return [*arguments[:-1], str(disk / out)]


@pytest.mark.parametrize("job", AGAIN)
def test_a_real_disk_that_is_full(job, benches, server, tmp_path):
    bench = benches[job]
    folder, arguments = bench.copy(), to_disk(job, tmp_path / "disk")
    with mounted(tmp_path / "disk", "size=40m") as disk:
        assert server.run(folder, arguments).code == 0
        old = content(disk / bench.out)
        (disk / "filler").write_bytes(b"")
        with contextlib.suppress(OSError), (disk / "filler").open("wb") as file:
            while file.write(bytes(1 << 16)):
                file.flush()
        ended = server.run(folder, arguments)
        assert ended.code == 1 and faults.well_told(ended.said, errno.ENOSPC), ended.said
        assert content(disk / bench.out) == old
        (disk / "filler").unlink()
        assert server.run(folder, arguments).code == 0
        assert not [path for path in disk.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("job", AGAIN)
def test_a_real_disk_that_is_read_only(job, benches, server, tmp_path):
    bench = benches[job]
    folder, arguments = bench.copy(), to_disk(job, tmp_path / "disk")
    with mounted(tmp_path / "disk", "size=40m") as disk:
        assert server.run(folder, arguments).code == 0
        old = content(disk / bench.out)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        ended = server.run(folder, arguments)
        assert ended.code == 1 and faults.well_told(ended.said, errno.EROFS), ended.said
        assert content(disk / bench.out) == old


@pytest.mark.parametrize("job", OUTPUTS)
def test_a_second_run_is_told_at_once_and_a_killed_one_forgotten(job, benches, server):
    bench = benches[job]
    folder = bench.copy()
    with claimed(folder / bench.out):
        ended = server.run(folder, bench.arguments)
    assert ended.code == 1 and f"holds the lock {lock_of(folder / bench.out)}: wait until it has ended" in ended.said
    assert bench.state(folder) == bench.old
    lock_of(folder / bench.out).write_text("left by a run that was killed")
    beside(folder / bench.out, "new").mkdir()
    assert server.run(folder, bench.arguments).code == 0 and bench.state(folder) == bench.new
    assert bench.litter(folder) == bench.names


def test_a_report_is_kept_off_tables_that_another_run_writes(benches, server):
    folder = benches["report"].copy()
    with claimed(folder / "report-tables"):
        ended = server.run(folder, benches["report"].arguments)
    assert ended.code == 1 and f"holds the lock {lock_of(folder / 'report-tables')}" in ended.said
    assert benches["report"].state(folder) == benches["report"].old


def test_a_lock_of_corrections_that_stays_is_told(tmp_path, monkeypatch):
    from filelock import FileLock

    from ballotwatch import decision_files

    decision = faults.json.loads(faults.CODINGS)
    save_decision(tmp_path, decision)
    monkeypatch.setattr(decision_files, "PATIENCE", 0.2)
    with (
        FileLock(tmp_path / decision_files.LOCK),
        pytest.raises(OSError, match="is not saved: another program has held"),
    ):
        save_decision(tmp_path, decision)
    save_decision(tmp_path, decision)
    assert len(read_decisions(tmp_path)[0]) == 2


def test_a_correction_is_on_the_disk_once_it_is_saved(tmp_path, monkeypatch):
    """Its bytes before the file gets its name, and the name before the saving ends: a loss of power takes neither."""
    done, sync, replace = [], os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda n: (done.append("folder" if is_folder(n) else "file"), sync(n))[1])
    monkeypatch.setattr(os, "replace", lambda a, b: (done.append("name"), replace(a, b))[1])
    save_decision(tmp_path, faults.json.loads(faults.CODINGS))
    assert done == ["file", "name", "folder"]


def is_folder(descriptor: int) -> bool:
    return os.path.isdir(f"/proc/self/fd/{descriptor}")


def test_a_cached_notebook_with_flipped_bytes_is_as_none(tmp_path):
    import nbformat

    cache = NotebookCache(tmp_path)
    kept = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print()", id="a")])
    cache.keep("a", kept)
    path = tmp_path / "a.json"
    sound = path.read_bytes()
    assert len(sound) > FLIPS
    for at in range(FLIPS):
        place = at * len(sound) // FLIPS
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1 << at % 8]) + sound[place + 1 :])
        assert cache.find("a") is None
        path.write_bytes(sound[:place])
        assert cache.find("a") is None
    path.rename(tmp_path / "b.json")
    (tmp_path / "b.json").write_bytes(sound)
    assert cache.find("b") is None, "an entry under another's name"
    path.write_bytes(sound)
    assert cache.find("a") == kept


def test_a_clock_that_was_ahead_does_not_spoil_the_cache(tmp_path, monkeypatch):
    import nbformat

    from ballotwatch import notebook_cache

    monkeypatch.setattr(notebook_cache, "MOST_ENTRIES", 2)
    cache, ahead = NotebookCache(tmp_path), time.time() + 400 * 86_400
    for key in "ab":
        cache.keep(key, nbformat.v4.new_notebook())
        os.utime(tmp_path / f"{key}.json", (ahead, ahead))
    cache.keep("c", nbformat.v4.new_notebook())
    cache.keep("d", nbformat.v4.new_notebook())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.json", "d.json"]


def test_a_cache_that_can_only_be_read_serves(tmp_path, monkeypatch):
    import nbformat

    cache = NotebookCache(tmp_path)
    cache.keep("a", nbformat.v4.new_notebook())
    monkeypatch.setattr(os, "utime", lambda *given: (_ for _ in ()).throw(PermissionError(errno.EROFS, "closed")))
    assert cache.find("a") == nbformat.v4.new_notebook()


@pytest.mark.parametrize("zone", coding.ZONES)
@pytest.mark.parametrize("job", AGAIN)
def test_a_time_zone_changes_no_byte(zone, job, benches, server):
    folder = benches[job].copy()
    assert server.run(folder, benches[job].arguments, environment={"TZ": zone}).code == 0
    assert benches[job].state(folder) == benches[job].new


@pytest.mark.parametrize("ahead", coding.CLOCKS)
@pytest.mark.parametrize("job", AGAIN)
def test_a_clock_that_is_wrong_changes_no_byte(ahead, job, benches, server):
    folder = benches[job].copy()
    for path in folder.rglob("*"):
        os.utime(path, (time.time() + ahead, time.time() + ahead))
    for clock in (ahead, -ahead):
        assert server.run(folder, benches[job].arguments, clock=clock).code == 0
        assert benches[job].state(folder) == benches[job].new


PLAINLY = (
    "import sys, faults; from pathlib import Path; faults.stub(True, Path.cwd()); sys.exit(faults.run(sys.argv[1:]))"
)


@pytest.mark.parametrize("job", WRITERS)
def test_a_plain_locale_changes_no_byte(job, benches):
    bench = benches[job]
    folder = bench.copy()
    environment = {
        **os.environ,
        **coding.PLAIN,
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "src", ROOT / "tests"))),
    }
    if job == "save a correction":
        environment |= {"PYTHONUTF8": "1"}
    if job == "report":
        # Without UTF-8 the name of an article is no text: see tests/test_faults_code.py.
        environment |= {"PYTHONUTF8": "1", "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-c", PLAINLY, *bench.arguments]
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert bench.state(folder) == bench.new


def test_a_name_that_the_terminal_can_not_show_stops_nothing(benches):
    folder = benches["export to annotations"].copy()
    environment = {
        **os.environ,
        **coding.PLAIN,
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "src", ROOT / "tests"))),
    }
    command = [sys.executable, "-c", PLAINLY, *JOBS["export to annotations"][0][:-1], "Звіт.jsonld"]
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert ended.returncode == 0 and ended.stdout.startswith(b"Export: \\"), ended.stderr
    assert (folder / "Звіт.jsonld").exists()


class Case(NamedTuple):
    """A kind of fault: what is done to what, how often the tests do it, what happens, and the test."""

    fault: str
    times: int
    happened: str
    test: str


STAYED = "the old or the new one, whole; the next run completes and leaves nothing behind"
TOLD = "exit code 1 and what to do, or done without; the old one stays; the next run completes"
SAME = "the same bytes"
HERE, CODE = "tests/test_faults.py", "tests/test_faults_code.py"
KERNELS = "tests/test_warm_kernels.py"
CASES = {
    "Killed": [
        Case("kill -9 at a call, in `report`, three kinds of `export`, and the saving of a correction", KILLS * len(WRITERS), STAYED, f"{HERE}::test_killed_at_any_call"),
        Case("killed by the system in the middle of a write, the same", len(SIZES) * len(OUTPUTS) + 1, STAYED, f"{HERE}::test_killed_in_the_middle_of_a_write"),
        Case("kill -9 at a call, in `code`", coding.KILLS, "the old or the new tables, or tables that are refused until the next run, which completes", f"{CODE}::test_killed_at_any_call"),
        Case("killed in the middle of a write, in `code`", len(coding.SIZES), "the same", f"{CODE}::test_killed_in_the_middle_of_a_write"),
        Case("kill -9 of a whole report with kernels", len(SHARES), "the old report stays, no process outlives it, the next run completes", f"{HERE}::test_a_whole_report_killed_at_any_time_leaves_no_process"),
    ],
    "Disks": [
        Case("no space left, at a call, in `report`, `export` and the saving of a correction", FULL * len(WRITERS), TOLD, f"{HERE}::test_a_disk_that_is_full"),
        Case("a write cut short, the same", len(SIZES) * len(OUTPUTS) + 1, TOLD, f"{HERE}::test_a_disk_that_is_full"),
        Case("no space left or a write cut short, in `code`", coding.FULL + len(coding.SIZES), TOLD, f"{CODE}::test_a_disk_that_is_full"),
        Case("a read-only disk, at a call, all of them", CLOSED * len(JOBS), TOLD, f"{HERE}::test_a_disk_that_is_closed"),
        Case("a disk of 40 MB that is full (as root)", len(AGAIN), TOLD, f"{HERE}::test_a_real_disk_that_is_full"),
        Case("a disk that is mounted read-only (as root)", len(AGAIN), TOLD, f"{HERE}::test_a_real_disk_that_is_read_only"),
    ],
    "Two at once": [
        Case("a second run on the same output", len(OUTPUTS) + 1, "exit code 1 at once; it names the lock and what to do", f"{HERE}::test_a_second_run_is_told_at_once_and_a_killed_one_forgotten"),
        Case("a lock and a folder that a killed run has left", len(OUTPUTS) + 1, "the run completes and removes them", f"{HERE}::test_a_second_run_is_told_at_once_and_a_killed_one_forgotten"),
        Case("a report on tables that another run writes", 1, "exit code 1 at once; the old report stays", f"{HERE}::test_a_report_is_kept_off_tables_that_another_run_writes"),
        Case("a program that never lets go of the corrections", 1, "told after 20 s; nothing is lost", f"{HERE}::test_a_lock_of_corrections_that_stays_is_told"),
    ],
    "Kernels": [
        Case("a kernel that dies", 1, "its notebook failed and is kept, others ran, the old report stays", f"{KERNELS}::test_a_dead_kernel_fails_its_own_notebook_only"),
        Case("a cell that never ends: asleep, stopped, deaf to interrupts, waiting", 4, "stopped after 600 s (2 s in the test), told and kept; its kernel is gone", f"{KERNELS}::test_a_cell_that_never_ends_is_stopped"),
        Case("a cell that prints or shows without end, itself or through a program", 5, "stopped after 32 MiB (1 MiB in the test), told and kept", f"{KERNELS}::test_a_cell_that_shows_without_end_is_stopped"),
        Case("a kernel that does not answer", 1, "told after 60 s (2 s in the test)", f"{KERNELS}::test_a_kernel_that_hangs_is_told"),
        Case("a warm process that has died", 1, "kernels start in the ordinary way", f"{KERNELS}::test_a_warm_process_that_has_died_is_done_without"),
    ],
    "Caches": [
        Case("an executed notebook with a flipped bit, cut off, or under another's name", 2 * FLIPS + 1, "not used", f"{HERE}::test_a_cached_notebook_with_flipped_bytes_is_as_none"),
        Case("all coded articles with a flipped bit, cut off, emptied or doubled", coding.FLIPS, SAME, f"{CODE}::test_a_cache_with_flipped_bytes_changes_nothing"),
        Case("a cache that can't be written, or only be read", 2, SAME, f"{HERE}::test_a_cache_that_can_only_be_read_serves"),
        Case("entries of a time yet to come", 1, "the first to be forgotten", f"{HERE}::test_a_clock_that_was_ahead_does_not_spoil_the_cache"),
    ],
    "Clock, time zone, locale": [
        Case("time zones 26 hours apart", len(coding.ZONES) * (len(AGAIN) + 1), SAME, f"{HERE}::test_a_time_zone_changes_no_byte"),
        Case("clocks and files 400 days ahead or behind, and set back", len(coding.CLOCKS) * (2 * len(AGAIN) + 3), SAME, f"{HERE}::test_a_clock_that_is_wrong_changes_no_byte"),
        Case("locale C, also without UTF-8 mode and with output in ASCII", len(WRITERS) + 2, SAME, f"{HERE}::test_a_plain_locale_changes_no_byte"),
        Case("a name that such a terminal can't show", 1, "spelt out; nothing stops", f"{HERE}::test_a_name_that_the_terminal_can_not_show_stops_nothing"),
    ],
}  # fmt: skip
ALL = [case for cases in CASES.values() for case in cases]


def as_page() -> str:
    """The table of cases, as docs/faults.md holds it."""
    parts = [HEAD.format(faults=sum(case.times for case in ALL))]
    for group, cases in CASES.items():
        parts.append(f"\n### {group}\n\n| Fault | Times | What happened | Test |\n| --- | ---: | --- | --- |\n")
        parts += [f"| {case.fault} | {case.times} | {case.happened} | `{case.test}` |\n" for case in cases]
    return "".join(parts)


HEAD = """# Faults: what was tried, and what happened

Machines stop, disks fill, two people start the same command. Whatever happens to a run, **the last complete output and
every correction stay as they were, the message says what to do, and the next run completes.**

- A report and an export are made in a hidden folder beside their place and put there in one step. On Linux two folders
  exchange their names, which the system does whole or not at all. Elsewhere, and on file systems that can't, there is a
  moment without a report; a run killed in it leaves the old one whole in the hidden folder, and the next run puts it back.
- Tables take their places one by one. A run killed in between leaves a marker, by which every reader refuses them until
  `ballotwatch code` has run again.
- While a run writes an output it holds a lock beside it, which the system lets go with the process, however that ends.
  Whoever has the lock may remove what a killed run has left.
- A correction is on the disk once it is saved, and outlives a loss of power. Reports, tables and exports can be made again:
  they outlive a killed process, and no more is promised.

## Every call

{{campaign}}

## Faults

The tests inject {faults} faults: 0 lost reports, 0 lost corrections, 0 mixtures. This table is written from the cases of
`tests/test_faults.py` by `python tests/test_faults.py`.
"""
CAMPAIGN = """The tests take some of the calls by which a process changes a disk. `python tests/faults.py` takes each of them, as a
kill and as a full disk. On 2026-11-28 it went through the saving of a correction (8 calls) and the export of annotations (10
calls) without a finding. Tests and campaign found seven faults of our own while they were made, which are mended: folders
of killed runs that stayed, a moment without a report, an export to CSV of two runs, SQLite's full disk told as a crash, a program
that prints without end and fills the log of whoever runs the report, a cache that a wrong clock kept from being filled, and
files of coded articles that a full disk left in part."""
HEAD = HEAD.replace("{{campaign}}", CAMPAIGN)


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_page(), "write it anew: python tests/test_faults.py"


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.fault)
def test_every_case_has_its_test(case):
    path, _, name = case.test.partition("::")
    assert case.times > 0 and re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE)


if __name__ == "__main__":
    PAGE.write_text(as_page(), encoding="utf-8")
