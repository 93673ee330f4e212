"""With side rules, a forced pair leaves the best of all plans that carry it, by trying every plan."""

import numpy as np
import pytest

from matcher.advice.forcing import force, has_published, is_one_block, serve_more, with_resource, without_pairs
from matcher.errors import MatcherError
from matcher.problem import Problem
from matcher.side_rules import SideRules
from matcher.solve import solve
from matcher.status import Status
from tests.instances.mixed import KINDS, Plans, Values, best_values, every_plan, tiny
from tests.property.proof import show
from tests.property.settings import INSTANCES


def best_carrying(
    plans: Plans, problem: Problem, rules: SideRules, pair: int, units: int | None
) -> tuple[int, Values] | None:
    """Units on the pair and the least values of all plans that carry as many, or as many as can be, there."""
    need = max(n for n in range(problem.n_needs) if int(problem.row_start[n]) <= pair)
    row = range(int(problem.row_start[need]), int(problem.row_start[need + 1]))
    if is_one_block(rules, need):
        plans = plans.those((plans.units[:, [other for other in row if other != pair]] == 0).all(axis=1))
    most = int(plans.units[:, pair].max(initial=0))
    wanted = most if units is None or is_one_block(rules, need) else units
    best = plans.those(plans.units[:, pair] >= wanted).best()
    return (wanted, best) if wanted and best is not None else None


@pytest.mark.parametrize("kind", KINDS)
def test_a_forced_pair_leaves_the_best_of_all_plans_that_carry_it(kind: str) -> None:
    for seed in range(0, INSTANCES, 2):
        problem, rules = tiny(seed, kind)
        if rules.is_empty:
            continue  # the core's losses are told without forcing anything
        plans, equal = every_plan(problem, rules), 0
        for pair in range(problem.n_pairs):
            need = max(n for n in range(problem.n_needs) if int(problem.row_start[n]) <= pair)
            row = np.arange(*problem.row_start[need : need + 2].tolist())
            if has_published(rules, row) and not is_one_block(rules, need):
                with pytest.raises(MatcherError, match="no part of it stands alone"):
                    force(problem, rules, pair, 1)
                continue
            for units in (1, None):
                found, expected = force(problem, rules, pair, units), best_carrying(plans, problem, rules, pair, units)
                assert (found is None) == (expected is None), (seed, pair, units)
                if found is None or expected is None:
                    continue
                assert found.proven
                assert (found.units, found.cost) == (expected[0], expected[1][-1]), (seed, pair, units)
                by_class = [0] * (len(expected[1]) - 1)
                for n, lacks in enumerate(found.unmet.tolist()):
                    by_class[int(rules.need_class[n])] += lacks
                assert tuple(by_class) == expected[1][:-1], (seed, pair, units)
                equal += 1
        show(f"side rules, {kind}", losses=equal)


@pytest.mark.parametrize("kind", KINDS)
def test_a_need_that_must_be_given_more_leaves_the_best_of_all_plans_that_do(kind: str) -> None:
    for seed in range(0, INSTANCES, 4):
        problem, rules = tiny(seed, kind)
        if rules.is_empty:
            continue
        plans = every_plan(problem, rules)
        for need in range(problem.n_needs):
            row = np.arange(*problem.row_start[need : need + 2].tolist())
            block = is_one_block(rules, need)
            if not int(problem.demand[need]) or (has_published(rules, row) and not block):
                continue
            units = int(problem.demand[need]) if block else 1 + seed % int(problem.demand[need])
            given = plans.units[:, row].sum(axis=1)
            least = int(given.max(initial=0)) if block else units  # one alone need not be whole
            expected = plans.those(given >= least).best() if least else None
            found = serve_more(problem, rules, need, units)
            assert (found is None) == (expected is None), (seed, need)
            if found is not None and expected is not None:
                assert (found.proven, found.cost) == (True, expected[-1]), (seed, need)


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_pair_the_plan_is_the_best_of_those_that_do_not_use_it(kind: str) -> None:
    for seed in range(0, INSTANCES, 4):
        problem, rules = tiny(seed, kind)
        if not problem.n_pairs or rules.is_empty:
            continue
        pair = seed % problem.n_pairs
        changed, kept = without_pairs(problem, rules, np.array([pair]))
        kept.check(changed)
        plan, best = solve(changed, kept), best_values(changed, kept)
        plans = every_plan(problem, rules)
        unused = plans.those(plans.units[:, pair] == 0).best()
        assert best == unused
        assert (plan.status is Status.INFEASIBLE) == (best is None)
        if best is not None:
            assert tuple(stage.value for stage in plan.stages or ()) in {best, best[-1:]}


@pytest.mark.parametrize("kind", KINDS)
def test_one_resource_more_leaves_every_rule_about_the_pairs_that_it_was_about(kind: str) -> None:
    for seed in range(0, INSTANCES, 4):
        problem, rules = tiny(seed, kind)
        needs = np.arange(seed % 2, problem.n_needs, 2)
        costs = np.full(len(needs), 2)
        changed, kept = with_resource(problem, rules, needs, costs, 99)
        kept.check(changed)
        was, now = ends(problem), ends(changed)
        assert [now[pair] for pair in range(changed.n_pairs) if now[pair][1] < problem.n_resources] == was
        assert {n for n, r in now if r == problem.n_resources} == set(needs.tolist())
        for before, after in (
            (rules.limits.sets, kept.limits.sets),
            (rules.floors.sets, kept.floors.sets),
            (rules.charges.sets, kept.charges.sets),
        ):
            for i in range(len(before)):
                assert [was[p] for p in before.of(i).tolist()] == [now[p] for p in after.of(i).tolist()]
        if rules.churn is not None and kept.churn is not None:
            told = zip(rules.churn.pair.tolist(), kept.churn.pair.tolist(), strict=True)
            assert all(new == old == -1 or now[new] == was[old] for old, new in told)
        without = None if rules.is_empty else best_values(problem, rules)
        if without is not None:
            best = best_values(changed, kept)
            assert best is not None
            assert best <= without


def ends(problem: Problem) -> list[tuple[int, int]]:
    """Need and resource of each pair."""
    need = np.repeat(np.arange(problem.n_needs), np.diff(problem.row_start))
    return list(zip(need.tolist(), problem.pair_resource.tolist(), strict=True))
