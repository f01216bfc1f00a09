"""Kernels forked from a warm process: each on its own, like an ordinary one, and gone with whoever uses it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from jupyter_client import BlockingKernelClient, KernelManager

from ballotwatch import notebook_runs, warm_kernels
from ballotwatch.notebook_runs import QUIET, Place, run_notebooks
from ballotwatch.parameters import ReportError
from ballotwatch.table_writer import write_tables
from ballotwatch.warm_kernels import ForkedKernel, WarmKernels, imported, provide

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
needs_fork = pytest.mark.skipif(not warm_kernels.usable(), reason="kernels are forked on Linux only")
# What a kernel sets up for its notebook, and a fork of a process without a notebook could get wrong.
SURROUNDINGS = """import json, logging, os, signal, sys, threading, matplotlib, plotly.io as pio
backend, renderer = matplotlib.get_backend(), pio.renderers.default
# The one without a name looks whether the parent is alive, which the system does for a forked kernel.
names = sorted(thread.name for thread in threading.enumerate() if thread.name != "Thread-1")
own = {"OPENBLAS_NUM_THREADS", "JPY_PARENT_PID"}
environment = {name: value for name, value in os.environ.items() if name not in own}
print(json.dumps([backend, renderer, sys.path, os.getcwd(), names, environment, __name__, logging.root.level,
    os.getsid(0) == os.getpid(), str(signal.getsignal(signal.SIGINT)), pio.templates.default]))"""
OWNER = """import sys, time
from jupyter_client import KernelManager
from ballotwatch.warm_kernels import WarmKernels, provide
with WarmKernels() as kernels:
    manager = KernelManager(kernel_name="python3")
    provide(manager, kernels)
    manager.start_kernel(extra_arguments=["--log-level=CRITICAL"])
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    print(kernels.pid, manager.provisioner.pid, flush=True)
    time.sleep(600)"""


@pytest.fixture(scope="module")
def kernels() -> Iterator[WarmKernels]:
    with WarmKernels(["matplotlib.pyplot", "plotly.io._renderers", "ballotwatch.notebook"]) as started:
        yield started


@contextmanager
def running(kernels: WarmKernels | None, folder: Path) -> Iterator[BlockingKernelClient]:
    manager = KernelManager(kernel_name="python3")
    if kernels:
        provide(manager, kernels)
    manager.start_kernel(extra_arguments=QUIET, cwd=str(folder))
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def answer(client: BlockingKernelClient, code: str) -> str:
    said = []

    def hear(message: dict) -> None:
        content = message["content"]
        said.append(content.get("text", "") + content.get("ename", ""))

    client.execute_interactive(code, output_hook=hear, timeout=60)
    return "".join(said).strip()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(*pids: int) -> bool:
    """Whether processes have ended, within some seconds."""
    end = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(alive, pids))


@needs_fork
def test_kernels_of_one_process_know_nothing_of_each_other(kernels, tmp_path):
    with running(kernels, tmp_path) as one, running(kernels, tmp_path) as other:
        parents = {answer(client, "import os; print(os.getppid())") for client in (one, other)}
        assert parents == {str(kernels.pid)}
        assert answer(one, "mine = 1; import pandas; pandas.mine = 2") == ""
        assert answer(other, "print(mine)") == "NameError"
        assert answer(other, "import pandas; print(hasattr(pandas, 'mine'))") == "False"
        draw = "import random, numpy; print(random.random(), numpy.random.random())"
        assert not set(answer(one, draw).split()) & set(answer(other, draw).split())


@needs_fork
def test_a_forked_kernel_is_set_up_like_an_ordinary_one(kernels, tmp_path):
    with running(kernels, tmp_path) as forked, running(None, tmp_path) as ordinary:
        assert json.loads(answer(forked, SURROUNDINGS)) == json.loads(answer(ordinary, SURROUNDINGS))


@needs_fork
def test_a_committed_notebook_gives_the_same_outputs(kernels, tmp_path, small_tables, monkeypatch):
    write_tables(small_tables, tmp_path / "tables")
    path = NOTEBOOKS / "02_timeline.ipynb"
    given = {path: {"tables": str(tmp_path / "tables"), "codings": str(tmp_path / "codings")}}
    forked = outputs(given, kernels, tmp_path)
    monkeypatch.setattr(warm_kernels, "usable", lambda: False)
    with WarmKernels() as none:
        assert none.pid is None
        assert outputs(given, none, tmp_path) == forked
    assert b"application/vnd.plotly.v1+json" in forked


def outputs(given: dict, kernels: WarmKernels, folder: Path) -> bytes:
    [(_, notebook)] = run_notebooks(given, Place(folder, folder / "failed", kernels), print)
    return json.dumps([cell.get("outputs") for cell in notebook.cells]).encode()


@needs_fork
def test_all_ends_when_the_owner_is_killed():
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True)
    pids = [int(word) for word in owner.stdout.readline().split()]
    try:
        assert len(pids) == 2 and all(map(alive, pids))
    finally:
        owner.kill()
        owner.wait()
        owner.stdout.close()
    assert gone(*pids)


@needs_fork
def test_the_warm_process_ends_with_its_block_and_takes_kernels_along():
    with WarmKernels() as kernels:
        manager = KernelManager(kernel_name="python3")
        provide(manager, kernels)
        manager.start_kernel(extra_arguments=QUIET)
        pids = kernels.pid, manager.provisioner.pid
        assert all(map(alive, pids))
    assert gone(*pids)
    manager.shutdown_kernel(now=True)


@needs_fork
def test_a_process_with_threads_is_not_forked(tmp_path, monkeypatch):
    code = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()"
    (tmp_path / "starts_a_thread.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    with WarmKernels(["starts_a_thread"]) as kernels:
        with pytest.raises(warm_kernels.Refused, match="2 threads run here"):
            kernels.fork([], {}, str(tmp_path))
        with running(kernels, tmp_path) as client:
            assert answer(client, "import os; print(os.getppid())") == str(os.getpid())


@needs_fork
def test_a_warm_process_that_has_died_is_done_without(tmp_path):
    with WarmKernels() as kernels:
        os.kill(kernels.pid, signal.SIGKILL)
        with running(kernels, tmp_path) as client:
            assert answer(client, "print(1 + 1)") == "2"


@pytest.fixture
def run(kernels, tmp_path) -> Callable[..., dict[str, str]]:
    """Run notebooks and give the text that each leaves by its name."""

    def run_all(*paths: Path) -> dict[str, str]:
        place = Place(tmp_path, tmp_path / "failed", kernels)
        done = run_notebooks({path: {} for path in paths}, place, lambda message: None)
        return {path.name: notebook.cells[-1].outputs[0].text for path, notebook in done}

    return run_all


def test_a_dead_kernel_fails_its_own_notebook_only(run, make_notebook, tmp_path):
    dying = make_notebook("01_dies.ipynb", "print('here')", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    failing = make_notebook("02_fails.ipynb", "1 / 0")
    fine = make_notebook("03_fine.ipynb", "print('done')")
    with pytest.raises(ReportError) as error:
        run(dying, failing, fine)
    assert "01_dies.ipynb failed: Kernel died" in str(error.value)
    assert "02_fails.ipynb failed: ZeroDivisionError: division by zero" in str(error.value)
    assert "03_fine" not in str(error.value)
    assert sorted(path.name for path in (tmp_path / "failed").iterdir()) == ["01_dies.ipynb", "02_fails.ipynb"]
    assert "here" in (tmp_path / "failed/01_dies.ipynb").read_text("utf-8")
    assert run(fine) == {"03_fine.ipynb": "done\n"}


@needs_fork
def test_a_kernel_that_hangs_is_told(run, make_notebook, monkeypatch):
    fork, stopped = WarmKernels.fork, []

    def stop(*given: object) -> ForkedKernel:
        stopped.append(fork(*given))
        stopped[0].send_signal(signal.SIGSTOP)
        return stopped[0]

    monkeypatch.setattr(WarmKernels, "fork", stop)
    monkeypatch.setattr(notebook_runs, "START", 2)
    with pytest.raises(ReportError, match=r"01_one.ipynb failed: Kernel didn't respond in 2 seconds"):
        run(make_notebook("01_one.ipynb", "print(1)"))
    assert gone(stopped[0].pid)


ENDLESS = {
    "prints": "while True: print('x' * 1000)",
    "writes to the terminal": "import os\nwhile True: os.write(1, b'y' * 1000)",
    "prints from a program": "import subprocess; subprocess.run(['yes'])",
    "shows": "from IPython.display import HTML, display\nwhile True: display(HTML('<p>x</p>'))",
    "shows again": "from IPython.display import display\nh = display(1, display_id=True)\nwhile True: h.update('x' * 1000)",
}


@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS)
def test_a_cell_that_shows_without_end_is_stopped(code, run, make_notebook, monkeypatch, tmp_path):
    monkeypatch.setattr(notebook_runs, "MOST_SHOWN", 1 << 20)
    # Within pytest ipykernel would leave the output of programs alone.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    started = time.monotonic()
    with pytest.raises(ReportError) as error:
        run(make_notebook("01_endless.ipynb", "print('before')", code), make_notebook("02_fine.ipynb", "print('done')"))
    assert str(error.value).startswith("01_endless.ipynb failed: a cell shows more than 1 MiB, as one that prints")
    assert "02_fine" not in str(error.value) and time.monotonic() - started < notebook_runs.CELL / 2
    kept = tmp_path / "failed/01_endless.ipynb"
    assert "before" in kept.read_text("utf-8") and kept.stat().st_size < 20 << 20


def test_what_a_program_prints_is_in_the_notebook_and_nowhere_else(run, make_notebook, capfd, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    code = "import os, subprocess; subprocess.run(['echo', 'told']); os.write(2, b'warned')"
    assert run(make_notebook("01_told.ipynb", code)) == {"01_told.ipynb": "told\n"}
    assert capfd.readouterr() == ("", "")


def test_what_many_cells_show_is_not_added_up(run, make_notebook, monkeypatch):
    monkeypatch.setattr(notebook_runs, "MOST_SHOWN", 1 << 20)
    assert run(make_notebook("01_much.ipynb", *["print('x' * 600_000)"] * 4, "print('done')"))


HANGS = {
    "sleeps": "import time; time.sleep(600)",
    "is stopped": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "will not be interrupted": "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: time.sleep(1)",
    "asks": "import threading; threading.Event().wait()",
}


@pytest.mark.parametrize("code", HANGS.values(), ids=HANGS)
def test_a_cell_that_never_ends_is_stopped(code, run, make_notebook, monkeypatch, tmp_path):
    monkeypatch.setattr(notebook_runs, "CELL", 2)
    pid = "import os; print(os.getpid(), end='')"
    with pytest.raises(ReportError) as error:
        run(make_notebook("01_hangs.ipynb", pid, code), make_notebook("02_fine.ipynb", "print('done')"))
    assert str(error.value).startswith("01_hangs.ipynb failed: a cell has not ended within 2 s (it is kept in")
    assert "02_fine" not in str(error.value)
    kept = nbformat.read(tmp_path / "failed/01_hangs.ipynb", as_version=4)
    assert gone(int(kept.cells[0].outputs[0].text))


def test_a_failed_notebook_that_can_not_be_kept_is_told_all_the_same(run, make_notebook, tmp_path):
    (tmp_path / "failed").write_text("a file")
    failing = make_notebook("01_fails.ipynb", "1 / 0")
    with pytest.raises(
        ReportError, match=r"01_fails.ipynb failed: ZeroDivisionError.* \(it could not be kept: File exists"
    ):
        notebook_runs.run_notebook(failing, {}, Place(tmp_path, tmp_path / "failed", WarmKernels()))


def test_a_notebook_leaves_no_file_of_its_kernel(run, make_notebook, tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    code = "import glob; print(glob.glob('../*.connection.json') != [], get_ipython().history_manager.enabled)"
    assert run(make_notebook("01_one.ipynb", code)) == {"01_one.ipynb": "True False\n"}
    assert not [p for p in tmp_path.rglob("*") if p.name.endswith((".json", ".sqlite"))]


def test_only_modules_of_this_library_are_imported_ahead():
    code = "import os, ballotwatch.notebook\nfrom ballotwatch.charts import world\nfrom pandas import x"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    assert imported(notebook) == {"ballotwatch.notebook", "ballotwatch.charts", "ballotwatch.charts.world"}
    assert imported(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("%matplotlib inline")])) == set()
