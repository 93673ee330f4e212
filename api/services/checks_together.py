"""
Rules over several pairings at once, by code that the matcher never runs.

What a slot, a person, a provider's month and a pot of money give together, and what is served wholly or by one alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import lcm

from graph_schema.demand import converted, provider_name
from graph_schema.givers import limits_of, months, one_for_one
from graph_schema.model.needs import Need
from graph_schema.model.pairings import Pairing
from graph_schema.model.providers import LoadLimit, Provider
from graph_schema.model.resources import Resource, ResourceKind
from graph_schema.model.schedules import DAY_MIN, IntervalSet
from graph_schema.model.street import StreetGraph
from graph_schema.rings import Rings

WindowOf = Callable[[Pairing], IntervalSet | None]
"""Minutes of the plan that a pairing takes up, ``None`` for all of them."""

_HOURS = "小时"
_HOUR_MIN = 60
_USED_UP = frozenset({ResourceKind.GOODS, ResourceKind.FUND})


class TogetherChecks:
    """
    The rules over one street and one plan.

    Parameters
    ----------
    graph
        The street as it was when the plan was made.
    pairings
        The plan's.
    window_of
        When each takes place.
    first_day, horizon_days
        Local days of the plan.
    rings
        Ways up from areas.
    """

    def __init__(
        self,
        graph: StreetGraph,
        pairings: Sequence[Pairing],
        *,
        window_of: WindowOf,
        first_day: date,
        horizon_days: int,
        rings: Rings,
    ) -> None:
        self._graph = graph
        self._pairings = pairings
        self._window_of = window_of
        self._months = months(first_day, horizon_days)
        self._term = (0, horizon_days - 1)
        self._rings = rings
        self._needs = {need.uid: need for need in graph.needs}
        self._resources = {resource.uid: resource for resource in graph.resources}
        self._categories = {category.code: category for category in graph.taxonomy.categories}
        self._given: dict[str, int] = defaultdict(int)
        for pairing in pairings:
            self._given[pairing.need_uid] += pairing.quantity

    def over_capacity(self) -> tuple[str, ...]:
        """Resources that give more at some moment, or of what is used up in all, than is offered."""
        over = []
        for uid, rows in self._by(lambda pairing: pairing.resource_uid).items():
            resource = self._resources[uid]
            offered = self._offered(resource)
            if self._used_up(resource):
                most = Fraction(sum(row.quantity for row in rows))
            else:
                most = most_at_once((self._window_of(row), Fraction(row.quantity)) for row in rows)
            if most > offered:
                over.append(resource.name)
        return tuple(over)

    def two_places(self) -> tuple[str, ...]:
        """People who would be at two places at once; what they give at each counts as a share of all they can there."""
        people = {person.uid: person.pseudonym_id for person in self._graph.people}
        return tuple(
            people[uid]
            for uid, rows in self._by(self._provider).items()
            if uid in people and most_at_once((self._window_of(row), self._share(row)) for row in rows) > 1
        )

    def over_load(self) -> tuple[str, ...]:
        """Providers who give more over all their resources, in a month or in the term, than their limit."""
        graph = self._graph
        providers: list[Provider] = [*graph.organizations, *graph.teams, *graph.people]
        by_provider = self._by(self._provider)
        return tuple(
            f"{provider_name(provider)} {limit.limit}{limit.unit}"
            for provider in providers
            for limit in limits_of(provider)
            for first, last in (self._months if limit.per_month else (self._term,))
            if sum(row.quantity * self._load(row, limit, first, last) for row in by_provider.get(provider.uid, ()))
            > limit.limit
        )

    def over_budget(self) -> tuple[str, ...]:
        """Money that pays for more than it has left, and needs that cost something and have no money."""
        spent: dict[str, int] = defaultdict(int)
        unpaid = []
        for pairing in self._pairings:
            fen = (self._resources[pairing.resource_uid].unit_cost_fen or 0) * pairing.quantity
            need = self._needs[pairing.need_uid]
            paying = self._paying(need) if fen else None
            if paying is not None:
                spent[paying] += fen
            elif fen:
                unpaid.append(need.title)
        return (*(pool.name for pool in self._graph.budgets if spent[pool.uid] > pool.left_fen), *unpaid)

    def torn_apart(self) -> tuple[str, ...]:
        """Needs that are met in part although they are served wholly or not at all."""
        return tuple(
            need.title
            for uid, units in self._given.items()
            for need in [self._needs[uid]]
            if self._flag(need, need.whole) and units != self._asked(need)
        )

    def by_several(self) -> tuple[str, ...]:
        """Needs that several providers serve although one alone should."""
        return tuple(
            self._needs[uid].title
            for uid, rows in self._by(lambda pairing: pairing.need_uid).items()
            if self._flag(self._needs[uid], self._needs[uid].single_provider)
            and len({self._provider(row) for row in rows}) > 1
        )

    def half_together(self) -> tuple[str, ...]:
        """Joint matters of which some parts are served and others are not."""
        parts: dict[str, list[Need]] = defaultdict(list)
        for need in self._graph.needs:
            if need.team is not None:
                parts[need.team].append(need)
        return tuple(
            team
            for team, needs in sorted(parts.items())
            if any(self._given.get(need.uid) for need in needs)
            and any(self._given.get(need.uid, 0) != self._asked(need) for need in needs)
        )

    def _by(self, key: Callable[[Pairing], str]) -> Mapping[str, list[Pairing]]:
        found: dict[str, list[Pairing]] = defaultdict(list)
        for pairing in self._pairings:
            found[key(pairing)].append(pairing)
        return dict(sorted(found.items()))

    def _provider(self, pairing: Pairing) -> str:
        return self._resources[pairing.resource_uid].provider_uid

    def _offered(self, resource: Resource) -> int:
        return converted(resource.offered, self._categories[resource.category])[0]

    def _asked(self, need: Need) -> int:
        return converted(need.quantity, self._categories[need.category])[0]

    def _used_up(self, resource: Resource) -> bool:
        return resource.consumable or self._categories[resource.category].consumable or resource.kind in _USED_UP

    def _share(self, pairing: Pairing) -> Fraction:
        resource = self._resources[pairing.resource_uid]
        if self._used_up(resource):
            return Fraction(0)
        return Fraction(pairing.quantity, max(self._offered(resource), 1))

    def _flag(self, need: Need, stated: bool | None) -> bool:  # noqa: FBT001 - what a list says of a need
        if self._asked(need) <= 1:
            return False
        return not self._categories[need.category].divisible if stated is None else stated

    def _load(self, pairing: Pairing, limit: LoadLimit, first: int, last: int) -> int:
        """What one unit of a pairing takes of a limit within some days."""
        resource = self._resources[pairing.resource_uid]
        window = self._window_of(pairing)
        category = self._categories[resource.category]
        begun = None if window is None else window.clip(first * DAY_MIN, (last + 1) * DAY_MIN)
        if limit.unit != _HOURS and (limit.unit == category.unit or one_for_one(limit.unit, category)):
            return int(begun is None or len(begun) > 0)
        if limit.unit != _HOURS or begun is None:
            return 0
        return -(-int((begun.bounds[:, 1] - begun.bounds[:, 0]).sum()) // _HOUR_MIN)

    def _paying(self, need: Need) -> str | None:
        """Money of the smallest area around a need, of its kind where it names one, the first by uid."""
        members = {pool.uid: pool.member_uids for pool in self._graph.pools}
        for area in (need.area_uid, *self._rings.within(need.area_uid)):
            for money in sorted(self._graph.budgets, key=lambda pool: pool.uid):
                pays = area == money.owner_uid or area in members.get(money.owner_uid, ())
                if pays and need.fund_kind in {None, money.kind}:
                    return money.uid
        return None


def most_at_once(taken: Iterable[tuple[IntervalSet | None, Fraction]]) -> Fraction:
    """The most of several amounts that meet at one moment; those without a window are always there."""
    amounts = list(taken)
    parts = lcm(*(amount.denominator for _, amount in amounts))  # whole numbers add up much faster
    always, changes = 0, defaultdict[int, int](int)
    for window, amount in amounts:
        counted = int(amount * parts)
        if window is None:
            always += counted
            continue
        for start, end in window.bounds.tolist():
            changes[start] += counted
            changes[end] -= counted
    most = here = always
    for moment in sorted(changes):
        here += changes[moment]
        most = max(most, here)
    return Fraction(most, parts)
