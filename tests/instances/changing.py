"""A problem that changes: rows with names come, go and change, and some of them come back."""

from dataclasses import dataclass, field

import numpy as np

from matcher.live.named import NamedProblem
from matcher.problem import CommonLimits, Problem

MOST_NEEDS, MOST_RESOURCES, MOST_LIMITS = 14, 8, 4


@dataclass
class Changing:
    """
    A universe of named rows of which some are there.

    Parameters
    ----------
    rng
        Decides everything.
    """

    rng: np.random.Generator
    limits: bool = True
    demand: dict[str, int] = field(default_factory=dict)
    unmet_cost: dict[str, int] = field(default_factory=dict)
    capacity: dict[str, int] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
    limit: dict[str, int] = field(default_factory=dict)
    pairs: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.limits:
            for number in range(int(self.rng.integers(0, MOST_LIMITS + 1))):
                self.limit[f"l{number}"] = int(self.rng.integers(0, 20))
        for _ in range(int(self.rng.integers(0, 20))):
            self.happen()

    def happen(self) -> None:
        """Something happens to one row."""
        need, resource = f"n{self.rng.integers(MOST_NEEDS)}", f"r{self.rng.integers(MOST_RESOURCES)}"
        what = int(self.rng.integers(9))
        if what == 0 and need in self.demand:
            self._leave(need)
        elif what == 1 and resource in self.capacity:
            self._leave(resource)
        elif what == 2:
            self.demand[need] = int(self.rng.integers(0, 9))
            self.unmet_cost.setdefault(need, int(self.rng.choice([30, 300])))
        elif what == 3:
            self.capacity[resource] = int(self.rng.integers(0, 9))
        elif what == 4 and self.limit:
            self.limit[str(self.rng.choice(list(self.limit)))] = int(self.rng.integers(0, 20))
        elif what == 5 and need in self.demand:
            self.unmet_cost[need] = int(self.rng.choice([30, 300, 3000]))
        elif what == 6 and resource in self.capacity and self.limit:
            self.above[resource] = str(self.rng.choice([*self.limit, ""]))
        elif need in self.demand and resource in self.capacity:
            many = int(self.rng.integers(0, 4))
            self.pairs[need, resource] = [int(cost) for cost in self.rng.integers(0, 25, many)]

    def named(self) -> NamedProblem:
        """The problem as it stands, its rows in any order."""
        needs, resources, limits = (self._shuffled(rows) for rows in (self.demand, self.capacity, self.limit))
        rows = [
            sorted(((r, cost) for r, name in enumerate(resources) for cost in self.pairs.get((need, name), ())))
            for need in needs
        ]
        flat = [pair for row in rows for pair in row]
        limits.sort(key=lambda name: int(name[1:]) % 2)  # what hangs below another comes before it
        at = {name: i for i, name in enumerate(limits)} | {"": -1}
        # Of two limits beside each other by name, the one hangs below the other.
        up = {name: f"l{int(name[1:]) + 1}" if int(name[1:]) % 2 == 0 else "" for name in limits}
        problem = Problem(
            demand=np.array([self.demand[n] for n in needs], np.int64),
            unmet_cost=np.array([self.unmet_cost[n] for n in needs], np.int64),
            capacity=np.array([self.capacity[r] for r in resources], np.int64),
            row_start=np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)]).astype(np.int64),
            pair_resource=np.array([r for r, _ in flat], np.int32),
            pair_cost=np.array([cost for _, cost in flat], np.int32),
            limits=CommonLimits(
                np.array([at[self.above.get(r, "")] for r in resources], np.int32),
                np.array([at.get(up[name], -1) for name in limits], np.int32),
                np.array([self.limit[name] for name in limits], np.int64),
            )
            if limits
            else None,
        )
        return NamedProblem(problem, tuple(needs), tuple(resources), tuple(limits))

    def _leave(self, row: str) -> None:
        for rows in (self.demand, self.unmet_cost, self.capacity, self.above):
            rows.pop(row, None)
        self.pairs = {ends: costs for ends, costs in self.pairs.items() if row not in ends}

    def _shuffled(self, rows: dict[str, int]) -> list[str]:
        names = sorted(rows)
        self.rng.shuffle(names)
        return names
