"""A part is searched here or in a process of its own, to the same end."""

from time import perf_counter
from typing import Any

import pytest

from matcher.backends import part_search, staged
from matcher.backends.staged import solve_staged
from matcher.proofs.certify_side_rules import certify_staged
from matcher.side_rules import no_side_rules
from tests.instances.mixed import best_values, tiny
from tests.instances.small import problem as small_problem


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


def test_a_small_part_beside_a_large_one_has_more_than_a_hiccup(monkeypatch: pytest.MonkeyPatch) -> None:
    many = 400
    made = small_problem(
        [[(0, n % 7)] for n in range(many)] + [[(1, 1)]],
        demand=[2] * (many + 1),
        capacity=[many, 1],
        unmet_cost=[50] * (many + 1),
    )
    inner, given = staged.search_part, []

    def timed(part: Any, start: Any, **named: Any) -> Any:
        given.append(named["deadline"] - perf_counter())
        return inner(part, start, **named)

    monkeypatch.setattr(staged, "search_part", timed)
    solve_staged(made, no_side_rules(made), deadline_s=30.0)
    assert len(given) > len(made.capacity)
    assert min(given) > 0.2
