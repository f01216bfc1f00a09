"""Outputs that change in one step, one run at a time, with nothing left of runs that were killed."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ballotwatch import swapping
from ballotwatch.advice import WriteError, advised
from ballotwatch.claims import InUse, beside, claimed, lock_of
from ballotwatch.swapping import MADE, OLD, building, exchange, replacing, swap

HOLDER = """import sys, time
from pathlib import Path
from ballotwatch.claims import claimed
with claimed(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)"""


def folder(path: Path, word: str) -> Path:
    path.mkdir(parents=True)
    (path / "page.html").write_text(word)
    return path


def refuse(number: int):
    def exchange(one: Path, other: Path) -> None:
        raise OSError(number, os.strerror(number), str(one))

    return exchange


def word(path: Path) -> str:
    return (path / "page.html").read_text()


@pytest.fixture(params=["in one step", "in two steps"])
def out(request, tmp_path, monkeypatch) -> Path:
    """An output that is there already, on a system that exchanges names, and on one that does not."""
    if request.param == "in two steps":
        monkeypatch.setattr(swapping, "exchange", refuse(errno.EINVAL))
    return folder(tmp_path / "out", "old")


def test_a_folder_is_replaced_and_nothing_else_is_left(out):
    with building(out) as made:
        (made / "page.html").write_text("new")
        assert word(out) == "old"
    assert word(out) == "new" and [path.name for path in out.parent.iterdir()] == ["out"]
    assert out.stat().st_mode & 0o777 == 0o755 & ~umask()


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_block_that_fails_leaves_the_old_folder(out):
    with pytest.raises(KeyError), building(out) as made:
        (made / "page.html").write_text("half")
        raise KeyError
    assert word(out) == "old" and [path.name for path in out.parent.iterdir()] == ["out"]


def test_an_error_puts_the_old_folder_back(out):
    with pytest.raises(FileNotFoundError):
        swap(out.with_name("missing"), out)
    assert word(out) == "old" and [path.name for path in out.parent.iterdir()] == ["out"]


def test_other_errors_of_an_exchange_are_told(out, monkeypatch):
    monkeypatch.setattr(swapping, "exchange", refuse(errno.EBUSY))
    with pytest.raises(OSError, match="busy"), building(out):
        pass
    assert word(out) == "old"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges names here")
def test_an_exchange_leaves_both(tmp_path):
    exchange(folder(tmp_path / "a", "one"), folder(tmp_path / "ü", "two"))
    assert (word(tmp_path / "a"), word(tmp_path / "ü")) == ("two", "one")
    with pytest.raises(FileNotFoundError, match="none"):
        exchange(tmp_path / "none", tmp_path / "a")


def test_the_next_run_clears_what_a_killed_one_has_left(out):
    folder(beside(out, "new") / MADE, "half")
    with building(out) as made:
        assert not list(made.iterdir())
        (made / "page.html").write_text("new")
    assert word(out) == "new" and [path.name for path in out.parent.iterdir()] == ["out"]


def test_the_next_run_puts_back_what_a_killed_one_had_moved_aside(out):
    beside(out, "new").mkdir()
    out.rename(beside(out, "new") / OLD)
    with pytest.raises(KeyError), building(out):
        assert word(out) == "old"
        raise KeyError
    assert word(out) == "old"


def test_an_output_that_is_there_is_not_put_back_over(out):
    folder(beside(out, "new") / OLD, "older")
    with building(out):
        assert word(out) == "old"


def test_what_lies_beside_with_a_name_alike_is_left_alone(out):
    for name in (".out-new", ".out.ballotwatch-newer", "out-tables"):
        folder(out.with_name(name), name)
    with building(out):
        pass
    assert len([path for path in out.parent.iterdir() if path.name != "out" and word(path) == path.name]) == 3


def test_a_link_keeps_its_place(tmp_path):
    folder(tmp_path / "disk/out", "old")
    (tmp_path / "out").symlink_to("disk/out")
    with building(tmp_path / "out") as made:
        (made / "page.html").write_text("new")
    assert (tmp_path / "out").is_symlink() and word(tmp_path / "disk/out") == "new"


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path):
    out = tmp_path / "a.txt"
    out.write_text("old")
    with pytest.raises(KeyError), replacing(out) as made:
        made.write_text("half")
        raise KeyError
    assert out.read_text() == "old"
    with replacing(out) as made:
        made.write_text("new")
    assert out.read_text() == "new" and [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_claim_may_be_taken_again_by_its_thread_alone(tmp_path):
    out = tmp_path / "deep/out"
    with claimed(out), claimed(out):
        pass
    with claimed(out):
        with claimed(out):
            pass
        assert lock_of(out).exists()
        asked = subprocess.run([sys.executable, "-c", HOLDER, out], capture_output=True, text=True, check=False)
        assert f"holds the lock {lock_of(out)}: wait until it has ended" in asked.stderr
        with ThreadPoolExecutor(1) as pool, pytest.raises(InUse):
            pool.submit(claimed(out).__enter__).result()
    assert not list(out.parent.iterdir())


def test_a_claim_of_a_killed_process_is_void(tmp_path):
    out = tmp_path / "out"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, out], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(InUse, match="another run of ballotwatch"), claimed(out):
            pass
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    assert lock_of(out).exists()
    with claimed(out):
        pass
    assert not list(tmp_path.iterdir())


def count_up(number: Path, times: int) -> None:
    """Count in a file as often as the claim is had; any two at once would lose counts."""
    while times:
        try:
            with claimed(number):
                number.write_text(str(int(number.read_text()) + 1))
            times -= 1
        except InUse:
            time.sleep(0.001)


def test_no_two_processes_have_a_claim_at_once(tmp_path):
    number = tmp_path / "number"
    number.write_text("0")
    context = multiprocessing.get_context("fork")
    jobs = [context.Process(target=count_up, args=(number, 150)) for _ in range(4)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert [job.exitcode for job in jobs] == [0] * 4 and number.read_text() == "600"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "No space left on device (x): free some there, or choose another place with --out"),
        (errno.EROFS, "Read-only file system (x): make that place writable, or choose another place with --out"),
    ],
)
def test_errors_of_a_disk_say_what_to_do(number, told):
    with pytest.raises(WriteError) as error, advised():
        raise OSError(number, os.strerror(number), "x")
    assert str(error.value) == f"{told}, and try again; what was there before is as it was"
    assert error.value.errno == number
    with pytest.raises(WriteError) as again, advised("wait"), advised("pray"):
        raise OSError(number, os.strerror(number))
    assert "pray" in str(again.value) and "wait" not in str(again.value)


def test_a_database_that_is_refused_says_what_to_do():
    with pytest.raises(WriteError, match=r"database or disk is full \(SQLite\): free some there"), advised():
        raise sqlite3.OperationalError("database or disk is full")


def test_other_errors_pass_as_they_are():
    with pytest.raises(InUse, match="^held$"), advised():
        raise InUse("held")
    with pytest.raises(FileNotFoundError, match="No such file"), advised():
        os.stat("/nonexistent")


def test_a_signal_that_ends_the_process_ends_the_claim(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path / "out"], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    holder.send_signal(signal.SIGTERM)
    holder.wait()
    holder.stdout.close()
    with claimed(tmp_path / "out"):
        pass
