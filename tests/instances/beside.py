"""What stands beside the rules about single pairs: loads, people, quotas, whole needs, teams, posts, pins …"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from random import Random

from graph_schema.model.snapshot import (
    Snapshot,
    SnapshotLoad,
    SnapshotNeed,
    SnapshotProvider,
    SnapshotResource,
    SnapshotRuling,
)
from matcher.policy import Policy
from tests.instances.snapshots import FIRST_DAY, HORIZON_DAYS, seeded_snapshot

Often = Callable[[str], bool]
BESIDE = (
    "load",
    "person",
    "quota",
    "whole",
    "team",
    "post",
    "pin",
    "published",
    "floor",
    "fairness",
    "priority",
    "rings",
)
EVERYTHING = "everything"


def street_beside(seed: int, focus: str) -> tuple[Snapshot, Policy]:
    """A tiny street on which one of `BESIDE`, or everything, often matters, and the policy of its plan."""
    rng = Random(f"{focus}-{seed}")
    snapshot = seeded_snapshot(seed, "capacity" if rng.random() < 0.7 else "window")
    likely = {name: 0.35 if focus == EVERYTHING else 0.9 * (name == focus) for name in BESIDE}

    def often(name: str) -> bool:
        return rng.random() < likely[name]

    if focus == "post":
        likely["person"] = 0.9
    snapshot = _areas(rng, snapshot, profiled=often("priority"))
    providers = tuple(_provider(rng, snapshot, provider, often) for provider in snapshot.providers)
    resources = tuple(_resource(rng, snapshot, resource, often) for resource in snapshot.resources)
    needs = tuple(_need(rng, need, often) for need in snapshot.needs)
    snapshot = replace(snapshot, providers=providers, resources=resources, needs=needs)
    if often("pin"):
        snapshot = replace(snapshot, rulings=(*snapshot.rulings, *_pins(rng, snapshot)))
    if often("published"):
        snapshot = replace(snapshot, published=_published(rng, snapshot))
    if often("floor"):
        snapshot = replace(snapshot, served_branch_uids=tuple(rng.sample(["b1", "b2"], rng.choice([0, 1]))))
    return snapshot, _policy(rng, often)


def _policy(rng: Random, often: Often) -> Policy:
    return Policy(
        fairness_mode=rng.choice(["weighed", "strict", "off"]) if often("fairness") else "off",
        fairness_pieces=rng.choice([1, 2, 3, 10]),
        community_min=rng.choice([0, 10, 200]),
        ring_first=rng.choice(["", "grid", "community", "branch"]) if often("rings") else "",
        floor_s=rng.choice([100, 86_400]) if often("floor") else 0,
        switch_s=300,
        most_changes=rng.choice([0, 1, 2]) if often("published") else -1,
        emergency=rng.random() < 0.3,
        emergency_load_factor=rng.choice([1.0, 1.5, 2.0]),
    )


def _areas(rng: Random, snapshot: Snapshot, *, profiled: bool) -> Snapshot:
    if not profiled:
        return snapshot
    areas = tuple(
        replace(
            area,
            share_60plus=rng.choice([None, 0.1, 0.37]),
            has_property_mgmt=rng.choice([None, True, False]),
            built_year=rng.choice([None, 1985, 2015]),
        )
        for area in snapshot.areas
    )
    return replace(snapshot, areas=areas)


def _provider(rng: Random, snapshot: Snapshot, provider: SnapshotProvider, often: Often) -> SnapshotProvider:
    names = [area.uid for area in snapshot.areas]
    loads = [
        SnapshotLoad(
            unit=rng.choice(["个", "处", "小时", "人"]),
            limit=rng.choice([0, 1, 3, 12]),
            first_day=rng.choice([0, 0, 5]),
            last_day=rng.choice([4, HORIZON_DAYS, HORIZON_DAYS]),
        )
        for _ in range(rng.choice([1, 2]) if often("load") else 0)
    ]
    ties = often("rings")
    return replace(
        provider,
        label="Person" if often("person") else provider.label,
        loads=tuple(loads),
        responsible_area_uids=tuple(rng.sample(names, rng.choice([0, 1]))) if ties else (),
        paired_area_uids=tuple(rng.sample(names, rng.choice([0, 1]))) if ties else (),
        seat_area_uids=tuple(rng.sample(names, rng.choice([0, 1]))) if ties else (),
    )


def _resource(rng: Random, snapshot: Snapshot, resource: SnapshotResource, often: Often) -> SnapshotResource:
    names = [area.uid for area in snapshot.areas if area.uid != "street"]
    quotas = tuple((uid, rng.choice([1, 2, 3])) for uid in sorted(rng.sample(names, rng.choice([1, 2]))))
    return replace(
        resource,
        area_quotas=quotas if often("quota") else (),
        emergency_ok=rng.random() < 0.7,
        unit_cost_fen=rng.choice([0, 0, 900]),
    )


def _need(rng: Random, need: SnapshotNeed, often: Often) -> SnapshotNeed:
    if often("whole"):
        need = replace(
            need,
            quantity=rng.choice([1, 2, 3]),
            whole=rng.choice([None, True, False]),
            single_provider=rng.choice([None, True, False]),
        )
    else:
        need = replace(need, whole=False, single_provider=False)
    if often("team"):
        need = replace(need, team_uid=rng.choice(["team1", "team1", "team2"]), role="lead")
    if often("post"):
        need = replace(need, quantity=1, post=rng.choice(["正门", "后门"]), kind="post")
    if often("priority"):
        need = replace(
            need,
            flags=tuple(sorted(rng.sample(["hard", "hot", "key"], rng.choice([0, 1, 2])))),
            beneficiary_households=rng.choice([0, 1, 7, 8, 300]),
            beneficiary_persons=rng.choice([0, 0, 5]),
            raised_on=rng.choice([None, FIRST_DAY - dt.timedelta(days=rng.randint(0, 400))]),
        )
    return replace(need, help=often("rings") and rng.random() < 0.4)


def _pins(rng: Random, snapshot: Snapshot) -> list[SnapshotRuling]:
    """Some pairs that are there to be kept, whether or not a rule forbids them; one of each resource."""
    made = []
    for i, resource in enumerate(rng.sample(snapshot.resources, min(2, len(snapshot.resources)))):
        slot = rng.choice(resource.slots)
        if slot.capacity < 1 or resource.available < 1 or resource.area_quotas:
            continue
        need = rng.choice(snapshot.needs)
        made.append(
            SnapshotRuling(
                uid=f"pin{i}",
                kind="pin",
                need_uid=rng.choice([need.uid, need.uid, need.uid, "gone"]),
                resource_uid=resource.uid,
                provider_uid=None,
                slot_uid=rng.choice([None, slot.uid]) if need.quantity == 1 else slot.uid,
                quantity=1,
                until=None,
                reason=rng.choice(["", "联席会已定"]),
            )
        )
    return made


def _published(rng: Random, snapshot: Snapshot) -> tuple[tuple[str, str, str, int], ...]:
    made = {}
    for need in snapshot.needs:
        for resource in rng.sample(snapshot.resources, min(2, len(snapshot.resources))):
            if rng.random() < 0.5 and not resource.area_quotas:
                slot = rng.choice(resource.slots)
                made[need.uid, resource.uid, slot.uid] = rng.choice([1, 1, 2])
    return tuple(sorted((*key, units) for key, units in made.items()))
