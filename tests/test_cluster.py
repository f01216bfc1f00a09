"""Coding on a cluster: a scheduler and two workers as processes of their own over TCP, one of them killed in mid-run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ballotwatch import batches
from ballotwatch.cluster import ClusterError
from ballotwatch.coder import code_corpus
from ballotwatch.tables import SCHEMAS

distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")

ROOT = Path(__file__).parents[1]
# Seconds in which a process of the cluster is there, on a machine that does other things as well.
PATIENCE = 120


def start(stack: ExitStack, folder: Path, *command: str) -> subprocess.Popen:
    """A process of the cluster with this package, in a folder of its own; killed at the end."""
    path = os.pathsep.join([str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])])
    log = stack.enter_context((folder / "log.txt").open("wb"))
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=folder, stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": path}
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def address(folder: Path) -> str:
    """Where the scheduler says that it listens."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := re.search(r"Scheduler at:\s+(tcp://\S+)", (folder / "log.txt").read_text("utf-8")):
            return found[1]
        time.sleep(0.1)
    raise TimeoutError((folder / "log.txt").read_text("utf-8"))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """The scheduler's address, and two workers."""
    with ExitStack() as stack:
        folders = [tmp_path / name for name in ("scheduler", "one", "two")]
        for folder in folders:
            folder.mkdir()
        web = ("--no-dashboard",)
        start(stack, folders[0], "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", *web)
        where = address(folders[0])
        one = ("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1", *web)
        yield where, [start(stack, folder, "distributed.cli.dask_worker", where, *one) for folder in folders[1:]]


def test_a_cluster_writes_the_same_bytes_though_a_worker_is_killed(
    cluster: tuple[str, list[subprocess.Popen]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST_ITEMS", 2)
    where, workers = cluster
    shutil.copytree(ROOT / "seeds", tmp_path / "corpus")
    for path in sorted((ROOT / "tests/articles").glob("b*.txt")):
        shutil.copy(path, tmp_path / "corpus")
    client = distributed.Client(where, set_as_default=False)
    client.wait_for_workers(2, timeout=PATIENCE)
    told = []

    def killing(message: str) -> None:
        """Kills a worker as soon as the first batches are there."""
        told.append(message)
        workers[0].kill()

    monkeypatch.setattr("ballotwatch.coding_run.TELL", 0)
    code_corpus(tmp_path / "corpus", tmp_path / "cluster", scheduler=where, progress=killing)
    assert len(client.scheduler_info()["workers"]) == 1 and len(told) > 5, "the worker was lost in mid-run"
    client.close()
    code_corpus(tmp_path / "corpus", tmp_path / "local")
    for name in SCHEMAS:
        file = f"{name}.parquet"
        assert (tmp_path / "cluster" / file).read_bytes() == (tmp_path / "local" / file).read_bytes(), name


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ballotwatch.cluster.PATIENCE", 1)
    with pytest.raises(ClusterError, match="no cluster at tcp://127.0.0.1:9: .*docs/cluster.md"):
        code_corpus(ROOT / "seeds", tmp_path / "out", scheduler="tcp://127.0.0.1:9")
    assert not list((tmp_path / "out").glob("*.parquet"))
