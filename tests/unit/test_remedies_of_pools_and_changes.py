"""Joining a pool and letting more published pairings change, on streets made by hand."""

from dataclasses import replace
from typing import Any

import pytest

from graph_schema.messages import render
from graph_schema.model.budgets import BudgetPool
from graph_schema.model.pairings import Finding
from graph_schema.model.providers import ResourcePool
from graph_schema.model.snapshot import Snapshot, SnapshotBudget, SnapshotPool
from graph_schema.model.street import StreetGraph
from matcher.advice.joining import join
from matcher.build import build
from matcher.instance import Instance
from matcher.policy import Policy
from matcher.remedies import Remedy, apply, remedies
from matcher.solve import solve
from matcher.street.formulate import formulate
from tests.instances import street_graphs
from tests.instances.one_street import area, need, resource, snapshot
from tests.unit.test_assemble import taken

AREAS = (area("c1"), area("c2"), area("c3"), area("street"))
POOL = SnapshotPool("pool", "城南片区", ("c2", "c3"))


def shared(uid: str, **changes: Any) -> Any:
    """One unit that the pool's communities share."""
    return resource(uid, community="c2", serves=("c2", "c3"), **changes)


def street(**rows: Any) -> Snapshot:
    return snapshot(**{"areas": AREAS, "pools": (POOL,), **rows})


def found(made: Snapshot, policy: Policy, uid: str, **limits: int) -> tuple[Instance, dict[str, Remedy]]:
    """Remedies of a need by the code of their first change; each is tried."""
    instance = build(made, policy)
    plan = solve(instance.problem, instance.rules)
    answer = remedies(instance, plan, uid, **limits)
    for remedy in answer.found:
        again = formulate(*apply(instance.facts, policy, remedy), seed=0, snapshot_hash="")
        after = solve(again.problem, again.rules)
        assert not after.unmet[again.need_uids.index(uid)]
    return instance, {remedy.changes[0].code: remedy for remedy in answer.found}


def test_a_pool_stands_beside_the_one_list_that_would_do() -> None:
    made = street(needs=(need("n"),), resources=(shared("r"), resource("x", community="c2", serves=("c2",))))
    _, told = found(made, Policy(), "n")
    assert set(told) == {"remedy.coverage", "remedy.pool.resources"}
    (change,) = told["remedy.pool.resources"].changes
    assert (change.params["pool_uid"], change.params["area_uid"], change.params["count"]) == ("pool", "c1", 1)
    zh = render(Finding(change.code, change.params), "zh")
    assert "城南片区" in zh
    assert "1 项" in zh
    assert "写上“c1社区”" in zh


def test_only_the_pool_gives_what_no_single_list_has() -> None:
    made = street(needs=(need("n", quantity=2),), resources=(shared("r1"), shared("r2")))
    instance, told = found(made, Policy(), "n")
    assert set(told) == {"remedy.pool.resources"}
    facts, _ = apply(instance.facts, Policy(), told["remedy.pool.resources"])
    assert facts is not instance.facts
    assert not any(instance.facts.area_sets[row, 0] for row in instance.facts.resources.cover.tolist())
    assert all(facts.area_sets[row, 0] for row in facts.resources.cover.tolist())


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param({"pools": ()}, id="no pool"),
        pytest.param({"pools": (SnapshotPool("pool", "空片区", ()),)}, id="no members"),
        pytest.param({"pools": (SnapshotPool("pool", "片区", ("c2", "street")),)}, id="a member already"),
        pytest.param({"resources": (shared("r", excludes=("c1",)),)}, id="excluded"),
        pytest.param({"resources": (resource("r", community="c2", serves=("c2",)),)}, id="not shared with all"),
    ],
)
def test_no_pool_is_told_that_would_open_nothing(rows: dict[str, Any]) -> None:
    made = street(**{"needs": (need("n"),), "resources": (shared("r"),), **rows})
    _, told = found(made, Policy(), "n")
    assert not any("pool" in code for code in told)


def test_a_pools_money_pays_for_who_joins_it() -> None:
    money = SnapshotBudget("money", "片区经费", "为民服务", 2026, ("c2", "c3"), 1000, "pool")
    paid = resource("r", unit_cost_fen=500)
    instance, told = found(street(needs=(need("n"),), resources=(paid,), budgets=(money,)), Policy(), "n")
    assert set(told) == {"remedy.pool.money"}
    facts, _ = apply(instance.facts, Policy(), told["remedy.pool.money"])
    assert [[facts.areas.uid[i] for i in areas] for areas in facts.budgets.areas] == [["c2", "c3", "c1"]]
    own = replace(money, pool_uid=None)
    _, told = found(street(needs=(need("n"),), resources=(paid,), budgets=(own,)), Policy(), "n")
    assert not told


def test_one_pool_may_lift_a_list_and_money_at_once() -> None:
    money = SnapshotBudget("money", "片区经费", "为民服务", 2026, ("c2", "c3"), 1000, "pool")
    made = street(needs=(need("n"),), resources=(shared("r", unit_cost_fen=500),), budgets=(money,))
    _, told = found(made, Policy(), "n")
    assert [len(remedy.changes) for remedy in told.values()] == [1]
    assert set(told) == {"remedy.pool.resources"}


def test_as_many_more_changes_are_told_as_it_takes() -> None:
    made = snapshot(
        needs=(need("new", quantity=2, urgency=0), need("a", urgency=2), need("b", urgency=2), need("c", urgency=2)),
        resources=(resource("r", capacity=3),),
        published=tuple((uid, "r", "r-s", 1) for uid in "abc"),
    )
    _, told = found(made, Policy(most_changes=0, fairness_mode="off"), "new")
    remedy = told["remedy.changes"]
    assert remedy.changes[0].params == {"more": 2, "most": 2}
    assert sum(units for _, units in remedy.displaced) == 2
    _, told = found(made, Policy(most_changes=1, fairness_mode="off"), "new")
    assert told["remedy.changes"].changes[0].params == {"more": 1, "most": 2}


def test_changes_are_no_remedy_where_they_are_not_what_lacks() -> None:
    made = snapshot(
        needs=(need("new", urgency=3), need("a", urgency=0)),
        resources=(resource("r", capacity=1),),
        published=(("a", "r", "r-s", 1),),
    )
    _, told = found(made, Policy(most_changes=0, fairness_mode="off"), "new")
    assert set(told) == {"remedy.capacity"}


def test_where_too_many_pairings_must_change_more_changes_serve_all_again() -> None:
    made = snapshot(
        needs=(need("a"), need("b")),
        resources=(resource("r", capacity=2),),
        published=(("a", "gone", "gone-s", 1), ("b", "gone", "gone-s", 1)),
    )
    _, told = found(made, Policy(most_changes=1, fairness_mode="off"), "a")
    assert told["remedy.changes"].changes[0].params == {"more": 1, "most": 2}
    assert told["remedy.changes"].gained == (("b", 1),)


def test_the_search_for_more_changes_keeps_to_its_tries() -> None:
    made = snapshot(
        needs=(need("new", quantity=3, urgency=0), *(need(uid, urgency=2) for uid in "abc")),
        resources=(resource("r", capacity=3),),
        published=tuple((uid, "r", "r-s", 1) for uid in "abc"),
    )
    instance = build(made, Policy(most_changes=0, fairness_mode="off"))
    answer = remedies(instance, solve(instance.problem, instance.rules), "new", most_tried=2)
    assert (answer.tried, answer.complete) == (2, False)


def test_what_a_graph_says_of_a_new_member_is_what_joining_says() -> None:
    def graph(members: tuple[str, ...]) -> StreetGraph:
        return street_graphs.street_graph(
            pools=(ResourcePool("pool", street_graphs.STREET, "片区", members),),
            budgets=(BudgetPool("money", street_graphs.STREET, "片区经费", "pool", "为民服务", 2026, 10_000),),
            resources=(
                street_graphs.resource("listed", serves_uids=members, unit_cost_fen=500),
                street_graphs.resource("own", area_uid="ca"),
                street_graphs.resource("street", serves_uids=(street_graphs.STREET,)),
            ),
            needs=tuple(street_graphs.need(f"n{uid}", area_uid=uid) for uid in ("ca", "ga", "cb", "cc")),
        )

    before = build(taken(graph(("cb", "cc"))), Policy())
    facts = join(before.facts, before.facts.pools.uid.index("pool"), before.facts.areas.uid.index("ca"))
    after = build(taken(graph(("ca", "cb", "cc"))), Policy())
    changed = formulate(facts, Policy(), seed=0, snapshot_hash="").problem
    assert changed.pair_cost.tolist() == after.problem.pair_cost.tolist()
    assert changed.pair_resource.tolist() == after.problem.pair_resource.tolist()
    assert changed.n_pairs > before.problem.n_pairs
