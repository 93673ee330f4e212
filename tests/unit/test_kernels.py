"""The compiled kernels stay within their buffers, and their caches cannot grow stale."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import from_dtype

from matcher.kernels import live_trial

KERNELS = Path(__file__).parents[2] / "matcher" / "kernels"

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


@pytest.mark.parametrize("name", sorted(file.stem for file in KERNELS.glob("*.py")))
def test_compiled_code_calls_nothing_compiled_in_another_file(name: str) -> None:
    # A cached kernel is renewed when its own file or the types given to it change, not when one that it calls does.
    for module, names in imported_kernels(name):
        compiled = compiled_in(module)
        if name in live_trial.FILES and module in live_trial.FILES:
            for called in compiled.keys() & set(names):
                given = [argument.annotation for argument in compiled[called].args.args]
                assert "Trial" in {kind.id for kind in given if isinstance(kind, ast.Name)}, called
        else:
            assert not compiled.keys() & set(names)


def test_the_types_given_to_a_trial_change_with_whatever_is_written_in_its_room(tmp_path: Path) -> None:
    assert f"of_{live_trial.written_in(KERNELS)}" == live_trial.WRITTEN
    for name in live_trial.FILES:
        folder = tmp_path / name
        shutil.copytree(KERNELS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / f"{name}.py").write_text(
            (KERNELS / f"{name}.py").read_text(encoding="utf-8") + "\n", encoding="utf-8"
        )
        assert live_trial.written_in(folder) != live_trial.written_in(KERNELS)
    other = np.dtype([(field.replace("of_", "no_"), *kind) for field, *kind in live_trial.LACKING.descr if field])
    assert from_dtype(other) != from_dtype(live_trial.LACKING)
    assert live_trial.WRITTEN in (live_trial.LACKING.names or ())


def imported_kernels(name: str) -> list[tuple[str, list[str]]]:
    """Files of kernels that a file imports from, with the names."""
    tree = ast.parse((KERNELS / f"{name}.py").read_text(encoding="utf-8"))
    return [
        (node.module.removeprefix("matcher.kernels."), [alias.name for alias in node.names])
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("matcher.kernels.")
    ]


def compiled_in(name: str) -> dict[str, ast.FunctionDef]:
    """Compiled functions of a file."""
    tree = ast.parse((KERNELS / f"{name}.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name: node for node in functions if any("njit" in ast.unparse(mark) for mark in node.decorator_list)}


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
