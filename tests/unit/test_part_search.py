"""A part is searched here or in a process of its own, to the same end."""

import pytest

from matcher.backends import part_search
from matcher.backends.staged import solve_staged
from matcher.certify_side_rules import certify_staged
from tests.instances.mixed import best_values, tiny


def test_a_large_part_is_searched_by_a_process_of_its_own_to_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_search, "DENSE_ENTRIES", 0)
    problem, rules = tiny(0, "whole")
    answer = solve_staged(problem, rules)
    assert tuple(stage.value for stage in answer.stages) == best_values(problem, rules)
    assert certify_staged(problem, rules, answer).proven


def test_without_time_for_one_program_there_is_the_first_plan_and_a_bound_that_holds() -> None:
    problem, rules = tiny(1, "limits")
    answer = solve_staged(problem, rules, deadline_s=0.0)
    certificate = certify_staged(problem, rules, answer)
    assert certificate.accepted
    assert answer.unmet.sum() < problem.demand.sum()
