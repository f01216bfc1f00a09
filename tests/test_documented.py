"""Everything public says what it means: a module, class or function without a docstring fails here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "ballotwatch"
MODULES = sorted(SOURCE.rglob("*.py"))


def undocumented(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [
        node
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    ]
    missing = [f"{path.name}:{node.lineno} {node.name}" for node in public if not ast.get_docstring(node)]
    return missing if ast.get_docstring(tree) or not tree.body else [f"{path.name}: module", *missing]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_public_names_are_documented(path: Path) -> None:
    assert undocumented(path) == []
