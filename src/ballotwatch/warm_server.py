"""The process that kernels are forked from: it has imported what they need, and runs one thread and no notebook.

A request is a line of JSON on a socket: the kernel's `arguments`, its `environment` and its `folder`. The answer is a
line too, with the descriptor of the new process (`os.pidfd_open`) beside it, or empty with why there is none. Only
Linux has all that this takes; see `warm_kernels.usable`.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from typing import Any

Request = dict[str, Any]
# What every kernel loads, beyond what the notebooks import.
KERNEL = (
    "ipykernel.ipkernel", "ipykernel.kernelapp", "ipykernel.zmqshell", "ipykernel.debugger", "tornado.platform.asyncio",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect", "IPython.extensions.storemagic",
    "sqlite3",
)  # fmt: skip
# What the first table read and the first chart drawn would load.
LATER = (
    "narwhals._interchange.dataframe", "pandas.io.formats.html", "pandas.io.formats.string", "pyarrow.dataset",
    "pyarrow.parquet", "scipy.cluster.hierarchy",
)  # fmt: skip
RENDERERS = "plotly.io._renderers"
INLINE = "module://matplotlib_inline.backend_inline"
PR_SET_PDEATHSIG = 1
# Seconds between two looks whether the process that started this one is still there.
WATCH = 1.0


def main(arguments: Sequence[str]) -> None:
    """Import, then serve: `arguments` are the descriptor of the socket, the starter's process id, and module names.

    Returns in a forked kernel once that has ended, and here once the starter is gone or has closed the socket.
    """
    descriptor, parent, *modules = arguments
    # Kernels find modules as if they had been started alone: `python -m` has put the present folder first.
    if not sys.flags.safe_path:
        del sys.path[0]
    # matplotlib reads this as it is imported, which a kernel sets only later.
    os.environ.setdefault("MPLBACKEND", INLINE)
    before = dict(os.environ)
    warm(modules)
    # Some modules set variables as they are imported, which a kernel must find set.
    imported = {name: value for name, value in os.environ.items() if before.get(name) != value}
    libc = ctypes.CDLL(None)
    request = serve(socket.socket(fileno=int(descriptor)), int(parent), libc)
    if request is not None:
        become_kernel(request, imported)


def warm(modules: Sequence[str]) -> None:
    """Import modules, and use once what loads more when it is first used. One that fails will tell in its notebook."""
    for name in (*KERNEL, *LATER, *modules):
        try:
            importlib.import_module(name)
        except Exception:  # noqa: S112 - the notebook that needs it raises the same, where it can be read
            continue
    rehearse()
    # Collecting garbage would write to, and so copy, every page that is shared with this process.
    gc.collect()
    gc.freeze()


def rehearse() -> None:
    """Load the codebook and draw a chart of each kind that is used, which nobody sees."""
    import plotly.graph_objects as go

    from ballotwatch.charts.frame import framed, quiet_axes
    from ballotwatch.charts.words import Words
    from ballotwatch.codebook import load_codebook

    load_codebook()
    fig = go.Figure([
        go.Scatter(x=[0], y=[0], marker={"line": {"width": 1}}, line={"width": 1}, textfont={"size": 9}),
        go.Bar(x=[0], marker={"line": {"width": 1}}, insidetextfont={"size": 9}),
        go.Heatmap(z=[[0]], textfont={"size": 9}),
    ])  # fmt: skip
    fig.add_shape(type="line", x0=0, line={"width": 1})
    fig.update_xaxes(tickfont={"size": 9}).update_yaxes(tickfont={"size": 9})
    quiet_axes(framed(fig, Words("title", "credit", "alternative"), 10)).to_json()


def serve(requests: socket.socket, parent: int, libc: ctypes.CDLL) -> Request | None:
    """Fork a kernel for each request; returns the request in the kernel, and None in this process at the end."""
    lines = requests.makefile("rb")
    while os.getppid() == parent:
        reap()
        if not select.select([requests], [], [], WATCH)[0]:
            continue
        line = lines.readline()
        if not line:
            break
        if (threads := len(os.listdir("/proc/self/task"))) > 1:
            requests.sendall(_line(f"{threads} threads run here, of which a fork would keep one"))
            continue
        server = os.getpid()
        child = os.fork()
        if child == 0:
            lines.close()
            requests.close()
            die_with(server, libc)
            return json.loads(line)
        answer(requests, child)
    return None


def answer(requests: socket.socket, child: int) -> None:
    """Tell the starter a kernel's process id, with a descriptor that stays its own when the number is used again."""
    descriptor = os.pidfd_open(child)
    socket.send_fds(requests, [_line("", child)], [descriptor])
    os.close(descriptor)


def reap() -> None:
    """Let the system forget kernels that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def die_with(server: int, libc: ctypes.CDLL) -> None:
    """Have the system kill this process when the one it was forked from ends, however it ends."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os._exit(1)


def become_kernel(request: Request, imported: Mapping[str, str]) -> None:
    """Be the kernel that `request` describes, until it is told to stop; `imported` is added to its environment."""
    os.setsid()
    os.environ.clear()
    os.environ.update({**imported, **request["environment"]})
    os.chdir(request["folder"])
    silence()
    new_chance()
    from ipykernel.kernelapp import IPKernelApp

    # 1 stands for a parent that is not watched: the system does that here.
    app = IPKernelApp.instance(parent_handle=1)
    app.initialize(request["arguments"])
    if RENDERERS in sys.modules:
        # plotly chooses how to show a figure as it is imported, by the shell that there is.
        importlib.reload(sys.modules[RENDERERS])
    app.start()


def silence() -> None:
    """Let nothing of a kernel's own output through: its notebook gets all of it, and a terminal or log none twice."""
    with open(os.devnull, "wb") as nothing:
        for descriptor in (1, 2):
            os.dup2(nothing.fileno(), descriptor)


def new_chance() -> None:
    """Random numbers of this process's own, where kernels would else all draw the same."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _line(refused: str, pid: int = 0) -> bytes:
    return json.dumps({"pid": pid, "refused": refused}).encode() + b"\n"


if __name__ == "__main__":
    main(sys.argv[1:])
