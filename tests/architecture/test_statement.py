"""The problem is written down once, in the matcher's README, and the code that keeps a condition names its number."""

import ast
import re
from pathlib import Path

import pytest

MATCHER = Path(__file__).parents[2] / "matcher"
STATED = sorted(set(re.findall(r"^    \((\w+)\)", (MATCHER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)))
CORE = ("problem.py", "certify.py")
SIDE = ("side_rules.py", "side_program.py")


def _docstrings(names: tuple[str, ...]) -> str:
    trees = [ast.parse((MATCHER / name).read_text(encoding="utf-8")) for name in names]
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return "\n".join(
        ast.get_docstring(node) or "" for tree in trees for node in ast.walk(tree) if isinstance(node, kinds)
    )


def test_conditions_are_numbered_without_gaps() -> None:
    assert sorted(int(number) for number in STATED if number.isdigit()) == list(range(1, 11))
    assert [number for number in STATED if not number.isdigit()] == ["D1", "D2", "D3", "D4", "D5"]


@pytest.mark.parametrize("number", STATED)
def test_each_condition_is_named_where_it_is_kept(number: str) -> None:
    core = not number.isdigit() or int(number) <= 4
    files = CORE if core else SIDE
    assert all(f"({number})" in _docstrings((name,)) for name in (files[-1:] if not number.isdigit() else files))
