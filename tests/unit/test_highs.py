"""HiGHS in a process of its own: answers, limits, and that it is out of ours."""

import subprocess
import sys
from dataclasses import replace
from time import monotonic

import numpy as np
import pytest

from matcher.backends import highs
from matcher.backends.highs import Programme, solve_programme
from matcher.errors import MatcherError


def knapsack(weights: list[float], worths: list[float], room: float) -> Programme:
    n = len(weights)
    return Programme(
        cost=-np.array(worths),
        lower=np.zeros(n),
        upper=np.ones(n),
        integral=np.ones(n, np.bool_),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([room]),
        start=np.arange(n + 1, dtype=np.int32),
        row=np.zeros(n, np.int32),
        value=np.array(weights),
        guess=np.zeros(0),
    )


def market_split(rows: int, columns: int) -> Programme:
    """Equations that no tree search gets through."""
    rng = np.random.default_rng(1)
    entries = rng.integers(1, 100, (columns, rows)).astype(np.float64)
    half = np.floor(entries.sum(axis=0) / 2)
    return Programme(
        cost=np.ones(columns),
        lower=np.zeros(columns),
        upper=np.ones(columns),
        integral=np.ones(columns, np.bool_),
        row_lower=half,
        row_upper=half,
        start=np.arange(0, columns * rows + 1, rows, dtype=np.int32),
        row=np.tile(np.arange(rows, dtype=np.int32), columns),
        value=entries.ravel(),
        guess=np.zeros(0),
    )


def test_the_optimum_and_its_bound_come_back() -> None:
    found = solve_programme(knapsack([3, 4, 5], [4, 5, 6], 7), limit_s=20)
    assert found.optimal
    assert found.values is not None
    assert found.values.round().tolist() == [1, 1, 0]
    assert found.bound == pytest.approx(-9)


def test_a_feasible_guess_is_taken_up() -> None:
    programme = replace(knapsack([3, 4, 5], [4, 5, 6], 7), guess=np.array([1.0, 1.0, 0.0]))
    assert solve_programme(programme, limit_s=20).optimal


def test_what_cannot_be_is_said_to_be_infeasible() -> None:
    programme = replace(knapsack([3, 4], [1, 1], 7), row_lower=np.array([8.0]), row_upper=np.array([np.inf]))
    found = solve_programme(programme, limit_s=20)
    assert found.infeasible
    assert found.values is None


def test_a_hard_programme_ends_at_its_limit() -> None:
    started = monotonic()
    found = solve_programme(market_split(6, 50), limit_s=1.0)
    assert not found.optimal
    assert monotonic() - started < 1.0 + highs.GRACE_S + 10


def test_one_that_overruns_is_killed_and_what_it_found_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highs, "GRACE_S", -18.0)
    found = solve_programme(market_split(6, 50), limit_s=20.0)
    assert found.bound == -np.inf
    assert not found.optimal


def test_a_model_that_makes_no_sense_is_an_error() -> None:
    programme = replace(knapsack([3, 4], [1, 1], 7), row=np.array([0, 7], np.int32))
    with pytest.raises(MatcherError, match="HiGHS"):
        solve_programme(programme, limit_s=20)


def test_our_own_process_never_loads_it() -> None:
    script = "import sys; import matcher.backends.highs; print('highspy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
