"""The page of guarantees: each row names tests, and each test named is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/guarantees.md").read_text("utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if re.match(r"\| (?!what is promised|---)", line)]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`(tests/[^`]*)`", row[-1])})


def running(path: Path) -> set[str]:
    """Names of the tests of a file that run: the ones skipped or expected to fail prove nothing."""
    functions = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
    return {f.name for f in functions if not any("mark.skip" in d or "xfail" in d for d in decorators(f))}


def decorators(function: ast.FunctionDef) -> list[str]:
    return [ast.unparse(decorator) for decorator in function.decorator_list]


@pytest.mark.parametrize("name", NAMED)
def test_every_test_named_is_there(name: str) -> None:
    path, _, function = name.partition("::")
    assert function.startswith("test_") and function in running(ROOT / path)


def test_every_promise_names_its_tests() -> None:
    assert len(ROWS) > 30
    for row in ROWS:
        assert len(row) == 2 and re.fullmatch(r"`tests/\S+::test_\w+`( `tests/\S+::test_\w+`)*", row[1]), row


def test_no_promise_is_made_twice() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("name", ["README.md", "SECURITY.md", "docs/guarantees.md", "docs/licences.md"])
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_the_targets_that_are_named_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    text = "".join(
        (ROOT / name).read_text("utf-8") for name in ("SECURITY.md", "docs/guarantees.md", "docs/licences.md")
    )
    assert all(f"\n{target}:" in makefile for target in re.findall(r"`make (\w+)`", text))
