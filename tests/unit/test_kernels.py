"""The compiled kernels stay within their buffers, and their caches cannot grow stale."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

KERNELS = Path(__file__).parents[2] / "matcher" / "kernels"
SOLVER = ("layout", "start", "forest_start", "simplex", "collect")

FUZZ = """
from tests.instances.city import city
from tests.instances.complete import KINDS, seeded_complete
from tests.instances.small import chain, seeded
from matcher.solve import solve
made = [seeded(s) for s in range(120)] + [city(900), chain(60, step=5, unmet_cost=90)]
made += [chain(40, step=2**29, unmet_cost=2**30 - 1)]
made += [seeded_complete(s, kind) for s in range(40) for kind in KINDS.values()]
print(all(solve(problem, seed=s).status == "optimal" for s, problem in enumerate(made)))
"""


def test_no_index_leaves_its_array(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", FUZZ],
        env=environment,
        cwd=KERNELS.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "True\n", ran.stderr


@pytest.mark.parametrize("name", SOLVER)
def test_compiled_code_calls_nothing_compiled_in_another_file(name: str) -> None:
    # A cached kernel is renewed when its own file changes, not when one it calls in another file does.
    tree = ast.parse((KERNELS / f"{name}.py").read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module for module in imported if module and module.startswith("matcher")} <= {"matcher.kernels.tree"}
    tree_file = (KERNELS / "tree.py").read_text(encoding="utf-8")
    assert "njit" not in tree_file


def test_the_pivot_asks_for_numbers_and_never_for_types() -> None:
    # An arc carries its flow from the larger node number to the smaller, whatever stands at its ends.
    tree = ast.parse((KERNELS / "simplex.py").read_text(encoding="utf-8"))
    walks = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in {"_block", "_push", "_rehang"}
    ]
    assert len(walks) == 3
    for walk in walks:
        names = {node.id for node in ast.walk(walk) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(walk) if isinstance(node, ast.Attribute)}
        assert not names & {"m", "root", "slots", "demand"}, walk.name
