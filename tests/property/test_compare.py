"""Two plans side by side: figures add up, and what is said of each changed pairing holds."""

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph_schema.messages import catalogue, render
from graph_schema.model.pairings import Finding
from graph_schema.model.snapshot import Snapshot, SnapshotNeed, SnapshotResource
from matcher.build import build
from matcher.compare import Comparison, compare
from matcher.explanations.changed_pairings import Changed
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.solve import solve
from tests.instances.complete_peers import given_beforehand, optimum
from tests.instances.plain_rules import PlainRules
from tests.instances.shrinking import streets
from tests.instances.snapshots import COMBINED
from tests.property.proof import show
from tests.property.settings import FIXED

seen: Counter[str] = Counter()


def changed(snapshot: Snapshot, how: int) -> Snapshot:
    """The street a while later: somebody gone, somebody asking for less, less offered."""
    needs, resources = list(snapshot.needs), list(snapshot.resources)
    if how % 4 == 1 and len(needs) > 1:
        needs.pop(how % len(needs))
    if how % 4 == 2 and resources:
        gone = resources.pop(how % len(resources))
        needs = [need for need in needs if need.only_resource_uid != gone.uid]
        return replace(
            snapshot,
            needs=tuple(needs),
            resources=tuple(resources),
            batches=tuple(batch for batch in snapshot.batches if batch.resource_uid != gone.uid),
            rulings=(),
        )
    if how % 4 == 3:
        needs = [replace(need, quantity=max(need.quantity - 1, 1)) for need in needs]
        resources = [
            replace(row, slots=tuple(replace(slot, capacity=max(slot.capacity - 1, 0)) for slot in row.slots))
            for row in resources
        ]
    return replace(snapshot, needs=tuple(needs), resources=tuple(resources))


@FIXED
@given(st.one_of(streets(COMBINED), streets("capacity"), streets("window")))
def test_what_is_said_of_two_plans_holds(street: tuple[int, Snapshot]) -> None:
    seed, snapshot = street
    policies = (Policy(), Policy(substitution_s=3600, agreement_none_s=1000) if seed % 2 else Policy())
    sides: list[tuple[Instance, Plan, PlainRules]] = []
    for state, policy in zip((snapshot, changed(snapshot, seed)), policies, strict=True):
        instance = build(state, policy, seed=seed)
        sides.append((instance, solve(instance.problem, instance.rules, seed=seed), PlainRules(state, policy)))
    (one, first, _), (other, second, _) = sides
    found = compare((one, first), (other, second))
    check_figures(found, sides)
    pairs = [given_by(instance, plan) for instance, plan, _ in sides]
    assert {(change.need_uid, change.resource_uid): (change.before, change.after) for change in found.changes} == {
        key: (pairs[0][key], pairs[1][key]) for key in pairs[0] | pairs[1] if pairs[0][key] != pairs[1][key]
    }
    for change in found.changes:
        fewer = 1 if change.after < change.before else 0
        check_reason(change, sides[fewer], sides[1 - fewer])
        assert render(Finding(change.reason.code, change.reason.params), "zh")
        assert render(Finding(change.reason.code, change.reason.params), "en")
        seen[change.reason.code] += 1
    show("two plans", instances=1, plans=2, reasons=len(found.changes))


def given_by(instance: Instance, plan: Plan) -> Counter[tuple[str, str]]:
    need = np.repeat(np.arange(instance.problem.n_needs), np.diff(instance.problem.row_start))
    given: Counter[tuple[str, str]] = Counter()
    for pair, units in zip(plan.pair.tolist(), plan.quantity.tolist(), strict=True):
        resource = instance.resource_uids[int(instance.problem.pair_resource[pair])]
        given[instance.need_uids[int(need[pair])], resource] += units
    return given


def check_figures(found: Comparison, sides: list[tuple[Instance, Plan, PlainRules]]) -> None:
    for tally, (instance, plan, plain) in zip((found.before, found.after), sides, strict=True):
        given = given_by(instance, plan)
        for kind, served in enumerate(tally.by_class):
            needs = [need for need in plain.snapshot.needs if need.urgency == kind]
            units = {need.uid: sum(given[key] for key in given if key[0] == need.uid) for need in needs}
            assert (served.needs, served.asked) == (len(needs), sum(need.quantity for need in needs))
            assert served.given == sum(units.values())
            assert served.met == sum(units[need.uid] == need.quantity for need in needs)
        assert sum(served.given for _, served in tally.by_community) == given.total()
        assert sum(burden.units for burden in tally.burden) == given.total()
        assert sum(seconds for _, seconds in tally.parts) == tally.objective == plan.objective
        assert dict(tally.parts)["rest"] == 0


def check_reason(
    change: Changed, side: tuple[Instance, Plan, PlainRules], other: tuple[Instance, Plan, PlainRules]
) -> None:
    """What is said of the plan that gives fewer units is so, by plain rules and another code's optimum."""
    instance, plan, plain = side
    code, params = change.reason.code.removeprefix("change."), change.reason.params
    needs = {need.uid: need for need in plain.snapshot.needs}
    resources = {resource.uid: resource for resource in plain.snapshot.resources}
    if code == "need":
        assert change.need_uid not in needs
        return
    if code == "resource":
        assert change.resource_uid not in resources
        return
    need, resource = needs[change.need_uid], resources[change.resource_uid]
    if code == "forbidden":
        assert plain.first_failed(need, resource) == params["stage"]
        return
    assert plain.first_failed(need, resource) is None
    before = {row.uid: row for row in other[2].snapshot.needs}
    if code == "asks":
        assert params["units"] == need.quantity < before[need.uid].quantity == params["other_units"]
        return
    if code == "capped":
        batch = next(batch for batch in plain.snapshot.batches if batch.uid == need.batch_uid)
        members = {row.uid for row in plain.snapshot.needs if row.batch_uid == batch.uid}
        assert batch.cap is not None
        assert sum(units for (uid, _), units in given_by(instance, plan).items() if uid in members) <= batch.cap
        return
    check_room(change, side, other)


def check_room(
    change: Changed, side: tuple[Instance, Plan, PlainRules], other: tuple[Instance, Plan, PlainRules]
) -> None:
    instance, plan, plain = side
    code, params = change.reason.code.removeprefix("change."), change.reason.params
    need = next(row for row in plain.snapshot.needs if row.uid == change.need_uid)
    resource = next(row for row in plain.snapshot.resources if row.uid == change.resource_uid)
    problem = instance.problem
    row = range(*problem.row_start[instance.need_uids.index(need.uid) :][:2].tolist())
    mine = [p for p in row if instance.resource_uids[int(problem.pair_resource[p])] == resource.uid]
    load = {int(g): 0 for g in problem.pair_resource[mine]}
    for pair, units in zip(plan.pair.tolist(), plan.quantity.tolist(), strict=True):
        if int(problem.pair_resource[pair]) in load:
            load[int(problem.pair_resource[pair])] += units
    full = all(load[g] == int(problem.capacity[g]) for g in load)
    assert full == (code in {"capacity", "shrunk"})
    costs = [which.cost_s(*rows(which, change)) for _, _, which in (side, other)]
    if code == "term":
        assert [params["seconds"], params["other_seconds"]] == costs
        assert costs[0] > costs[1]
    if code in {"equal", "dearer"} and instance.rules.is_empty:  # the other code knows no side rule
        losses = []
        for pair in mine:
            on = int(plan.quantity[plan.pair == pair].sum())
            if load[int(problem.pair_resource[pair])] < int(problem.capacity[problem.pair_resource[pair]]):
                forced = optimum(given_beforehand(problem, pair, on + 1))
                losses.append(forced + (on + 1) * int(problem.pair_cost[pair]) - plan.objective)
        assert min(losses) == params.get("seconds", 0)
    if code == "capacity":
        holders = {entry["need"]: entry["quantity"] for entry in params["holders"]}
        assert sum(holders.values()) + given_by(instance, plan)[need.uid, resource.uid] >= sum(load.values())
        assert need.uid not in holders


def rows(plain: PlainRules, change: Changed) -> tuple[SnapshotNeed, SnapshotResource]:
    need = next(row for row in plain.snapshot.needs if row.uid == change.need_uid)
    return need, next(row for row in plain.snapshot.resources if row.uid == change.resource_uid)


def test_every_change_that_can_be_told_has_its_words() -> None:
    codes = {code for code in catalogue() if code.startswith("change.")}
    assert codes >= {"change.need", "change.forbidden", "change.capacity", "change.term", "change.equal"}
    assert set(seen) <= codes
