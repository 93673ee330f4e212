"""Plans with side rules keep them, are the best of all plans, and prove it; damaged ones are refused."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.backends.staged import solve_staged
from matcher.plan import Stage
from matcher.problem import Problem
from matcher.proofs.certify_side_rules import certify_staged
from matcher.side_rules import SideRules
from matcher.solve import solve
from matcher.staged_plan import Proof, StagedAnswer
from matcher.status import Status
from tests.instances.mixed import KINDS, best_values, every_plan, tiny
from tests.property.proof import show
from tests.property.settings import INSTANCES

BLOCKS = 4
"""Parts that the instances of a kind are tried in, so that one that fails is found sooner."""


def instances(block: int) -> range:
    return range(block, INSTANCES, BLOCKS)


@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_keeps_every_rule_and_is_the_best_of_all_plans_stage_by_stage(kind: str, block: int) -> None:
    for seed in instances(block):
        problem, rules = tiny(seed, kind)
        rules.check(problem)
        best = best_values(problem, rules)
        answer = solve_staged(problem, rules)
        certificate = certify_staged(problem, rules, answer)
        assert certificate.accepted, (seed, certificate.first_violation)
        assert certificate.proven, (seed, certificate)
        if best is None:
            assert answer.status is Status.INFEASIBLE, seed
        else:
            assert answer.status is Status.OPTIMAL, seed
            assert tuple(stage.value for stage in answer.stages) == best, seed
        show(f"side rules, {kind}", instances=1, plans=1, optimal=1, bounds=1)


@pytest.mark.parametrize("kind", KINDS)
def test_whichever_way_solve_takes_the_plan_is_the_best_of_all_plans(kind: str) -> None:
    for seed in range(0, INSTANCES, 8):
        problem, rules = tiny(seed, kind)
        if rules.is_empty:
            continue
        best = best_values(problem, rules)
        plan = solve(problem, rules)
        assert plan.status is (Status.INFEASIBLE if best is None else Status.OPTIMAL), seed
        assert best is None or tuple(stage.value for stage in plan.stages) == best, seed


@pytest.mark.parametrize("kind", KINDS)
def test_without_time_the_plan_keeps_every_rule_and_its_bounds_hold_for_every_plan(kind: str) -> None:
    for seed in range(0, INSTANCES, 10):
        problem, rules = tiny(seed, kind)
        answer = solve_staged(problem, rules, deadline_s=0.0)
        if answer.status is Status.NO_SOLUTION:
            assert rules.churn is not None
            continue
        certificate = certify_staged(problem, rules, answer)
        assert certificate.accepted, (seed, certificate.first_violation)
        assert_bounds_hold(problem, rules, answer)
        show(f"side rules, {kind}", plans=1, bounds=1)


def assert_bounds_hold(problem: Problem, rules: SideRules, answer: StagedAnswer) -> None:
    """No plan that is as good in all earlier stages has less than a stage's bound."""
    values = every_plan(problem, rules).values
    for k, stage in enumerate(answer.stages):
        earlier = [answer.stages[j].value for j in range(k)]
        assert stage.bound <= values[(values[:, :k] <= earlier).all(axis=1), k].min()


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_that_another_enumeration_refuses_is_refused(kind: str) -> None:
    rng = np.random.default_rng(KINDS.index(kind))
    for seed in range(0, INSTANCES, 4):
        problem, rules = tiny(seed, kind)
        answer = solve_staged(problem, rules)
        if answer.status is Status.INFEASIBLE or not problem.n_pairs:
            continue
        good = every_plan(problem, rules).units
        x = np.zeros(problem.n_pairs, np.int64)
        x[answer.pair] = answer.quantity
        x[rng.integers(problem.n_pairs)] += int(rng.integers(1, 3))
        row = np.repeat(np.arange(problem.n_needs), np.diff(problem.row_start))
        unmet = problem.demand - np.bincount(row, x, problem.n_needs).astype(np.int64)
        pair = np.flatnonzero(x)
        changed = replace(answer, status=Status.FEASIBLE, pair=pair, quantity=x[pair], unmet=unmet)
        kinds = set(certify_staged(problem, rules, changed).violations) - {"report", "bound"}
        assert bool(kinds) == (not (good == x).all(axis=1).any()), seed


def test_stages_told_better_than_proven_are_refused() -> None:
    problem, rules = tiny(3, "whole")
    answer = solve_staged(problem, rules)
    last = answer.stages[-1]
    for stage in (
        Stage(last.code, last.value - 1, last.bound, "tree"),
        Stage(last.code, last.value, last.bound + 1, "tree"),
    ):
        told = replace(answer, stages=(*answer.stages[:-1], stage))
        assert not certify_staged(problem, rules, told).accepted


def test_a_proof_without_a_leaf_with_other_multipliers_or_with_a_leaf_called_empty_proves_less() -> None:
    refused = 0
    for seed in range(40):
        problem, rules = tiny(seed, "combined")
        answer = solve_staged(problem, rules)
        for damaged in damages(answer):
            certificate = certify_staged(problem, rules, replace(answer, proof=damaged))
            assert certificate.bounds == () or all(
                bound <= stage.value for bound, stage in zip(certificate.bounds, answer.stages, strict=True)
            )
            refused += not certificate.proven
    assert refused > 40


def damages(answer: StagedAnswer) -> list[Proof]:
    made = []
    proof = answer.proof
    for s, trees in enumerate(proof.trees):
        for c, tree in enumerate(trees):
            worse = [replace(tree, empty=~tree.empty), replace(tree, split=tree.split + 1)]
            worse += [replace(tree, multiplier=tree.multiplier * 2), replace(tree, left=tree.left + 1)]
            for bad in worse:
                changed = (*trees[:c], bad, *trees[c + 1 :])
                made.append(replace(proof, trees=(*proof.trees[:s], changed, *proof.trees[s + 1 :])))
    return made
