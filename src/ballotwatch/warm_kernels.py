"""Kernels forked from one warm process, in place of kernels that each import everything again.

`WarmKernels` starts that process (`warm_server`) and asks it for kernels; `WarmProvisioner` is the kernel provisioner
(Jupyter's extension point for how a kernel is started) that does so for one kernel. Kernels are processes of their
own, which share memory with the warm one until they change it, and end with the process that uses them, even if that is killed.
Where there is no warm process, or it refuses, the ordinary provisioner starts the kernel. Either way what a kernel writes
outside its notebook goes nowhere: a program that prints without end must not fill a log.
"""

from __future__ import annotations

import ast
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from jupyter_client import KernelManager
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from nbformat import NotebookNode

SERVER = "ballotwatch.warm_server"
LAUNCHER = ["-m", "ipykernel_launcher"]
# Of the warm process alone. Libraries that start threads as they are imported are told not to: a fork keeps one thread,
# and the locks of all.
SETTINGS = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    # Not about threads: the debugger, which kernels load, would warn that it can't step through Python itself.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
# Seconds for the warm process to import everything and answer.
PATIENCE = 60.0


class Refused(Exception):
    """The warm process gives no kernel; the message says why."""


class ForkedKernel:
    """A kernel that another process has started, with the part of subprocess.Popen's interface that Jupyter uses.

    How it ended is known to its parent alone: `poll` and `wait` give 1 for every end.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, descriptor: int) -> None:
        """`descriptor` is of the process (`os.pidfd_open`), and closed once the process has ended."""
        self.pid, self._descriptor, self.returncode = pid, descriptor, None

    def poll(self) -> int | None:
        """None while the process runs."""
        return self._watch(0)

    def wait(self) -> int:
        """Wait for the process to end."""
        return self._watch(None) or 0

    def send_signal(self, number: int) -> None:
        """Send a signal; nothing happens where the process has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process."""
        self.send_signal(signal.SIGKILL)

    def _watch(self, milliseconds: int | None) -> int | None:
        if self.returncode is None:
            watch = select.poll()
            watch.register(self._descriptor, select.POLLIN)
            if watch.poll(milliseconds):
                os.close(self._descriptor)
                self.returncode = 1
        return self.returncode


class WarmKernels:
    """A warm process, from the ``with`` statement's begin, at which it starts to import, to its end, at which it ends."""

    def __init__(self, modules: Iterable[str] = ()) -> None:
        """`modules` are imported before any kernel is forked."""
        self._modules = sorted(set(modules))
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._socket: socket.socket | None = None

    def __enter__(self) -> WarmKernels:
        if usable():
            ours, theirs = socket.socketpair()
            ours.settimeout(PATIENCE)
            with theirs:
                number = str(theirs.fileno())
                self._process = subprocess.Popen(
                    [sys.executable, "-m", SERVER, number, str(os.getpid()), *self._modules],
                    env={**os.environ, **SETTINGS}, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )  # fmt: skip
            self._socket = ours
        return self

    def __exit__(self, *error: object) -> None:
        """End the warm process, and with it kernels that still run."""
        if self._process is not None and self._socket is not None:
            self._socket.close()
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int | None:
        """The warm process; None where kernels are not forked on this system."""
        return self._process.pid if self._process else None

    def fork(self, arguments: list[str], environment: Mapping[str, str], folder: str) -> ForkedKernel:
        """A new kernel with these arguments of `ipykernel`. Raises Refused where it can't be forked."""
        if self._socket is None:
            raise Refused("kernels are not forked on this system")
        request = {"arguments": arguments, "environment": dict(environment), "folder": folder}
        with self._lock:
            try:
                self._socket.sendall(json.dumps(request).encode() + b"\n")
                answer, descriptors, _, _ = socket.recv_fds(self._socket, 4096, 1)
            except OSError as error:
                raise Refused(f"the warm process does not answer: {error}") from error
        told = json.loads(answer) if answer else {"refused": "the warm process has ended"}
        if told["refused"]:
            raise Refused(told["refused"])
        return ForkedKernel(told["pid"], descriptors[0])


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by forking it from the warm process where that can be, in the ordinary way otherwise."""

    def __init__(self, kernels: WarmKernels, **traits: Any) -> None:
        """`kernels` is asked for the kernel; the rest is as for every provisioner."""
        super().__init__(**traits)
        self._kernels = kernels

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel that `cmd` describes; a kernel of another program or interpreter is never forked."""
        try:
            if cmd[0] != sys.executable or cmd[1:3] != LAUNCHER:
                raise Refused("it is no kernel of this interpreter")
            folder = os.path.abspath(kwargs.get("cwd") or os.getcwd())
            self.process = self._kernels.fork(cmd[3:], kwargs.get("env", os.environ), folder)
        except Refused as refused:
            self.log.debug("The kernel is started in the ordinary way: %s", refused)
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            return await super().launch_kernel(cmd, **{**kwargs, **quiet})
        self.pid = self.pgid = self.process.pid
        self.cwd = folder
        return self.connection_info


def provide(manager: KernelManager, kernels: WarmKernels) -> None:
    """Have a kernel manager start its kernel through `kernels`, whatever its kernel specification says of provisioners."""
    manager.provisioner = WarmProvisioner(kernels, kernel_spec=manager.kernel_spec, parent=manager)


def usable() -> bool:
    """Whether kernels can be forked here: Linux tells of a parent's death, and gives a process a descriptor.

    macOS has fork, but its own libraries may not be used after it.
    """
    return sys.platform == "linux" and hasattr(os, "pidfd_open") and hasattr(signal, "pidfd_send_signal")


def imported(notebook: NotebookNode) -> set[str]:
    """This library's modules that a notebook imports; what else it imports is left to its own kernel."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return set()
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in names if name.partition(".")[0] == "ballotwatch"}
