"""Random streets in which what several pairings have in common decides: whole needs, matters, loads, people, money."""

from dataclasses import replace
from random import Random

from graph_schema.assemble import canonical_hash
from graph_schema.model.snapshot import Snapshot, SnapshotBudget, SnapshotLoad, SnapshotNeed, SnapshotResource
from tests.instances.snapshots import seeded_snapshot

TOGETHER = ("whole", "single", "team", "load", "person", "budget", "together")
"""What decides often; the last is all of it now and then."""


def together_snapshot(seed: int, focus: str) -> Snapshot:
    """The street of a seed: little is offered, and one kind of rule over several pairings often binds."""
    rng = Random(f"{focus}-{seed}-together")
    made = seeded_snapshot(seed, "capacity")

    def often(kind: str) -> bool:
        return rng.random() < (0.7 if focus == kind else 0.3 if focus == TOGETHER[-1] else 0)

    needs = tuple(_need(need, often("whole"), often("single")) for need in made.needs)
    if often("team"):
        roles = [i for i, need in enumerate(needs) if need.batch_uid is None][: rng.choice([2, 3])]
        needs = tuple(replace(need, team_uid="matter") if i in roles else need for i, need in enumerate(needs))
    with_money = often("budget")
    resources = tuple(_resource(rng, row, with_money=with_money) for row in made.resources)
    providers = tuple(
        replace(
            provider,
            label="Person" if often("person") else provider.label,
            loads=(SnapshotLoad("个", rng.randint(0, 4), 0, 30),) if often("load") else (),
        )
        for provider in made.providers
    )
    budgets = made.budgets
    if with_money:
        budgets = (
            SnapshotBudget("money", "为民服务资金", "为民服务", 2026, ("street",), rng.choice([900, 2000, 5000])),
        )
    changed = replace(
        made, needs=needs, resources=resources, providers=providers, budgets=budgets, batches=made.batches
    )
    return replace(changed, hash=canonical_hash(changed))


def _need(need: SnapshotNeed, is_whole: bool, is_single: bool) -> SnapshotNeed:  # noqa: FBT001 - two draws
    if need.batch_uid is not None:
        return need
    quantity = max(need.quantity, 2) if is_whole or is_single else need.quantity
    return replace(need, quantity=quantity, whole=is_whole, single_provider=is_single, fund_kind=None)


def _resource(rng: Random, row: SnapshotResource, *, with_money: bool) -> SnapshotResource:
    return replace(row, unit_cost_fen=rng.choice([0, 300, 800])) if with_money else row
