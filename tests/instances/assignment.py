"""OR-Library's generalised assignment: each job to one agent, each agent with a capacity that each job uses up anew."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from matcher.problem import Problem
from matcher.side_rules import LinearLimits, PairSets, SideRules, no_side_rules

Int64 = npt.NDArray[np.int64]
Sense = Literal["min", "max"]


@dataclass(frozen=True, slots=True)
class Assignment:
    """One instance: worth or cost and use of capacity by agent and job, and each agent's capacity."""

    name: str
    figure: Int64
    use: Int64
    capacity: Int64


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an instance: bounds of its optimum, equal where it is proven."""

    low: int
    high: int


def read_assignments(path: Path) -> list[Assignment]:
    """All instances of a file, with the names that the table of best known values uses."""
    numbers = iter(path.read_text(encoding="ascii").split())
    count = int(next(numbers))
    found = []
    for k in range(count):
        m, n = int(next(numbers)), int(next(numbers))
        figure, use = (_matrix(numbers, m, n) for _ in range(2))
        capacity = _matrix(numbers, 1, m)[0]
        name = f"a{m:02d}{n:03d}" if path.stem == "gapa" else f"c{m:02d}{n:02d}_{k + 1}"
        found.append(Assignment(name, figure, use, capacity))
    return found


def read_best_known(path: Path) -> dict[tuple[str, Sense], Known]:
    """Best known values by name and sense."""
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {
        (row["instance"], "max" if row["objective"] == "max" else "min"): Known(
            int(row["lower_bound"]), int(row["upper_bound"])
        )
        for row in rows
    }


def as_problem(instance: Assignment, sense: Sense) -> tuple[Problem, SideRules]:
    """Jobs are needs of one unit; an agent's capacity is a linear limit, since each job uses another part of it."""
    m, n = instance.figure.shape
    cost = instance.figure if sense == "min" else instance.figure.max() - instance.figure
    problem = Problem(
        demand=np.ones(n, np.int64),
        unmet_cost=np.full(n, 1 + int(cost.max()) * n),
        capacity=np.full(m, n),
        row_start=np.arange(n + 1) * m,
        pair_resource=np.tile(np.arange(m), n),
        pair_cost=cost.T.ravel(),
    )
    pairs = PairSets(
        start=np.arange(m + 1) * n,
        pair=np.concatenate([np.arange(n) * m + agent for agent in range(m)]),
        key=tuple(("agent", str(agent)) for agent in range(m)),
    )
    return problem, replace(no_side_rules(problem), limits=LinearLimits(pairs, instance.use.ravel(), instance.capacity))


def in_its_own_terms(instance: Assignment, sense: Sense, cost: int) -> int:
    """A plan's cost as the instance counts it, all jobs being assigned."""
    n = instance.figure.shape[1]
    return cost if sense == "min" else n * int(instance.figure.max()) - cost


def _matrix(numbers: Iterator[str], rows: int, columns: int) -> Int64:
    return np.array([int(next(numbers)) for _ in range(rows * columns)], np.int64).reshape(rows, columns)
