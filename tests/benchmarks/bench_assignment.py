"""
OR-Library's generalised assignments: ``python -m tests.benchmarks.bench_assignment``.

Needs the published instances: ``NEEDLEWORK_TEST_DATA``. Prints for each instance the value found, the best known one,
the proven bound, the gap between found and proven, and the seconds taken.
"""

import argparse
import os
import sys
from pathlib import Path

from matcher.solve import solve
from tests.instances.assignment import (
    Assignment,
    Known,
    Sense,
    as_problem,
    in_its_own_terms,
    read_assignments,
    read_best_known,
)

FILES: tuple[tuple[str, Sense], ...] = (
    ("gap1", "max"),
    ("gap2", "max"),
    ("gap3", "max"),
    ("gap4", "max"),
    ("gap5", "max"),
    ("gap6", "max"),
    ("gapa", "min"),
)


def main() -> int:
    """Solve the instances asked for, one after another."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_assignment", description=__doc__)
    parser.add_argument("--deadline", type=float, default=60.0, help="seconds for each instance")
    parser.add_argument("--files", default=",".join(name for name, _ in FILES), help="files, comma between")
    options = parser.parse_args()
    folder = Path(os.environ["NEEDLEWORK_TEST_DATA"]) / "instances" / "gap"
    known = read_best_known(folder / "best_known.csv")
    sys.stdout.write(
        "| instance | sense | found | best known | proven bound | gap % | s |\n|---|---|---|---|---|---|---|\n"
    )
    optimal = best = count = 0
    for name, sense in FILES:
        for instance in read_assignments(folder / f"{name}.txt") if name in options.files.split(",") else []:
            found, bound = _row(instance, sense, known[instance.name, sense], options.deadline)
            optimal += found == bound
            best += found == known[instance.name, sense].low
            count += 1
    sys.stdout.write(f"{count} instances: best known value found {best} times, proven optimal {optimal} times.\n")
    return 0


def _row(instance: Assignment, sense: Sense, known: Known, deadline_s: float) -> tuple[int, int]:
    plan = solve(*as_problem(instance, sense), deadline_s=deadline_s)
    if plan.unmet.any():
        sys.stdout.write(f"| {instance.name} | {sense} | {plan.unmet.sum()} jobs unassigned | {known.low} | | | |\n")
        return -1, -2
    found, bound = (in_its_own_terms(instance, sense, value) for value in (plan.objective, plan.bound))
    gap = 100 * abs(found - bound) / max(abs(bound), 1)
    seconds = plan.solve_s + plan.certify_s
    row = f"| {instance.name} | {sense} | {found} | {known.low} | {bound} | {gap:.2f} | {seconds:.1f} |\n"
    sys.stdout.write(row)
    sys.stdout.flush()
    return found, bound


if __name__ == "__main__":
    sys.exit(main())
