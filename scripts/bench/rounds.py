"""Run both sides of a measure in new processes, one after the other, round by round, so that noise hits all alike."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The peaks of running processes are looked for so often, in seconds.
EVERY = 0.1
# The unit of ru_maxrss, in bytes.
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
# What a side prints last, before its result.
MARK = "RESULT "
# Given the folder of a round, what to run. The sides of a round share the folder.
Command = Callable[[Path], list[str]]
Result = dict[str, object]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Side:
    """One program of a measure: its name, the command, and how many rounds it takes part in (None: in all)."""

    name: str
    command: Command
    rounds: int | None = None


class SideFailed(RuntimeError):
    """A program of a measure ended with an error: the message holds its last words."""


def side(name: str, function: str, *arguments: object, rounds: int | None = None) -> Side:
    """A side that times itself: a function of `bench.sides` or `bench.peers`, run in a process of its own."""
    command = [sys.executable, "-m", "bench.child", function, *map(str, arguments)]
    return Side(name, lambda folder: [*command, str(folder)], rounds)


def run(sides: list[Side], rounds: int, tell: Tell) -> Iterator[dict[str, list[Result]]]:
    """The results of each side so far, after every run of one: what is measured is not lost where a long run is ended.

    A side that fails has an ``error`` instead of seconds and is not run again.
    """
    results: dict[str, list[Result]] = {each.name: [] for each in sides}
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            for each in sides:
                if number <= (each.rounds or rounds) and not any("error" in r for r in results[each.name]):
                    results[each.name].append(tried(each, Path(folder)))
                    tell(f"round {number}, {each.name}: {shown(results[each.name][-1])}")
                    yield results


def tried(each: Side, folder: Path) -> Result:
    """A side's result, or its error."""
    try:
        return measured(each.command(folder), folder)
    except SideFailed as error:
        return {"error": str(error)}


def shown(result: Result) -> str:
    """A result in a few words."""
    return result.get("error") or f"{result['seconds']:.2f} s, {result['peak_mib']:.0f} MiB"


def measured(command: list[str], folder: Path) -> Result:
    """Run a command: seconds on the clock and of processors, the peak of its largest process, and what it tells itself."""
    out, err = folder / "stdout", folder / "stderr"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=stdout, stderr=stderr, env=environment(), cwd=folder)
        peaks = Peaks(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = max(peaks.stop(), ended_peak(used))
    if process.returncode:
        raise SideFailed(last_line(err) or f"ended with {process.returncode}: {last_line(out)}")
    own = {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "peak_mib": peak / 2**20}
    return own | {"processes": peaks.processes} | told(out)


def ended_peak(used: resource.struct_rusage) -> int:
    """The peak, in bytes, that the system tells of an ended process; 0 where it may be this one's, which a new one inherits."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used.ru_maxrss * PEAK_UNIT if used.ru_maxrss > own else 0


def environment() -> dict[str, str]:
    """Where the programs of this folder and the library are found. Nothing is written beside the source."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "scripts", ROOT / "src")))}


def told(out: Path) -> Result:
    """What a side printed as its result; nothing where it is a program that knows of no benchmark."""
    lines = out.read_text("utf-8", errors="replace").splitlines()
    return json.loads(lines[-1].removeprefix(MARK)) if lines and lines[-1].startswith(MARK) else {}


def last_line(written: Path) -> str:
    """The last line that a program wrote."""
    return next(
        (line for line in reversed(written.read_text("utf-8", errors="replace").splitlines()) if line.strip()), ""
    )


class Peaks:
    """Watches a process and all that it starts: the most memory that one of them held. On Linux alone; elsewhere 0."""

    def __init__(self, pid: int) -> None:
        self.peaks: dict[int, int] = {}
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch, args=(pid,), daemon=True)
        self.thread.start()

    def watch(self, pid: int) -> None:
        """Look until told to stop."""
        while True:
            for member in family(pid):
                self.peaks[member] = max(self.peaks.get(member, 0), high_water(member))
            if self.ended.wait(EVERY):
                return

    def stop(self) -> int:
        """The peak in bytes."""
        self.ended.set()
        self.thread.join()
        return max(self.peaks.values(), default=0)

    @property
    def processes(self) -> int:
        """How many processes were seen."""
        return len(self.peaks)


def family(pid: int) -> list[int]:
    """A process and all that descend from it, as far as they still run."""
    found = [pid]
    for member in found:
        try:
            for tasks in Path(f"/proc/{member}/task").glob("*/children"):
                found += map(int, tasks.read_text("ascii").split())
        except OSError:
            continue
    return found


def high_water(pid: int) -> int:
    """The most memory that a process has held so far, in bytes."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)
