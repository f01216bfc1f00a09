"""Faults, injected and counted: a command runs in a process of its own, which is killed or refused the disk at a moment.

A moment is the k-th call by which the process opens a file to write, renames, removes, makes a folder, exchanges two
names or asks for a file to be on the disk; or the n-th byte of a file, at which the system ends the process or refuses
the write; or a time. Processes are copies of one that has imported everything, so that a fault takes a second or less.

``python tests/faults.py`` tries every call and prints what docs/faults.md says of it.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

ROOT = Path(__file__).parents[1]
OLD = "Kyiv rejects the count\n\nUkraine condemned the sham referendum in Kherson on 28 September 2022, and said so.\n"
NEW = "Варшава\n\nPoland’s president Lech Żuk said it would never recognise the referendum in Kherson of September 2022.\n"
CORPUS = {"old": {"one.txt": OLD}, "new": {"one.txt": OLD, "Запоріжжя – two.txt": NEW}}
CODINGS = (
    '{"doc": "none", "sha256": "%s", "coder": "Ада", "time": "2026-11-22T12:00:00Z", "action": "reject", "statement_id": "s", "statement": null}\n'
    % ("0" * 64)
)
NOTEBOOK = ('tables = "../tables"\ncodings = "../codings"', "print('Запоріжжя')")
EXPORT = ["export", "tables", "--codings", "codings", "--to"]
# Commands by name; each writes the place in the second column, which is all that it may change there.
JOBS: dict[str, tuple[list[str], str]] = {
    "code": (["code", "corpus", "--out", "tables"], "tables"),
    "report": (["report", "corpus", "--out", "report"], "report"),
    "export to annotations": ([*EXPORT, "annotations", "--out", "out.jsonld"], "out.jsonld"),
    "export to csv": ([*EXPORT, "csv", "--out", "out"], "out"),
    "export to dna": ([*EXPORT, "dna", "--out", "out.dna"], "out.dna"),
    "save a correction": (["save", "codings"], "codings"),
}
# Threads of libraries would not be in a copy of a process.
SETTINGS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
MARK = "BALLOTWATCH_FAULT"
NAMES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink", "sqlite3.connect"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Ended(NamedTuple):
    """How a process ended: its exit code, or minus the signal; what it said; and how many calls it got to."""

    code: int
    said: str
    calls: int


class Server:
    """The process that others are copies of."""

    def __init__(self) -> None:
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
        self._process = subprocess.Popen(
            [sys.executable, __file__, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **SETTINGS, "PYTHONPATH": path},
        )  # fmt: skip

    def run(self, folder: Path, arguments: Sequence[str], fault: dict[str, Any] | None = None, **more: Any) -> Ended:
        """Run a command in a folder. fault: ``{"call": k}`` or ``{"size": n}``, with ``"errno"`` an error in place of a
        kill; ``{"after": seconds}``. more: ``environment``, ``clock`` (seconds ahead), ``stubs``."""
        request = {"folder": str(folder), "arguments": list(arguments), "fault": fault or {}, **more}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return Ended(*json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def serve() -> None:
    """Copy this process for each request on standard input, and tell how the copy ended."""
    warm()
    for line in sys.stdin:
        request = json.loads(line)
        with tempfile.TemporaryDirectory() as told:
            said, says = os.pipe()
            child = os.fork()
            if child == 0:
                become(request, says, Path(told, "calls"))
            if "after" in request["fault"]:
                time.sleep(request["fault"]["after"])
                os.kill(child, signal.SIGKILL)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            calls = Path(told, "calls")
            count = calls.stat().st_size if calls.exists() else 0
            print(json.dumps([code, spoken(said, says), count]), flush=True)


def spoken(said: int, says: int) -> str:
    """What is in a pipe, which is closed; whoever else has an end of it is not waited for."""
    os.set_blocking(said, False)
    try:
        return os.read(said, 1 << 20).decode("utf-8", "replace")
    except BlockingIOError:
        return ""
    finally:
        os.close(said)
        os.close(says)


def warm() -> None:
    """Import what the commands need, and run each once, so that the model and all else is there."""
    from ballotwatch import cli, report, warm_kernels
    from ballotwatch.article_coder import code_articles  # noqa: F401 - it is imported when the first article is coded

    places = ((cli, "find_checkout"), (report, "run_notebooks"), (report, "write_figures"), (warm_kernels, "usable"))
    kept = [(module, name, getattr(module, name)) for module, name in places]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), contextlib.redirect_stdout(None):
        fill(Path(folder), "old")
        stub(True, Path(folder))
        for arguments, _ in JOBS.values():
            assert run(arguments) == 0
    for module, name, value in kept:
        setattr(module, name, value)


def become(request: dict[str, Any], says: int, calls: Path) -> None:
    """Be the process that suffers the fault. It speaks into a pipe, which has no size that a fault could limit."""
    code = 70
    try:
        for descriptor in (1, 2):
            os.dup2(says, descriptor)
        os.chdir(request["folder"])
        os.environ.update({MARK: request["folder"], **request.get("environment", {})})
        time.tzset()
        set_clock(request.get("clock", 0))
        stub(request.get("stubs", True), Path(request["folder"]))
        inject(request["fault"], request["folder"], os.open(calls, os.O_WRONLY | os.O_CREAT | os.O_APPEND))
        code = run(request["arguments"])
    except SystemExit as error:
        code = error.code
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def run(arguments: list[str]) -> int:
    """A command of ours, or the saving of a correction, which has none."""
    from ballotwatch import cli, decision_files

    if arguments[0] != "save":
        return cli.main(arguments)
    decision = {**json.loads(CODINGS), "coder": "Ада"}
    try:
        decision_files.save_decision(Path(arguments[1]), decision)
    except OSError as error:
        print(f"ballotwatch: error: {error}", file=sys.stderr)
        return 1
    return 0


def stub(fast: bool, folder: Path) -> None:
    """The checkout is the folder; where it must be `fast`, notebooks are not run and figures are two small files."""
    from ballotwatch import cli, report, warm_kernels

    cli.find_checkout = lambda: folder
    if not fast:
        return
    warm_kernels.usable = lambda: False
    report.run_notebooks = lambda given, place, progress: ((path, nbformat.read(path, 4)) for path in given)
    report.write_figures = write_figures


def set_clock(ahead: float) -> None:
    """Have this process's clock go some seconds ahead."""
    right = time.time
    time.time = lambda: right() + ahead


def write_figures(tables: Any, codebook: Any, folder: Path) -> list[Path]:
    """A figure as the report needs it."""
    folder.mkdir()
    (folder / "a.svg").write_text("<svg><metadata><dc:description>A</dc:description></metadata></svg>")
    (folder / "a.png").write_bytes(b"png")
    return [folder / "a.svg", folder / "a.png"]


def inject(fault: dict[str, Any], folder: str, calls: int) -> None:
    """Have this process killed, or refused the disk, at a moment; each call is a byte in the file `calls`."""
    if "size" in fault:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN if "errno" in fault else signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault["size"], fault["size"]))
        return
    count = 0

    def step(where: str) -> None:
        nonlocal count
        count += 1
        os.write(calls, b".")
        if count == fault.get("call"):
            if "errno" not in fault:
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(fault["errno"], os.strerror(fault["errno"]), where)

    def hear(event: str, given: tuple) -> None:
        if event == "ctypes.dlsym" and given[1] == "renameat2":
            step(folder)
        elif event in NAMES or (event == "open" and given[2] & WRITES):
            where = os.fsdecode(given[0]) if isinstance(given[0], str | bytes | os.PathLike) else ""
            if where.startswith(folder) or not where.startswith("/"):
                step(where)

    sync = os.fsync

    def fsync(number: int) -> None:
        step(folder)
        sync(number)

    os.fsync = fsync
    sys.addaudithook(hear)


def fill(folder: Path, which: str) -> None:
    """The corpus, the corrections and the notebooks of a folder."""
    shutil.rmtree(folder / "corpus", ignore_errors=True)
    for part in ("corpus", "codings", "notebooks", "seeds"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name, text in CORPUS[which].items():
        (folder / "corpus" / name).write_text(text, "utf-8")
    (folder / "codings/Ада.codings.jsonl").write_text(CODINGS, "utf-8")
    cells = [nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(NOTEBOOK)]
    cells[0].metadata["tags"] = ["parameters"]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / "notebooks/01_one.ipynb")


def content(place: Path) -> dict[str, bytes]:
    """What is at a place, file by file, hidden ones too; of a folder of corrections without the time of saving."""
    if place.is_file():
        return {place.name: place.read_bytes()}
    files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else []
    return {str(path.relative_to(place)): path.read_bytes() for path in files}


class Bench:
    """A job with its output as an earlier run has left it and its input changed since; copies of that suffer faults."""

    def __init__(self, server: Server, job: str, folder: Path, **more: Any) -> None:
        self.server, self.job, self.more = server, job, more
        self.arguments, self.out = JOBS[job]
        self.template, self.number, self._folder = folder / "template", 0, folder
        fill(self.template, "old")
        self._prepare()
        if job not in ("export to dna", "save a correction"):
            self._sound(self.template)
        self.old = self.state(self.template)
        self.corrections = content(self.template / "codings")
        fill(self.template, "new")
        self._prepare()
        done = self.copy()
        self.calls = self._sound(done).calls
        self.new, self.names = self.state(done), self.litter(done)
        shutil.rmtree(done)

    def _prepare(self) -> None:
        if self.job.startswith("export"):
            ended = self.server.run(self.template, JOBS["code"][0])
            assert ended.code == 0, ended.said

    def _sound(self, folder: Path) -> Ended:
        ended = self.server.run(folder, self.arguments, **self.more)
        assert ended.code == 0, ended.said
        return ended

    def copy(self) -> Path:
        """The state before a run."""
        self.number += 1
        return shutil.copytree(self.template, self._folder / str(self.number))

    def state(self, folder: Path) -> dict[str, bytes]:
        """What is at the output, as a reader sees it; of decisions how many there are, as each holds the moment of its saving."""
        found = content(folder / self.out)
        if self.out != "codings":
            return {name: held for name, held in found.items() if not name.startswith(".")}
        lines = found["Ада.codings.jsonl"].splitlines()
        assert lines[0] == CODINGS.strip().encode() and all(json.loads(line)["coder"] == "Ада" for line in lines)
        return {"decisions": str(len(lines)).encode()}

    def litter(self, folder: Path) -> set[str]:
        """Names of all that is in a folder, but for entries of caches."""
        found = {str(path.relative_to(folder)) for path in folder.rglob("*")}
        return {name for name in found if "cache/" not in name} | {n for n in found if "/." in n and "cache/" in n}

    def suffer(self, fault: dict[str, Any]) -> tuple[Ended, str]:
        """Suffer a fault; how it ended, and which output is there, ``old`` or ``new``, once everything was checked."""
        folder = self.copy()
        try:
            ended = self.server.run(folder, self.arguments, fault, **self.more)
            which = self._check(folder, ended)
            if self.job == "export to dna" and which == "new":
                return ended, which
            again = self._sound(folder)
            assert "Traceback" not in again.said, again.said
            if self.job != "save a correction":
                assert self.state(folder) == self.new, "the next run did not complete"
            assert not (left := self.litter(folder) - self.names), f"something was left: {left}"
            return ended, which
        finally:
            shutil.rmtree(folder)

    def _check(self, folder: Path, ended: Ended) -> str:
        if self.out != "codings":
            assert content(folder / "codings") == self.corrections, "corrections have changed"
        assert "Traceback" not in ended.said, ended.said
        state = self.state(folder)
        if self.out == "tables" and refused(folder):
            return "none"
        assert state in (self.old, self.new), f"neither the old nor the new output: {sorted(state)}"
        return "new" if state == self.new else "old"


def refused(folder: Path) -> bool:
    """Whether tables of two runs are refused to a reader, with what to do."""
    from ballotwatch.tables import TableError, read_tables

    try:
        read_tables(folder / "tables")
    except (TableError, FileNotFoundError) as error:
        return "run `ballotwatch code" in str(error)
    return False


def spread(count: int, calls: int) -> list[int]:
    """Numbers of `count` calls spread evenly over all, the first and the last among them."""
    return sorted({1 + round(step * (calls - 1) / (count - 1)) for step in range(count)})


def killed_at_calls(bench: Bench, count: int) -> None:
    """Kill a job at some of its calls; the last comes after the change, the first before."""
    calls = spread(count, bench.calls)
    ends = [bench.suffer({"call": call}) for call in calls]
    assert [ended.code for ended, _ in ends] == [-signal.SIGKILL] * len(calls)
    assert ends[0][1] == "old"


def killed_at_bytes(bench: Bench, sizes: Sequence[int]) -> None:
    """Kill a job as a file of its reaches a size; some files must be that large."""
    ends = [bench.suffer({"size": size})[0].code for size in sizes]
    assert ends[0] == -signal.SIGXFSZ and set(ends) <= {-signal.SIGXFSZ, 0}


def refused_at_calls(bench: Bench, count: int, number: int) -> None:
    """Refuse a job some of its calls: it says so with what to do, or did without what was refused."""
    ends = [bench.suffer({"call": call, "errno": number}) for call in spread(count, bench.calls)]
    assert {ended.code for ended, _ in ends} <= {0, 1} and 1 in {ended.code for ended, _ in ends}
    for ended, which in ends:
        assert ended.code == 0 or well_told(ended.said, number), ended.said
        assert ended.code == 1 or which == "new"


def refused_at_bytes(bench: Bench, sizes: Sequence[int]) -> None:
    """Refuse a job the bytes of a file beyond a size, as a full disk does in the middle of a write."""
    for size in sizes:
        ended, which = bench.suffer({"size": size, "errno": errno.EFBIG})
        assert (ended.code, which) == (0, "new") or (ended.code == 1 and "ballotwatch: error: " in ended.said), ended
    assert ended.code in (0, 1)


def well_told(said: str, number: int) -> bool:
    """Whether the last line says what the system said, and what to do."""
    line = said.strip().splitlines()[-1]
    todo = {
        errno.ENOSPC: "free some there, or choose another",
        errno.EROFS: "make that place writable, or choose another",
    }
    return line.startswith(f"ballotwatch: error: {os.strerror(number)}") and todo[number] in line


def alive(folder: Path) -> list[int]:
    """Processes that a run in this folder has started and that are there still."""
    mark, found = f"{MARK}={folder}".encode(), []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
    return found


def told(processes: Sequence[int]) -> list[str]:
    """The command lines of processes that are there still."""
    found = []
    for pid in processes:
        with contextlib.suppress(OSError):
            found.append(
                Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                + Path(f"/proc/{pid}/stat").read_text()
            )
    return found


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A server, ended with the block."""
    started = Server()
    try:
        yield started
    finally:
        started.close()


def campaign() -> None:
    """Try every call of every job, as a kill and as a full disk, and print how many there were and what happened."""
    with server() as started, tempfile.TemporaryDirectory() as folder:
        for job in sys.argv[1:] or JOBS:
            bench = Bench(started, job, Path(folder, job.replace(" ", "-")))
            for name, more in (
                ("killed", {}),
                ("disk full", {"errno": errno.ENOSPC}),
                ("read-only", {"errno": errno.EROFS}),
            ):
                counts: dict[str, int] = {}
                for call in range(1, bench.calls + 1):
                    try:
                        which = bench.suffer({"call": call, **more})[1]
                    except AssertionError as error:
                        which = "BROKEN"
                        print(job, name, call, str(error)[:600], flush=True)
                    counts[which] = counts.get(which, 0) + 1
                print(f"{job}, {name}: {bench.calls} calls, {counts}", flush=True)


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else campaign()
