"""Cuts hold for every choice that fits the row they come from, and one that does not is refused."""

import itertools
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from matcher.backends.covers import strengthened
from matcher.backends.relaxation import Part
from matcher.backends.staged import solve_staged
from matcher.problem import Problem
from matcher.proofs.certify_side_rules import certify_staged
from matcher.side_rules import LinearLimits, PairSets, SideRules, no_side_rules
from tests.instances.small import problem

FREE = 2**62


def knapsacks(seed: int) -> Part:
    """Nine yes-or-no columns in two rows that limit them, worth more the more they use."""
    rng = np.random.default_rng(seed)
    use = rng.integers(1, 30, (2, 9))
    return Part(
        column=np.arange(9),
        row=np.arange(2),
        lower=np.zeros(9, np.int64),
        upper=np.ones(9, np.int64),
        cost=-(use.sum(axis=0) + rng.integers(0, 5, 9)),
        matrix=csr_array(use),
        row_lower=np.full(2, -FREE),
        row_upper=use.sum(axis=1) // 2,
        switch=np.ones(9, np.bool_),
    )


def test_no_choice_that_fits_is_cut_off() -> None:
    cuts, choices = 0, np.array(list(itertools.product((0, 1), repeat=9))).T
    for seed in range(100):
        part = strengthened(knapsacks(seed), 100)
        cuts += len(part.cuts)
        activity = part.matrix.toarray() @ choices
        fits = activity <= part.row_upper[:, None]
        assert (fits.all(axis=0) == fits[:2].all(axis=0)).all()
    assert cuts > 100


def scarce_hours() -> tuple[Problem, SideRules]:
    """Six needs of one unit that use 5 to 9 hours of a person who has 20."""
    made = problem([[(0, k)] for k in range(6)], demand=[1] * 6, capacity=[6], unmet_cost=[100] * 6)
    sets = PairSets(np.array([0, 6]), np.arange(6), (("load", "person"),))
    hours = LinearLimits(sets, np.array([9, 8, 8, 7, 6, 5]), np.array([20]))
    return made, replace(no_side_rules(made), limits=hours)


def test_a_cut_that_allows_less_than_what_fits_is_refused() -> None:
    made, rules = scarce_hours()
    answer = solve_staged(made, rules)
    assert certify_staged(made, rules, answer).proven
    cut_trees = [(s, c) for s, trees in enumerate(answer.proof.trees) for c, tree in enumerate(trees) if tree.cuts]
    assert cut_trees
    for s, c in cut_trees:
        trees = answer.proof.trees
        cut = trees[s][c].cuts[0]
        tree = replace(trees[s][c], cuts=(replace(cut, most=cut.most - 1), *trees[s][c].cuts[1:]))
        stage = (*trees[s][:c], tree, *trees[s][c + 1 :])
        damaged = replace(answer, proof=replace(answer.proof, trees=(*trees[:s], stage, *trees[s + 1 :])))
        assert not certify_staged(made, rules, damaged).accepted
