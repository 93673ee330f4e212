"""A problem that changes: rows with names come, go and change, and some of them come back."""

from dataclasses import dataclass, field

import numpy as np

from matcher.live.named import NamedProblem
from matcher.problem import CommonLimits, Problem, ShortfallCosts

Group = tuple[str, int, int]

MOST_NEEDS, MOST_RESOURCES, MOST_LIMITS = 14, 8, 4
PLACES, PIECES = 3, 4
STEPS = {"place": 5, "all": 9}
"""What each piece more of a group's shortfall adds to the cost of a unit."""


@dataclass
class Changing:
    """
    A universe of named rows of which some are there.

    Parameters
    ----------
    rng
        Decides everything.
    groups
        Whether needs of a class lack together, in a place and inside all places; a group is there while it has a need,
        and its pieces are shares of what it asks.
    """

    rng: np.random.Generator
    limits: bool = True
    groups: bool = False
    demand: dict[str, int] = field(default_factory=dict)
    unmet_cost: dict[str, int] = field(default_factory=dict)
    capacity: dict[str, int] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
    limit: dict[str, int] = field(default_factory=dict)
    pairs: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    place: dict[str, int] = field(default_factory=dict)

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
            self.place.setdefault(need, int(self.rng.integers(PLACES)))
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
            shortfall=self._shortfall(needs),
            limits=CommonLimits(
                np.array([at[self.above.get(r, "")] for r in resources], np.int32),
                np.array([at.get(up[name], -1) for name in limits], np.int32),
                np.array([self.limit[name] for name in limits], np.int64),
            )
            if limits
            else None,
        )
        return NamedProblem(problem, tuple(needs), tuple(resources), tuple(limits), self._groups(needs))

    def _groups(self, needs: list[str]) -> tuple[Group, ...]:
        """Groups with a need, by (level, place, class); the inner ones first."""
        if not self.groups:
            return ()
        inner = {("place", self.place[need], self.unmet_cost[need]) for need in needs}
        return (*sorted(inner), *sorted({("all", 0, urgency) for _, _, urgency in inner}))

    def _shortfall(self, needs: list[str]) -> ShortfallCosts | None:
        groups = self._groups(needs)
        if not groups:
            return None
        at = {group: i for i, group in enumerate(groups)}
        of_need = [at["place", self.place[need], self.unmet_cost[need]] for need in needs]
        above = [at["all", 0, urgency] if level == "place" else -1 for level, _, urgency in groups]
        asked = [0] * len(groups)
        for need, group in zip(needs, of_need, strict=True):
            asked[group] += self.demand[need]
            asked[above[group]] += self.demand[need]
        pieces = [
            {-(-units * i // PIECES): STEPS[level] * i for i in range(PIECES)}
            for units, (level, _, _) in zip(asked, groups, strict=True)
        ]
        return ShortfallCosts(
            np.array(of_need, np.int32),
            np.array(above, np.int32),
            np.cumsum([0, *map(len, pieces)]),
            np.array([begin for some in pieces for begin in some]),
            np.array([cost for some in pieces for cost in some.values()]),
        )

    def _leave(self, row: str) -> None:
        for rows in (self.demand, self.unmet_cost, self.capacity, self.above):
            rows.pop(row, None)
        self.pairs = {ends: costs for ends, costs in self.pairs.items() if row not in ends}

    def _shuffled(self, rows: dict[str, int]) -> list[str]:
        names = sorted(rows)
        self.rng.shuffle(names)
        return names
