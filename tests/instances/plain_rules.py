"""
The rules, walks and costs once more, in the plainest way: one pair at a time, straight from the snapshot.

Shares no code with the matcher. Slow on purpose.
"""

import heapq
import math
from dataclasses import dataclass
from fractions import Fraction

from graph_schema.model.snapshot import (
    Snapshot,
    SnapshotBudget,
    SnapshotCategory,
    SnapshotLoad,
    SnapshotNeed,
    SnapshotResource,
)
from matcher.policy import Policy

STAGES = (
    "category", "routed", "unit", "reach", "window", "target_group", "skill", "mode", "agreement", "validity", "batch",
    "ruling", "budget",
)  # fmt: skip
SNAP_M = 300.0
DAY = 1440


class PlainRules:
    """Answers about any pair of need and resource of one snapshot."""

    def __init__(self, snapshot: Snapshot, policy: Policy) -> None:
        self.snapshot = snapshot
        self.policy = policy
        self.areas = {area.uid: area for area in snapshot.areas}
        self.categories = {category.code: category for category in snapshot.categories}
        self.groups = {group.code: group for group in snapshot.target_groups}
        self.providers = {provider.uid: provider for provider in snapshot.providers}
        self._failed: dict[tuple[str, str], str | None] = {}
        self._walks: dict[tuple[str, str], tuple[int, str]] = {}
        self._nodes: dict[tuple[float, float], tuple[int, float]] = {}
        self._lengths: dict[int, dict[int, float]] = {}
        self._bounds: dict[int, list[tuple[int, int]]] = {}
        self._held_by: dict[tuple[str, int, int], bool] = {}

    def category(self, need: SnapshotNeed) -> SnapshotCategory:
        return self.categories[need.category]

    def first_failed(self, need: SnapshotNeed, resource: SnapshotResource) -> str | None:
        key = (need.uid, resource.uid)
        if key not in self._failed:
            stages = (stage for stage in STAGES if not getattr(self, f"ok_{stage}")(need, resource))
            self._failed[key] = next(stages, None)
        return self._failed[key]

    def ok_category(self, need: SnapshotNeed, resource: SnapshotResource) -> bool:
        if need.only_resource_uid not in {None, resource.uid}:
            return False
        return self.weight(need, resource) > 0

    def weight(self, need: SnapshotNeed, resource: SnapshotResource) -> float:
        category = self.category(need)
        if category.routed:
            return 1.0 if resource.category == need.category else 0.0
        return dict(category.can_be_served_by).get(resource.category, 0.0)

    def ok_routed(self, need: SnapshotNeed, _: SnapshotResource) -> bool:
        return not self.category(need).routed

    def ok_unit(self, need: SnapshotNeed, resource: SnapshotResource) -> bool:
        return {need.unit, resource.unit} <= set(self.category(need).one_for_one)

    def ok_reach(self, need: SnapshotNeed, resource: SnapshotResource) -> bool:
        way = {need.area_uid, *self.areas[need.area_uid].within}
        if way & set(resource.excludes):
            return False
        if resource.serves:
            return bool(way & set(resource.serves))
        if self.travels(resource):
            return True
        if not self.placed(need, resource):
            own = self.areas[resource.area_uid].community_uid if resource.area_uid else None
            return own is not None and own == self.areas[need.area_uid].community_uid
        return self.walk_s(need, resource) <= self.limit_s(need)

    def ok_window(self, need: SnapshotNeed, resource: SnapshotResource) -> bool:
        return bool(self.fitting_slots(need, resource))

    def fitting_slots(self, need: SnapshotNeed, resource: SnapshotResource) -> list[int]:
        return [i for i, slot in enumerate(resource.slots) if self._fits(need.window, slot.window)]

    def _fits(self, asked: int, offered: int) -> bool:
        asked_bounds = None if asked < 0 else self.bounds(asked)
        if asked_bounds == []:
            return False
        if offered < 0:
            return True
        open_bounds = self.bounds(offered)
        if not open_bounds:
            return False
        if asked_bounds is None:
            return True
        return all(any(s <= a and b <= e for s, e in open_bounds) for a, b in asked_bounds)

    def bounds(self, window: int) -> list[tuple[int, int]]:
        if window not in self._bounds:
            self._bounds[window] = [(int(s), int(e)) for s, e in self.snapshot.windows[window].bounds]
        return self._bounds[window]

    def ok_target_group(self, need: SnapshotNeed, resource: SnapshotResource) -> bool:
        if not resource.target_groups:
            return True
        if not need.target_groups:
            return False
        for code in need.target_groups:
            wider = {code} | (set(self.groups[code].within) if code in self.groups else set())
            if not wider & set(resource.target_groups):
                return False
        return True

    def ok_agreement(self, _: SnapshotNeed, resource: SnapshotResource) -> bool:
        return not self.policy.agreement_required or bool(self.agreements_in_force(resource))

    def agreements_in_force(self, resource: SnapshotResource) -> list[tuple[str, ...]]:
        day = self.snapshot.first_day
        return [
            agreement.partner_area_uids
            for agreement in self.providers[resource.provider_uid].agreements
            if (agreement.valid_from is None or agreement.valid_from <= day)
            and (agreement.valid_to is None or day <= agreement.valid_to)
        ]

    def ok_validity(self, need: SnapshotNeed, resource: SnapshotResource) -> bool:
        day = self.snapshot.first_day
        first = 0 if need.needed_from is None else max((need.needed_from - day).days, 0)
        last = max(self.snapshot.horizon_days - 1, first)
        if need.needed_by is not None and (need.needed_by - day).days >= first:
            last = (need.needed_by - day).days
        valid_from = -9999 if resource.valid_from is None else (resource.valid_from - day).days
        valid_to = 9999 if resource.valid_to is None else (resource.valid_to - day).days
        if not any(valid_from <= d <= valid_to for d in range(first, last + 1)):
            return False
        if need.window < 0:
            return True
        return any(
            valid_from <= minute // DAY <= valid_to
            for start, end in self.bounds(need.window)
            for minute in (*range(start, end, 60), end - 1)
        )

    def ok_batch(self, need: SnapshotNeed, _: SnapshotResource) -> bool:
        return need.batch_released

    def ok_skill(self, need: SnapshotNeed, resource: SnapshotResource) -> bool:
        able = all(skill in self.providers[resource.provider_uid].skills for skill in need.skills)
        return able and all(amenity in resource.amenities for amenity in need.amenities)

    def ok_mode(self, need: SnapshotNeed, resource: SnapshotResource) -> bool:
        if not need.service_modes:
            return True
        modes = resource.service_modes
        if not modes and self.categories[resource.category].provider_travels:
            modes = ("at_home", "delivery", "proxy", "online", "counter")
        return any(mode in (modes or ("dine_in", "loan", "counter")) for mode in need.service_modes)

    def ok_ruling(self, need: SnapshotNeed, resource: SnapshotResource) -> bool:
        return not self.rulings_against(need, resource)

    def rulings_against(self, need: SnapshotNeed, resource: SnapshotResource) -> list[str]:
        """Kinds of the rulings that keep a pair apart."""
        return [
            ruling.kind
            for ruling in self.snapshot.rulings
            if ruling.kind != "pin"
            and ruling.need_uid in {None, need.uid}
            and ruling.resource_uid in {None, resource.uid}
            and ruling.provider_uid in {None, resource.provider_uid}
        ]

    def ok_budget(self, need: SnapshotNeed, resource: SnapshotResource) -> bool:
        if resource.unit_cost_fen == 0:
            return True
        pool = self.pool(need)
        return pool is not None and pool.left_fen >= resource.unit_cost_fen

    def pool(self, need: SnapshotNeed) -> SnapshotBudget | None:
        """What pays for a need: of the right kind, of the smallest area, the first by uid."""
        for area in (need.area_uid, *self.areas[need.area_uid].within):
            for budget in sorted(self.snapshot.budgets, key=lambda budget: budget.uid):
                if area in budget.area_uids and need.fund_kind in {None, budget.kind}:
                    return budget
        return None

    def travels(self, resource: SnapshotResource) -> bool:
        if {"at_home", "delivery", "proxy", "online"} & set(resource.service_modes):
            return True
        if {"dine_in", "loan"} & set(resource.service_modes):
            return False
        return self.categories[resource.category].provider_travels

    @staticmethod
    def placed(need: SnapshotNeed, resource: SnapshotResource) -> bool:
        return not (math.isnan(need.point.x_m) or math.isnan(resource.point.x_m))

    def limit_s(self, need: SnapshotNeed) -> int:
        stated = self.category(need).walk_limit_s
        return self.policy.default_limit_s if stated is None else stated

    def walk_m(self, need: SnapshotNeed, resource: SnapshotResource) -> tuple[int, str]:
        """Whole metres and method; both ends have a place."""
        key = (need.uid, resource.uid)
        if key not in self._walks:
            self._walks[key] = self._walk_m(need, resource)
        return self._walks[key]

    def _walk_m(self, need: SnapshotNeed, resource: SnapshotResource) -> tuple[int, str]:
        a, b = (need.point.x_m, need.point.y_m), (resource.point.x_m, resource.point.y_m)
        straight = math.dist(a, b)
        if self.snapshot.streets is not None:
            (node_a, access_a), (node_b, access_b) = self._node(a), self._node(b)
            if access_a <= SNAP_M and access_b <= SNAP_M:
                length = access_a + self._along(node_a)[node_b] + access_b
                across_the_yard = straight <= access_a + access_b and straight * self.policy.detour < length
                if not across_the_yard:
                    return math.ceil(length - 2e-4), "network"
        return math.ceil(straight * self.policy.detour - 1e-4), "straight"

    def _node(self, point: tuple[float, float]) -> tuple[int, float]:
        if point not in self._nodes:
            assert self.snapshot.streets is not None
            away = [(i, math.dist(point, node)) for i, node in enumerate(self.snapshot.streets.node_xy_m.tolist())]
            self._nodes[point] = min(away, key=lambda entry: entry[1])
        return self._nodes[point]

    def _along(self, source: int) -> dict[int, float]:
        if source not in self._lengths:
            self._lengths[source] = self._lengths_from(source)
        return self._lengths[source]

    def _lengths_from(self, source: int) -> dict[int, float]:
        streets = self.snapshot.streets
        assert streets is not None
        reached: dict[int, float] = {}
        queue = [(0.0, source)]
        while queue:
            length, node = heapq.heappop(queue)
            if node in reached:
                continue
            reached[node] = length
            for arc in range(int(streets.start[node]), int(streets.start[node + 1])):
                heapq.heappush(queue, (length + float(streets.length_m[arc]), int(streets.target[arc])))
        return reached

    def walk_s(self, need: SnapshotNeed, resource: SnapshotResource) -> int:
        slow = any(code in self.groups and self.groups[code].elders for code in need.target_groups)
        speed = self.policy.elder_speed_mps if slow else self.policy.walk_speed_mps
        return math.ceil(Fraction(self.walk_m(need, resource)[0]) / Fraction(str(speed)))

    def largest_cost(self) -> int:
        """The largest that each term but the rings that come first can be, together."""
        policy = self.policy
        limits = [category.walk_limit_s or 0 for category in self.snapshot.categories if not category.provider_travels]
        rings = [dict(policy.rings)[level] for level in (*self.snapshot.ring_levels, "outside")]
        agreements = max(policy.agreement_elsewhere_s, policy.agreement_none_s)
        terms = (policy.substitution_s, policy.first_time_s, policy.stale_most_s, policy.own_area_s, policy.paired_s)
        more = policy.seat_s + policy.money_most_s
        return max([policy.default_limit_s, *limits]) + max(rings) + agreements + sum(terms) + more

    def cost_s(self, need: SnapshotNeed, resource: SnapshotResource) -> int:
        policy = self.policy
        cost = 0
        if not self.travels(resource):
            walk = self.walk_s(need, resource) if self.placed(need, resource) else self.limit_s(need)
            cost += min(walk, self.limit_s(need))
        path = self.areas[need.area_uid].ring_path
        level = next((name for name, uid in path if (name, uid) in resource.home_ring), "outside")
        if not need.help and not policy.emergency:
            cost += dict(policy.rings)[level]
            order = [*self.snapshot.ring_levels, "outside"]
            if policy.ring_first in order and order.index(level) > order.index(policy.ring_first):
                cost += 10 * self.largest_cost() + 1
        cost += round((1 - self.weight(need, resource)) * policy.substitution_s)
        way = {need.area_uid, *self.areas[need.area_uid].within}
        in_force = self.agreements_in_force(resource)
        if not in_force:
            cost += policy.agreement_none_s
        elif not any(way & set(areas) for areas in in_force):
            cost += policy.agreement_elsewhere_s
        served = {
            self.areas[uid].community_uid or uid for uid in self.providers[resource.provider_uid].served_area_uids
        }
        cost += 0 if way & served else policy.first_time_s
        provider = self.providers[resource.provider_uid]
        for tie, seconds in (
            ("responsible_area_uids", policy.own_area_s),
            ("paired_area_uids", policy.paired_s),
            ("seat_area_uids", policy.seat_s),
        ):
            known = any(getattr(row, tie) for row in self.snapshot.providers)
            cost += seconds if known and not way & set(getattr(provider, tie)) else 0
        fen = Fraction(resource.unit_cost_fen * policy.money_s_per_yuan, 100)
        cost += min(math.floor(fen + Fraction(1, 2)), policy.money_most_s)
        if resource.surveyed_on is None:
            cost += policy.stale_most_s
        else:
            age = (self.snapshot.first_day - resource.surveyed_on).days
            cost += min(max(age - policy.fresh_days, 0) * policy.stale_s_per_day, policy.stale_most_s)
        return cost

    def pins(self) -> "list[PlainPin]":
        """What people have fixed, in the order of the rulings' uids."""
        needs = {need.uid: need for need in self.snapshot.needs}
        resources = {resource.uid: resource for resource in self.snapshot.resources}
        made: list[PlainPin] = []
        for ruling in sorted(self.snapshot.rulings, key=lambda ruling: ruling.uid):
            if ruling.kind != "pin" or ruling.need_uid not in needs:
                continue
            need, resource = needs[ruling.need_uid], resources[ruling.resource_uid or ""]
            left = need.quantity - sum(pin.quantity for pin in made if pin.need is need)
            fitting = set(self.fitting_slots(need, resource))
            named = [i for i, slot in enumerate(resource.slots) if ruling.slot_uid in {None, slot.uid}]
            slot = max(named, key=lambda i: (i in fitting, resource.slots[i].capacity, -i))
            quantity = left if ruling.quantity is None else ruling.quantity
            if quantity:
                made.append(PlainPin(ruling.uid, need, resource, slot, quantity))
        return made

    def slots_taken(self, need: SnapshotNeed, resource: SnapshotResource) -> list[int]:
        """Slots that a need may take of a resource: any that opens, or for a window the one with most to give."""
        fitting = self.fitting_slots(need, resource)
        published = {slot for n, r, slot, _ in self.snapshot.published if (n, r) == (need.uid, resource.uid)}
        known = [i for i in fitting if resource.slots[i].uid in published]
        if need.window < 0 and not resource.consumable:
            return [
                i for i in fitting if i in known or not any(self._inside(resource, j, i) for j in fitting if j != i)
            ]
        whole = self.snapshot.horizon_days * DAY

        def worse(i: int) -> tuple[int, int, int]:
            window = resource.slots[i].window
            minutes = whole if window < 0 else sum(end - start for start, end in self.bounds(window))
            return (0 if resource.consumable else -resource.slots[i].capacity, minutes, i)

        return [min(known or fitting, key=worse)] if fitting else []

    def _inside(self, resource: SnapshotResource, one: int, other: int) -> bool:
        """Whether a slot is open only when another is and gives as much; of two alike, the first."""
        key = (resource.uid, one, other)
        if key not in self._held_by:
            self._held_by[key] = self._is_inside(resource, one, other)
        return self._held_by[key]

    def _is_inside(self, resource: SnapshotResource, one: int, other: int) -> bool:
        inner, outer = resource.slots[one], resource.slots[other]
        if inner.capacity < outer.capacity:
            return False
        minutes = self._minutes(inner.window), self._minutes(outer.window)
        if minutes[0] == minutes[1]:
            return inner.capacity > outer.capacity or one < other
        return minutes[0] < minutes[1]

    def _minutes(self, window: int) -> set[int]:
        if window < 0:
            return {-1, *range(0, self.snapshot.horizon_days * DAY, 10)}
        return {minute for start, end in self.bounds(window) for minute in range(start, end, 10)}

    @staticmethod
    def share(resource: SnapshotResource, capacity: int, share: str | None) -> int:
        """Units of a capacity that are reserved for an area, or for nobody."""
        left, reserved = capacity, {}
        for area, units in resource.area_quotas:
            reserved[area] = min(units, left)
            left -= reserved[area]
        return left if share is None else reserved[share]

    def drawn(self, pins: "list[PlainPin]", resource: SnapshotResource) -> dict[str | None, list[tuple[int, int, int]]]:
        """(slot, window, units) that pins take of each share of a resource: of their own area's first."""
        found: dict[str | None, list[tuple[int, int, int]]] = {}
        used: dict[tuple[str | None, int], int] = {}
        for pin in pins:
            if pin.resource is not resource:
                continue
            way, left = {pin.need.area_uid, *self.areas[pin.need.area_uid].within}, pin.quantity
            slot = -1 if resource.consumable else pin.slot
            capacity = resource.available if resource.consumable else resource.slots[pin.slot].capacity
            for share in (*(area for area, _ in resource.area_quotas if area in way), None):
                free = self.share(resource, capacity, share) - used.get((share, slot), 0)
                units = left if share is None else min(left, free)
                used[share, slot] = used.get((share, slot), 0) + units
                left -= units
                if units:
                    found.setdefault(share, []).append((pin.slot, pin.window, units))
        return found

    def load_of(self, load: SnapshotLoad, resource: SnapshotResource, window: int) -> int:
        """What a unit in a window counts against a load: itself, or its begun hours; what is used up has no hours."""
        if window < 0 or resource.consumable:
            return int(resource.unit == load.unit and load.first_day <= load.last_day)
        minutes = sum(
            1
            for start, end in self.bounds(window)
            for minute in range(start, end, 10)
            if load.first_day <= minute // DAY <= load.last_day
        )
        if resource.unit == load.unit:
            return int(minutes > 0)
        return math.ceil(minutes * 10 / 60) if load.unit == "小时" else 0

    def whole(self, need: SnapshotNeed) -> bool:
        stated = not self.category(need).divisible if need.whole is None else need.whole
        return need.quantity > 1 and stated

    def single(self, need: SnapshotNeed) -> bool:
        stated = not self.category(need).divisible if need.single_provider is None else need.single_provider
        return need.quantity > 1 and stated

    def priority_s(self, need: SnapshotNeed) -> int:
        """Seconds that a unit is worth more than another of its class."""
        policy = self.policy
        seconds = sum(getattr(policy, f"{flag}_s") for flag in need.flags)
        amounts = ((need.beneficiary_households, policy.households_s), (need.beneficiary_persons, policy.persons_s))
        doubled = [int(math.log2(amount)) * each for amount, each in amounts if amount]
        seconds += min(max([*doubled, 0]), policy.beneficiaries_most_s)
        stated, mine = dict(policy.target_groups), set(need.target_groups)
        mine |= {wider for code in need.target_groups if code in self.groups for wider in self.groups[code].within}
        seconds += max([stated[code] for code in mine if code in stated], default=0)
        if need.raised_on is not None:
            days = max((self.snapshot.first_day - need.raised_on).days, 0)
            seconds += min(days * policy.waiting_s_per_day, policy.waiting_most_s)
        way = [self.areas[uid] for uid in (need.area_uid, *self.areas[need.area_uid].within)]
        share = next((area.share_60plus for area in way if area.share_60plus is not None), 0)
        seconds += math.floor(share * policy.elderly_share_s)
        managed = next((area.has_property_mgmt for area in way if area.has_property_mgmt is not None), True)
        seconds += 0 if managed else policy.no_property_s
        built = next((area.built_year for area in way if area.built_year is not None), 9999)
        return seconds + (
            policy.old_building_s if self.snapshot.first_day.year - built >= policy.old_building_years else 0
        )


@dataclass(frozen=True)
class PlainPin:
    """A pair that people have fixed."""

    ruling: str
    need: SnapshotNeed
    resource: SnapshotResource
    slot: int
    quantity: int

    @property
    def window(self) -> int:
        return self.need.window if self.need.window >= 0 else self.resource.slots[self.slot].window
