"""A state of the live plan as values: what it begins from, and what it is made again from."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matcher.certify import Answer
from matcher.problem import Problem

Int32 = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Base:
    """
    A problem, a plan of it with prices, and the numbers that outsiders know its rows by.

    Parameters
    ----------
    problem
        Needs and resources by their numbers: one that is gone asks for nothing, or gives nothing, and has no pair.
        Pinned units are taken out.
    answer
        Quantities and prices.
    pair_number
        Number of each of the problem's pairs.
    need_open, resource_open
        Whether each number is in use.
    free_needs, free_resources, free_pairs
        Numbers below the highest that are not in use, the one to be given next last.
    pins
        Units fixed on each pair, by its number.
    """

    problem: Problem
    answer: Answer
    pair_number: Int32
    need_open: Bools
    resource_open: Bools
    free_needs: tuple[int, ...] = ()
    free_resources: tuple[int, ...] = ()
    free_pairs: tuple[int, ...] = ()
    pins: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, problem: Problem, answer: Answer) -> "Base":
        """All numbers in use, those of the problem, and nothing pinned."""
        return cls(
            problem,
            answer,
            np.arange(problem.n_pairs, dtype=np.int32),
            np.ones(problem.n_needs, np.bool_),
            np.ones(problem.n_resources, np.bool_),
        )
