"""What people have settled already, as a snapshot has it: batches, money, pools, rulings, published pairings."""

import numpy as np

from graph_schema.model.snapshot import Snapshot, SnapshotPool
from matcher.errors import InvalidProblemError
from matcher.street.build_numbering import Numbering, amounts, ints
from matcher.street.commitments import BatchFacts, BudgetFacts, PoolFacts, PublishedFacts, RulingFacts
from matcher.street.facts import GONE, NONE
from matcher.street.indexing import Index


def batch_facts(snapshot: Snapshot, number: Numbering) -> BatchFacts:
    """Batches, in the snapshot's order."""
    rows = snapshot.batches
    return BatchFacts(
        uid=tuple(batch.uid for batch in rows),
        no=tuple(batch.no for batch in rows),
        resource=ints(number.resources.get(batch.resource_uid, GONE) for batch in rows),
        cap=np.array([NONE if batch.cap is None else batch.cap for batch in rows], np.int64),
        held=np.array([batch.held for batch in rows], np.int64),
        released=np.array([batch.released for batch in rows], np.bool_),
    )


def budget_facts(snapshot: Snapshot, number: Numbering) -> BudgetFacts:
    """Budgets by uid."""
    rows = sorted(snapshot.budgets, key=lambda budget: budget.uid)
    pools = Index(pool.uid for pool in _pools(snapshot))
    return BudgetFacts(
        uid=tuple(budget.uid for budget in rows),
        name=tuple(budget.name for budget in rows),
        kind=tuple(budget.kind for budget in rows),
        year=tuple(budget.year for budget in rows),
        fund=ints(number.funds.get(budget.kind) for budget in rows),
        areas=tuple(tuple(number.areas.of(area, "area") for area in budget.area_uids) for budget in rows),
        left_fen=amounts("budget", ((budget.uid, budget.left_fen) for budget in rows)),
        pool=ints(pools.get(budget.pool_uid) for budget in rows),
    )


def pool_facts(snapshot: Snapshot, number: Numbering) -> PoolFacts:
    """Pools by uid."""
    rows = _pools(snapshot)
    return PoolFacts(
        uid=tuple(pool.uid for pool in rows),
        name=tuple(pool.name for pool in rows),
        members=tuple(tuple(number.areas.of(area, "area") for area in pool.member_area_uids) for pool in rows),
    )


def ruling_facts(snapshot: Snapshot, number: Numbering) -> RulingFacts:
    """
    Rulings by uid.

    Raises
    ------
    InvalidProblemError
        If a ruling names neither resource nor provider, or a pin lacks need or resource.
    """
    rows = sorted(snapshot.rulings, key=lambda ruling: ruling.uid)
    for ruling in rows:
        aimless = ruling.resource_uid is None and ruling.provider_uid is None
        if aimless or (ruling.kind == "pin" and None in {ruling.need_uid, ruling.resource_uid}):
            msg = f"ruling {ruling.uid} ({ruling.kind}) does not say which pair it is about. Maybe a column is empty."
            raise InvalidProblemError(msg)
    return RulingFacts(
        uid=tuple(ruling.uid for ruling in rows),
        kind=tuple(ruling.kind for ruling in rows),
        need=ints(_named(number.needs, ruling.need_uid) for ruling in rows),
        resource=ints(_named(number.resources, ruling.resource_uid) for ruling in rows),
        provider=ints(_named(number.providers, ruling.provider_uid) for ruling in rows),
        slot_uid=tuple(ruling.slot_uid or "" for ruling in rows),
        quantity=np.array([NONE if ruling.quantity is None else ruling.quantity for ruling in rows], np.int64),
        until=tuple("" if ruling.until is None else ruling.until.isoformat() for ruling in rows),
        reason=tuple(ruling.reason for ruling in rows),
    )


def published_facts(snapshot: Snapshot, number: Numbering) -> PublishedFacts:
    """Published pairings, in the snapshot's order."""
    rows = snapshot.published
    return PublishedFacts(
        need_uid=tuple(need for need, _, _, _ in rows),
        need=ints(number.needs.get(need, GONE) for need, _, _, _ in rows),
        slot_uid=tuple(slot for _, _, slot, _ in rows),
        quantity=amounts("published pairing of need", ((need, units) for need, _, _, units in rows)),
    )


def _pools(snapshot: Snapshot) -> list[SnapshotPool]:
    return sorted(snapshot.pools, key=lambda pool: pool.uid)


def _named(index: Index, uid: str | None) -> int:
    return NONE if uid is None else index.get(uid, GONE)
