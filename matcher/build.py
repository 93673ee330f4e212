"""From a street's snapshot to an instance. This and its parts, ``build_*``, alone know the graph's model."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from graph_schema.model.snapshot import Snapshot, SnapshotNeed, SnapshotResource
from matcher.instance import Instance
from matcher.policy import Policy
from matcher.street.build_changes import changed_rows
from matcher.street.build_commitments import batch_facts, budget_facts, pool_facts, published_facts, ruling_facts
from matcher.street.build_demand import need_facts
from matcher.street.build_numbering import Numbering
from matcher.street.build_supply import provider_facts, resource_facts
from matcher.street.build_vocabulary import area_facts, category_facts
from matcher.street.facts import Facts
from matcher.street.formulate import formulate
from matcher.street.indexing import Abilities, AreaSets, GroupSets, Index
from matcher.street.resift import resift
from matcher.travel import WalkingNetwork

Row = TypeVar("Row", SnapshotNeed, SnapshotResource)


def build(snapshot: Snapshot, policy: Policy, *, seed: int = 0, least_step: int = 0) -> Instance:
    """
    The instance of a street's snapshot.

    Parameters
    ----------
    snapshot
        One street at one moment.
    policy
        What the plan prefers.
    seed
        Orders needs and resources together with their uids; decides ties and nothing else.
    least_step
        Class steps are at least this, as far as the exact range allows.

    Raises
    ------
    InvalidPolicyError
        If the policy lacks the cost of one of the street's rings.
    InvalidProblemError
        If the snapshot refers to something that it does not hold, or its numbers leave the exact range.
    """
    facts = facts_of(snapshot, seed=seed)
    return formulate(facts, policy, seed=seed, snapshot_hash=snapshot.hash, least_step=least_step)


def rebuild(instance: Instance, before: Snapshot, after: Snapshot, *, least_step: int = 0) -> Instance | None:
    """
    The instance of a street after a change, equal to what `build` makes, but rules and walks look at what changed only.

    Parameters
    ----------
    instance, before
        Of the street before, and its snapshot.
    least_step
        Class steps are at least this, as far as the exact range allows.

    Returns
    -------
    Instance or None
        ``None`` where something changed that concerns every pair.

    Raises
    ------
    InvalidPolicyError, InvalidProblemError
        As for `build`.
    """
    changed = changed_rows(before, after)
    if changed is None:
        return None
    facts, policy, seed = facts_of(after, seed=instance.seed), instance.policy, instance.seed
    sieve = resift(instance.facts, instance.sieve, facts, policy, changed)
    return formulate(facts, policy, seed=seed, snapshot_hash=after.hash, sieve=sieve, least_step=least_step)


def facts_of(snapshot: Snapshot, *, seed: int = 0) -> Facts:
    """Snapshot as arrays, needs and resources in the order of a hash of seed and uid."""
    needs, resources = _shuffled(snapshot.needs, seed), _shuffled(snapshot.resources, seed)
    number = _numbering(snapshot, needs, resources)
    needs_read = need_facts(snapshot, needs, number)
    resources_read = resource_facts(snapshot, resources, number)
    providers_read = provider_facts(snapshot, number)
    streets = snapshot.streets
    return Facts(
        needs=needs_read,
        resources=resources_read,
        areas=area_facts(snapshot, number),
        providers=providers_read,
        categories=category_facts(snapshot, number),
        batches=batch_facts(snapshot, number),
        units=tuple(number.units.values),
        windows=tuple(window.bounds for window in snapshot.windows),
        area_sets=number.sets.matrix(),
        group_fits=number.groups.fits(),
        group_names=number.groups.names(),
        ring_levels=snapshot.ring_levels,
        network=None
        if streets is None
        else WalkingNetwork(streets.node_xy_m, streets.start, streets.target, streets.length_m),
        network_source="" if streets is None else streets.source,
        first_day=snapshot.first_day,
        horizon_days=snapshot.horizon_days,
        provisional_days=snapshot.provisional_days,
        group_codes=number.groups.codes(),
        skill_fits=number.skills.fits(),
        amenity_fits=number.amenities.fits(),
        skill_sets=number.skills.members(),
        amenity_sets=number.amenities.members(),
        modes=tuple(number.modes.values),
        teams=tuple(number.teams.values),
        posts=tuple(number.posts.values),
        funds=tuple(number.funds.values),
        budgets=budget_facts(snapshot, number),
        pools=pool_facts(snapshot, number),
        rulings=ruling_facts(snapshot, number),
        published=published_facts(snapshot, number),
        served_branches=frozenset(snapshot.served_branch_uids),
    )


def _numbering(snapshot: Snapshot, needs: Sequence[SnapshotNeed], resources: Sequence[SnapshotResource]) -> Numbering:
    groups = GroupSets(
        {group.code: (group.code, *group.within) for group in snapshot.target_groups},
        (group.code for group in snapshot.target_groups if group.elders),
        {group.code: {"zh": group.name_zh, "en": group.name_en} for group in snapshot.target_groups},
    )
    units = (
        *(unit for category in snapshot.categories for unit in category.one_for_one),
        *(need.unit for need in snapshot.needs),
        *(resource.unit for resource in snapshot.resources),
    )
    modes = {mode for need in snapshot.needs for mode in need.service_modes}
    funds = {need.fund_kind for need in snapshot.needs if need.fund_kind}
    return Numbering(
        areas=Index(area.uid for area in snapshot.areas),
        categories=Index(category.code for category in snapshot.categories),
        providers=Index(provider.uid for provider in snapshot.providers),
        needs=Index(need.uid for need in needs),
        resources=Index(resource.uid for resource in resources),
        batches=Index(batch.uid for batch in snapshot.batches),
        units=Index(units),
        rings=Index(uid for area in snapshot.areas for _, uid in area.ring_path),
        modes=Index(sorted(modes)),
        teams=Index(sorted({need.team_uid for need in snapshot.needs if need.team_uid is not None})),
        posts=Index(sorted({need.post for need in snapshot.needs if need.post is not None})),
        funds=Index(sorted(funds.union(budget.kind for budget in snapshot.budgets))),
        sets=AreaSets((area.uid, *area.within) for area in snapshot.areas),
        groups=groups,
        skills=Abilities(),
        amenities=Abilities(),
    )


def _shuffled(rows: Sequence[Row], seed: int) -> list[Row]:
    return sorted(rows, key=lambda row: (hashlib.sha256(f"{seed}\x1f{row.uid}".encode()).digest(), row.uid))
