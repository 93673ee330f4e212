"""Readers of published instances, and what is needed to see them as a matching problem."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.problem import Problem

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Flow:
    """A min-cost flow instance as its file states it; nodes from 0."""

    supply: Int64
    tail: Int64
    head: Int64
    capacity: Int64
    cost: Int64

    @property
    def is_transportation(self) -> bool:
        """Whether each arc runs from a node that gives to one that takes, and none limits the flow."""
        give, take = self.supply[self.tail], -self.supply[self.head]
        return bool((give > 0).all() and (take > 0).all() and (self.capacity >= np.minimum(give, take)).all())


def read_assignment(path: Path) -> Int64:
    """The square cost matrix of an OR-Library assignment file."""
    numbers = np.array(path.read_text(encoding="ascii").split(), np.int64)
    n = int(numbers[0])
    return numbers[1:].reshape(n, n)


def read_flow(path: Path) -> Flow:
    """A DIMACS .min file; lower bounds other than 0 do not occur and are refused."""
    supply: Int64 = np.zeros(0, np.int64)
    arcs: list[tuple[int, ...]] = []
    for line in path.read_text(encoding="ascii").splitlines():
        kind, *fields = line.split() or ["c"]
        if kind == "p":
            supply = np.zeros(int(fields[1]), np.int64)
        elif kind == "n":
            supply[int(fields[0]) - 1] = int(fields[1])
        elif kind == "a":
            arcs.append(tuple(int(field) for field in fields))
    tail, head, low, capacity, cost = np.array(arcs, np.int64).T
    assert not low.any(), f"{path.name} has a lower bound"
    return Flow(supply, tail - 1, head - 1, capacity, cost)


def assignment_problem(matrix: Int64) -> Problem:
    """Each row needs one unit, each column gives one, and to stay unmet is dearer than any exchange."""
    n = len(matrix)
    return Problem(
        demand=np.ones(n, np.int64),
        unmet_cost=np.full(n, int(matrix.max()) * n + 1),
        capacity=np.ones(n, np.int64),
        row_start=np.arange(n + 1) * n,
        pair_resource=np.tile(np.arange(n), n),
        pair_cost=matrix.ravel(),
    )


def transportation_problem(flow: Flow) -> Problem:
    """A transportation instance as it stands: nodes that give are needs, nodes that take are resources."""
    assert flow.is_transportation
    needs, resources = np.flatnonzero(flow.supply > 0), np.flatnonzero(flow.supply < 0)
    order = np.lexsort((flow.head, flow.tail))
    row = np.searchsorted(needs, flow.tail[order])
    return Problem(
        demand=flow.supply[needs],
        unmet_cost=np.full(len(needs), (int(flow.cost.max()) + 1) * len(flow.supply)),
        capacity=-flow.supply[resources],
        row_start=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(needs)))]),
        pair_resource=np.searchsorted(resources, flow.head[order]),
        pair_cost=flow.cost[order],
    )


def arcs_as_needs(flow: Flow) -> tuple[Problem, int]:
    """
    Any min-cost flow problem as a transportation problem of the same optimum, less a constant.

    Each arc becomes a need for its capacity, met at its head by what flows and at its tail by what does not;
    each node takes what its arcs out could carry less its supply, and everything must be met (Wagner 1959).
    The cheaper of an arc's two ends is put at 0; the constant makes up for it where that is the head.
    """
    n_arcs = len(flow.tail)
    room = np.bincount(flow.tail, flow.capacity, len(flow.supply)).astype(np.int64) - flow.supply
    ends = np.stack([flow.tail, flow.head], 1)
    costs = np.stack([np.maximum(-flow.cost, 0), np.maximum(flow.cost, 0)], 1)
    swap = ends[:, 0] > ends[:, 1]
    ends[swap], costs[swap] = ends[swap, ::-1], costs[swap, ::-1]
    dear = (int(np.abs(flow.cost).max()) + 1) * len(flow.supply)
    problem = Problem(
        demand=flow.capacity,
        unmet_cost=np.full(n_arcs, dear),
        capacity=room,
        row_start=np.arange(n_arcs + 1) * 2,
        pair_resource=ends.ravel(),
        pair_cost=costs.ravel(),
    )
    return problem, int((np.minimum(flow.cost, 0) * flow.capacity).sum())
