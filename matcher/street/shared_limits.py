"""
Limits that resources share: a provider's load over all it gives, and a person who is at one place at a time.

What holds whole groups, one inside the other, is a forest that the core keeps; what crosses is a row of the side rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, lcm

import numpy as np

from matcher.errors import InvalidProblemError
from matcher.pinned import pins_named
from matcher.policy import Policy
from matcher.problem import CommonLimits
from matcher.reasons import Finding
from matcher.street.commitments import HOURS, LoadFacts
from matcher.street.facts import ALWAYS, DAY_MIN, NONE, Facts
from matcher.street.groups import Row, Seating, Users, bits
from matcher.street.moments import Held, Meetings

MOST_SHARES = 10**9
"""A person's capacities whose common multiple is larger cannot be compared."""


@dataclass(frozen=True, slots=True)
class Above:
    """
    The forest above the groups, and what it could not hold.

    Parameters
    ----------
    limits
        ``None`` when there are none.
    keys
        What each limit stands for.
    rows
        Limits that cross groups.
    """

    limits: CommonLimits | None
    keys: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a pin takes of a resource: as `Held`, with the resource."""

    resource: int
    hold: Held


def limits_above(facts: Facts, policy: Policy, seating: Seating, taken: Sequence[Taken]) -> Above:
    """
    Everything that limits groups together.

    Raises
    ------
    InvalidProblemError
        If pins take more than a limit allows.
    """
    forest = _Forest(seating)
    for key, groups, limit in seating.nodes:
        forest.add(Row(key, *_users_of(seating.users, groups), limit))
    for row in loads(facts, policy, seating.users, taken):
        forest.add(row)
    limits, keys, crossing = forest.built()
    return Above(limits, keys, (*seating.rows, *people(facts, seating.users, taken), *crossing))


def loads(facts: Facts, policy: Policy, users: Users, taken: Sequence[Taken]) -> list[Row]:
    """
    A row for each limit of each provider, over what of its resources counts against it.

    In an emergency a limit grows by the policy's factor; resources that may not be used beyond the usual keep the old
    limit among themselves.
    """
    resources, providers = facts.resources, facts.providers
    limited = {provider for provider, rows in enumerate(providers.loads) if rows}
    of_provider: dict[int, list[int]] = defaultdict(list)
    for u, r in enumerate(users.resource.tolist() if limited else ()):
        of_provider[int(resources.provider[r])].append(u)
    made = []
    for provider in sorted(limited & of_provider.keys()):
        for load in providers.loads[provider]:
            each = {
                u: units_of_load(facts, load, int(users.resource[u]), int(users.window[u]))
                for u in of_provider[provider]
            }
            counted = [(u, units) for u, units in each.items() if units]
            held = [
                (item.resource, units_of_load(facts, load, item.resource, item.hold.window) * item.hold.units)
                for item in taken
                if int(resources.provider[item.resource]) == provider
            ]
            usual = load.limit
            if policy.emergency:
                strict = [(u, units) for u, units in counted if not resources.emergency_ok[users.resource[u]]]
                strictly = sum(units for r, units in held if not resources.emergency_ok[r])
                made.append(_load_row(facts, provider, strict, usual - strictly))
                usual = ceil(usual * policy.emergency_load_factor)
            made.append(_load_row(facts, provider, counted, usual - sum(units for _, units in held)))
    return [row for row in made if row.users]


def units_of_load(facts: Facts, load: LoadFacts, r: int, window: int) -> int:
    """
    What a unit of a resource, taken in a window, counts against a load; 0 where it does not count.

    The load's own unit counts as it is, wherever the window opens in the load's days. A load in hours counts the
    window's hours in these days, begun ones whole; what is always open has no hours of its own and does not count.
    """
    first, end = load.first_day * DAY_MIN, (load.last_day + 1) * DAY_MIN
    same_unit = facts.units[int(facts.resources.unit[r])] == load.unit
    if window == ALWAYS:
        return int(same_unit and first < end)
    bounds = facts.windows[window]
    minutes = int(np.maximum(np.minimum(bounds[:, 1], end) - np.maximum(bounds[:, 0], first), 0).sum())
    if same_unit:
        return int(minutes > 0)
    return -(-minutes // 60) if load.unit == HOURS else 0


def people(facts: Facts, users: Users, taken: Sequence[Taken]) -> list[Row]:
    """
    A row for each moment at which a person could be asked for at several resources at once.

    A unit counts as that share of the person which it is of all that its slot can give: whoever gives a class of five
    may give five seats of it, or stand at one post.
    """
    resources = facts.resources
    of_person: dict[int, list[int]] = defaultdict(list)
    alone = facts.providers.person[resources.provider] & ~resources.consumable
    for u in np.flatnonzero(alone[users.resource]).tolist():
        if resources.slot_capacity[users.slot[u]] > 0:
            of_person[int(resources.provider[users.resource[u]])].append(u)
    meetings = Meetings(facts)
    made = []
    for person, mine in sorted(of_person.items()):
        held = [item for item in taken if int(resources.provider[item.resource]) == person]
        if len({int(users.resource[u]) for u in mine} | {item.resource for item in held}) > 1:
            made += _of_person(facts, users, meetings, mine, held)
    return made


def _of_person(facts: Facts, users: Users, meetings: Meetings, mine: list[int], held: list[Taken]) -> list[Row]:
    resources, capacity = facts.resources, facts.resources.slot_capacity
    uid = facts.providers.uid[int(resources.provider[users.resource[mine[0]]])]
    windows = (*(int(users.window[u]) for u in mine), *(item.hold.window for item in held))
    whole = lcm(*(max(int(capacity[slot]), 1) for slot in (*users.slot[mine], *(item.hold.slot for item in held))))
    if whole > MOST_SHARES:
        msg = f"person {uid} gives amounts whose common multiple is {whole}. Maybe one of them is no head count."
        raise InvalidProblemError(msg)
    limit: dict[frozenset[int], int] = {}
    for meeting in meetings.of(windows):
        here = [mine[i] for i in bits(meeting) if i < len(mine)]
        gone = [held[i - len(mine)] for i in bits(meeting) if i >= len(mine)]
        if not here or len({int(users.resource[u]) for u in here} | {item.resource for item in gone}) == 1:
            continue
        used = sum(whole // max(int(capacity[item.hold.slot]), 1) * item.hold.units for item in gone)
        key = frozenset(here)
        limit[key] = min(max(whole - used, 0), limit.get(key, whole))
    return [
        Row(
            ("person", uid),
            tuple(sorted(here)),
            tuple(whole // int(capacity[users.slot[u]]) for u in sorted(here)),
            left,
        )
        for here, left in sorted(limit.items(), key=lambda entry: sorted(entry[0]))
        if not any(here < other and least <= left for other, least in limit.items())
    ]


class _Forest:
    """Takes limits that hold whole groups, one inside the other, and hands back the others."""

    def __init__(self, seating: Seating) -> None:
        self._group = seating.users.group
        self._size = np.bincount(self._group, minlength=len(seating.groups))
        self._asked: list[tuple[frozenset[int], Row]] = []
        self._crossing: list[Row] = []

    def add(self, row: Row) -> None:
        """Keep a limit for the forest if it holds whole groups, unit by unit."""
        groups = frozenset(self._group[list(row.users)].tolist())
        if set(row.coefficient) == {1} and int(self._size[list(groups)].sum()) == len(row.users):
            self._asked.append((groups, row))
        else:
            self._crossing.append(row)

    def built(self) -> tuple[CommonLimits | None, tuple[tuple[str, str], ...], list[Row]]:
        """The forest, what its limits stand for, and what it has no place for."""
        top = np.full(len(self._size), NONE, np.int32)  # the highest limit above each group so far
        of_resource = top.copy()
        inside: list[frozenset[int]] = []
        above: list[int] = []
        kept: list[Row] = []
        for groups, row in sorted(self._asked, key=lambda entry: len(entry[0])):
            tops = {int(top[g]) for g in groups} - {NONE}
            if any(not inside[node] <= groups for node in tops):
                self._crossing.append(row)
                continue
            for node in tops:
                above[node] = len(inside)
            for g in groups:
                of_resource[g] = len(inside) if top[g] == NONE else of_resource[g]
                top[g] = len(inside)
            inside.append(groups)
            above.append(NONE)
            kept.append(row)
        if not kept:
            return None, (), self._crossing
        capacity = np.array([row.limit for row in kept], np.int64)
        limits = CommonLimits(of_resource, np.array(above, np.int32), capacity)
        return limits, tuple(row.key for row in kept), self._crossing


def _users_of(users: Users, groups: Iterable[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    mine = tuple(np.flatnonzero(np.isin(users.group, list(groups))).tolist())
    return mine, (1,) * len(mine)


def _load_row(facts: Facts, provider: int, counted: list[tuple[int, int]], limit: int) -> Row:
    uid = facts.providers.uid[provider]
    if limit < 0:
        name = facts.providers.name[provider]
        msg = f"pins ask {-limit} more of {name} ({uid}) than its limit allows. Maybe end one, or raise the limit."
        pins = pins_named(facts, resources=np.flatnonzero(facts.resources.provider == provider).tolist())
        figures = {"units": -limit, "pins": pins}
        named = {"provider": name, "provider_uid": uid}
        raise InvalidProblemError(msg, Finding("instance.pins_over_load", {**named, **figures}))
    return Row(("load", uid), tuple(u for u, _ in counted), tuple(units for _, units in counted), limit)
