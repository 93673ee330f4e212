"""What a decision costs: the exact loss of the optimum if a pair were forced, for its first unit and as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.advice.forcing import Forced, force, has_published, is_one_block
from matcher.advice.residual import NO_WAY, Residual, Ways
from matcher.advice.what_if import NONE, Part, forced, most_units, need_of, part_around
from matcher.costs import CLASSES
from matcher.errors import MatcherError
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.solve import solve
from matcher.status import Status

Int64 = npt.NDArray[np.int64]

MOST_RANKED = 1000
MOST_SOLVED = 30
"""Pairs that are forced one after the other where side rules hold."""
MOST_SECONDS = 10.0
"""For each of them, unless the caller says otherwise."""


@dataclass(frozen=True, slots=True)
class Loss:
    """
    What a plan loses against the optimum.

    With side rules, units of a class are compared before any cost; then it is the first figure that differs, of the
    units class by class and the seconds, that is above 0.

    Parameters
    ----------
    total
        Seconds, the steps between urgency classes included.
    unmet
        Units more that are unmet of each urgency class, 急 first; negative: units fewer.
    seconds
        What is left of the total without these classes' steps: walking-equivalent.
    displaced
        (need uid, units) that lose them to this, by uid; one best plan's among possibly several.
    exact
        Whether both plans are proven optimal; without side rules always.
    """

    total: int
    unmet: tuple[int, ...]
    seconds: int
    displaced: tuple[tuple[str, int], ...]
    exact: bool = True

    @property
    def rank(self) -> tuple[int, ...]:
        """In which order losses are compared: units class by class, then seconds."""
        return (*self.unmet, self.seconds)


@dataclass(frozen=True, slots=True)
class OpportunityCost:
    """
    What it would cost to serve a need from a resource.

    Parameters
    ----------
    slot_uid
        Slot that the pair takes.
    cost_s
        Cost of one unit on the pair.
    given
        Units that the plan gives on it.
    first
        Loss when at least one unit is forced onto it; ``None`` when not even one fits.
    most
        Units of the need that fit at most, whatever is given up for them.
    whole
        Loss when all these are forced onto it.
    """

    need_uid: str
    resource_uid: str
    slot_uid: str
    cost_s: int
    given: int
    first: Loss | None
    most: int
    whole: Loss | None


def opportunity_of_need(instance: Instance, plan: Plan, need_uid: str, k: int = 10) -> tuple[OpportunityCost, ...]:
    """
    The candidates of a need with what each would cost, least loss of the first unit first.

    Parameters
    ----------
    need_uid
        A need of the instance.
    k
        How many at most, 1..1000.

    Raises
    ------
    MatcherError
        If there is no such need, ``k`` is out of range, or the plan is not proven optimal and no side rules hold.
    """
    return opportunities(instance, plan).of_need(need_uid, k)


def opportunity_of_resource(
    instance: Instance, plan: Plan, resource_uid: str, k: int = 10
) -> tuple[OpportunityCost, ...]:
    """
    The needs that a resource could serve with what each would cost, least loss of the first unit first.

    Parameters
    ----------
    resource_uid
        A resource of the instance.
    k
        How many at most, 1..1000.

    Raises
    ------
    MatcherError
        If there is no such resource, ``k`` is out of range, or the plan is not proven optimal and no side rules hold.
    """
    return opportunities(instance, plan).of_resource(resource_uid, k)


def opportunities(instance: Instance, plan: Plan) -> "Opportunities | StagedOpportunities":
    """Who answers about a plan: by the residual network, or with side rules by solving again."""
    return Opportunities(instance, plan) if instance.rules.is_empty else StagedOpportunities(instance, plan)


def loss_between(instance: Instance, total: int, more: Int64, needs: Int64, *, exact: bool = True) -> Loss:
    """
    A loss in classes and seconds.

    Parameters
    ----------
    total
        What the changed plan costs more.
    more
        Units that each of ``needs`` lacks beyond the plan.
    """
    kind = instance.facts.needs.urgency[needs].astype(np.int64)
    unmet = np.zeros(CLASSES, np.int64)
    np.add.at(unmet, kind, more)
    steps = int(((CLASSES - kind) * more).sum()) * instance.class_step
    uids = instance.need_uids
    displaced = {uids[int(needs[i])]: int(more[i]) for i in np.flatnonzero(more > 0).tolist()}
    return Loss(total, tuple(unmet.tolist()), total - steps, tuple(sorted(displaced.items())), exact)


class Opportunities:
    """
    Answers about one plan; what several answers share is made once.

    Parameters
    ----------
    instance, plan
        What was solved and its optimal plan.

    Raises
    ------
    MatcherError
        If the plan is not proven optimal.
    """

    def __init__(self, instance: Instance, plan: Plan) -> None:
        self._instance = instance
        self._plan = plan
        self.residual = Residual(instance.problem, plan)
        self._parts: list[tuple[Part, int]] = []
        self._part_of = np.full(instance.problem.n_needs, NONE, np.int64)

    def of_need(self, need_uid: str, k: int) -> tuple[OpportunityCost, ...]:
        """As `opportunity_of_need`."""
        n = _number(self._instance.need_uids, need_uid, "need")
        ways = self.residual.to_node(n)
        row = range(*self._instance.problem.row_start[n : n + 2].tolist())
        lengths = {pair: int(ways.length[self._resource_node(pair)]) for pair in row}
        ranked = self._ranked(lengths, k)
        return tuple(self._cost(pair, self._first(ways, pair)) for pair in ranked)

    def of_resource(self, resource_uid: str, k: int) -> tuple[OpportunityCost, ...]:
        """As `opportunity_of_resource`."""
        problem = self._instance.problem
        r = _number(self._instance.facts.resources.uid, resource_uid, "resource")
        lengths: dict[int, int] = {}
        for group in np.flatnonzero(self._instance.groups.resource == r).tolist():
            ways = self.residual.from_node(self.residual.first_resource + group)
            for pair in np.flatnonzero(problem.pair_resource == group).tolist():
                lengths[pair] = int(ways.length[need_of(problem, pair)])
        ranked = self._ranked(lengths, k)
        ways_to = {n: self.residual.to_node(n) for n in {need_of(problem, pair) for pair in ranked}}
        return tuple(self._cost(pair, self._first(ways_to[need_of(problem, pair)], pair)) for pair in ranked)

    def whole(self, pair: int, units: int) -> Loss:
        """Loss when at least so many units are forced onto a pair, by solving its part of the problem again."""
        problem = self._instance.problem
        part, optimum = self._around(need_of(problem, pair))
        inside = int(np.searchsorted(part.pairs, pair))
        after = solve(forced(part.problem, inside, units), seed=self._instance.seed)
        total = after.objective + units * int(problem.pair_cost[pair]) - optimum
        return loss_between(self._instance, total, after.unmet - self._plan.unmet[part.needs], part.needs)

    def _around(self, need: int) -> tuple[Part, int]:
        """The part around a need and what the plan costs there: its optimum, since the whole plan is optimal."""
        if self._part_of[need] == NONE:
            part = part_around(self._instance.problem, need)
            self._part_of[part.needs] = len(self._parts)
            self._parts.append((part, solve(part.problem, seed=self._instance.seed).objective))
        return self._parts[int(self._part_of[need])]

    def _resource_node(self, pair: int) -> int:
        return self.residual.first_resource + int(self._instance.problem.pair_resource[pair])

    def _ranked(self, lengths: dict[int, int], k: int) -> list[int]:
        """Pairs by the loss of their first unit, then by cost; those that hold none come last."""
        if not 1 <= k <= MOST_RANKED:
            msg = f"k is {k}, outside 1..{MOST_RANKED}."
            raise MatcherError(msg)
        cost = self._instance.problem.pair_cost

        def rank(pair: int) -> tuple[int, int, int]:
            far = lengths[pair] >= NO_WAY
            return (NO_WAY if far else lengths[pair] + int(cost[pair]), int(cost[pair]), pair)

        return sorted(lengths, key=rank)[:k]

    def _first(self, ways: Ways, pair: int) -> Loss | None:
        """Loss of one unit on a pair, by the cheapest way from its resource back to its need."""
        node = self._resource_node(pair)
        if int(ways.length[node]) >= NO_WAY:
            return None
        more = self.residual.unmet_along(self.residual.arcs_to(ways, node))
        total = int(ways.length[node]) + int(self._instance.problem.pair_cost[pair])
        return loss_between(self._instance, total, more, np.arange(len(more)))

    def _cost(self, pair: int, first: Loss | None) -> OpportunityCost:
        most = most_units(self._instance.problem, pair)
        given = given_on(self._plan, pair)
        whole = first if given >= most or most == 1 else self.whole(pair, most)
        return _told(self._instance, self._plan, pair, first, (most, whole if most else None))


class StagedOpportunities:
    """
    Answers about one plan with side rules, each by solving stage by stage again.

    A need that is one block (whole, of one provider, one of a team) is forced wholly or not at all. A need of which a
    pairing was published, while changes are counted, has no answers, for no part of it stands alone.

    Parameters
    ----------
    instance, plan
        What was solved and its plan.
    deadline_s
        Seconds for each answer; one that is not proven in time is told as not exact.
    """

    def __init__(self, instance: Instance, plan: Plan, deadline_s: float = MOST_SECONDS) -> None:
        self._instance = instance
        self._plan = plan
        self._deadline_s = deadline_s
        self._is_optimal = plan.status is Status.OPTIMAL

    def of_need(self, need_uid: str, k: int) -> tuple[OpportunityCost, ...]:
        """As `opportunity_of_need`, of the `MOST_SOLVED` pairs that cost least."""
        n = _number(self._instance.need_uids, need_uid, "need")
        return self._ranked(range(*self._instance.problem.row_start[n : n + 2].tolist()), k)

    def of_resource(self, resource_uid: str, k: int) -> tuple[OpportunityCost, ...]:
        """As `opportunity_of_resource`, of the `MOST_SOLVED` pairs that cost least."""
        r = _number(self._instance.facts.resources.uid, resource_uid, "resource")
        mine = self._instance.groups.resource[self._instance.problem.pair_resource] == r
        return self._ranked(np.flatnonzero(mine).tolist(), k)

    def whole(self, pair: int, units: int | None) -> Loss | None:
        """Loss when a pair carries at least so many units, or as many as can be; ``None`` when it cannot."""
        return self._forced(pair, units)[1]

    def between(self, found: Forced) -> Loss:
        """Loss of a plan that was forced."""
        more, every = found.unmet - self._plan.unmet, np.arange(len(found.unmet))
        exact = found.proven and self._is_optimal
        return loss_between(self._instance, found.cost - self._plan.objective, more, every, exact=exact)

    def _forced(self, pair: int, units: int | None) -> tuple[int, Loss | None]:
        instance = self._instance
        n = need_of(instance.problem, pair)
        row = np.arange(*instance.problem.row_start[n : n + 2].tolist())
        if not int(instance.problem.demand[n]):
            return 0, None
        if has_published(instance.rules, row) and not is_one_block(instance.rules, n):
            return 0, None
        found = force(instance.problem, instance.rules, pair, units, seed=instance.seed, deadline_s=self._deadline_s)
        return (0, None) if found is None else (found.units, self.between(found))

    def _ranked(self, pairs: Iterable[int], k: int) -> tuple[OpportunityCost, ...]:
        if not 1 <= k <= MOST_RANKED:
            msg = f"k is {k}, outside 1..{MOST_RANKED}."
            raise MatcherError(msg)
        cost = self._instance.problem.pair_cost
        tried = sorted(pairs, key=lambda pair: (int(cost[pair]), pair))[:MOST_SOLVED]
        told = [self._cost(pair) for pair in tried]
        told.sort(key=lambda entry: (entry.first is None, entry.first.rank if entry.first else (), entry.cost_s))
        return tuple(told[:k])

    def _cost(self, pair: int) -> OpportunityCost:
        n = need_of(self._instance.problem, pair)
        most, whole = self._forced(pair, None)
        first = whole
        if most > 1 and not is_one_block(self._instance.rules, n):
            first = self._forced(pair, 1)[1]
        return _told(self._instance, self._plan, pair, first, (most, whole))


def given_on(plan: Plan, pair: int) -> int:
    """Units that a plan gives on a pair."""
    at = np.searchsorted(plan.pair, pair)
    is_used = at < len(plan.pair) and int(plan.pair[at]) == pair
    return int(plan.quantity[at]) if is_used else 0


def _told(
    instance: Instance, plan: Plan, pair: int, first: Loss | None, whole: tuple[int, Loss | None]
) -> OpportunityCost:
    problem = instance.problem
    return OpportunityCost(
        need_uid=instance.need_uids[need_of(problem, pair)],
        resource_uid=instance.facts.resources.uid[int(instance.groups.resource[problem.pair_resource[pair]])],
        slot_uid=instance.facts.resources.slot_uid[int(instance.pair_slot[pair])],
        cost_s=int(problem.pair_cost[pair]),
        given=given_on(plan, pair),
        first=first,
        most=whole[0],
        whole=whole[1],
    )


def _number(uids: tuple[str, ...], uid: str, what: str) -> int:
    if uid not in uids:
        msg = f"there is no {what} {uid!r} in this instance. Maybe it is not open."
        raise MatcherError(msg)
    return uids.index(uid)
