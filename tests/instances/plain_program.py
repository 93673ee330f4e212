"""
The whole plan of a tiny street once more, as an integer program made by plain loops over the snapshot.

Every limit is written down minute by minute, need by need; nothing is grouped, shared or left out. Shares no code with
the matcher but its policy.
"""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from graph_schema.model.snapshot import SnapshotNeed, SnapshotResource
from tests.instances.plain_rules import PlainRules

Place = tuple[str, str, str]
"""Need, resource and slot."""


@dataclass(frozen=True)
class Way:
    """A need takes of a resource in a slot, of what is for all or reserved for its area."""

    need: SnapshotNeed
    resource: SnapshotResource
    slot: int
    share: str | None

    @property
    def window(self) -> int:
        return self.need.window if self.need.window >= 0 else self.resource.slots[self.slot].window

    @property
    def place(self) -> Place:
        return self.need.uid, self.resource.uid, self.resource.slots[self.slot].uid


class PlainProgram:
    """Ways, limits and costs of one street under its policy."""

    def __init__(self, plain: PlainRules) -> None:
        self.plain = plain
        self.needs = plain.snapshot.needs
        self.pins = plain.pins()
        self.pinned = {need.uid: sum(pin.quantity for pin in self.pins if pin.need is need) for need in self.needs}
        self.asked = {need.uid: 0 if plain.category(need).routed else need.quantity for need in self.needs}
        self.left = {uid: max(units - self.pinned[uid], 0) for uid, units in self.asked.items()}
        self.ways = [
            way for need in self.needs for resource in plain.snapshot.resources for way in self._ways(need, resource)
        ]
        self.of_place: dict[Place, list[int]] = defaultdict(list)
        for i, way in enumerate(self.ways):
            self.of_place[way.place].append(i)
        self.costs = [plain.cost_s(way.need, way.resource) for way in self.ways]
        self.every_cost = [
            plain.cost_s(need, resource)
            for need in self.needs
            for resource in plain.snapshot.resources
            if plain.first_failed(need, resource) is None
        ]
        self.rows: list[tuple[str, dict[int, int], int]] = []
        self._capacities()
        self._batches()
        self._loads()
        self._people()
        self._budgets()

    def _ways(self, need: SnapshotNeed, resource: SnapshotResource) -> list[Way]:
        if self.plain.first_failed(need, resource) is not None:
            return []
        fixed = {pin.resource.provider_uid for pin in self.pins if pin.need is need}
        if self.plain.single(need) and fixed and resource.provider_uid not in fixed:
            return []
        way = {need.area_uid, *self.plain.areas[need.area_uid].within}
        shares = [None, *(area for area, _ in resource.area_quotas if area in way)]
        return [Way(need, resource, slot, share) for slot in self.plain.slots_taken(need, resource) for share in shares]

    def _moments(self, windows: set[int]) -> list[int]:
        """A minute of every stretch in which nothing opens or closes."""
        return sorted({start for window in windows if window >= 0 for start, _ in self.plain.bounds(window)} | {-1})

    def _open(self, window: int, minute: int) -> bool:
        return window < 0 or any(start <= minute < end for start, end in self.plain.bounds(window))

    def _capacities(self) -> None:
        for resource in self.plain.snapshot.resources:
            drawn = self.plain.drawn(self.pins, resource)
            for share in (None, *(area for area, _ in resource.area_quotas)):
                mine = [i for i, way in enumerate(self.ways) if way.resource is resource and way.share == share]
                held = drawn.get(share, [])
                if resource.consumable:
                    left = self.plain.share(resource, resource.available, share) - sum(units for _, _, units in held)
                    self._row("stock", dict.fromkeys(mine, 1), left)
                    continue
                caps = [self.plain.share(resource, slot.capacity, share) for slot in resource.slots]
                for minute in self._moments({self.ways[i].window for i in mine} | {window for _, window, _ in held}):
                    here = [i for i in mine if self._open(self.ways[i].window, minute)]
                    gone = [(slot, units) for slot, window, units in held if self._open(window, minute)]
                    if here:
                        most = max(caps[self.ways[i].slot] for i in here)
                        self._row("stock", dict.fromkeys(here, 1), most - sum(units for _, units in gone))
                    for slot in range(len(caps)):
                        some = [i for i in here if self.ways[i].slot == slot]
                        self._row("stock", dict.fromkeys(some, 1), caps[slot] - sum(u for s, u in gone if s == slot))

    def _batches(self) -> None:
        for batch in self.plain.snapshot.batches:
            if batch.cap is not None:
                mine = [i for i, way in enumerate(self.ways) if way.need.batch_uid == batch.uid]
                fixed = sum(pin.quantity for pin in self.pins if pin.need.batch_uid == batch.uid)
                self._row("batch", dict.fromkeys(mine, 1), max(batch.cap - batch.held - fixed, 0))

    def _loads(self) -> None:
        policy = self.plain.policy
        for provider in self.plain.snapshot.providers:
            for load in provider.loads:
                mine = {i: self.plain.load_of(load, way.resource, way.window) for i, way in enumerate(self.ways)
                        if way.resource.provider_uid == provider.uid}  # fmt: skip
                fixed = [
                    (pin.resource, pin.quantity * self.plain.load_of(load, pin.resource, pin.window))
                    for pin in self.pins
                    if pin.resource.provider_uid == provider.uid
                ]
                limit = load.limit
                if policy.emergency:
                    usual = {i: units for i, units in mine.items() if not self.ways[i].resource.emergency_ok}
                    self._row("load", usual, limit - sum(units for row, units in fixed if not row.emergency_ok))
                    limit = math.ceil(limit * policy.emergency_load_factor)
                self._row("load", mine, limit - sum(units for _, units in fixed))

    def _people(self) -> None:
        for provider in self.plain.snapshot.providers:
            if provider.label != "Person":
                continue
            mine = [
                i
                for i, way in enumerate(self.ways)
                if way.resource.provider_uid == provider.uid
                and not way.resource.consumable
                and way.resource.slots[way.slot].capacity > 0
            ]
            fixed = [pin for pin in self.pins if pin.resource.provider_uid == provider.uid]
            if len({self.ways[i].resource.uid for i in mine} | {pin.resource.uid for pin in fixed}) < 2:
                continue
            caps = {i: self.ways[i].resource.slots[self.ways[i].slot].capacity for i in mine}
            of_pins = {k: max(pin.resource.slots[pin.slot].capacity, 1) for k, pin in enumerate(fixed)}
            whole = math.lcm(*caps.values(), *of_pins.values())
            for minute in self._moments({self.ways[i].window for i in mine} | {pin.window for pin in fixed}):
                here = [i for i in mine if self._open(self.ways[i].window, minute)]
                gone = [k for k, pin in enumerate(fixed) if self._open(pin.window, minute)]
                if len({self.ways[i].resource.uid for i in here} | {fixed[k].resource.uid for k in gone}) > 1:
                    used = sum(whole // of_pins[k] * fixed[k].quantity for k in gone)
                    self._row("person", {i: whole // caps[i] for i in here}, max(whole - used, 0))

    def _budgets(self) -> None:
        for budget in self.plain.snapshot.budgets:
            mine = {
                i: way.resource.unit_cost_fen for i, way in enumerate(self.ways) if self.plain.pool(way.need) == budget
            }
            fixed = sum(
                pin.quantity * pin.resource.unit_cost_fen for pin in self.pins if self.plain.pool(pin.need) == budget
            )
            self._row("budget", mine, budget.left_fen - fixed)

    def _row(self, kind: str, coefficients: dict[int, int], limit: int) -> None:
        if coefficients:
            self.rows.append((kind, coefficients, limit))

    def places(self) -> set[Place]:
        """Need, resource and slot of every way."""
        return set(self.of_place)

    def fits(self, units: Counter[Place], without: frozenset[str] = frozenset()) -> bool:
        """Whether units of need, resource and slot keep every limit, in some division over shares."""
        if not units.keys() <= self.of_place.keys():
            return False
        asked: Counter[str] = Counter()
        for key, count in units.items():
            asked[key[0]] += count
        if any(asked[need.uid] > self.left[need.uid] for need in self.needs):
            return False
        limits = [(row, limit) for kind, row, limit in self.rows if kind not in without]
        if all(len(ways) == 1 for ways in self.of_place.values()):  # nothing is left to be divided
            given = [units[way.place] for way in self.ways]
            return all(sum(each * given[i] for i, each in row.items()) <= limit for row, limit in limits)
        rows = [(row, -np.inf, float(limit)) for row, limit in limits]
        rows += [(dict.fromkeys(ways, 1), units[key], units[key]) for key, ways in self.of_place.items()]
        free = np.full(len(self.ways), np.inf)
        return solved(np.zeros(len(self.ways)), rows, free) is not None

    def fits_some(self, units: Counter[Place], need: SnapshotNeed, without: set[str]) -> bool:
        """Whether a need could have one unit more if some kinds of limits were not."""
        mine = [key for key in self.of_place if key[0] == need.uid]
        return any(self.fits(units + Counter({key: 1}), frozenset(without)) for key in mine)

    def most_of(self, units: Counter[Place], need: SnapshotNeed, providers: set[str]) -> int:
        """Most units that a need could have from some providers when all others keep theirs and it has none."""
        kept = {key: count for key, count in units.items() if key[0] != need.uid}
        price, upper = np.zeros(len(self.ways)), np.full(len(self.ways), np.inf)
        rows = [(row, -np.inf, float(limit)) for _, row, limit in self.rows]
        mine: list[int] = []
        for key, members in self.of_place.items():
            if key[0] != need.uid:
                rows.append((dict.fromkeys(members, 1), kept.get(key, 0), kept.get(key, 0)))
                continue
            able = [i for i in members if self.ways[i].resource.provider_uid in providers]
            upper[[i for i in members if i not in able]] = 0
            mine += able
        if not mine:
            return 0
        price[mine] = -1
        rows.append((dict.fromkeys(mine, 1), -np.inf, self.left[need.uid]))
        best = solved(price, rows, upper)
        assert best is not None, "what others have keeps every limit"
        return -best

    def groups(self) -> list[tuple[set[str], list[int]]]:
        """Uids of the needs of each place, class and unit, with the cost of each of their units, cheapest first."""
        plain, policy = self.plain, self.plain.policy
        if policy.fairness_mode == "off":
            return []
        community: dict[tuple[str, int, str], set[str]] = defaultdict(set)
        inside: dict[tuple[str, int, str], set[str]] = defaultdict(set)
        for need in self.needs:
            area = plain.areas[need.area_uid]
            if area.community_uid is None or not self.asked[need.uid]:
                continue
            unit = plain.categories[need.category].unit
            community[area.community_uid, need.urgency, unit].add(need.uid)
            near = next(
                (uid for uid in (area.uid, *area.within) if plain.areas[uid].label in {"Grid", "Neighborhood"}), None
            )
            if near is not None:
                inside[near, need.urgency, unit].add(need.uid)
        last = max(policy.fairness_pieces - 1, 1)
        steps = [
            [
                piece * self.service_step() if policy.fairness_mode == "strict" else piece * minutes * 60 // last
                for piece in range(policy.fairness_pieces)
            ]
            for minutes in (policy.community_min, policy.neighbourhood_min)
        ]
        return [
            (uids, self._unit_costs(sum(self.asked[uid] for uid in uids), costs))
            for groups, costs in ((community, steps[0]), (inside, steps[1]))
            for uids in groups.values()
        ]

    @staticmethod
    def _unit_costs(asked: int, costs: list[int]) -> list[int]:
        """Cost of the first, second … unit short: that of the last piece that has begun by then."""
        begins = [math.ceil(piece * asked / len(costs)) for piece in range(len(costs))]
        return [max(cost for begin, cost in zip(begins, costs, strict=True) if begin <= unit) for unit in range(asked)]

    def longest_exchange(self) -> tuple[int, int]:
        """Cost of a pair and a priority; and what a chain through all who ask costs, at least ten times the first."""
        pair = max([*self.every_cost, 0])
        priority = max([*(self.plain.priority_s(need) for need in self.needs), 0])
        asking = sum(self.asked[need.uid] > 0 for need in self.needs)
        return pair + priority, max(10 * (pair + priority), asking * pair + priority)

    def service_step(self) -> int:
        return self.longest_exchange()[1] + 1

    def class_step(self) -> int:
        policy = self.plain.policy
        service, exchange = self.longest_exchange()
        fairness = 0
        if policy.fairness_mode == "strict":
            fairness = 2 * (policy.fairness_pieces - 1) * self.service_step()
        elif policy.fairness_mode == "weighed" and policy.fairness_pieces > 1:
            fairness = (policy.community_min + policy.neighbourhood_min) * 60
        return max(10 * max(service + fairness, 1), exchange + fairness) + 1

    def unmet_cost(self, need: SnapshotNeed) -> int:
        return (4 - need.urgency) * self.class_step() + self.plain.priority_s(need)

    def best_cost(self) -> int:
        """Least cost of any plan, by an integer program; for streets in which every need may be split."""
        groups, ways = self.groups(), len(self.ways)
        starts = np.cumsum([ways, *(len(costs) for _, costs in groups)])
        columns = int(starts[-1])
        price = np.zeros(columns)
        price[:ways] = [cost - self.unmet_cost(way.need) for way, cost in zip(self.ways, self.costs, strict=True)]
        upper = np.ones(columns)
        upper[:ways] = [self.left[way.need.uid] for way in self.ways]
        rows: list[tuple[dict[int, int], float, float]] = [(row, -np.inf, limit) for _, row, limit in self.rows]
        rows += [
            ({i: 1 for i, way in enumerate(self.ways) if way.need is need}, -np.inf, self.left[need.uid])
            for need in self.needs
        ]
        for (uids, costs), start in zip(groups, starts, strict=False):
            price[start : start + len(costs)] = costs
            short = {i: 1 for i, way in enumerate(self.ways) if way.need.uid in uids}
            short |= {int(start) + unit: 1 for unit in range(len(costs))}
            rows.append((short, sum(self.left[uid] for uid in uids), np.inf))
        base = sum(self.unmet_cost(need) * self.left[need.uid] for need in self.needs)
        if not columns:
            return base
        best = solved(price, rows, upper)
        assert best is not None
        return base + best


def solved(price: np.ndarray, rows: list[tuple[dict[int, int], float, float]], upper: np.ndarray) -> int | None:
    """Least cost in whole numbers, ``None`` when nothing keeps all rows."""
    row = np.repeat(np.arange(len(rows)), [len(entries) for entries, _, _ in rows])
    column = np.array([i for entries, _, _ in rows for i in entries], np.int64)
    value = np.array([each for entries, _, _ in rows for each in entries.values()], np.float64)
    matrix = csr_array((value, (row, column)), shape=(len(rows), len(price)))
    best = milp(
        price,
        constraints=LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows]),
        bounds=Bounds(0, upper),
        integrality=np.ones(len(price)),
        options={"mip_rel_gap": 0},
    )
    return round(best.fun) if best.success else None
