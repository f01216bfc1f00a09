"""Who codes the batches: this process, some of this machine, or a cluster; whoever it is, results come in the batches' order.

A batch that costs a process its life twice is coded article by article; the article that does it is a row in ``problems``.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from multiprocessing.connection import wait
from typing import Protocol

from ballotwatch.batch_coder import Coded, Order, code_batch, to_coded
from ballotwatch.batches import Batch
from ballotwatch.corpus import Problem
from ballotwatch.tables import SCHEMAS

# Batches that are under way for each process: one in work, and others so that none waits while results are written.
AHEAD = 4
# What a worker needs, imported once by a process that the workers are copies of.
PRELOAD = ["ballotwatch.warm_coder"]


class NoWorkers(OSError):
    """Processes can't be started here; the message says what to do."""


class Pool(Protocol):
    """Processes that code batches."""

    size: int

    def submit(self, batch: Batch) -> Future[Coded]:
        """Have a batch coded; its result raises what `lost` names where the process that did it ended."""

    def renew(self) -> None:
        """Be able to take batches again after a process was lost."""

    lost: tuple[type[BaseException], ...]


def code_batches(pool: Pool, batches: Iterable[Batch]) -> Iterator[Coded]:
    """Coded batches in order. No more are under way than the pool can work on, however many there are."""
    waiting: deque[tuple[Batch, Future[Coded]]] = deque()
    for batch in batches:
        waiting.append((batch, pool.submit(batch)))
        if len(waiting) >= AHEAD * pool.size:
            yield from _results(pool, *waiting.popleft())
    while waiting:
        yield from _results(pool, *waiting.popleft())


def _results(pool: Pool, batch: Batch, future: Future[Coded]) -> Iterator[Coded]:
    try:
        yield future.result()
    except pool.lost:
        # Which of the batches under way did it is not known: this one is tried again with no other beside it.
        yield from _carefully(pool, batch)


def _carefully(pool: Pool, batch: Batch) -> Iterator[Coded]:
    """A batch again, then its articles one by one; one that costs a process its life each time is told and passed over."""
    pool.renew()
    try:
        yield pool.submit(batch).result()
    except pool.lost:
        if len(batch) == 1:
            yield _given_up(batch)
            return
        for item in batch:
            yield from _carefully(pool, [item])


def _given_up(batch: Batch) -> Coded:
    detail = "the process that coded it ended, as one does that runs out of memory; report it with the article"
    told = asdict(Problem(batch[0].source, "could not be coded", detail))
    return to_coded({name: [] for name in SCHEMAS} | {"problems": [told]})


class Here:
    """This process."""

    size = 1
    lost = ()

    def __init__(self, order: Order) -> None:
        self._order = order

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, batch: Batch) -> Future[Coded]:
        """Code a batch now."""
        future: Future[Coded] = Future()
        try:
            future.set_result(code_batch(batch, self._order))
        except Exception as error:
            future.set_exception(error)
        return future

    def renew(self) -> None:
        """Nothing: this process is not lost to itself."""


class Processes:
    """Processes of this machine, each with the model in memory once; where it can be they are copies of a warm one."""

    lost = (BrokenProcessPool,)

    def __init__(self, order: Order, size: int) -> None:
        self.size, self._order = size, order
        methods = multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        if "forkserver" in methods:
            self._context.set_forkserver_preload(PRELOAD)

    def __enter__(self) -> Processes:
        self._pool = ProcessPoolExecutor(self.size, mp_context=self._context, initializer=_start_worker)
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def submit(self, batch: Batch) -> Future[Coded]:
        """Have a batch coded by the next process that is free."""
        try:
            return self._pool.submit(code_batch, batch, self._order)
        except BrokenProcessPool as error:
            future: Future[Coded] = Future()
            future.set_exception(error)
            return future

    def renew(self) -> None:
        """New processes in place of all. Raises NoWorkers where none can start: no article is to blame then."""
        self._pool.shutdown(cancel_futures=True)
        self.__enter__()
        try:
            self._pool.submit(os.getpid).result()
        except BrokenProcessPool as error:
            raise NoWorkers(
                "no process can be started to code with; a script that asks for workers must be a file with its work under "
                "`if __name__ == '__main__':`: make it one, or ask for one worker"
            ) from error


def _start_worker() -> None:
    """A worker leaves Ctrl-C to the process that asked for it, and ends with it however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process().sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
