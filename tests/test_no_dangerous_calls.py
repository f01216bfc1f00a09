"""What the code never does: unpickle, evaluate text, start a shell or a program, open a connection.

The syntax tree of every module is walked, so words in comments and strings do not count and an import under another
name does. Notebooks and our own scripts for pages are looked through as well. A place that needs one of these things
stands in ALLOWED with the reason; an entry that nothing needs any more fails too.
"""

from __future__ import annotations

import ast
import builtins
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from ballotwatch.corpus import load_corpus

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/ballotwatch"
# By file: a name, or the module that holds it.
ALLOWED = {
    (
        "cli.py",
        "os.execv",
    ): "`ballotwatch lab` becomes JupyterLab: the running Python, no shell, and only our own paths",
    ("evidence.py", "urllib.parse"): "quotes ids for addresses; urllib.parse connects to nothing",
    ("swapping.py", "ctypes"): "asks Linux to exchange two names in one step, which Python's os can't",
    ("warm_server.py", "ctypes"): "asks Linux to end a kernel with its parent",
    ("warm_server.py", "importlib.import_module"): "imports what the project's own notebooks import, before it forks",
    ("warm_server.py", "os.fork"): "a kernel is a copy of the warm process",
    ("warm_server.py", "socket"): "a socket pair between two processes of ours; no address",
    ("warm_kernels.py", "socket"): "a socket pair between two processes of ours; no address",
    ("warm_kernels.py", "subprocess"): "starts the warm process: the running Python, no shell",
    ("audit.py", "http.client"): "`make audit` alone asks a host: names of errors",
    ("audit.py", "urllib.error"): "`make audit` alone asks a host: names of errors",
    ("audit.py", "urllib.request"): "`make audit` alone asks a host, and sends names and versions of packages",
    ("machine.py", "subprocess"): "`make bench` asks git for the commit: no shell",
    (
        "measures.py",
        "subprocess",
    ): "`make bench` writes its corpora in a process of its own: the running Python, no shell",
    ("rounds.py", "subprocess"): "`make bench` times programs in processes of their own: the running Python, no shell",
    ("__main__.py", "subprocess"): "`make bench` draws in a process of its own: the running Python, no shell",
    ("notebooks.py", "subprocess"): "times the command lines that the report stands for: the running Python, no shell",
    ("notebooks.py", "exec"): "the floor of the bench is the project's own notebooks as plain code",
}
MODULES = (
    "pickle cPickle _pickle dill cloudpickle joblib marshal shelve yaml subprocess pty runpy code codeop ctypes socket "
    "socketserver ssl http urllib urllib3 requests httpx aiohttp ftplib smtplib poplib imaplib xmlrpc webbrowser"
).split()
FORBIDDEN = re.compile(
    rf"({'|'.join(MODULES)})(\..*)?"
    r"|eval|exec|compile|__import__|importlib\.import_module"
    r"|os\.(system|popen|startfile|fork\w*|exec\w+|spawn\w+|posix_spawn\w*)"
    # pandas evaluates what eval and query are given; trafilatura fetches; spaCy downloads.
    r"|.*\.(eval|query|read_pickle|to_pickle|exec_module|load_module|fetch_url|fetch_response|urlopen|create_subprocess_\w+)"
    r"|spacy\.cli(\..*)?|asyncio\.open_connection"
)
KEYWORDS = {"shell", "allow_pickle", "trust_remote_code"}
SCRIPT = re.compile(
    r"\beval\s*\(|\bnew\s+Function\b|\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML|document\.write|\bfetch\s*\(|"
    r"XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|\bimport\s*\(|set(?:Timeout|Interval)\s*\(\s*[\"'`]"
)


def found(code: str) -> list[str]:
    """Dotted names of everything forbidden in a piece of Python, imports under another name resolved."""
    tree = ast.parse(code)
    aliases = imports(tree)
    used = [*aliases.values(), *(dotted(node, aliases) for node in ast.walk(tree) if is_name(node))]
    return sorted({name for name in used if FORBIDDEN.fullmatch(name)} | set(keywords(tree)))


def is_name(node: ast.AST) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load)


def imports(tree: ast.AST) -> dict[str, str]:
    """What each imported name stands for."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def dotted(node: ast.expr, aliases: dict[str, str]) -> str:
    """Full name of an expression; the root of what is neither imported nor built in is '?'."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value, aliases)}.{node.attr}"
    if not isinstance(node, ast.Name):
        return "?"
    return aliases.get(node.id, node.id if hasattr(builtins, node.id) else "?")


def keywords(tree: ast.AST) -> Iterator[str]:
    """Arguments that switch something dangerous on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in KEYWORDS:
            if not (isinstance(node.value, ast.Constant) and node.value.value is False):
                yield f"{node.arg}="


MODULES_OF_PYTHON = [*SOURCE.rglob("*.py"), *(ROOT / "scripts").rglob("*.py")]


def exception(path: Path, name: str) -> tuple[str, str] | None:
    """The entry of ALLOWED that a name falls under."""
    return next(
        ((file, what) for file, what in ALLOWED if file == path.name and f"{name}.".startswith(f"{what}.")), None
    )


@pytest.mark.parametrize("path", sorted(MODULES_OF_PYTHON), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_pickle_eval_shell_or_network(path: Path) -> None:
    assert [name for name in found(path.read_text("utf-8")) if not exception(path, name)] == []


def test_every_exception_is_still_needed_and_has_its_reason() -> None:
    used = {exception(path, name) for path in MODULES_OF_PYTHON for name in found(path.read_text("utf-8"))}
    assert used - {None} == set(ALLOWED) and all(ALLOWED.values())


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.name)
def test_no_notebook_does_either(path: Path) -> None:
    cells = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    assert cells and not any(line.startswith(("!", "%")) for cell in cells for line in cell.splitlines())
    assert found("\n".join(cells)) == []


@pytest.mark.parametrize("path", sorted((SOURCE / "assets").glob("*.js")), ids=lambda path: path.name)
def test_no_script_of_a_page_evaluates_text_or_fetches(path: Path) -> None:
    assert SCRIPT.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import pickle", "pickle"),
        ("import pickle as p\np.loads(b'')", "pickle.loads"),
        ("from os import system as run\nrun('ls')", "os.system"),
        ("def f():\n    import subprocess", "subprocess"),
        ("from urllib.request import urlopen", "urllib.request.urlopen"),
        ("eval('1')", "eval"),
        ("list(map(exec, []))", "exec"),
        ("import builtins\nbuiltins.eval('1')", "builtins.eval"),
        ("frame.query(text)", "?.query"),
        ("frame().read_pickle(x)", "?.read_pickle"),
        ("run('ls', shell=True)", "shell="),
        ("load(path, allow_pickle=flag)", "allow_pickle="),
    ],
)
def test_the_search_finds(code: str, name: str) -> None:
    assert name in found(code)


@pytest.mark.parametrize(
    "code", ["import re\nre.compile('a')", "code = http = 1\ncode + http", "# pickle", "'eval(1)'", "f(shell=False)"]
)
def test_the_search_leaves_alone(code: str) -> None:
    assert found(code) == []


PAGE = """<?xml version="1.0"?><!DOCTYPE html SYSTEM "http://HOST/x.dtd" [<!ENTITY e SYSTEM "http://HOST/e">]>
<html><head><base href="http://HOST/"><link rel="stylesheet" href="x.css"><meta http-equiv="refresh" content="0;url=y">
<script src="x.js"></script></head><body><iframe src="z"></iframe><img src="i.png"><article><h1>Ministry rejects the count
</h1><p>The foreign ministry said on Monday that it would not accept the count of the ballot in Kherson. &e;</p>
<p>It called on all states to do the same and to recognise no result that rests on such a vote.</p></article></body></html>"""


def test_reading_a_page_opens_no_connection(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        host = f"127.0.0.1:{server.getsockname()[1]}"
        (tmp_path / "a.html").write_text(PAGE.replace("HOST", host), "utf-8")
        articles, problems = load_corpus(tmp_path)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert "would not accept the count" in articles[0].text and problems == []
