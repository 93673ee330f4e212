"""Random snapshots of a tiny street, in which every rule fails now and then, and one of them often."""

import datetime as dt
from dataclasses import dataclass, field, replace
from random import Random

import numpy as np

from graph_schema.assemble import canonical_hash
from graph_schema.model.places import LocatedBy
from graph_schema.model.quantities import Qualifier
from graph_schema.model.schedules import IntervalSet
from graph_schema.model.snapshot import (
    Point,
    Snapshot,
    SnapshotAgreement,
    SnapshotArea,
    SnapshotBatch,
    SnapshotBudget,
    SnapshotCategory,
    SnapshotHold,
    SnapshotNeed,
    SnapshotPool,
    SnapshotProvider,
    SnapshotResource,
    SnapshotRuling,
    SnapshotSlot,
    SnapshotTargetGroup,
    StreetArrays,
)

FIRST_DAY = dt.date(2026, 3, 2)
HORIZON_DAYS = 10
RING_LEVELS = ("grid", "community", "branch", "street")
RULES = (
    "category", "routed", "unit", "reach", "window", "target_group", "skill", "mode", "agreement", "validity", "batch",
    "ruling", "budget", "capacity",
)  # fmt: skip
COMBINED = "combined"
SKILLS, AMENITIES = ("calligraphy", "first_aid"), ("微波炉", "热水壶")
MODES = ("at_home", "counter", "dine_in", "delivery")
POOL = "pool"
FUNDS = ("为民服务", "快速处置")


@dataclass
class _Maker:
    """One random draw; ``often`` is how likely each rule's trouble is."""

    rng: Random
    focus: str
    windows: list[IntervalSet] = field(default_factory=list)

    def trouble(self, rule: str) -> bool:
        if self.focus == COMBINED:
            return self.rng.random() < 0.2
        return self.rng.random() < (0.55 if rule == self.focus else 0.05)

    def day(self, low: int, high: int) -> dt.date:
        return FIRST_DAY + dt.timedelta(days=self.rng.randint(low, high))

    def window(self) -> int:
        """A daily window on some days, an odd interval, or now and then one that never opens."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.06:
            made = IntervalSet.of([])
        elif kind < 0.85:
            opens = rng.choice([0, 480, 540, 1080])
            closes = opens + rng.choice([120, 480, 600, 840, 1440])
            days = [day for day in range(HORIZON_DAYS) if rng.random() < rng.choice([0.3, 1, 1])]
            made = IntervalSet.of([(day * 1440 + opens, day * 1440 + closes) for day in days])
        else:
            cuts = sorted(rng.sample(range(0, HORIZON_DAYS * 1440, 60), 4))
            made = IntervalSet.of([(cuts[0], cuts[1]), (cuts[2], cuts[3])])
        made = made.clip(0, HORIZON_DAYS * 1440)
        if made not in self.windows:
            self.windows.append(made)
        return self.windows.index(made)

    def narrower(self, window: int) -> int:
        """A window inside another, so that containment holds often enough."""
        bounds = [(int(s), int(e)) for s, e in self.windows[window].bounds]
        kept = [
            (s + self.rng.choice([0, 30]), e - self.rng.choice([0, 30])) for s, e in bounds if self.rng.random() < 0.8
        ]
        made = IntervalSet.of(kept)
        if made not in self.windows:
            self.windows.append(made)
        return self.windows.index(made)


def seeded_snapshot(seed: int, focus: str = COMBINED) -> Snapshot:
    """The snapshot of a seed; ``focus`` is the rule that often fails, or ``COMBINED`` for all now and then."""
    make = _Maker(Random(f"{focus}-{seed}"), focus)
    areas = _areas(make)
    providers = [_provider(make, i, areas) for i in range(make.rng.randint(1, 3))]
    resources = [_resource(make, i, areas, providers) for i in range(make.rng.randint(0 if seed % 9 == 0 else 1, 6))]
    batches = _batches(make, resources)
    needs = [_need(make, i, areas, resources) for i in range(make.rng.randint(1, 6))]
    needs += _registered(make, batches, areas, resources)
    needs.sort(key=lambda need: need.uid)
    budgets, rulings = _budgets(make, areas), _rulings(make, needs, resources)
    made = Snapshot(
        street_uid="street",
        street_name="示例街道",
        as_of=dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC),
        first_day=FIRST_DAY,
        horizon_days=HORIZON_DAYS,
        needs=tuple(needs),
        resources=tuple(resources),
        providers=tuple(providers),
        areas=tuple(areas),
        batches=tuple(batches),
        categories=CATEGORIES,
        target_groups=GROUPS,
        windows=tuple(make.windows),
        provisional_days=make.rng.choice([0, 0, 3]),
        ring_levels=RING_LEVELS,
        streets=_streets(make) if make.rng.random() < 0.5 else None,
        hash="",
        origin=(120.6, 31.31),
        budgets=tuple(budgets),
        rulings=tuple(rulings),
        pools=_pools(areas),
    )
    return replace(made, hash=canonical_hash(made))


def _category(
    code: str,
    unit: str,
    limit_min: int | None,
    served_by: tuple[tuple[str, float], ...],
    *,
    more_units: tuple[str, ...] = (),
    routed: bool = False,
    divisible: bool = True,
) -> SnapshotCategory:
    return SnapshotCategory(
        code=code,
        name_zh=f"类别{code}",
        name_en=f"category {code}",
        unit=unit,
        divisible=divisible,
        walk_limit_s=None if limit_min is None else limit_min * 60,
        provider_travels=limit_min is None,
        routed=routed,
        route_to="某处" if routed else None,
        can_be_served_by=served_by,
        one_for_one=(unit, *more_units),
        route_to_en="somewhere" if routed else None,
        substitution_reasons=tuple((other, "可替代", "it can") for other, _ in served_by if other != code),
    )


CATEGORIES = (
    _category("AAA", "", 15, ()),
    _category("AAA01", "个", 10, (("AAA01", 1.0), ("AAA02", 0.6), ("BBB01", 0.3)), more_units=("处",)),
    _category("AAA02", "处", 15, (("AAA02", 1.0),), divisible=False),
    _category("BBB01", "个", None, (("AAA01", 0.9), ("BBB01", 1.0))),
    _category("BBB02", "件", 10, (), routed=True),
)
GROUPS = (
    SnapshotTargetGroup("E60", "老人", "elders", (), elders=True),
    SnapshotTargetGroup("E80", "高龄老人", "people of 80 and over", ("E60",), elders=True),
    SnapshotTargetGroup("KID", "儿童", "children", (), elders=False),
)


def _point(make: _Maker, spread_m: float) -> Point:
    if make.rng.random() < 0.12:
        return Point(float("nan"), float("nan"), LocatedBy.UNLOCATED)
    by = make.rng.choice([LocatedBy.COORDINATES, LocatedBy.ADDRESS, LocatedBy.APPROXIMATE])
    return Point(make.rng.uniform(0, spread_m), make.rng.uniform(0, spread_m), by)


def _areas(make: _Maker) -> list[SnapshotArea]:
    """A street with three communities in two branches, two of them pooled at times, and grids in one."""
    street = ("street", "street")
    pooled = make.rng.random() < 0.3
    made = [_area("street", "AdminDivision", (), (street,), None)]
    for name, branch in (("c1", "b1"), ("c2", "b1"), ("c3", "b2")):
        pool = (("branch", POOL),) if pooled and name in {"c2", "c3"} else ()
        path = (("community", name), ("branch", branch), *pool, street)
        made.append(_area(name, "AdminDivision", ("street",), path, name))
        if name != "c3":
            grid = (("grid", f"{name}g"), *path)
            made.append(_area(f"{name}g", "Grid", (name, "street"), grid, name))
    return sorted(made, key=lambda area: area.uid)


def _pools(areas: list[SnapshotArea]) -> tuple[SnapshotPool, ...]:
    members = tuple(area.uid for area in areas if area.uid == area.community_uid and ("branch", POOL) in area.ring_path)
    return (SnapshotPool(POOL, "示例片区", members),) if members else ()


def _area(
    uid: str, label: str, within: tuple[str, ...], path: tuple[tuple[str, str], ...], community: str | None
) -> SnapshotArea:
    return SnapshotArea(uid, label, f"{uid}社区", within, path, community, Point(0.0, 0.0, LocatedBy.COORDINATES))


def _provider(make: _Maker, i: int, areas: list[SnapshotArea]) -> SnapshotProvider:
    rng = make.rng
    names = [area.uid for area in areas]
    agreements = []
    for k in range(rng.choice([0, 1, 1, 2]) if not make.trouble("agreement") else rng.choice([0, 1])):
        ended = make.trouble("agreement")
        partners = tuple(sorted(rng.sample(names, rng.choice([0, 1, 2]))))
        agreements.append(
            SnapshotAgreement(
                uid=f"p{i}a{k}",
                partner_uid=partners[0] if partners else None,
                partner_name=partners[0] if partners else None,
                valid_from=rng.choice([None, make.day(-400, 0)]) if not ended else make.day(1, 9),
                valid_to=rng.choice([None, make.day(0, 400)]),
                partner_area_uids=partners,
            )
        )
    return SnapshotProvider(
        uid=f"p{i}",
        label="Organization",
        name=f"共建单位{i}",
        home_area_uid=rng.choice([None, *names]),
        agreements=tuple(agreements),
        served_area_uids=tuple(sorted(rng.sample(names, rng.choice([0, 0, 1, 2])))),
        skills=() if make.trouble("skill") else SKILLS,
    )


def _resource(make: _Maker, i: int, areas: list[SnapshotArea], providers: list[SnapshotProvider]) -> SnapshotResource:
    rng = make.rng
    names = [area.uid for area in areas]
    category = "BBB01" if make.trouble("category") else rng.choice(["AAA01", "AAA01", "AAA02", "BBB01", "BBB02"])
    unit = next(kind.unit for kind in CATEGORIES if kind.code == category)
    serves = tuple(sorted(rng.sample(names[:-1], rng.choice([1, 2])))) if rng.random() < 0.3 else ()
    by_uid = {area.uid: area for area in areas}
    if serves:
        ways = [(uid, *by_uid[uid].within) for uid in serves]
        home = next((uid for uid in ways[0] if all(uid in way for way in ways)), None)
        paths = [by_uid[uid].ring_path for uid in serves]
        ring = tuple(entry for entry in paths[0] if all(entry in path for path in paths))
    else:
        home = rng.choice(names)
        ring = by_uid[home].ring_path
    offered = rng.choice([0, 1, 2, 5]) if make.focus == "capacity" else rng.choice([1, 3, 8])
    consumable = rng.random() < 0.2
    slots = [
        SnapshotSlot(f"r{i}s{k}", -1 if rng.random() < 0.35 else make.window(), offered, "开放时间")
        for k in range(rng.choice([1, 1, 2, 3]))
    ]
    held: tuple[SnapshotHold, ...] = ()
    if offered and rng.random() < 0.15:
        held = (SnapshotHold("elsewhere", slots[0].uid, 1),)
        slots = [
            replace(slot, capacity=offered - 1)
            if consumable or slot is slots[0] or _meet(make, slot.window, slots[0].window)
            else slot
            for slot in slots
        ]
    invalid = make.trouble("validity")
    return SnapshotResource(
        uid=f"r{i}",
        name=f"资源{i}",
        category=category,
        unit="箱" if make.trouble("unit") else unit,
        offered=offered,
        available=max(slot.capacity for slot in slots),
        qualifier=rng.choice([Qualifier.EXACT, Qualifier.EXACT, Qualifier.BELOW]),
        assumed=rng.random() < 0.1,
        consumable=consumable,
        provider_uid=rng.choice(providers).uid,
        point=_point(make, 2600 if make.trouble("reach") else 900),
        home_area_uid=home,
        serves=serves,
        excludes=tuple(rng.sample(names[:-1], 1)) if make.trouble("reach") else (),
        target_groups=tuple(sorted(rng.sample(["E60", "E80", "KID"], rng.choice([1, 2]))))
        if make.trouble("target_group")
        else (),
        service_modes=rng.choice([(), (), (), ("at_home",), ("dine_in",), ("counter", "delivery")]),
        status="offered",
        valid_from=make.day(1, 14) if invalid and rng.random() < 0.5 else rng.choice([None, make.day(-90, 0)]),
        valid_to=make.day(-5, 6) if invalid else rng.choice([None, make.day(8, 90)]),
        surveyed_on=rng.choice([None, make.day(-400, 0)]),
        slots=tuple(slots),
        home_ring=ring,
        held=held,
        area_uid=rng.choice([None, *names]),
        unit_cost_fen=rng.choice([500, 2000, 30_000]) if make.trouble("budget") else 0,
        amenities=AMENITIES[:1] if make.trouble("skill") else AMENITIES,
    )


def _meet(make: _Maker, one: int, other: int) -> bool:
    if one < 0 or other < 0:
        return True
    return len(make.windows[one].intersect(make.windows[other])) > 0


def _need(make: _Maker, i: int, areas: list[SnapshotArea], resources: list[SnapshotResource]) -> SnapshotNeed:
    rng = make.rng
    category = "BBB02" if make.trouble("routed") else rng.choice(["AAA01", "AAA01", "AAA02", "BBB01"])
    if make.trouble("category"):
        category = rng.choice(["AAA", "AAA02"])
    unit = next(kind.unit for kind in CATEGORIES if kind.code == category)
    window = -1
    if make.trouble("window"):
        window = make.window()
    elif rng.random() < 0.4:
        opened = [slot.window for resource in resources for slot in resource.slots if slot.window >= 0]
        window = make.narrower(rng.choice(opened)) if opened else make.window()
    if make.trouble("target_group"):
        groups = tuple(sorted(rng.sample(["E60", "E80", "KID"], rng.choice([0, 1, 2]))))
    else:
        groups = rng.choice([(), ("E60",), ("E80",)])
    bound = rng.random() < 0.06
    return SnapshotNeed(
        uid=f"n{i}",
        title=f"需求{i}",
        category=category,
        unit="箱" if make.trouble("unit") else unit,
        quantity=rng.choice([1, 2, 4, 9] if make.focus == "capacity" else [1, 1, 3]),
        assumed=rng.random() < 0.2,
        urgency=rng.randint(0, 3),
        area_uid=rng.choice(areas).uid,
        point=_point(make, 900),
        window=window,
        window_text="" if window < 0 else "需求时间",
        needed_from=rng.choice([None, None, make.day(0, 6)]) if window < 0 else None,
        needed_by=rng.choice([None, None, make.day(-3, 9)]),
        raised_on=None,
        target_groups=groups,
        service_modes=tuple(rng.sample(MODES, rng.choice([1, 1, 2]))) if make.trouble("mode") else (),
        only_resource_uid=rng.choice(["gone", *(resource.uid for resource in resources)]) if bound else None,
        batch_uid=None,
        batch_released=True,
        skills=tuple(sorted(rng.sample(SKILLS, rng.choice([0, 1, 2])))) if make.trouble("skill") else (),
        amenities=tuple(sorted(rng.sample(AMENITIES, rng.choice([0, 1, 2])))) if make.trouble("skill") else (),
        fund_kind=rng.choice(FUNDS) if make.trouble("budget") else None,
    )


def _budgets(make: _Maker, areas: list[SnapshotArea]) -> list[SnapshotBudget]:
    rng = make.rng
    if make.focus != "budget" and rng.random() < 0.5:
        return []
    return [
        SnapshotBudget(
            uid=f"budget{i}",
            name=f"经费{i}",
            kind=rng.choice(FUNDS),
            year=2026,
            area_uids=tuple(sorted(rng.sample([area.uid for area in areas], rng.choice([1, 1, 2])))),
            left_fen=rng.choice([0, 1500, 10_000, 200_000]),
        )
        for i in range(rng.choice([1, 2, 3]))
    ]


def _rulings(make: _Maker, needs: list[SnapshotNeed], resources: list[SnapshotResource]) -> list[SnapshotRuling]:
    """Bans, declines and no-shows of all widths, some of them about what is not there any more."""
    rng, made = make.rng, []
    for i in range(6 if make.focus == "ruling" else 2):
        if not resources or not make.trouble("ruling"):
            continue
        resource = rng.choice(resources)
        by_provider = rng.random() < 0.3
        made.append(
            SnapshotRuling(
                uid=f"ruling{i}",
                kind=rng.choice(["ban", "decline", "no_show"]),
                need_uid=rng.choice([None, "gone", *(need.uid for need in needs)]),
                resource_uid=None if by_provider else resource.uid,
                provider_uid=resource.provider_uid if by_provider or rng.random() < 0.2 else None,
                slot_uid=None,
                quantity=None,
                until=rng.choice([None, make.day(1, 90)]),
            )
        )
    return made


def _batches(make: _Maker, resources: list[SnapshotResource]) -> list[SnapshotBatch]:
    likely = 0.8 if make.focus in {"batch", "capacity"} else 0.25
    if not resources or make.rng.random() >= likely:
        return []
    resource = make.rng.choice(resources)
    return [
        SnapshotBatch(
            uid=f"batch{no}",
            resource_uid=resource.uid,
            no=no,
            cap=make.rng.choice([None, 0, 1, 2, 3]),
            released=not make.trouble("batch"),
            registrations=4,
            held=make.rng.choice([0, 0, 0, 1]),
        )
        for no in range(1, make.rng.choice([2, 3]))
    ]


def _registered(
    make: _Maker, batches: list[SnapshotBatch], areas: list[SnapshotArea], resources: list[SnapshotResource]
) -> list[SnapshotNeed]:
    made = []
    for batch in batches:
        resource = next(resource for resource in resources if resource.uid == batch.resource_uid)
        for i in range(make.rng.randint(1, 5)):
            plain = _need(make, 0, areas, resources)
            made.append(
                replace(
                    plain,
                    uid=f"{batch.uid}n{i}",
                    category=resource.category,
                    unit=next(kind.unit for kind in CATEGORIES if kind.code == resource.category),
                    quantity=1,
                    urgency=3,
                    window=-1,
                    window_text="",
                    target_groups=(),
                    only_resource_uid=batch.resource_uid,
                    batch_uid=batch.uid,
                    batch_released=batch.released,
                )
            )
    return made


def _streets(make: _Maker) -> StreetArrays:
    """A connected web of streets: a tree of random nodes with some short cuts, lengths above the straight line."""
    rng = make.rng
    nodes = np.array([(rng.uniform(-100, 2000), rng.uniform(-100, 2000)) for _ in range(rng.randint(2, 25))])
    edges: dict[tuple[int, int], float] = {}
    for i in range(1, len(nodes)):
        near = sorted(range(i), key=lambda j: float(np.hypot(*(nodes[i] - nodes[j]))))
        for j in near[: rng.choice([1, 2, 2])]:
            edges[j, i] = float(np.hypot(*(nodes[i] - nodes[j]))) * rng.uniform(1, 1.4)
    arcs = sorted([(a, b, m) for (a, b), m in edges.items()] + [(b, a, m) for (a, b), m in edges.items()])
    start = np.searchsorted(np.array([a for a, _, _ in arcs]), np.arange(len(nodes) + 1)).astype(np.int64)
    return StreetArrays(
        node_xy_m=nodes,
        start=start,
        target=np.array([b for _, b, _ in arcs], np.int32),
        length_m=np.array([m for _, _, m in arcs], np.float64),
        source="示例路网",
    )
