"""
The rules, walks and costs once more, in the plainest way: one pair at a time, straight from the snapshot.

Shares no code with the matcher. Slow on purpose.
"""

import heapq
import math
from collections.abc import Iterator
from fractions import Fraction

from graph_schema.model.snapshot import Snapshot, SnapshotBudget, SnapshotCategory, SnapshotNeed, SnapshotResource
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
        return [(int(s), int(e)) for s, e in self.snapshot.windows[window].bounds]

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
        assert self.snapshot.streets is not None
        nodes = self.snapshot.streets.node_xy_m.tolist()
        return min(((i, math.dist(point, node)) for i, node in enumerate(nodes)), key=lambda entry: entry[1])

    def _along(self, source: int) -> dict[int, float]:
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

    def cost_s(self, need: SnapshotNeed, resource: SnapshotResource) -> int:
        policy = self.policy
        cost = 0
        if not self.travels(resource):
            walk = self.walk_s(need, resource) if self.placed(need, resource) else self.limit_s(need)
            cost += min(walk, self.limit_s(need))
        path = self.areas[need.area_uid].ring_path
        level = next((name for name, uid in path if (name, uid) in resource.home_ring), "outside")
        cost += dict(policy.rings)[level]
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
        if resource.surveyed_on is None:
            cost += policy.stale_most_s
        else:
            age = (self.snapshot.first_day - resource.surveyed_on).days
            cost += min(max(age - policy.fresh_days, 0) * policy.stale_s_per_day, policy.stale_most_s)
        return cost

    def groups_of(self, resource: SnapshotResource) -> list[tuple[set[int], int]]:
        """Slots that share one capacity, and that capacity."""
        usable = [i for i, slot in enumerate(resource.slots) if slot.window < 0 or self.bounds(slot.window)]
        if resource.consumable:
            return [(set(usable), resource.available)] if usable else []
        parts = [{i} for i in usable]
        merged = True
        while merged:
            merged = False
            for a, b in _pairs(len(parts)):
                if any(self._meet(resource, i, j) for i in parts[a] for j in parts[b]):
                    parts[a] |= parts.pop(b)
                    merged = True
                    break
        return [(part, min(resource.slots[i].capacity for i in part)) for part in parts]

    def _meet(self, resource: SnapshotResource, i: int, j: int) -> bool:
        one, other = resource.slots[i].window, resource.slots[j].window
        if one < 0 or other < 0:
            return True
        return any(a < d and c < b for a, b in self.bounds(one) for c, d in self.bounds(other))


def _pairs(count: int) -> Iterator[tuple[int, int]]:
    return ((a, b) for b in range(count) for a in range(b))
