"""A state of the live plan as values: what it begins from, and what it is made again from."""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from matcher.certify import Answer
from matcher.live.pairing import Moved
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
        Quantities and prices; those of groups' shortfall stay as they are from event to event.
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

    def with_plan(self, answer: Answer) -> "Base":
        """The same state with another plan of its problem."""
        return replace(self, answer=answer)


def moved_between(before: Base, after: Base) -> tuple[Moved, ...]:
    """Pairs that carry another amount in the second of two plans of one state, by number."""
    problem = before.problem
    units = np.zeros((2, problem.n_pairs), np.int64)
    for row, base in zip(units, (before, after), strict=True):
        row[base.answer.pair] = base.answer.quantity
    at = np.flatnonzero(units[0] != units[1])
    need = np.searchsorted(problem.row_start, at, side="right") - 1
    told = []
    for e, n in zip(at.tolist(), need.tolist(), strict=True):
        number = int(before.pair_number[e])
        was, now = (int(row[e]) + before.pins.get(number, 0) for row in units)
        told.append(Moved(number, n, int(problem.pair_resource[e]), was, now))
    return tuple(sorted(told, key=lambda moved: moved.pair))
