"""Random streets with pools, whose members share resources and money, and the same street once a community joins."""

from dataclasses import replace
from random import Random

from graph_schema.assemble import canonical_hash
from graph_schema.model.snapshot import Snapshot, SnapshotArea, SnapshotBudget, SnapshotPool, SnapshotResource
from tests.instances.snapshots import FUNDS, POOL, seeded_snapshot

NAMES = ("pool1", "pool2")


def pooled_snapshot(seed: int) -> Snapshot:
    """A street with one or two pools that lists name, most of its resources shared in one, some paid by its money."""
    rng = Random(f"pooled-{seed}")
    made = seeded_snapshot(seed, rng.choice(["reach", "capacity", "budget", "combined"]))
    bare = tuple(replace(area, ring_path=_without(area.ring_path)) for area in made.areas)
    communities = [area.uid for area in bare if area.uid == area.community_uid]
    pools = tuple(
        SnapshotPool(uid, f"片区{uid}", tuple(sorted(rng.sample(communities, rng.choice([1, 1, 2])))))
        for uid in NAMES[: rng.choice([1, 1, 2])]
    )
    areas = tuple(replace(area, ring_path=_ringed(area, pools)) for area in bare)
    by_uid = {area.uid: area for area in areas}
    resources = tuple(_shared(rng, row, pools, by_uid) for row in made.resources)
    budgets = (
        *made.budgets,
        *(
            SnapshotBudget(f"{pool.uid}-money", f"{pool.name}经费", rng.choice(FUNDS), 2026, pool.member_area_uids,
                           rng.choice([0, 2000, 200_000]), pool.uid)
            for pool in pools if rng.random() < 0.6
        ),
    )  # fmt: skip
    changed = replace(made, areas=areas, pools=pools, resources=resources, budgets=budgets)
    return replace(changed, hash=canonical_hash(changed))


def joined(made: Snapshot, pool_uid: str, area_uid: str) -> Snapshot:
    """The street as its lists would make it once an area is a member, and those who share name it."""
    before = next(pool for pool in made.pools if pool.uid == pool_uid)
    after = replace(before, member_area_uids=tuple(sorted((*before.member_area_uids, area_uid))))
    pools = tuple(after if pool is before else pool for pool in made.pools)
    areas = tuple(replace(area, ring_path=_ringed(area, pools)) for area in made.areas)
    by_uid = {area.uid: area for area in areas}
    covers = {area.uid: {area.uid, *area.within} for area in areas}
    resources = []
    for row in made.resources:
        serves = row.serves
        shares = serves and all(covers[uid].intersection(serves) for uid in before.member_area_uids)
        if shares and not covers[area_uid].intersection(serves):
            serves = tuple(sorted((*serves, area_uid)))
        resources.append(_at_home(replace(row, serves=serves), by_uid))
    budgets = tuple(
        replace(money, area_uids=after.member_area_uids) if money.pool_uid == pool_uid else money
        for money in made.budgets
    )
    return replace(made, pools=pools, areas=areas, resources=tuple(resources), budgets=budgets)


def _without(path: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(entry for entry in path if entry[1] not in {POOL, *NAMES})


def _ringed(area: SnapshotArea, pools: tuple[SnapshotPool, ...]) -> tuple[tuple[str, str], ...]:
    """The area's path with its pools behind its branch."""
    way = {area.uid, *area.within}
    mine = [("branch", pool.uid) for pool in pools if way.intersection(pool.member_area_uids)]
    path = list(_without(area.ring_path))
    place = next((i + 1 for i, entry in enumerate(path) if entry[0] == "branch"), 0)
    return tuple(path[:place] + mine + path[place:])


def _shared(
    rng: Random, row: SnapshotResource, pools: tuple[SnapshotPool, ...], areas: dict[str, SnapshotArea]
) -> SnapshotResource:
    if rng.random() < 0.6:
        row = replace(row, serves=rng.choice(pools).member_area_uids)
    return _at_home(replace(row, unit_cost_fen=rng.choice([0, 0, 900])), areas)


def _at_home(row: SnapshotResource, areas: dict[str, SnapshotArea]) -> SnapshotResource:
    """With the ring path of its list, else of its home."""
    paths = [areas[uid].ring_path for uid in row.serves or filter(None, [row.home_area_uid])]
    common = tuple(entry for entry in paths[0] if all(entry in path for path in paths)) if paths else row.home_ring
    return replace(row, home_ring=common)
