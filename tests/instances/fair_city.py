"""
The clustered city as a complete instance: slots within resources within providers, and fairness between communities.

A fifth of the resources of `tests.instances.city` become slots of places of two or three; two fifths belong to
providers of two to six, near each other or anywhere; each such limit holds a share of what is below it. Needs fall into
neighbourhoods of about 67 and communities of about 345; the shortfall of each, by urgency class, costs more with every
tenth of its demand.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from matcher.problem import CommonLimits, Problem, ShortfallCosts
from tests.instances.city import CLASS_STEP, city

Int64 = npt.NDArray[np.int64]

PIECES = 10
CLASSES = 3
DEAREST_PAIR = 10**5
STEPS = {"weighed": 10**4, "strict": 10 * DEAREST_PAIR}
"""What each tenth more of a group's shortfall adds to the cost of a unit: below the pairs' costs, or above all."""


def fair_city(n_needs: int, *, seed: int = 1, mode: str = "weighed") -> Problem:
    """
    An instance of that size.

    Parameters
    ----------
    mode
        ``limits``: common limits only; ``weighed`` and ``strict``: with fairness, too.
    """
    plain = city(n_needs, seed=seed)
    rng = np.random.default_rng((seed, 11))
    urgency = CLASSES - plain.unmet_cost // CLASS_STEP
    made = replace(
        plain,
        unmet_cost=plain.unmet_cost * 3,
        pair_cost=plain.pair_cost // 10,
        limits=_supply(rng, plain),
    )
    if mode == "limits":
        return made
    return replace(made, shortfall=_fairness(plain, urgency, STEPS[mode]))


def _supply(rng: np.random.Generator, plain: Problem) -> CommonLimits:
    """Places above a fifth of the resources, providers above places and another two fifths."""
    assert plain.resource_xy is not None
    n = plain.n_resources
    near = np.lexsort((plain.resource_xy[:, 0], plain.resource_xy[:, 1] // 500))
    places = _bundles(rng, near[: n // 5], 2, 3)
    loose = near[n // 5 :]
    owned = np.concatenate([loose[: n // 5], rng.permutation(loose[n // 5 :])[: n // 5]])
    providers = _bundles(rng, owned, 2, 6)
    of_resource = np.full(n, -1)
    capacity = []
    for number, bundle in enumerate(places + providers):
        of_resource[bundle] = number
        share = 0.8 if number < len(places) else 0.7
        capacity.append(int(share * plain.capacity[bundle].sum()))
    above = np.full(len(capacity), -1)
    # Every second place belongs to one of the providers, whose capacity counts it too.
    for place in range(0, len(places), 2):
        owner = len(places) + int(rng.integers(len(providers)))
        above[place] = owner
        capacity[owner] += int(0.7 * capacity[place])
    return CommonLimits(of_resource, above, np.array(capacity))


def _bundles(rng: np.random.Generator, members: Int64, least: int, most: int) -> list[Int64]:
    """Cut a list into runs of ``least`` to ``most``."""
    cuts = np.cumsum(rng.integers(least, most + 1, len(members)))
    return [bundle for bundle in np.split(members, cuts[cuts < len(members)]) if len(bundle)]


def _fairness(plain: Problem, urgency: Int64, step: int) -> ShortfallCosts:
    """Neighbourhoods and communities of the city, each by urgency class; the communities are numbered last."""
    assert plain.need_xy is not None
    n = plain.n_needs
    n_near, n_wide = max(2, n * 150 // 10_000), max(1, n * 29 // 10_000)
    neighbourhood = _districts(plain.need_xy, n_near)
    sizes = np.maximum(np.bincount(neighbourhood, minlength=n_near), 1)
    centre = np.stack([np.bincount(neighbourhood, plain.need_xy[:, k], n_near) / sizes for k in range(2)], axis=1)
    community = _districts(centre, n_wide)
    of_need = neighbourhood * CLASSES + urgency
    near = np.arange(n_near * CLASSES)
    of_near = community[near // CLASSES] * CLASSES + near % CLASSES
    asked = np.bincount(of_need, plain.demand, len(near)).astype(np.int64)
    asked_wide = np.bincount(of_near, asked, n_wide * CLASSES).astype(np.int64)
    groups = [_pieces(int(d), step) for d in np.concatenate([asked, asked_wide])]
    return ShortfallCosts(
        of_need=of_need,
        above=np.concatenate([len(near) + of_near, np.full(n_wide * CLASSES, -1)]),
        segment_start=np.cumsum([0, *(len(group) for group in groups)]),
        from_units=np.array([start for group in groups for start, _ in group]),
        cost=np.array([cost for group in groups for _, cost in group]),
    )


def _pieces(demand: int, step: int) -> list[tuple[int, int]]:
    """Where each piece begins and what a unit in it costs; pieces without width are left out."""
    starts = [-(-demand * i // PIECES) for i in range(PIECES)]
    last_of = {start: i for i, start in enumerate(starts)}
    return [(start, step * i) for start, i in sorted(last_of.items())]


def _districts(xy: npt.NDArray[np.float64], count: int) -> Int64:
    """Cut the plane in two again and again, across its longer side, into districts of equal size."""
    district = np.zeros(len(xy), np.int64)
    work = [(np.arange(len(xy)), 0, count)]
    while work:
        members, first, parts = work.pop()
        if parts == 1:
            district[members] = first
            continue
        axis = int(np.ptp(xy[members, 1]) > np.ptp(xy[members, 0])) if len(members) else 0
        ordered = members[np.argsort(xy[members, axis], kind="stable")]
        left = parts // 2
        cut = len(ordered) * left // parts
        work += [(ordered[:cut], first, left), (ordered[cut:], first + left, parts - left)]
    return district


FAIR_VARIANTS: dict[str, Callable[[int], Problem]] = {
    "common limits": lambda n: fair_city(n, mode="limits"),
    "common limits, fairness weighed": lambda n: fair_city(n, mode="weighed"),
    "common limits, fairness strict": lambda n: fair_city(n, mode="strict"),
}
"""The rows of the complete core's benchmark."""
