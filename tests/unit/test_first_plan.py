"""The plan to begin with keeps every rule on its own, or breaks none but the count of changes."""

import numpy as np
import pytest

from matcher.backends.first_plan import first_plan
from matcher.proofs.side_conditions import violations
from matcher.side_program import completed, program
from matcher.solve import solve
from tests.instances.mixed import KINDS, tiny
from tests.instances.mixed_street import mixed_street


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_plan_keeps_every_rule_save_the_count_of_changes(kind: str) -> None:
    for seed in range(60):
        problem, rules = tiny(seed, kind)
        for wanted in (np.zeros(problem.n_pairs, np.int64), np.ones(problem.n_pairs, np.int64)):
            x = first_plan(problem, rules, wanted)
            p = program(problem, rules)
            values = completed(p, problem, rules, x)
            unmet = values[p.n_pairs : p.n_pairs + p.n_needs]
            assert set(violations(problem, rules, x, unmet)) <= {"churn"}
            assert (values >= p.lower).all()
            assert (values <= p.upper).all()


def test_a_street_with_every_kind_of_rule_is_served_within_its_deadline_and_a_proven_gap() -> None:
    problem, rules = mixed_street(60, 1)
    plan = solve(problem, rules, deadline_s=8)
    assert all(stage.bound <= stage.value for stage in plan.stages)
    assert plan.bound > 0.9 * plan.objective
