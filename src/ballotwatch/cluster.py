"""Coding on a Dask cluster: the same batches by its workers, the same tables to the byte.

The process that asks reads the corpus and writes the tables, so that workers need no access to either; they need this package
with the same lock (they refuse otherwise). A lost worker's batches go to others.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

from ballotwatch.batch_coder import Coded, Order, code_batch
from ballotwatch.batches import Batch

if TYPE_CHECKING:
    from distributed import Client

# Seconds in which a scheduler and its first worker answer; one that starts a machine for them takes minutes.
PATIENCE = 300


class ClusterError(OSError):
    """A cluster can't be used; the message says why and what to do."""


class Cluster:
    """The workers of a Dask scheduler."""

    def __init__(self, order: Order, scheduler: str) -> None:
        """`scheduler`: its address, such as tcp://10.0.0.5:8786."""
        self._order, self._scheduler = order, scheduler

    def __enter__(self) -> Cluster:
        self._client = _connect(self._scheduler)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def size(self) -> int:
        """Threads of all workers that are there now."""
        return max(1, sum(self._client.nthreads().values()))

    @property
    def lost(self) -> tuple[type[BaseException], ...]:
        """What a batch raises that has cost several workers their lives."""
        from distributed import KilledWorker

        return (KilledWorker,)

    def submit(self, batch: Batch) -> Future[Coded]:
        """Have a batch coded by a worker."""
        return self._client.submit(code_batch, batch, self._order, pure=False)

    def renew(self) -> None:
        """Nothing: a scheduler takes batches for as long as it has workers."""


def _connect(scheduler: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError("--scheduler needs Dask: pip install 'ballotwatch[cluster]'") from error
    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            f"no cluster at {scheduler}: {error}; start a scheduler and workers, see docs/cluster.md"
        ) from error
    return client
