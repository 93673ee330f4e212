"""Fairness inside the optimum: what it costs when the needs of a place, class and unit are left unmet together."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.costs import CLASSES, STEP_FACTOR
from matcher.errors import InvalidProblemError
from matcher.policy import MINUTE_S, Policy
from matcher.problem import MAX_UNIT_COST, ShortfallCosts
from matcher.street.facts import NONE, Facts

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ladder:
    """
    Seconds that stand above each other, derived from the largest cost.

    Parameters
    ----------
    neighbourhood, community
        Cost of each piece of a group's shortfall, rising from 0, shape ``(pieces,)``; empty without fairness.
    class_step
        Between urgency classes: above ten times all that stands below it, and above what any exchange costs.
    """

    neighbourhood: Int64
    community: Int64
    class_step: int


@dataclass(frozen=True, slots=True)
class Places:
    """
    The groups of a problem's shortfall.

    Parameters
    ----------
    area, urgency, unit
        Place, class and matching unit of each group, neighbourhoods first, then communities. Places, visits and
        portions are never added to each other.
    asked
        Units asked for in each, pinned ones included.
    """

    area: tuple[int, ...]
    urgency: tuple[int, ...]
    unit: tuple[str, ...]
    asked: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.area)


def ladder(policy: Policy, dearest_pair: int, most_priority: int, n_asking: int, least_step: int = 0) -> Ladder:
    """
    The steps of a plan.

    Any two plans differ by exchanges: a unit more here, re-routed from need to need, a unit less there. One passes each
    need at most once, so it costs at most `n_asking` times the dearest pair, and what the ends are worth. A step above
    that is never outweighed by service, however long the exchange. Weighed, the last piece of a community's shortfall
    costs so many minutes of walking; strict, each piece stands such a step above the one before.

    Where such steps leave the exact range, which takes tens of thousands of needs (strict: some thousand), they are the
    largest that fit, more than ten times the dearest cost below them; only there may a very long exchange outweigh one.

    Parameters
    ----------
    n_asking
        Needs that ask for anything.
    least_step
        The class step is at least this, as far as it fits.

    Raises
    ------
    InvalidProblemError
        If four classes, each ten times above what lies below it, would leave the exact range.
    """
    service = dearest_pair + most_priority
    exchange = max(STEP_FACTOR * service, n_asking * dearest_pair + most_priority)
    largest = MAX_UNIT_COST // (CLASSES + 1)
    pieces = np.arange(policy.fairness_pieces, dtype=np.int64)
    last = max(policy.fairness_pieces - 1, 1)
    if policy.fairness_mode == "strict":
        fits = (largest // STEP_FACTOR - service) // (2 * last)
        community = neighbourhood = pieces * (max(STEP_FACTOR * service, min(exchange, fits)) + 1)
    elif policy.fairness_mode == "weighed":
        community = pieces * policy.community_min * MINUTE_S // last
        neighbourhood = pieces * policy.neighbourhood_min * MINUTE_S // last
    else:
        community = neighbourhood = pieces[:0]
    fairness = int(community.max(initial=0)) + int(neighbourhood.max(initial=0))
    least = STEP_FACTOR * max(service + fairness, 1) + 1
    if least > largest:
        msg = (
            f"a pair costs up to {dearest_pair} s, priorities {most_priority} s and fairness {fairness} s; "
            f"{CLASSES} classes above them pass {MAX_UNIT_COST} s. Maybe fewer pieces, or smaller figures."
        )
        raise InvalidProblemError(msg)
    return Ladder(neighbourhood, community, max(least, min(max(exchange + fairness + 1, least_step), largest)))


def shortfall(facts: Facts, demand: Int64, steps: Ladder) -> tuple[ShortfallCosts | None, Places]:
    """
    Groups of (neighbourhood, class, unit) inside (community, class, unit), with their pieces.

    Parameters
    ----------
    demand
        Units that each need asks for, pinned ones included; 0 for what goes to another office.

    Returns
    -------
    tuple
        ``None`` when fairness is off or nobody asks for anything; and what each group stands for.
    """
    needs = facts.needs
    asking = np.flatnonzero((demand > 0) & (needs.community != NONE) & (len(steps.community) > 0))
    if not len(asking):
        return None, Places((), (), (), ())
    units, unit_of_category = np.unique(np.array(facts.categories.unit), return_inverse=True)
    kind = needs.urgency[asking].astype(np.int64) * len(units) + unit_of_category[needs.category[asking]]
    kinds = CLASSES * len(units)
    community = needs.community[asking].astype(np.int64)
    neighbourhood = facts.areas.neighbourhood[needs.area[asking]].astype(np.int64)
    is_inner = neighbourhood != community
    inner, of_inner = np.unique(neighbourhood * kinds + kind, return_inverse=True)
    inner_used = np.unique(of_inner[is_inner])
    renumbered = np.full(len(inner), NONE, np.int64)
    renumbered[inner_used] = np.arange(len(inner_used))
    outer, of_outer = np.unique(community * kinds + kind, return_inverse=True)
    n_inner = len(inner_used)
    direct = np.where(is_inner, renumbered[of_inner], n_inner + of_outer)
    of_need = np.full(len(needs), NONE, np.int32)
    of_need[asking] = direct
    above = np.full(n_inner + len(outer), NONE, np.int32)
    above[direct[is_inner]] = n_inner + of_outer[is_inner]
    asked = np.zeros(len(above), np.int64)
    np.add.at(asked, direct[is_inner], demand[asking][is_inner])
    np.add.at(asked, n_inner + of_outer, demand[asking])
    segments = [
        _pieces(amount, steps.neighbourhood if g < n_inner else steps.community)
        for g, amount in enumerate(asked.tolist())
    ]
    costs = ShortfallCosts(
        of_need,
        above,
        np.concatenate([[0], np.cumsum([len(cost) for _, cost in segments])]).astype(np.int64),
        np.concatenate([begins for begins, _ in segments]),
        np.concatenate([cost for _, cost in segments]),
    )
    keys = np.concatenate((inner[inner_used], outer))
    return costs, Places(
        area=tuple((keys // kinds).tolist()),
        urgency=tuple((keys % kinds // len(units)).tolist()),
        unit=tuple(str(name) for name in units[keys % len(units)]),
        asked=tuple(asked.tolist()),
    )


def _pieces(asked: int, costs: Int64) -> tuple[Int64, Int64]:
    """
    Where each piece of a group begins, and what a unit in it costs.

    Piece i begins at i / pieces of what is asked, rounded up; a group that asks for fewer units than there are pieces
    has one a unit. Of pieces that begin at one unit the dearest counts, and pieces of equal cost are one.
    """
    begins = -(-np.arange(len(costs), dtype=np.int64) * asked // len(costs))
    kept = begins < asked
    kept[:-1] &= begins[1:] > begins[:-1]
    begins, costs = begins[kept], costs[kept]
    rises = np.ones(len(costs), np.bool_)
    rises[1:] = costs[1:] > costs[:-1]
    return begins[rises], costs[rises]
