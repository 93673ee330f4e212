"""
What an optimal plan could still move: the residual network, and the cheapest ways through it.

Nodes are the needs, the resources, the limits above resources, the groups above needs, and one root that what is
unused and what is unmet both end in. An arc is a unit that could go another way than it does, with what that would cost
more. A plan is optimal exactly when no round trip is cheaper than nothing, so the cheapest way from a resource back to
a need says what forcing one unit onto their pair loses.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.errors import MatcherError
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.status import Status

Int64 = npt.NDArray[np.int64]

NO_WAY = 2**62
"""Length where no way leads."""
NONE = -1


@dataclass(frozen=True, slots=True)
class Ways:
    """
    The cheapest ways from one node to all, or from all to one.

    Parameters
    ----------
    length
        Of each node's way, `NO_WAY` where there is none.
    arc
        Last arc of the way from the start, or first arc of the way to the end; -1 at the start or end itself.
    """

    length: Int64
    arc: Int64


class Residual:
    """
    Residual network of an optimal plan.

    Parameters
    ----------
    problem, plan
        What was solved, without side rules, and its optimal plan.

    Raises
    ------
    MatcherError
        If the plan is not proven optimal: then cheaper round trips may exist, and no way is the cheapest.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        if plan.status is not Status.OPTIMAL:
            msg = (
                f"the plan is {plan.status}, and only an optimal one has exact losses. Maybe solve without a deadline."
            )
            raise MatcherError(msg)
        self.problem = problem
        self._numbers(problem)
        arcs = [*self._pair_arcs(plan), *self._supply_arcs(plan), *self._shortfall_arcs(plan)]
        self.tail = np.concatenate([tail for tail, _, _ in arcs])
        self.head = np.concatenate([head for _, head, _ in arcs])
        self.cost = np.concatenate([cost for _, _, cost in arcs])
        self._forward = _Rows(self.tail, self.n_nodes)
        self._backward = _Rows(self.head, self.n_nodes)

    def _numbers(self, problem: Problem) -> None:
        limits = 0 if problem.limits is None else len(problem.limits.capacity)
        groups = 0 if problem.shortfall is None else len(problem.shortfall.above)
        self.first_resource = problem.n_needs
        self.first_limit = self.first_resource + problem.n_resources
        self.first_group = self.first_limit + limits
        self.root = self.first_group + groups
        self.n_nodes = self.root + 1

    def from_node(self, node: int) -> Ways:
        """The cheapest ways from a node."""
        return self._search(node, self._forward, self.head)

    def to_node(self, node: int, *, avoid: int = NONE) -> Ways:
        """The cheapest ways to a node that do not pass by another."""
        return self._search(node, self._backward, self.tail, avoid)

    def arcs_to(self, ways: Ways, node: int) -> list[int]:
        """Arcs of the way that `to_node` found from this node, first one first."""
        found = []
        while ways.arc[node] != NONE:
            found.append(int(ways.arc[node]))
            node = int(self.head[found[-1]])
        return found

    def arcs_from(self, ways: Ways, node: int) -> list[int]:
        """Arcs of the way that `from_node` found to this node, first one first."""
        found = []
        while ways.arc[node] != NONE:
            found.append(int(ways.arc[node]))
            node = int(self.tail[found[-1]])
        return found[::-1]

    def unmet_along(self, arcs: list[int]) -> Int64:
        """Units that each need lacks more (or, below 0, fewer) once a unit has gone along these arcs."""
        more = np.zeros(self.problem.n_needs, np.int64)
        for arc in arcs:
            tail, head = int(self.tail[arc]), int(self.head[arc])
            if tail < len(more) and head >= self.first_group:
                more[tail] += 1
            if head < len(more) and tail >= self.first_group:
                more[head] -= 1
        return more

    def above_need(self, need: int) -> int:
        """The node that a need's unmet units go to: its group, or the root."""
        shortfall = self.problem.shortfall
        group = NONE if shortfall is None else int(shortfall.of_need[need])
        return self.root if group == NONE else self.first_group + group

    def _search(self, start: int, rows: "_Rows", other_end: Int64, avoid: int = NONE) -> Ways:
        """Bellman and Ford's rounds, each from the nodes whose way became cheaper in the round before."""
        length = np.full(self.n_nodes, NO_WAY, np.int64)
        arc = np.full(self.n_nodes, NONE, np.int64)
        length[start] = 0
        changed = np.array([start])
        for _ in range(self.n_nodes + 1):
            if not len(changed):
                return Ways(length, arc)
            at, owner = rows.of(changed)
            reached = length[owner] + self.cost[at]
            end = other_end[at]
            shorter = (reached < length[end]) & (end != avoid)
            at, reached, end = at[shorter], reached[shorter], end[shorter]
            np.minimum.at(length, end, reached)
            best = reached == length[end]
            arc[end[best]] = at[best]
            changed = np.unique(end)
        msg = f"a round trip from node {start} is cheaper than nothing, so the plan is not optimal."
        raise MatcherError(msg)

    def _pair_arcs(self, plan: Plan) -> list[tuple[Int64, Int64, Int64]]:
        problem = self.problem
        need = problem.need_of_pair
        resource = problem.pair_resource.astype(np.int64) + self.first_resource
        cost = problem.pair_cost.astype(np.int64)
        used = plan.pair
        return [(need, resource, cost), (resource[used], need[used], -cost[used])]

    def _supply_arcs(self, plan: Plan) -> list[tuple[Int64, Int64, Int64]]:
        """Unused units of a resource, and of a limit, on their way to the root, and back where something is used."""
        problem, limits = self.problem, self.problem.limits
        load = np.zeros(problem.n_resources, np.int64)
        np.add.at(load, problem.pair_resource[plan.pair], plan.quantity)
        above = np.full(problem.n_resources, NONE, np.int64)
        if limits is not None:
            above = limits.of_resource.astype(np.int64)
        arcs = self._slack_arcs(self.first_resource, above, load, problem.capacity)
        if limits is not None:
            carried = np.zeros(len(limits.capacity), np.int64)
            inside = above != NONE
            np.add.at(carried, above[inside], load[inside])
            for i, parent in enumerate(limits.above.tolist()):
                if parent != NONE:
                    carried[parent] += carried[i]
            arcs += self._slack_arcs(self.first_limit, limits.above.astype(np.int64), carried, limits.capacity)
        return arcs

    def _slack_arcs(self, first: int, above: Int64, load: Int64, capacity: Int64) -> list[tuple[Int64, Int64, Int64]]:
        node = np.arange(len(load)) + first
        parent = np.where(above == NONE, self.root, above + self.first_limit)
        free, used = load < capacity, load > 0
        return [
            (node[free], parent[free], np.zeros(int(free.sum()), np.int64)),
            (parent[used], node[used], np.zeros(int(used.sum()), np.int64)),
        ]

    def _shortfall_arcs(self, plan: Plan) -> list[tuple[Int64, Int64, Int64]]:
        """A unit more or less unmet of a need, and of each group around it at the price of the segment it falls in."""
        problem, shortfall = self.problem, self.problem.shortfall
        need = np.arange(problem.n_needs)
        above = np.full(problem.n_needs, NONE, np.int64)
        if shortfall is not None:
            above = shortfall.of_need.astype(np.int64)
        parent = np.where(above == NONE, self.root, above + self.first_group)
        lacks = plan.unmet > 0
        arcs = [(need, parent, problem.unmet_cost), (parent[lacks], need[lacks], -problem.unmet_cost[lacks])]
        if shortfall is None:
            return arcs
        lacking = np.zeros(len(shortfall.above), np.int64)
        inside = above != NONE
        np.add.at(lacking, above[inside], plan.unmet[inside])
        more, less = np.zeros(len(lacking), np.int64), np.zeros(len(lacking), np.int64)
        for g, upper in enumerate(shortfall.above.tolist()):
            segments = slice(*shortfall.segment_start[g : g + 2].tolist())
            begins, cost = shortfall.from_units[segments], shortfall.cost[segments]
            more[g] = cost[np.searchsorted(begins, lacking[g], side="right") - 1]
            less[g] = cost[max(int(np.searchsorted(begins, lacking[g], side="left")) - 1, 0)]
            if upper != NONE:
                lacking[upper] += lacking[g]
        group = np.arange(len(lacking)) + self.first_group
        parent = np.where(shortfall.above == NONE, self.root, shortfall.above + self.first_group).astype(np.int64)
        used = lacking > 0
        return [*arcs, (group, parent, more), (parent[used], group[used], -less[used])]


class _Rows:
    """Arcs by the node at one of their ends."""

    def __init__(self, end: Int64, n_nodes: int) -> None:
        self._order = np.argsort(end, kind="stable")
        self._start = np.zeros(n_nodes + 1, np.int64)
        np.cumsum(np.bincount(end, minlength=n_nodes), out=self._start[1:])

    def of(self, nodes: Int64) -> tuple[Int64, Int64]:
        """Arcs at these nodes, and the node of each."""
        count = self._start[nodes + 1] - self._start[nodes]
        before = np.cumsum(count) - count
        at = np.repeat(self._start[nodes] - before, count) + np.arange(int(count.sum()))
        return self._order[at], np.repeat(nodes, count)
