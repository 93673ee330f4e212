"""The instance: what is needed, what can be given, and what each possible pairing costs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.errors import InvalidProblemError

MAX_UNIT_COST = 2**30 - 1
"""Largest pair or unmet cost per unit: a cost plus a price then fits 32 bits in the kernel."""

MAX_ARCS = 2**31
"""Arcs are numbered in 32 bits; each need's row is filled up to a multiple of 8, its unmet arc included."""

MAX_TOTAL = 2**62
"""Every sum of cost times quantity stays below this, so that 64-bit sums are exact."""


@dataclass(frozen=True, slots=True)
class CommonLimits:
    """
    Limits that resources share, as a forest above them: a resource's slots, a provider's resources, an area's quota.

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


@dataclass(frozen=True, slots=True)
class ShortfallCosts:
    """
    What it costs, convexly, when the needs of a group are left unmet together; fairness inside the optimum.

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


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One matching instance. Immutable; validated once, here.

    Choose quantities ``x >= 0`` on the pairs and unmet quantities ``u >= 0`` so that, for each need ``n``
    and resource ``r``, ``sum_r x[n, r] + u[n] = demand[n]`` and ``sum_n x[n, r] <= capacity[r]``, and
    ``sum pair_cost * x + sum unmet_cost * u`` is least. All data are integers, so the optimum is too.

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
        n = _length("demand", self.demand)
        r = _length("capacity", self.capacity)
        p = _length("pair_resource", self.pair_resource)
        if p and not r:
            msg = f"There are {p} pairs but no resource. Maybe capacity was left empty."
            raise InvalidProblemError(msg)
        if p + 8 * n >= MAX_ARCS or r >= MAX_ARCS // 4:
            msg = f"{n} needs, {r} resources and {p} pairs: pairs + 8 * needs must stay below {MAX_ARCS}, and "
            msg += f"resources below {MAX_ARCS // 4}. Maybe solve it region by region."
            raise InvalidProblemError(msg)
        self._keep("demand", _integers("demand", self.demand, n, np.int64, high=MAX_TOTAL))
        self._keep("unmet_cost", _integers("unmet_cost", self.unmet_cost, n, np.int64, high=MAX_UNIT_COST))
        self._keep("capacity", _integers("capacity", self.capacity, r, np.int64, high=MAX_TOTAL))
        self._keep("row_start", _integers("row_start", self.row_start, n + 1, np.int64, high=p))
        self._keep("pair_resource", _integers("pair_resource", self.pair_resource, p, np.int32, high=max(r - 1, 0)))
        self._keep("pair_cost", _integers("pair_cost", self.pair_cost, p, np.int32, high=MAX_UNIT_COST))
        self._keep("need_xy", _positions("need_xy", self.need_xy, n))
        self._keep("resource_xy", _positions("resource_xy", self.resource_xy, r))
        _check_rows(self.row_start, p)
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

    def _keep(self, name: str, values: npt.NDArray[Any] | None) -> None:
        if values is not None:
            values = values.view()
            values.flags.writeable = False
        object.__setattr__(self, name, values)

    def _check_sums(self) -> None:
        """Refuse sums that a 64-bit objective could not hold; measured on exact Python integers."""
        dearest = max(int(self.unmet_cost.max(initial=0)), int(self.pair_cost.max(initial=0)), 1)
        for name, values in (("demand", self.demand), ("capacity", self.capacity)):
            total = _exact_sum(values)
            if total * dearest >= MAX_TOTAL:
                msg = (
                    f"{name} sums to {total}; times the dearest cost per unit, {dearest}, that is "
                    f"{total * dearest}, not below {MAX_TOTAL}. Maybe a coarser unit of quantity will do."
                )
                raise InvalidProblemError(msg)


def _exact_sum(values: npt.NDArray[np.int64]) -> int:
    """Sum without wrapping: the halves of each number are summed apart."""
    low = int((values & 0xFFFFFFFF).sum())
    high = int((values >> 32).sum())
    return (high << 32) + low


def _length(name: str, values: npt.NDArray[Any]) -> int:
    if not isinstance(values, np.ndarray) or values.ndim != 1:
        msg = f"{name} must be an array of one dimension, not {_described(values)}."
        raise InvalidProblemError(msg)
    return len(values)


def _described(values: object) -> str:
    if isinstance(values, np.ndarray):
        return f"an array of shape {values.shape} and type {values.dtype}"
    return f"a {type(values).__name__}"


def _integers(
    name: str, values: npt.NDArray[Any], length: int, dtype: type[np.integer[Any]], *, low: int = 0, high: int
) -> npt.NDArray[Any]:
    if _length(name, values) != length:
        msg = f"{name} has {len(values)} entries where {length} are expected."
        raise InvalidProblemError(msg)
    if values.dtype.kind not in "iu":
        msg = f"{name} has type {values.dtype}, not integer. Maybe it was meant to be scaled and rounded first."
        raise InvalidProblemError(msg)
    if length and (int(values.min()) < low or int(values.max()) > high):
        i = int(np.flatnonzero((values < low) | (values > high))[0])
        msg = f"{name}[{i}] is {values[i]}, outside {low} to {high}."
        raise InvalidProblemError(msg)
    return np.ascontiguousarray(values, dtype=dtype)


def _positions(name: str, values: npt.NDArray[Any] | None, length: int) -> npt.NDArray[np.float64] | None:
    if values is None:
        return None
    if not isinstance(values, np.ndarray) or values.shape != (length, 2):
        msg = f"{name} must have shape ({length}, 2), not {_described(values)}."
        raise InvalidProblemError(msg)
    if not np.isfinite(values).all():
        i = int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])
        msg = f"{name}[{i}] is {values[i]}. Maybe an unlocated row should leave positions out."
        raise InvalidProblemError(msg)
    return np.ascontiguousarray(values, dtype=np.float64)


def _check_rows(row_start: npt.NDArray[np.int64], n_pairs: int) -> None:
    if int(row_start[0]) != 0 or int(row_start[-1]) != n_pairs:
        msg = f"row_start runs from {row_start[0]} to {row_start[-1]}, but the pairs run from 0 to {n_pairs}."
        raise InvalidProblemError(msg)
    falls = np.flatnonzero(row_start[1:] < row_start[:-1])
    if len(falls):
        n = int(falls[0])
        msg = f"row_start[{n + 1}] is {row_start[n + 1]}, below row_start[{n}] = {row_start[n]}."
        raise InvalidProblemError(msg)
