"""Walking distances and times between points, on the street network or along straight lines."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from matcher.errors import InvalidProblemError
from matcher.kernels import bounded_dijkstra

Float64 = npt.NDArray[np.float64]
Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

WALK_SPEED_MPS = 1.1
"""Ordinary walking speed that service circles are planned with."""
ELDER_SPEED_MPS = 0.8
DETOUR_FACTOR = 1.3
"""Walk over straight line, where no network says better."""
SNAP_LIMIT_M = 300.0
"""A point farther than this from the network is not on it; its walks are estimated."""
FARTHEST_M = 100_000
"""Largest limit of a walk; keeps a search's labels inside int32."""

TICKS_PER_M = 10_000
"""Searches run in tenths of a millimetre: integers add up exactly, whatever the order."""

BEYOND = -1
"""In a result: farther than the limit, or an end that has no place."""


class WalkMethod(IntEnum):
    """Where a distance comes from."""

    NONE = 0
    """One of the ends has no place."""
    STRAIGHT = 1
    """Straight line times the detour factor."""
    NETWORK = 2
    """Along the streets, with a straight leg to the nearest node at both ends."""


@dataclass(frozen=True, slots=True)
class WalkingNetwork:
    """
    Street network in planar metres.

    Parameters
    ----------
    node_xy
        Shape ``(n_nodes, 2)``, float64, metres.
    start, target, length
        CSR rows of the neighbours of each node; ``length`` in metres, > 0. A segment is there from either end.

    Raises
    ------
    InvalidProblemError
        If the arrays do not fit together, a neighbour does not exist, or a length or place is not usable.
    """

    node_xy: Float64
    start: Int64
    target: Int32
    length: Float64

    def __post_init__(self) -> None:
        n_nodes = len(self.node_xy)
        if self.node_xy.ndim != 2 or self.node_xy.shape[1] != 2 or n_nodes == 0:  # noqa: PLR2004 - x and y
            msg = f"node_xy has shape {self.node_xy.shape}, expected (nodes, 2) with at least one node."
            raise InvalidProblemError(msg)
        if self.start.shape != (n_nodes + 1,) or self.start[0] != 0 or self.start[-1] != len(self.target):
            msg = f"start has shape {self.start.shape} for {n_nodes} nodes and {len(self.target)} arcs."
            raise InvalidProblemError(msg)
        if (np.diff(self.start) < 0).any() or self.target.shape != self.length.shape:
            msg = "start falls, or target and length differ in shape."
            raise InvalidProblemError(msg)
        if len(self.target) and not (self.target.min() >= 0 and self.target.max() < n_nodes):
            msg = f"target reaches from {self.target.min()} to {self.target.max()}, there are {n_nodes} nodes."
            raise InvalidProblemError(msg)
        if not (np.isfinite(self.node_xy).all() and np.isfinite(self.length).all() and (self.length > 0).all()):
            msg = "A node's place or an arc's length is not finite, or a length is not above 0."
            raise InvalidProblemError(msg)


def walk_distances_m(
    network: WalkingNetwork | None,
    origins_xy: Float64,
    targets_xy: Float64,
    pair_start: Int64,
    pair_target: Int32,
    *,
    limit_m: float,
    detour: float = DETOUR_FACTOR,
    snap_limit_m: float = SNAP_LIMIT_M,
) -> tuple[Int32, Int8]:
    """
    Walking distance of each pair, and where it comes from.

    With a network: straight to the nearest node, along the streets, straight again. The straight line times ``detour``
    without one, when an end is farther than ``snap_limit_m`` from it, and where that is shorter although the two ends
    are no farther from each other than from their nodes together. Searches start from the origins: give the shorter
    list as these.

    Parameters
    ----------
    network
        The streets, or ``None``.
    origins_xy, targets_xy
        Planar metres of the network, shapes ``(n, 2)`` and ``(k, 2)``; NaN: without a place.
    pair_start, pair_target
        The pairs, CSR by origin.
    limit_m
        Longest walk of interest, 0..100,000 metres.
    detour
        At least 1.
    snap_limit_m
        At least 0.

    Returns
    -------
    tuple of ndarray
        Metres, int32 ``(pairs,)``, rounded up, -1 beyond the limit or without a place; and `WalkMethod`, int8.

    Raises
    ------
    InvalidProblemError
        If a parameter is out of its range, or the pairs do not fit the points.
    """
    if not (0 <= limit_m <= FARTHEST_M and 1 <= detour < np.inf and snap_limit_m >= 0):
        msg = f"limit_m {limit_m}, detour {detour} or snap_limit_m {snap_limit_m} is out of range."
        raise InvalidProblemError(msg)
    _check_pairs(len(origins_xy), len(targets_xy), pair_start, pair_target)
    pair_origin = np.repeat(np.arange(len(origins_xy)), np.diff(pair_start))
    gap = origins_xy[pair_origin] - targets_xy[pair_target]
    straight_m = np.hypot(gap[:, 0], gap[:, 1])
    method = np.where(np.isnan(straight_m), WalkMethod.NONE, WalkMethod.STRAIGHT).astype(np.int8)
    walk_m = straight_m * detour
    if network is not None:
        nodes = cKDTree(network.node_xy)
        origin_node, origin_access = _snap(nodes, origins_xy, snap_limit_m)
        target_node, target_access = _snap(nodes, targets_xy, snap_limit_m)
        on_network = (origin_node[pair_origin] >= 0) & (target_node[pair_target] >= 0)
        ticks = np.full(len(pair_target), bounded_dijkstra.BEYOND, np.int64)
        bounded_dijkstra.walk_pairs(
            np.lexsort((origin_access, origin_node)),
            origin_node,
            origin_access,
            target_node,
            target_access,
            pair_start,
            pair_target,
            int(limit_m * TICKS_PER_M) + 1,
            network.start,
            network.target,
            _ticks(network.length).astype(np.int32),
            ticks,
        )
        network_m = np.where(ticks < 0, np.inf, ticks / TICKS_PER_M)
        # Neighbours in one yard need not go out to the street and back.
        is_yard = _ticks(straight_m) <= origin_access[pair_origin] + target_access[pair_target]
        takes_network = on_network & ~(is_yard & (walk_m < network_m))
        method[takes_network] = WalkMethod.NETWORK
        walk_m = np.where(takes_network, network_m, walk_m)
    # A walk of exactly n metres may come out of the arithmetic a tick longer; it stays n.
    whole_m = np.ceil(np.nan_to_num(walk_m, nan=np.inf) - 1 / TICKS_PER_M)
    return np.where(whole_m <= limit_m, whole_m, BEYOND).astype(np.int32), method


def walk_seconds(distance_m: Int32, speed_mps: float | Float64 = WALK_SPEED_MPS) -> Int32:
    """
    Seconds that these walks take, rounded up; -1 stays -1.

    Parameters
    ----------
    distance_m
        Whole metres, as `walk_distances_m` gives them.
    speed_mps
        Metres a second, one or one for each pair; counted in whole millimetres a second, so that 990 m at 1.1 m/s are
        900 s and no rounding of the quotient decides.

    Raises
    ------
    InvalidProblemError
        If a speed is not between 0.001 and 100 metres a second.
    """
    speed_mm_s = np.rint(np.asarray(speed_mps, dtype=np.float64) * 1000)
    if not ((speed_mm_s >= 1) & (speed_mm_s <= 100_000)).all():  # noqa: PLR2004 - the range stated above
        msg = f"speed_mps is {speed_mps}, outside 0.001..100."
        raise InvalidProblemError(msg)
    seconds = -(-distance_m.astype(np.int64) * 1000 // speed_mm_s.astype(np.int64))
    return np.where(distance_m < 0, BEYOND, seconds).astype(np.int32)


def _check_pairs(n_origins: int, n_targets: int, pair_start: Int64, pair_target: Int32) -> None:
    # The kernel trusts these indices with memory.
    if pair_start.shape != (n_origins + 1,) or pair_start[0] != 0 or (np.diff(pair_start) < 0).any():
        msg = f"pair_start has shape {pair_start.shape} for {n_origins} origins, does not begin with 0, or falls."
        raise InvalidProblemError(msg)
    if pair_start[-1] != len(pair_target):
        msg = f"pair_start ends with {pair_start[-1]}, there are {len(pair_target)} pairs."
        raise InvalidProblemError(msg)
    if len(pair_target) and not (pair_target.min() >= 0 and pair_target.max() < n_targets):
        msg = f"pair_target reaches from {pair_target.min()} to {pair_target.max()}, there are {n_targets} targets."
        raise InvalidProblemError(msg)


def _snap(nodes: cKDTree, xy: Float64, snap_limit_m: float) -> tuple[Int32, Int64]:
    """Nearest node of each point and the way there in ticks; node -1 where it is too far or the point has no place."""
    node = np.full(len(xy), -1, np.int32)
    access = np.zeros(len(xy), np.int64)
    placed = np.flatnonzero(np.isfinite(xy).all(axis=1))
    away_m, nearest = (np.asarray(found) for found in nodes.query(xy[placed]))
    is_near = away_m <= snap_limit_m
    node[placed[is_near]] = nearest[is_near]
    access[placed[is_near]] = _ticks(away_m[is_near])
    return node, access


def _ticks(metres: Float64) -> Int64:
    ticks: Int64 = np.rint(np.minimum(np.nan_to_num(metres, nan=np.inf), 2.0 * FARTHEST_M) * TICKS_PER_M).astype(
        np.int64
    )
    return ticks
