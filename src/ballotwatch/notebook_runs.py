"""Run notebooks with papermill: several at the same time, each in a kernel of its own, errors told one by one."""

from __future__ import annotations

import ast
import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import orjson
from jupyter_client import KernelManager
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.client import CellExecutionComplete
from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode
from papermill import PapermillExecutionError, execute_notebook
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillException
from papermill.iorw import write_ipynb
from papermill.log import logger

from ballotwatch.notebook_cache import NotebookCache
from ballotwatch.parameters import ReportError
from ballotwatch.warm_kernels import WarmKernels, provide

# Kernels that run at the same time: some more than processors, as a kernel waits while it starts and ends.
KERNELS = min(6, 2 + (os.cpu_count() or 1))
# ipykernel warns of its local connection, and of being stopped: nothing that a reader could act on. What a notebook runs
# is no history of a person's, and needs no file that all kernels write at the same time.
QUIET = ["--log-level=CRITICAL", "--HistoryManager.enabled=False"]
# Seconds that a kernel may take to answer first.
START = 60
# Seconds that a cell may take. The slowest takes three; a slow machine with large tables is not cut off, and a cell that
# waits for ever is told on the same morning.
CELL = 600
# Bytes of what a cell may show: far above the largest page, far below what memory holds of several notebooks at once.
MOST_SHOWN = 32 << 20
# Bytes that a message takes beyond its content, as it is kept in memory.
MESSAGE = 1000
ENGINE = "ballotwatch"
Progress = Callable[[str], None]


class Place(NamedTuple):
    """Where notebooks run: a folder for them while they do, one for those that fail, their kernels and their cache."""

    work: Path
    failed: Path
    kernels: WarmKernels
    cache: NotebookCache | None = None


class Client(PapermillNotebookClient):
    """papermill's client, whose kernels come from a warm process, and which stops a cell that shows too much.

    Attributes:
        flooded: whether a cell was stopped for that. papermill takes its kernel for dead then.
    """

    def __init__(self, nb_man: NotebookExecutionManager, kernels: WarmKernels, connection: Path, **traits: Any) -> None:
        """`kernels` start the kernel, the file `connection` tells it how to be reached; the rest is papermill's."""
        super().__init__(nb_man, **traits)
        self._kernels, self._connection, self._shown, self.flooded = kernels, connection, 0, False

    def create_kernel_manager(self) -> KernelManager:
        """A kernel manager as nbclient makes it, but for how it starts its kernel, and where it leaves what files."""
        manager = super().create_kernel_manager()
        manager.connection_file = str(self._connection)
        provide(manager, self._kernels)
        return manager

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take what a cell shows, up to MOST_SHOWN; then give the cell up."""
        self._shown += MESSAGE + len(orjson.dumps(msg["content"], default=str))
        if msg["msg_type"] == "execute_input":
            self._shown = 0
        if self._shown > MOST_SHOWN:
            self.flooded = True
            self.task_poll_for_reply.cancel()
            raise CellExecutionComplete
        return super().process_message(msg, cell, cell_index)


class Engine(NBClientEngine):
    """papermill's engine, which writes a notebook once, at its end, and not twice a cell: that took most of the time."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        kernels: WarmKernels,
        folder: Path,
        kept: Path,
        **_: Any,
    ) -> None:
        """Run a notebook in `folder`. It is left in the file `kept` if its kernel dies or hangs."""
        client = Client(
            nb_man, kernels, kept.with_suffix(".connection.json"), kernel_name=kernel_name, startup_timeout=START,
            timeout=CELL, extra_arguments=list(QUIET), log=logger, shutdown_kernel="immediate",
        )  # fmt: skip
        try:
            client.execute(cwd=str(folder))
        except Exception as error:
            # A full disk is told as such. A cell that takes too long is an OSError to nbclient.
            if isinstance(error, OSError) and not isinstance(error, CellTimeoutError):
                raise
            write_ipynb(nb_man.nb, str(kept))
            raise RuntimeError(stopped(client.flooded, error)) from error


def stopped(flooded: bool, error: Exception) -> str:
    """Why a notebook was stopped, in words: its cell showed too much, took too long, or something else."""
    if flooded:
        return f"a cell shows more than {MOST_SHOWN >> 20} MiB, as one that prints without end would"
    if isinstance(error, CellTimeoutError):
        return f"a cell has not ended within {CELL} s"
    return str(error)


papermill_engines.register(ENGINE, Engine)


def find_notebooks(folder: Path) -> dict[Path, NotebookNode]:
    """The notebooks of a folder, in order, as they are written. Raises ReportError where there is none."""
    paths = sorted(folder.resolve().glob("*.ipynb"))
    if not paths:
        raise ReportError(f"no notebooks in {folder}: the report needs those of a checkout")
    return {path: nbformat.read(path, as_version=4) for path in paths}


def parameter_names(name: str, notebook: NotebookNode) -> list[str]:
    """Names that a notebook's tagged parameters cell assigns. Raises ReportError, with its `name`, where none has the tag."""
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ())]
    if not tagged:
        raise ReportError(f"{name}: no cell has the tag 'parameters'; give it to the cell that sets them")
    assigned = [node for node in ast.walk(ast.parse(tagged[0].source)) if isinstance(node, ast.Name)]
    return [node.id for node in assigned if isinstance(node.ctx, ast.Store)]


def run_notebooks(
    given: Mapping[Path, Mapping[str, Any]], place: Place, progress: Progress
) -> Iterator[tuple[Path, NotebookNode]]:
    """Run notebooks with their parameters, several at the same time; each is given out as soon as it is done.

    One that the cache holds is not run. Raises ReportError once all have ended where one failed; the failed ones are
    then in the folder `place.failed`, with the error in place.
    """
    for path in given:
        (place.failed / path.name).unlink(missing_ok=True)
    errors = []
    # The largest first: what is begun last should not be what takes longest.
    ordered = sorted(given, key=lambda path: path.stat().st_size, reverse=True)
    with ThreadPoolExecutor(KERNELS) as pool:
        jobs = {pool.submit(run_or_find, path, given[path], place): path for path in ordered}
        for number, job in enumerate(as_completed(jobs), start=1):
            path = jobs[job]
            try:
                notebook, told = job.result()
            except ReportError as error:
                errors.append(str(error))
                progress(f"Notebooks: {number} of {len(jobs)}, {path.name} failed")
                continue
            progress(f"Notebooks: {number} of {len(jobs)}, {path.name} {told}")
            yield path, notebook
    if errors:
        raise ReportError("\n".join([*errors, "No page was changed."]))


def run_or_find(path: Path, values: Mapping[str, Any], place: Place) -> tuple[NotebookNode, str]:
    """A notebook executed, and in words how long it took, or that it is as it was. Raises ReportError."""
    started = time.perf_counter()
    key = place.cache.key(path, values) if place.cache else ""
    if place.cache and (kept := place.cache.find(key)):
        return kept, "is as it was"
    notebook = run_notebook(path, values, place)
    if place.cache:
        # A cache that can't be written, as on a full disk, costs time and no result.
        with contextlib.suppress(OSError):
            place.cache.keep(key, notebook)
    return notebook, f"took {time.perf_counter() - started:.1f} s"


def run_notebook(path: Path, values: Mapping[str, Any], place: Place) -> NotebookNode:
    """One notebook, executed in its folder. Raises ReportError."""
    output = place.work.resolve() / path.name
    try:
        notebook = execute_notebook(
            path, output, parameters=dict(values), engine_name=ENGINE, request_save_on_cell_execute=False,
            progress_bar=False, kernels=place.kernels, folder=path.parent, kept=output,
        )  # fmt: skip
    except PapermillExecutionError as error:
        raise failure(path, f"{error.ename}: {error.evalue}", output, place.failed) from error
    except (PapermillException, NoSuchKernel, RuntimeError) as error:
        raise failure(path, str(error), output, place.failed) from error
    output.unlink()
    return notebook


def failure(path: Path, told: str, output: Path, failed: Path) -> ReportError:
    """The error of a notebook, which is moved from `output` to the folder `failed` if it was started at all."""
    kept = "it could not be started"
    if output.exists():
        try:
            failed.mkdir(parents=True, exist_ok=True)
            kept = f"it is kept in {output.replace(failed.resolve() / path.name)}"
        except OSError as error:
            kept = f"it could not be kept: {error.strerror}"
    return ReportError(f"{path.name} failed: {told} ({kept})")
