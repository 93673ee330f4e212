"""How few units of each class can stay unmet: supply cut off from the needs that want it, class by class."""

from dataclasses import dataclass, replace

import numpy as np

from matcher.backends.network_simplex import solve_by_network_simplex
from matcher.backends.whole_needs.parts import WholeInstance, fullest
from matcher.kernels.packing import Int64
from matcher.problem import Problem
from matcher.whole_needs import Cut, Mask


def cuts(instance: WholeInstance) -> tuple[Cut, ...]:
    """
    For each class, the cut that shows how many units up to it no plan can serve.

    Needs may be divided in it, so it is a maximum flow, and the prices of a cheapest flow at cost 0 and 1 a unit unmet
    are its minimum cut. A resource counts with the greatest sum of whole needs that it can hold.
    """
    return tuple(_cut(instance, last_class) for last_class in range(len(instance.step)))


def _cut(instance: WholeInstance, last_class: int) -> Cut:
    problem, owner = instance.problem, instance.owner
    counted = instance.need_class <= last_class
    pair = np.flatnonzero(instance.usable & counted[owner])
    flow = replace(
        problem,
        demand=np.where(counted, problem.demand, 0),
        unmet_cost=np.ones(problem.n_needs, np.int64),
        capacity=holdable(problem, owner, pair),
        row_start=np.searchsorted(owner[pair], np.arange(problem.n_needs + 1)).astype(np.int64),
        pair_resource=problem.pair_resource[pair],
        pair_cost=np.zeros(len(pair), np.int32),
    )
    found = solve_by_network_simplex(flow, seed=0, threads=1, deadline_s=None)
    resource = found.resource_price > 0
    # A need is cut off if every resource that could hold it is; that also holds for the needs nobody can serve.
    reached = np.zeros(problem.n_needs, np.bool_)
    reached[owner[pair[~resource[problem.pair_resource[pair]]]]] = True
    return Cut(last_class, counted & ~reached & (problem.demand > 0), resource)


def holdable(problem: Problem, owner: Int64, pair: Int64) -> Int64:
    """Units of whole needs that each resource can hold over these pairs, int64, shape ``(n_resources,)``."""
    order = pair[np.argsort(problem.pair_resource[pair], kind="stable")]
    ends = np.searchsorted(problem.pair_resource[order], np.arange(problem.n_resources + 1)).tolist()
    sizes = problem.demand[owner[order]].tolist()
    room = problem.capacity.tolist()
    held = [fullest(sizes[ends[r] : ends[r + 1]], room[r]) for r in range(problem.n_resources)]
    return np.array(held, np.int64)


@dataclass(frozen=True, slots=True)
class Shortage:
    """
    What one cut says of any part of the instance that its pairs do not leave.

    Parameters
    ----------
    asked
        Units of the needs in the cut, of other needs 0, shape ``(n_needs,)``.
    held
        Units of whole needs that the resources in the cut can hold, of others 0, shape ``(n_resources,)``.
    crossing
        Pairs that no plan uses whose unmet units equal the cut's, shape ``(n_pairs,)``. There the cut's resources are
        filled with the cut's needs: other needs of these classes find no room, and needs of later classes only what
        whole needs of these leave over.
    """

    asked: Int64
    held: Int64
    crossing: Mask

    def at_least(self, need: Int64, resource: Int64) -> int:
        """Units that stay unmet in every plan among these needs, with these resources."""
        return int(self.asked[need].sum()) - int(self.held[resource].sum())


def shortage(instance: WholeInstance, cut: Cut) -> Shortage:
    """The cut with its figures."""
    problem, owner = instance.problem, instance.owner
    counted = (instance.need_class <= cut.last_class)[owner]
    held = holdable(problem, owner, np.flatnonzero(instance.usable & counted))
    left_over = (problem.capacity - held)[problem.pair_resource]
    outside = np.where(counted, ~cut.need[owner], problem.demand[owner] > left_over)
    return Shortage(
        asked=np.where(cut.need, problem.demand, 0),
        held=np.where(cut.resource, held, 0),
        crossing=cut.resource[problem.pair_resource] & outside,
    )
