"""Reasons, losses and remedies where rules over several pairings decide, against plain programs over the street."""

from collections import Counter

import numpy as np
import pytest

from matcher.build import build
from matcher.explain import explain
from matcher.explanations.rivals import swap
from matcher.opportunity import opportunity_of_need
from matcher.policy import Policy
from matcher.remedies import apply, remedies
from matcher.solve import solve
from matcher.status import Status
from matcher.street.formulate import formulate
from tests.instances.plain_program import PlainProgram
from tests.instances.plain_rules import PlainRules
from tests.instances.together import TOGETHER, together_snapshot
from tests.property.proof import show
from tests.property.settings import INSTANCES
from tests.property.test_rules_and_reasons import check_pairings, check_shortfalls

CODES = {"whole": "whole", "team": "team", "load": "load", "budget": "budget"}


@pytest.mark.parametrize("focus", TOGETHER)
def test_no_plan_breaks_a_rule_over_several_pairings_and_every_reason_is_true(focus: str) -> None:
    codes: Counter[str] = Counter()
    for seed in range(INSTANCES):
        snapshot = together_snapshot(seed, focus)
        instance = build(snapshot, Policy(), seed=seed)
        plan = solve(instance.problem, instance.rules, seed=seed)
        explanation = explain(instance, plan)
        program = PlainProgram(PlainRules(snapshot, Policy()))
        check_pairings(program, explanation)
        check_shortfalls(program, explanation)
        codes.update(shortfall.reason.code.removeprefix("reason.capacity.") for shortfall in explanation.shortfalls)
        proven = int(plan.status is Status.OPTIMAL)
        assert plan.bound <= plan.objective
        show(f"street, {focus}", instances=1, plans=1, optimal=proven, reasons=len(explanation.shortfalls))
    assert INSTANCES < 100 or focus not in CODES or codes[CODES[focus]]


@pytest.mark.parametrize("focus", TOGETHER)
def test_remedies_serve_and_no_loss_is_below_nothing(focus: str) -> None:
    for seed in range(0, INSTANCES, 10):
        instance = build(together_snapshot(seed, focus), Policy(), seed=seed)
        plan = solve(instance.problem, instance.rules, seed=seed)
        served = losses = 0
        for n in np.flatnonzero(plan.unmet)[:2].tolist():
            uid = instance.need_uids[n]
            for remedy in remedies(instance, plan, uid, k=2, most_tried=12).found:
                again = formulate(*apply(instance.facts, instance.policy, remedy), seed=seed, snapshot_hash="")
                assert not solve(again.problem, again.rules, seed=seed).unmet[n], (seed, uid, remedy.changes)
                served += 1
            found = swap(instance, plan, uid)
            told = [] if found is None else [found.loss]
            told += [
                loss
                for cost in opportunity_of_need(instance, plan, uid, 5)
                for loss in (cost.first, cost.whole)
                if loss
            ]
            for loss in told:
                assert not loss.exact or instance.rules.is_empty or loss.rank >= (0,) * len(loss.rank)
                assert not instance.rules.is_empty or loss.total >= 0
            losses += len(told)
        show(f"street, {focus}", remedies=served, losses=losses)
