"""
Whether a plan keeps every rule: looked up in the graph again, pairing by pairing, by code that the matcher never runs.

Each function is one rule in the words of the office and returns what breaks it. A plan made without that rule is
caught here, as long as the lists tempt it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf
from types import MappingProxyType

from api.services.checks_together import TogetherChecks
from graph_schema.demand import MATCHABLE, converted, groups_of, normal_names
from graph_schema.geo import great_circle_m
from graph_schema.locate import Locator
from graph_schema.model.needs import Need, NeedKind
from graph_schema.model.pairings import Pairing, Shortfall
from graph_schema.model.places import Location, Station
from graph_schema.model.resources import Resource, Slot
from graph_schema.model.rulings import RulingKind
from graph_schema.model.schedules import DAY_MIN, IntervalSet, Schedule
from graph_schema.model.street import StreetGraph
from graph_schema.rings import Rings
from graph_schema.taxonomy import DEFAULT_WALK_MIN, ELDERS
from graph_schema.workdays import WorkCalendar, expand, occurrences

_COMES = frozenset({"at_home", "delivery", "proxy", "online"})
_STAYS = frozenset({"dine_in", "loan"})


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What a walk is measured by.

    Parameters
    ----------
    walk_speed_mps, elder_speed_mps
        Metres a second.
    detour
        Walk over straight line; 1 where a network was used, because no walk is shorter than the straight line.
    """

    walk_speed_mps: float
    elder_speed_mps: float
    detour: float


class PlanChecks:
    """
    The rules over one street and one plan.

    Parameters
    ----------
    graph
        The street as it was when the plan was made.
    pairings, shortfalls
        The plan.
    first_day, horizon_days, calendar
        Local days that windows are looked at, and what decides workdays.
    limits
        Walking speeds and detour.
    """

    def __init__(
        self,
        graph: StreetGraph,
        pairings: Sequence[Pairing],
        shortfalls: Sequence[Shortfall],
        *,
        first_day: date,
        horizon_days: int,
        calendar: WorkCalendar,
        limits: Limits,
    ) -> None:
        self._graph = graph
        self._pairings = pairings
        self._shortfalls = shortfalls
        self._first_day = first_day
        self._horizon_days = horizon_days
        self._calendar = calendar
        self._limits = limits
        self._needs = {need.uid: need for need in graph.needs}
        self._resources = {resource.uid: resource for resource in graph.resources}
        self._slots = {slot.uid: slot for resource in graph.resources for slot in resource.slots}
        self._categories = {category.code: category for category in graph.taxonomy.categories}
        self._stand_ins = {(pair.need_code, pair.resource_code) for pair in graph.taxonomy.can_satisfy}
        self._wider = {group.code: group.parent for group in graph.taxonomy.target_groups}
        self._homes = {unit.uid: unit.checked_in_uid for unit in graph.organizations}
        self._homes |= {team.uid: team.area_uid for team in graph.teams}
        self._homes |= {person.uid: person.area_uid for person in graph.people}
        self._people = {person.uid: person for person in graph.people}
        self._stations = [area for area in graph.areas if isinstance(area, Station)]
        self._rulings = [row for row in graph.rulings if row.holds_on(first_day) and row.kind is not RulingKind.PIN]
        self._active = {unit.uid for unit in graph.organizations if unit.status == "active"}
        self._active |= {team.uid for team in graph.teams} | {person.uid for person in graph.people}
        self._batches = {batch.uid: batch for batch in graph.batches}
        self._batch_of = {row.uid: row.batch_uid for row in graph.registrations}
        self._rings = Rings(graph.street_uid, graph.areas, graph.party_organizations, graph.pools)
        self._locator = Locator(graph.areas, self._rings)
        self._expanded: dict[tuple[Schedule, int], IntervalSet] = {}
        self._asked_for: dict[tuple[Schedule, date, date], IntervalSet] = {}

    def all(self) -> Mapping[str, tuple[str, ...]]:
        """Rule -> what breaks it, in the order of the rules; empty tuples for a plan that keeps them all."""
        found = {code: self._broken(rule) for code, rule in self._RULES.items()}
        together = self.together()
        found["capacity"] = together.over_capacity()
        found["one_place"] = together.two_places()
        found["load"] = together.over_load()
        found["budget"] = together.over_budget()
        found["whole"] = together.torn_apart()
        found["single"] = together.by_several()
        found["team"] = together.half_together()
        found["demand"] = self.over_demand()
        found["reason"] = self.without_reason()
        return MappingProxyType(found)

    def _broken(self, rule: "Callable[[PlanChecks, Need, Resource, Slot], bool]") -> tuple[str, ...]:
        return tuple(
            f"{self._needs[pairing.need_uid].title} ← {self._resources[pairing.resource_uid].name}"
            for pairing in self._pairings
            if not rule(
                self,
                self._needs[pairing.need_uid],
                self._resources[pairing.resource_uid],
                self._slots[pairing.slot_uid],
            )
        )

    def keeps_category(self, need: Need, resource: Resource, _: Slot) -> bool:
        """The resource's category is the need's or stands in for it, and a registration keeps to its resource."""
        fits = need.category == resource.category or (need.category, resource.category) in self._stand_ins
        return fits and need.only_resource_uid in {None, resource.uid}

    def keeps_routed(self, need: Need, _: Resource, __: Slot) -> bool:
        """What goes to another office is paired with nobody."""
        return not self._categories[need.category].routed

    def keeps_unit(self, need: Need, resource: Resource, _: Slot) -> bool:
        """Amounts are only set against each other in one unit."""
        category = self._categories[need.category]
        one_for_one = {category.unit, *(unit for unit, factor in category.unit_conversions if factor == 1)}
        asked = converted(need.quantity, category)[1]
        offered = converted(resource.offered, self._categories[resource.category])[1]
        return {asked, offered} <= one_for_one

    def keeps_reach(self, need: Need, resource: Resource, _: Slot) -> bool:
        """On the coverage list; without one, within the walking limit, or the provider travels."""
        around = {need.area_uid, *self._rings.within(need.area_uid)}
        if around & set(resource.excludes_uids):
            return False
        if resource.serves_uids:
            return bool(around & set(resource.serves_uids))
        modes = set(resource.service_modes)
        travels = self._categories[resource.category].provider_travels and not modes & _STAYS
        if modes & _COMES or travels:
            return True
        metres = self._metres(need, resource)
        if metres is None:
            home = resource.area_uid or self._homes.get(resource.provider_uid)
            own = None if home is None else self._rings.community_uid(home)
            return own is not None and own == self._rings.community_uid(need.area_uid)
        category = self._categories[need.category]
        minutes = category.walk_limit_min if category.walk_limit_min is not None else DEFAULT_WALK_MIN
        return metres <= 60 * minutes * self._speed(need) + 2  # a metre of rounding at each end

    def walk_s(self, pairing: Pairing) -> float:
        """Seconds of one walk of a pairing, whatever the plan was charged for it; endless where a place is unknown."""
        need, resource = self._needs[pairing.need_uid], self._resources[pairing.resource_uid]
        metres = self._metres(need, resource)
        return inf if metres is None else metres / self._speed(need)

    def _metres(self, need: Need, resource: Resource) -> float | None:
        """Metres on foot by the straight line and its detour, ``None`` where a place is unknown."""
        here, there = self._place(need), self._place(resource)
        if here.lon is None or here.lat is None or there.lon is None or there.lat is None:
            return None
        return float(great_circle_m(here.lon, here.lat, there.lon, there.lat)) * self._limits.detour

    def keeps_window(self, need: Need, _: Resource, slot: Slot) -> bool:
        """The slot is open all the time that the need asks for on its own days, the guard time included."""
        guard_min = self._resources[slot.resource_uid].guard_min
        opened = None if slot.schedule is None else self._minutes(slot.schedule, guard_min)
        if need.window is None:
            return opened is None or len(opened) > 0
        asked = self._asked(need, need.window)
        return len(asked) > 0 and (opened is None or opened.contains(asked))

    def keeps_target_group(self, need: Need, resource: Resource, _: Slot) -> bool:
        """Everybody that the need is for belongs to a group that the resource is reserved for."""
        reserved = set(groups_of(resource.target_groups, None))
        if not reserved:
            return True
        asked = groups_of(need.target_groups, self._categories[need.category])
        return bool(asked) and all(self._with_wider(group) & reserved for group in asked)

    def keeps_validity(self, need: Need, resource: Resource, _: Slot) -> bool:
        """The resource is offered, its owner active, and its term holds a day and window of the need."""
        if resource.status not in MATCHABLE or resource.provider_uid not in self._active:
            return False
        first, last = self._days(need)
        begins, ends = resource.valid_from or date.min, resource.valid_to or date.max
        if max(begins, first) > min(ends, last):
            return False
        if need.window is None:
            return True
        term = [((day - self._first_day).days * DAY_MIN) for day in (begins, ends)]
        return len(self._asked(need, need.window).clip(term[0], term[1] + DAY_MIN)) > 0

    def keeps_batch(self, need: Need, _: Resource, __: Slot) -> bool:
        """A registration is served after its batch was released, not before."""
        if need.kind is not NeedKind.REGISTRATION or need.registration_uid is None:
            return True
        return self._batches[self._batch_of[need.registration_uid]].released_at is not None

    def keeps_skill(self, need: Need, resource: Resource, _: Slot) -> bool:
        """The provider has every skill, and consents to its use; the place has every amenity."""
        person = self._people.get(resource.provider_uid)
        agreed = person is not None and person.skills_consent
        if agreed and person is not None and person.consent_until is not None:
            agreed = person.consent_until >= self._first_day
        able = set(person.skills) if agreed and person is not None else set()
        had = resource.amenities or next(
            (
                station.amenities
                for station in self._stations
                if station.uid == resource.area_uid or station.name in (resource.address or "")
            ),
            (),
        )
        return set(need.skills) <= able and set(normal_names(need.amenities)) <= set(normal_names(had))

    def keeps_mode(self, need: Need, resource: Resource, _: Slot) -> bool:
        """The resource is given in a way that the need asks for: the stated ones, else those that its category has."""
        asked = set(need.service_modes)
        travels = self._categories[resource.category].provider_travels
        given = set(resource.service_modes) or {"counter", *(_COMES if travels else _STAYS)}
        return not asked or bool(asked & given)

    def keeps_ruling(self, need: Need, resource: Resource, _: Slot) -> bool:
        """Nobody has decided against the pair: no ban, no refusal that is still fresh, no provider who stayed away."""
        return not any(
            row.need_uid in {None, need.uid}
            and row.resource_uid in {None, resource.uid}
            and row.provider_uid in {None, resource.provider_uid}
            for row in self._rulings
        )

    _RULES: Mapping[str, Callable[["PlanChecks", Need, Resource, Slot], bool]] = MappingProxyType(
        {
            "category": keeps_category,
            "routed": keeps_routed,
            "unit": keeps_unit,
            "reach": keeps_reach,
            "window": keeps_window,
            "target_group": keeps_target_group,
            "skill": keeps_skill,
            "mode": keeps_mode,
            "validity": keeps_validity,
            "batch": keeps_batch,
            "ruling": keeps_ruling,
        },
    )

    def together(self) -> TogetherChecks:
        """The rules over several pairings at once."""
        return TogetherChecks(
            self._graph,
            self._pairings,
            window_of=self._window_of,
            first_day=self._first_day,
            horizon_days=self._horizon_days,
            rings=self._rings,
        )

    def over_demand(self) -> tuple[str, ...]:
        """Needs that get more, or with their shortfall count other, than they ask for."""
        told: dict[str, int] = {}
        for need_uid, quantity in (
            *((pairing.need_uid, pairing.quantity) for pairing in self._pairings),
            *((shortfall.need_uid, shortfall.quantity) for shortfall in self._shortfalls),
        ):
            told[need_uid] = told.get(need_uid, 0) + quantity
        return tuple(
            need.title
            for uid, quantity in told.items()
            for need in [self._needs[uid]]
            if quantity != converted(need.quantity, self._categories[need.category])[0]
        )

    def without_reason(self) -> tuple[str, ...]:
        """Pairings without a term, or whose terms do not add up to their cost; shortfalls without a reason."""
        silent = [
            self._needs[pairing.need_uid].title
            for pairing in self._pairings
            if not pairing.terms
            or not pairing.path
            or sum(int(term.params.get("seconds", 0)) for term in pairing.terms) != pairing.cost_s
        ]
        silent += [self._needs[row.need_uid].title for row in self._shortfalls if not row.reason.code]
        return tuple(silent)

    def _place(self, row: Need | Resource) -> Location:
        area = row.area_uid
        if isinstance(row, Resource) and area is None:
            area = self._homes.get(row.provider_uid)
        return self._locator.locate(row.location, row.address, area)

    def _speed(self, need: Need) -> float:
        asked = groups_of(need.target_groups, self._categories[need.category])
        slow = bool(asked) and any(ELDERS in self._with_wider(group) for group in asked)
        return self._limits.elder_speed_mps if slow else self._limits.walk_speed_mps

    def _with_wider(self, group: str) -> set[str]:
        found = {group}
        wider = self._wider.get(group)
        while wider is not None and wider not in found:
            found.add(wider)
            wider = self._wider.get(wider)
        return found

    def _days(self, need: Need) -> tuple[date, date]:
        """First and last day that a need asks for; a last day that is past, or before the first, ends nothing."""
        first = max(self._first_day, need.needed_from or self._first_day)
        if need.needed_by is not None and need.needed_by >= first:
            return first, need.needed_by
        return first, max(first, self._first_day + timedelta(days=self._horizon_days - 1))

    def _asked(self, need: Need, window: Schedule) -> IntervalSet:
        """Minutes of the plan that a need asks for: of each evening or day that begins on one of its own days."""
        first, last = self._days(need)
        asked = self._asked_for.get((window, first, last))
        if asked is None:
            begun = occurrences(window, self._first_day, self._horizon_days, self._calendar)
            times = [(each.starts_min, each.ends_min) for each in begun if first <= each.date <= last]
            asked = IntervalSet.of(times).clip(0, self._horizon_days * DAY_MIN)
            self._asked_for[window, first, last] = asked
        return asked

    def _minutes(self, schedule: Schedule, guard_min: int = 0) -> IntervalSet:
        opened = self._expanded.get((schedule, guard_min))
        if opened is None:
            opened = expand(schedule, self._first_day, self._horizon_days, self._calendar, guard_min)
            self._expanded[schedule, guard_min] = opened
        return opened

    def _window_of(self, pairing: Pairing) -> IntervalSet | None:
        """When a pairing takes place: in the need's window, else in all of its slot's."""
        need, slot = self._needs[pairing.need_uid], self._slots[pairing.slot_uid]
        if need.window is not None:
            return self._asked(need, need.window)
        return (
            None
            if slot.schedule is None
            else self._minutes(slot.schedule, self._resources[slot.resource_uid].guard_min)
        )
