"""The instance: what is needed, what can be given, and what each possible pairing costs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.arrays import check_rows, exact_sum, forest, integers, length_of, positions, read_only
from matcher.errors import InvalidProblemError
from matcher.forests import at_leaves, sums_above

MAX_UNIT_COST = 2**30 - 1
"""Largest pair or unmet cost per unit: a cost plus a price then fits 32 bits in the kernel."""

MAX_ARCS = 2**31
"""Arcs are numbered in 32 bits; each need's row is filled up to a multiple of 8, its unmet arc included."""

MAX_GROUP_COST = 2**40 - 1
"""Largest cost per unit that one group's shortfall adds."""

MAX_TOTAL = 2**62
"""Every sum of cost times quantity stays below this, so that 64-bit sums are exact."""


@dataclass(frozen=True, slots=True)
class CommonLimits:
    """
    Limits that resources share (3), a forest above them: a resource's slots, a provider's resources, an area's quota.

    Parameters
    ----------
    of_resource
        Limit directly above each resource, -1 for none, shape ``(n_resources,)``, int32.
    above
        Limit directly above each limit, -1 for none, shape ``(n_limits,)``, int32; always a larger number.
    capacity
        Units that all resources below a limit give together at most, shape ``(n_limits,)``, int64, >= 0.
    """

    of_resource: npt.NDArray[np.int32]
    above: npt.NDArray[np.int32]
    capacity: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.above)

    def checked(self, n_resources: int) -> "CommonLimits":
        """
        Read-only, in the stated types.

        Raises
        ------
        InvalidProblemError
            If shapes disagree, a value is out of range, or a limit stands below one with a smaller number.
        """
        above = forest("limits.above", self.above)
        k = len(above)
        of_resource = integers("limits.of_resource", self.of_resource, n_resources, np.int32, low=-1, high=k - 1)
        capacity = integers("limits.capacity", self.capacity, k, np.int64, high=MAX_TOTAL)
        return CommonLimits(read_only(of_resource), read_only(above), read_only(capacity))


@dataclass(frozen=True, slots=True)
class ShortfallCosts:
    """
    What it costs, convexly, when the needs of a group are left unmet together (4); fairness inside the optimum.

    A group is the needs of one urgency class in a neighbourhood, or in a community.
    A group's shortfall is the sum over all needs below it. Its cost is piecewise linear: ``cost[i]`` for each unit from
    ``from_units[i]`` on to the next segment.

    Parameters
    ----------
    of_need
        Group directly above each need, -1 for none, shape ``(n_needs,)``, int32.
    above
        Group directly above each group, -1 for none, shape ``(n_groups,)``, int32; always a larger number.
    segment_start
        Segments of group ``g`` are ``segment_start[g]`` to ``segment_start[g + 1] - 1``, at least one each, shape
        ``(n_groups + 1,)``, int64.
    from_units
        Where each segment begins, 0 for a group's first, strictly rising, int64.
    cost
        Of each unit in the segment, int64, >= 0, never falling within a group.
    """

    of_need: npt.NDArray[np.int32]
    above: npt.NDArray[np.int32]
    segment_start: npt.NDArray[np.int64]
    from_units: npt.NDArray[np.int64]
    cost: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.above)

    @property
    def group_of_segment(self) -> npt.NDArray[np.int64]:
        """Group that each segment belongs to."""
        return np.repeat(np.arange(len(self.above)), np.diff(self.segment_start))

    def checked(self, n_needs: int) -> "ShortfallCosts":
        """
        Read-only, in the stated types.

        Raises
        ------
        InvalidProblemError
            If shapes disagree, a value is out of range, a group stands below one with a smaller number, has no segment,
            or its segments do not begin at 0, rise, and cost no less than the one before.
        """
        above = forest("shortfall.above", self.above)
        g, segments = len(above), length_of("shortfall.cost", self.cost)
        of_need = integers("shortfall.of_need", self.of_need, n_needs, np.int32, low=-1, high=g - 1)
        start = integers("shortfall.segment_start", self.segment_start, g + 1, np.int64, high=segments)
        from_units = integers("shortfall.from_units", self.from_units, segments, np.int64, high=MAX_TOTAL)
        cost = integers("shortfall.cost", self.cost, segments, np.int64, high=MAX_GROUP_COST)
        check_rows("shortfall.segment_start", start, segments, "segments")
        _check_segments(start, from_units, cost)
        return ShortfallCosts(*(read_only(values) for values in (of_need, above, start, from_units, cost)))


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One matching instance. Immutable; validated once, here.

    Choose quantities ``x >= 0`` on the pairs and unmet quantities ``u >= 0`` so that, for each need ``n``,
    resource ``r`` and common limit ``l``, ``sum_r x[n, r] + u[n] = demand[n]`` (1), ``sum_n x[n, r] <= capacity[r]``
    (2) and the resources below ``l`` give at most its capacity together (3), and ``sum pair_cost * x + sum unmet_cost
    * u`` and the convex cost of each group's shortfall (4) are least together. All data are integers, so the optimum
    is too. The numbers are those of the package's README.

    Integer arrays of any width are accepted and converted if every value fits; floating-point and boolean
    arrays are refused. Stored arrays are read-only views (or copies) of the ones given.

    Parameters
    ----------
    demand
        Units each need asks for, shape ``(n_needs,)``, int64, >= 0.
    unmet_cost
        Cost of each unit left unmet, shape ``(n_needs,)``, int64, 0 to ``MAX_UNIT_COST``.
    capacity
        Units each resource can give, shape ``(n_resources,)``, int64, >= 0.
    row_start
        Pairs of need ``n`` are ``row_start[n]`` to ``row_start[n + 1] - 1``, shape ``(n_needs + 1,)``, int64.
    pair_resource
        Resource of each pair, shape ``(n_pairs,)``, int32. A resource may occur twice in one row.
    pair_cost
        Cost of each unit on the pair, shape ``(n_pairs,)``, int32, 0 to ``MAX_UNIT_COST``.
    need_xy, resource_xy
        Positions in metres on a plane, float64, shapes ``(n_needs, 2)`` and ``(n_resources, 2)``, or None.
        They order memory so that neighbours lie close together; they never change the optimal value.
    limits
        Limits that resources share, or None.
    shortfall
        Cost of what groups of needs lack together, on top of ``unmet_cost``, or None.

    Raises
    ------
    InvalidProblemError
        If shapes disagree, a value is out of range, or a sum could leave 64 bits; the message names it.
    """

    demand: npt.NDArray[np.int64]
    unmet_cost: npt.NDArray[np.int64]
    capacity: npt.NDArray[np.int64]
    row_start: npt.NDArray[np.int64]
    pair_resource: npt.NDArray[np.int32]
    pair_cost: npt.NDArray[np.int32]
    need_xy: npt.NDArray[np.float64] | None = None
    resource_xy: npt.NDArray[np.float64] | None = None
    limits: CommonLimits | None = None
    shortfall: ShortfallCosts | None = None

    def __post_init__(self) -> None:
        n = length_of("demand", self.demand)
        r = length_of("capacity", self.capacity)
        p = length_of("pair_resource", self.pair_resource)
        if p and not r:
            msg = f"There are {p} pairs but no resource. Maybe capacity was left empty."
            raise InvalidProblemError(msg)
        if p + 8 * n >= MAX_ARCS or r >= MAX_ARCS // 4:
            msg = f"{n} needs, {r} resources and {p} pairs: pairs + 8 * needs must stay below {MAX_ARCS}, and "
            msg += f"resources below {MAX_ARCS // 4}. Maybe solve it region by region."
            raise InvalidProblemError(msg)
        self._keep("demand", integers("demand", self.demand, n, np.int64, high=MAX_TOTAL))
        self._keep("unmet_cost", integers("unmet_cost", self.unmet_cost, n, np.int64, high=MAX_UNIT_COST))
        self._keep("capacity", integers("capacity", self.capacity, r, np.int64, high=MAX_TOTAL))
        self._keep("row_start", integers("row_start", self.row_start, n + 1, np.int64, high=p))
        self._keep("pair_resource", integers("pair_resource", self.pair_resource, p, np.int32, high=max(r - 1, 0)))
        self._keep("pair_cost", integers("pair_cost", self.pair_cost, p, np.int32, high=MAX_UNIT_COST))
        self._keep("need_xy", positions("need_xy", self.need_xy, n))
        self._keep("resource_xy", positions("resource_xy", self.resource_xy, r))
        check_rows("row_start", self.row_start, p, "pairs")
        if self.limits is not None:
            object.__setattr__(self, "limits", self.limits.checked(r))
        if self.shortfall is not None:
            object.__setattr__(self, "shortfall", self.shortfall.checked(n))
        self._check_nodes()
        self._check_sums()

    @property
    def n_needs(self) -> int:
        """Number of needs."""
        return len(self.demand)

    @property
    def n_resources(self) -> int:
        """Number of resources."""
        return len(self.capacity)

    @property
    def n_pairs(self) -> int:
        """Number of possible pairings."""
        return len(self.pair_resource)

    @property
    def need_of_pair(self) -> npt.NDArray[np.int64]:
        """Need of each pair, shape ``(n_pairs,)``; made anew each time."""
        return np.repeat(np.arange(self.n_needs, dtype=np.int64), np.diff(self.row_start))

    @property
    def n_limits(self) -> int:
        """Number of common limits."""
        return 0 if self.limits is None else len(self.limits)

    @property
    def n_groups(self) -> int:
        """Number of groups whose shortfall has a cost of its own."""
        return 0 if self.shortfall is None else len(self.shortfall)

    def _keep(self, name: str, values: npt.NDArray[Any] | None) -> None:
        object.__setattr__(self, name, None if values is None else read_only(values))

    def _check_sums(self) -> None:
        """Refuse sums that a 64-bit objective could not hold; measured on exact Python integers."""
        dearest = max(int(self._dearest_unmet().max(initial=0)), int(self.pair_cost.max(initial=0)), 1)
        for name, values in (("demand", self.demand), ("capacity", self.capacity)):
            total = exact_sum(values)
            if total * dearest >= MAX_TOTAL:
                msg = (
                    f"{name} sums to {total}; times the dearest cost per unit, {dearest}, that is "
                    f"{total * dearest}, not below {MAX_TOTAL}. Maybe a coarser unit of quantity will do."
                )
                raise InvalidProblemError(msg)

    def _dearest_unmet(self) -> npt.NDArray[np.int64]:
        """Cost at most of leaving one more unit of each need unmet, its groups included."""
        if self.shortfall is None or not len(self.shortfall):
            return self.unmet_cost
        last = self.shortfall.cost[self.shortfall.segment_start[1:] - 1]
        return self.unmet_cost + at_leaves(self.shortfall.of_need, sums_above(self.shortfall.above, last))

    def _check_nodes(self) -> None:
        """Refuse more nodes than can be numbered, and prices that could leave 64 bits on a way through all of them."""
        nodes = self.n_resources + self.n_limits + self.n_groups
        if nodes >= MAX_ARCS // 4:
            msg = f"{self.n_resources} resources, {self.n_limits} limits and {self.n_groups} groups: together they "
            msg += f"must stay below {MAX_ARCS // 4}. Maybe solve it region by region."
            raise InvalidProblemError(msg)
        if self.shortfall is not None:
            dearest = max(int(self.shortfall.cost.max(initial=0)), MAX_UNIT_COST)
            nodes += self.n_needs
            if nodes * dearest >= MAX_TOTAL // 4:
                msg = (
                    f"shortfall.cost goes up to {dearest} in a problem of {nodes} needs, resources, limits and groups: "
                )
                msg += f"the product must stay below {MAX_TOTAL // 4}. Maybe a coarser unit of cost will do."
                raise InvalidProblemError(msg)


def _check_segments(
    start: npt.NDArray[np.int64], from_units: npt.NDArray[np.int64], cost: npt.NDArray[np.int64]
) -> None:
    """Refuse a group without segments, one that does not begin at 0, and segments that fall or are not convex."""
    empty = np.flatnonzero(np.diff(start) == 0)
    if len(empty):
        msg = f"shortfall.segment_start gives group {empty[0]} no segment. Maybe one from 0 at cost 0 was meant."
        raise InvalidProblemError(msg)
    late = np.flatnonzero(from_units[start[:-1]] != 0)
    if len(late):
        i = int(start[late[0]])
        msg = f"shortfall.from_units[{i}] is {from_units[i]}, but the first segment of group {late[0]} begins at 0."
        raise InvalidProblemError(msg)
    same_group = np.ones(len(cost), np.bool_)
    same_group[start[:-1]] = False
    for name, values, wrong, rule in (
        ("from_units", from_units, np.diff(from_units, prepend=0) <= 0, "not above"),
        ("cost", cost, np.diff(cost, prepend=0) < 0, "below"),
    ):
        found = np.flatnonzero(same_group & wrong)
        if len(found):
            i = int(found[0])
            before = f"shortfall.{name}[{i - 1}] = {values[i - 1]} of the same group"
            msg = f"shortfall.{name}[{i}] is {values[i]}, {rule} {before}."
            raise InvalidProblemError(msg)
