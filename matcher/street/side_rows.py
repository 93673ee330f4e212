"""The side rules of an instance: money, moments, whole needs and teams, posts, branches, what was published."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.errors import InvalidProblemError
from matcher.pinned import pins_named
from matcher.policy import Policy
from matcher.policy_settings import FREE
from matcher.reasons import Finding
from matcher.side_rules import Charges, Churn, Floors, LinearLimits, PairSets, SideRules
from matcher.street.budgets import paying_pool, yuan
from matcher.street.facts import NONE, Candidates, Facts
from matcher.street.groups import Row
from matcher.street.pins import Pins

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
BRANCH = "branch"


@dataclass(frozen=True, slots=True)
class Pairs:
    """
    What each pair of the problem stands for.

    Parameters
    ----------
    need, resource, slot, user
        Indices; ``user`` into `groups.Users`.
    """

    need: Int32
    resource: Int32
    slot: Int32
    user: Int32

    def __len__(self) -> int:
        return len(self.need)


def side_rules(
    facts: Facts, policy: Policy, pairs: Pairs, *, rows: Sequence[Row], pins: Pins, demand: Int64
) -> SideRules:
    """
    Everything that the problem itself does not hold.

    Parameters
    ----------
    rows
        Limits over users that cross capacity groups.
    demand
        Units that each need asks of the problem.
    """
    limits = [
        row for row in (*_over_users(pairs, rows), *_budgets(facts, pairs, pins)) if _can_bind(row, pairs, demand)
    ]
    return SideRules(
        need_class=facts.needs.urgency.astype(np.int32),
        whole=_whole(facts, demand),
        single=facts.needs.single & (demand > 1),
        pair_provider=facts.resources.provider[pairs.resource].astype(np.int32),
        teams=_teams(facts, demand),
        limits=_linear(limits),
        floors=_floors(facts, policy, pairs, pins),
        charges=_charges(facts, policy, pairs),
        churn=_churn(facts, policy, pairs, pins),
    )


@dataclass(frozen=True, slots=True)
class _Sum:
    """``sum coefficient * x <= limit`` over pairs, ascending."""

    key: tuple[str, str]
    pair: Int64
    coefficient: Int64
    limit: int


def _can_bind(row: _Sum, pairs: Pairs, demand: Int64) -> bool:
    """Whether all that its needs ask for could pass a limit; one that never binds is no rule."""
    needs, first = np.unique(pairs.need[row.pair], return_index=True)
    dearest = np.maximum.reduceat(row.coefficient, first) if len(first) else row.coefficient
    return sum(int(d) * int(c) for d, c in zip(demand[needs].tolist(), dearest.tolist(), strict=True)) > row.limit


def _over_users(pairs: Pairs, rows: Sequence[Row]) -> list[_Sum]:
    if not rows:
        return []
    order = np.argsort(pairs.user, kind="stable")
    start = np.searchsorted(pairs.user[order], np.arange(int(pairs.user.max(initial=-1)) + 2))
    made = []
    for row in rows:
        mine = [order[start[u] : start[u + 1]] for u in row.users]
        pair = np.concatenate(mine)
        each = np.repeat(np.array(row.coefficient, np.int64), [len(some) for some in mine])
        ascending = np.argsort(pair, kind="stable")
        made.append(_Sum(row.key, pair[ascending].astype(np.int64), each[ascending], row.limit))
    return made


def _budgets(facts: Facts, pairs: Pairs, pins: Pins) -> list[_Sum]:
    """A row for each pool of money, in fen."""
    cost = facts.resources.unit_cost_fen[pairs.resource]
    if not len(facts.budgets) or not (cost.any() or len(pins)):
        return []
    paid_by = paying_pool(facts)
    pool = paid_by[pairs.need]
    spent = pins.by_pool(facts)
    made = []
    for b in range(len(facts.budgets)):
        uid, left = facts.budgets.uid[b], int(facts.budgets.left_fen[b]) - spent.get(b, 0)
        if left < 0:
            msg = f"pins cost {facts.budgets.name[b]} ({uid}) {-left} fen more than is left. Maybe end one of them."
            named = {"budget": facts.budgets.name[b], "budget_uid": uid}
            pins_told = pins_named(facts, needs=np.flatnonzero(paid_by == b).tolist())
            figures = {"yuan": yuan(-left), "pins": pins_told}
            raise InvalidProblemError(msg, Finding("instance.pins_over_budget", {**named, **figures}))
        mine = np.flatnonzero((pool == b) & (cost > 0)).astype(np.int64)
        if len(mine):
            made.append(_Sum(("budget", uid), mine, cost[mine].astype(np.int64), left))
    return made


def _whole(facts: Facts, demand: Int64) -> npt.NDArray[np.bool_]:
    """Needs that are whole, and those that are a team alone."""
    whole: npt.NDArray[np.bool_] = facts.needs.whole & (demand > 1)
    for members in _members(facts, demand):
        if len(members) == 1:
            whole[members] = demand[members] > 1
    return whole


def _teams(facts: Facts, demand: Int64) -> tuple[tuple[int, ...], ...]:
    return tuple(members for members in _members(facts, demand) if len(members) > 1)


def _members(facts: Facts, demand: Int64) -> list[tuple[int, ...]]:
    """Needs of each team that still ask for something; a role that is fixed already holds nobody back."""
    found: dict[int, list[int]] = defaultdict(list)
    for n in np.flatnonzero((facts.needs.team != NONE) & (demand > 0)).tolist():
        found[int(facts.needs.team[n])].append(n)
    return [tuple(found[team]) for team in sorted(found)]


def _floors(facts: Facts, policy: Policy, pairs: Pairs, pins: Pins) -> Floors:
    """One unit wanted for each branch that has needs here and no pairing this year."""
    none = Floors(PairSets.none(), np.zeros(0, np.int64), np.zeros(0, np.int64))
    if not policy.floor_s or BRANCH not in facts.ring_levels:
        return none
    # The first at this level is the branch itself; pools come behind it.
    branch = facts.areas.rings[facts.needs.area, facts.ring_levels.index(BRANCH), 0]
    served = {b for b in np.unique(branch).tolist() if facts.areas.ring_uids[b] in facts.served_branches}
    served |= {int(b) for b in branch[pins.candidates.need]} | {NONE}
    wanted = [b for b in np.unique(branch).tolist() if b not in served]
    sets = [np.flatnonzero(branch[pairs.need] == b).astype(np.int64) for b in wanted]
    keys = [("branch", facts.areas.ring_uids[b]) for b in wanted]
    count = len(wanted)
    return Floors(_sets(sets, keys), np.ones(count, np.int64), np.full(count, policy.floor_s, np.int64))


def _charges(facts: Facts, policy: Policy, pairs: Pairs) -> Charges:
    """A charge for each post that a person holds, where a post has several shifts that one person could hold."""
    post = facts.needs.post[pairs.need]
    provider = facts.resources.provider[pairs.resource]
    mine = np.flatnonzero((post != NONE) & facts.providers.person[provider])
    if not policy.switch_s or not len(mine):
        return Charges(PairSets.none(), np.zeros(0, np.int64))
    key = provider[mine].astype(np.int64) * len(facts.posts) + post[mine]
    distinct, which = np.unique(key, return_inverse=True)
    sets, keys = [], []
    for i, value in enumerate(distinct.tolist()):
        pair = mine[which == i].astype(np.int64)
        if len(np.unique(pairs.need[pair])) > 1:
            sets.append(pair)
            person, name = facts.providers.uid[value // len(facts.posts)], facts.posts[value % len(facts.posts)]
            keys.append(("post", f"{person} {name}"))
    return Charges(_sets(sets, keys), np.full(len(sets), policy.switch_s, np.int64))


def _churn(facts: Facts, policy: Policy, pairs: Pairs, pins: Pins) -> Churn | None:
    """What was published, by pair; what is fixed of it is kept for certain, and the plan may keep only the rest."""
    published, slots = facts.published, facts.resources.slot_uid
    if policy.most_changes == FREE or not len(published):
        return None
    slot_of = {uid: i for i, uid in enumerate(slots)}
    number = dict(zip(published.need_uid, published.need.tolist(), strict=True))
    told: dict[tuple[str, str], int] = defaultdict(int)
    rows = zip(published.need_uid, published.slot_uid, published.quantity.tolist(), strict=True)
    for need_uid, uid, units in rows:
        told[need_uid, uid] += units
    fixed: dict[tuple[int, str], int] = defaultdict(int)
    for need, slot, units in zip(pins.candidates.need.tolist(), pins.slot, pins.quantity, strict=True):
        fixed[need, slots[slot]] += units
    pair, quantity = [], []
    for (need_uid, uid), units in told.items():
        need = number[need_uid]
        left = units - fixed[need, uid]
        if left:
            mine = np.flatnonzero((pairs.need == need) & (pairs.slot == slot_of.get(uid, NONE)))
            pair.append(int(mine[0]) if len(mine) and left > 0 else NONE)
            quantity.append(abs(left))
    return Churn(np.array(pair, np.int64), np.array(quantity, np.int64), policy.most_changes) if pair else None


def _linear(sums: Sequence[_Sum]) -> LinearLimits:
    coefficients = [row.coefficient for row in sums]
    return LinearLimits(
        _sets([row.pair for row in sums], [row.key for row in sums]),
        np.concatenate([np.zeros(0, np.int64), *coefficients]),
        np.array([row.limit for row in sums], np.int64),
    )


def _sets(pairs: Sequence[Int64], keys: Sequence[tuple[str, str]]) -> PairSets:
    start = np.concatenate([[0], np.cumsum([len(pair) for pair in pairs])]).astype(np.int64)
    return PairSets(start, np.concatenate([np.zeros(0, np.int64), *pairs]), tuple(keys))


def pairs_of(c: Candidates, owner: Int64, slot: Int32, user: Int32) -> Pairs:
    """Pairs of candidates."""
    return Pairs(c.need[owner], c.resource[owner], slot, user)
