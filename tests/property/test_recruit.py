"""The worth of one more unit is what two solves differ by, and none is worth more than those that are told."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_schema.model.places import LocatedBy
from graph_schema.model.quantities import Qualifier
from graph_schema.model.schedules import IntervalSet
from graph_schema.model.snapshot import (
    Point,
    Snapshot,
    SnapshotAgreement,
    SnapshotProvider,
    SnapshotResource,
    SnapshotSlot,
)
from matcher.build import build
from matcher.policy import Policy
from matcher.problem import Problem
from matcher.recruit import recruit_next, standing_bands
from matcher.solve import solve
from tests.instances.complete_peers import optimum
from tests.instances.plain_rules import PlainRules
from tests.instances.shrinking import streets
from tests.instances.snapshots import COMBINED
from tests.property.settings import FIXED, INSTANCES


def windows() -> list[IntervalSet | None]:
    """The bands once more, day by day; the first day is a Monday, so the day before it is a Sunday."""
    workdays = [day for day in range(10) if day % 7 < 5]
    rest = [day for day in range(10) if day % 7 >= 5]
    made = [
        [(day * 1440 + opens, day * 1440 + closes) for day in days]
        for days, opens, closes in (
            (workdays, 480, 1080),
            (workdays, 1080, 1320),
            (workdays, 1080, 1920),
            (rest, 0, 1440),
        )
    ]
    return [*(IntervalSet.of(bounds).clip(0, 14400) for bounds in made), None]


def with_one_more(snapshot: Snapshot, category: str, community: str, window: IntervalSet | None) -> Snapshot:
    """The street with one more unit of a new partner, built as any other row of it."""
    area = next(area for area in snapshot.areas if area.uid == community)
    kind = next(kind for kind in snapshot.categories if kind.code == category)
    offered = SnapshotResource(
        uid="one-more", name="", category=category, unit=kind.unit, offered=1, available=1,
        qualifier=Qualifier.EXACT, assumed=False, consumable=False, provider_uid="partner", point=area.point,
        home_area_uid=community, serves=(), excludes=(), target_groups=(), service_modes=(), status="offered",
        valid_from=None, valid_to=None, surveyed_on=snapshot.first_day,
        slots=(SnapshotSlot("one-more-slot", -1 if window is None else len(snapshot.windows), 1, ""),),
        home_ring=area.ring_path, area_uid=community,
    )  # fmt: skip
    partner = SnapshotProvider(
        "partner", "Organization", "", None, (SnapshotAgreement("signed", None, None, None, None),), ()
    )
    # The new partner has what is asked for, in the mode that is asked for; so nothing is asked.
    easy = tuple(replace(need, skills=(), amenities=(), service_modes=()) for need in snapshot.needs)
    return replace(
        snapshot,
        needs=easy,
        rulings=(),
        resources=(*snapshot.resources, offered),
        providers=(*snapshot.providers, partner),
        windows=snapshot.windows if window is None else (*snapshot.windows, window),
    )


def optimum_with(problem: Problem, uids: tuple[str, ...], plain: PlainRules) -> int:
    """Optimum by OR-Tools with the pairs that plain rules and costs find for the unit that is new."""
    offered = next(resource for resource in plain.snapshot.resources if resource.uid == "one-more")
    needs = {need.uid: need for need in plain.snapshot.needs}
    rows: list[list[tuple[int, int]]] = []
    for n, uid in enumerate(uids):
        pairs = range(int(problem.row_start[n]), int(problem.row_start[n + 1]))
        row = [(int(problem.pair_resource[pair]), int(problem.pair_cost[pair])) for pair in pairs]
        if plain.first_failed(needs[uid], offered) is None:
            row.append((problem.n_resources, plain.cost_s(needs[uid], offered)))
        rows.append(row)
    more = Problem(
        demand=problem.demand,
        unmet_cost=problem.unmet_cost,
        capacity=np.append(problem.capacity, 1),
        row_start=np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64),
        pair_resource=np.array([r for row in rows for r, _ in row], np.int32),
        pair_cost=np.array([cost for row in rows for _, cost in row], np.int32),
        limits=None
        if problem.limits is None
        else replace(problem.limits, of_resource=np.append(problem.limits.of_resource, -1)),
        shortfall=problem.shortfall,
    )
    return optimum(more)


@settings(FIXED, max_examples=max(INSTANCES // 4, 1))
@given(st.one_of(streets(COMBINED), streets("capacity"), streets("window")))
def test_the_worth_of_every_unit_that_could_be_found_is_what_two_solves_differ_by(street: tuple[int, Snapshot]) -> None:
    seed, snapshot = street
    placed = tuple(
        replace(area, point=Point(200.0 + 300 * i, 400.0, LocatedBy.COORDINATES))
        for i, area in enumerate(snapshot.areas)
    )
    snapshot = replace(snapshot, areas=placed)
    policy = Policy(agreement_required=seed % 2 == 0)
    instance = build(snapshot, policy, seed=seed)
    plan = solve(instance.problem, instance.rules, seed=seed)
    bands = standing_bands(np.array([False, True, True, True, True, True, False, False, True, True, True]))
    found = recruit_next(instance, plan, bands, k=1000)
    for worth in found:
        classes = sum(units * (4 - kind) for kind, units in enumerate(worth.unmet)) * instance.class_step
        assert worth.total == classes + worth.seconds
    if not instance.rules.is_empty:
        assert [worth.rank for worth in found] == sorted(worth.rank for worth in found)
        assert all(worth.rank < (0, 0, 0, 0, 0) for worth in found)
        return
    worths = {(worth.category, worth.community_uid, band): worth.total for worth in found for band in worth.bands}
    assert sum(len(worth.bands) for worth in found) == len(worths)
    assert [worth.total for worth in found] == sorted((worth.total for worth in found), reverse=True)
    for category in ("AAA01", "AAA02", "BBB01"):
        for community in ("c1", "c2", "c3"):
            for band, window in zip(bands, windows(), strict=True):
                plain = PlainRules(with_one_more(snapshot, category, community, window), policy)
                difference = plan.objective - optimum_with(instance.problem, instance.need_uids, plain)
                assert worths.get((category, community, band.code), 0) == difference
