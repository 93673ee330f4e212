"""What stands before a plan: money, pools, rulings, what was made known, and which branches were served already."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from graph_schema.demand import DONE, IN_FORCE, normal_name
from graph_schema.model.errors import InvalidValueError
from graph_schema.model.pairings import Pairing
from graph_schema.model.snapshot import SnapshotBudget, SnapshotPool, SnapshotRuling
from graph_schema.model.street import StreetGraph
from graph_schema.rings import BRANCH, Rings


def budgets_of(graph: StreetGraph, year: int) -> tuple[SnapshotBudget, ...]:
    """
    Money of one year, sorted by uid; of a pool's money its member areas.

    Raises
    ------
    InvalidValueError
        If an owner is neither an area nor a pool of the graph.
    """
    areas = {area.uid for area in graph.areas}
    members = {pool.uid: pool.member_uids for pool in graph.pools}
    made = []
    for budget in sorted(graph.budgets, key=lambda budget: budget.uid):
        if budget.owner_uid not in areas and budget.owner_uid not in members:
            msg = f"budget {budget.uid} is of {budget.owner_uid}, which is neither an area nor a pool of the graph."
            raise InvalidValueError(msg)
        if budget.year == year:
            made.append(
                SnapshotBudget(
                    uid=budget.uid,
                    name=budget.name,
                    kind=normal_name(budget.kind),
                    year=budget.year,
                    area_uids=tuple(sorted(members.get(budget.owner_uid, (budget.owner_uid,)))),
                    left_fen=budget.left_fen,
                    pool_uid=budget.owner_uid if budget.owner_uid in members else None,
                )
            )
    return tuple(made)


def pools_of(graph: StreetGraph) -> tuple[SnapshotPool, ...]:
    """Pools with their members that the graph holds, sorted by uid."""
    areas = {area.uid for area in graph.areas}
    return tuple(
        SnapshotPool(pool.uid, pool.name, tuple(sorted(areas.intersection(pool.member_uids))))
        for pool in sorted(graph.pools, key=lambda pool: pool.uid)
    )


def rulings_of(graph: StreetGraph, first_day: date) -> tuple[SnapshotRuling, ...]:
    """Rulings in force on the first day, sorted by uid."""
    return tuple(
        SnapshotRuling(
            uid=ruling.uid,
            kind=ruling.kind.value,
            need_uid=ruling.need_uid,
            resource_uid=ruling.resource_uid,
            provider_uid=ruling.provider_uid,
            slot_uid=ruling.slot_uid,
            quantity=ruling.quantity,
            until=ruling.until,
            reason=ruling.reason,
        )
        for ruling in sorted(graph.rulings, key=lambda ruling: ruling.uid)
        if ruling.holds_on(first_day)
    )


def published_of(graph: StreetGraph) -> tuple[tuple[str, str, str, int], ...]:
    """(need uid, resource uid, slot uid, units) of what was made known and may be changed, sorted."""
    return tuple(sorted((row.need_uid, row.resource_uid, row.slot_uid, row.quantity) for row in graph.published))


def served_branches(graph: StreetGraph, rings: Rings, year: int, zone: ZoneInfo) -> tuple[str, ...]:
    """Branches with a pairing in force, or one of this year's runs that was done, sorted."""
    areas = {need.uid: need.area_uid for need in graph.needs}
    moments = dict(graph.run_moments)
    found = {
        uid
        for pairing in graph.pairings
        if pairing.need_uid in areas and _counts(pairing, moments, year, zone)
        for level, uid in rings.path(areas[pairing.need_uid])
        if level == BRANCH
    }
    return tuple(sorted(found))


def _counts(pairing: Pairing, moments: Mapping[str, datetime], year: int, zone: ZoneInfo) -> bool:
    if pairing.state in IN_FORCE:
        return True
    moment = moments.get(pairing.run_uid)
    return pairing.state in DONE and moment is not None and moment.astimezone(zone).year == year
