"""Search for a plan of one part: units first, class by class, then cost."""

import numpy as np
from scipy.sparse import coo_array, csr_array

from matcher.backends.whole_needs.clock import Clock
from matcher.kernels.packing import NOBODY, Desk, Float64, Int64, Packing, desk
from matcher.kernels.packing_pairs import search

NO_PRUNING = 2**62

CHUNK = 200
"""Steps between two looks at the clock: some 10 ms."""

UNIT_STEPS = 20
LEAST_STEPS = 1000
"""Steps for each resource in one attempt at the units, and at least in all."""

UNIT_HEATS = (1.0, 0.3)
COST_HEATS = (0.25, 0.04)
"""Noise at the first and the last step, as a share of the dearest saving per unit."""

HOLE_SHARE = 0.9
"""Steps that begin at a resource with spare units, once a first attempt has not used up what can be used."""

COST_SHARE_S = 0.4
"""Part of the time left that annealing for cost may use. When that is too little for all steps it skips some all along
the way, and still ends cold."""

PRUNE = 1.5
"""An unmet need is looked at over pairs whose reduced cost is at most this many times the dearest saving per unit."""


class Search:
    """
    A plan of one part that gets better; the best one met is kept.

    Parameters
    ----------
    packing
        The part.
    reduced
        Reduced cost of each pair at the divisible optimum, int64, shape ``(n_pairs,)``.
    seed
        Of all noise.
    clock
        When to stop.
    start
        Pair of each need or -1; None: nobody is served.
    """

    def __init__(self, packing: Packing, reduced: Int64, seed: int, clock: Clock, start: Int64 | None = None) -> None:
        self.packing = packing
        self.best: Int64 = np.full(len(packing.demand), NOBODY, np.int64) if start is None else start.copy()
        self._reduced = reduced
        self._seed = seed
        self._clock = clock
        self._desk: Desk = desk(packing)
        self._near_start, self._near = neighbours(packing)
        self._dearest = dearest_saving(packing)
        self._runs = 0

    def class_unmet(self) -> Int64:
        """Units of each class that the best plan leaves unmet, in the packing's unit."""
        return unmet_by_class(self.packing, self.best)

    def for_units(self, least: Int64, attempts: int) -> None:
        """Look for a plan with the unmet units ``least`` of each class, from the best one on."""
        steps = max(LEAST_STEPS, UNIT_STEPS * len(self.packing.capacity))
        for attempt in range(attempts):
            hole_share = HOLE_SHARE if attempt else 0.0
            self._run(_cooling(UNIT_HEATS, self._dearest, steps), hole_share, NO_PRUNING, self._clock.left_s())
            if self._clock.expired() or (self.class_unmet() == least).all():
                return

    def for_cost(self, steps_per_resource: int) -> None:
        """Anneal the best plan to a cheaper one with the same or fewer unmet units."""
        steps = steps_per_resource * len(self.packing.capacity)
        heats = _cooling(COST_HEATS, self._dearest, steps)
        self._run(heats, 0.0, int(PRUNE * self._dearest), self._clock.left_s() * COST_SHARE_S)

    def _run(self, heats: Float64, hole_share: float, prune: int, within_s: float) -> None:
        choice = self.best.copy()
        gain = int(self.packing.gain[choice[choice >= 0]].sum())
        score = np.array([gain, gain], np.int64)
        chunks = np.array_split(heats, -(-len(heats) // CHUNK))
        clock, i = Clock.within(within_s), 0
        while i < len(chunks) and not clock.expired():
            seed = int(np.random.SeedSequence([self._seed, self._runs, i]).generate_state(1)[0])
            search(
                self.packing,
                self._near_start,
                self._near,
                self._reduced,
                prune,
                chunks[i],
                hole_share,
                seed,
                choice,
                self.best,
                score,
                self._desk,
            )
            behind = 0.0 if within_s == np.inf else 1.0 - clock.left_s() / within_s
            i = max(i + 1, int(behind * len(chunks)))
        self._runs += 1


def unmet_by_class(packing: Packing, choice: Int64) -> Int64:
    """Units of each class that a choice leaves unmet, in the packing's unit, int64, shape ``(n_classes,)``."""
    unmet = choice < 0
    weights = packing.demand[unmet].astype(np.float64)
    return np.bincount(packing.need_class[unmet], weights, len(packing.step)).astype(np.int64)


def neighbours(packing: Packing) -> tuple[Int64, Int64]:
    """Resources that share a need with each resource, as rows: where each begins, and the resources."""
    shape = (len(packing.capacity), len(packing.demand))
    ends = (packing.pair_resource, packing.pair_need)
    beside = csr_array((np.ones(len(packing.gain), np.int64), ends), shape=shape)
    shared = coo_array(beside @ beside.T)
    other = shared.row != shared.col
    row, near = shared.row[other].astype(np.int64), shared.col[other].astype(np.int64)
    order = np.lexsort((near, row))
    return np.searchsorted(row[order], np.arange(shape[0] + 1)).astype(np.int64), near[order]


def dearest_saving(packing: Packing) -> float:
    """Largest saving or loss per unit."""
    per_unit = np.abs(packing.gain) // packing.demand[packing.pair_need]
    return max(1.0, float(per_unit.max(initial=0)))


def _cooling(heats: tuple[float, float], dearest: float, steps: int) -> Float64:
    """Geometric fall from the first heat to the last."""
    return np.geomspace(heats[0] * dearest, heats[1] * dearest, max(1, steps))
