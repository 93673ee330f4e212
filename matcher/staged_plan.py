"""The answer to a problem with side rules: a plan, what each stage is worth, and trees that prove it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.plan import Stage
from matcher.status import Status

Int64 = npt.NDArray[np.int64]

LEAF = -1


@dataclass(frozen=True, slots=True)
class Cut:
    """
    A row that follows from one row of the program alone, for whole numbers: what does not fit is not taken together.

    Parameters
    ----------
    row
        The program's row, an upper limit on columns none of which counts below zero.
    column, weight
        Yes-or-no columns of that row and what each weighs here, > 0, int64.
    most
        ``sum weight * v`` is at most this.
    """

    row: int
    column: Int64
    weight: Int64
    most: int


@dataclass(frozen=True, slots=True)
class Tree:
    """
    A case distinction over one component of a program, and for each of its ends why no plan there is better.

    Node 0 is the component's whole box. An inner node parts its box at a column into ``<= split`` (child ``left``) and
    ``> split`` (child ``left + 1``). A leaf carries a multiplier for some rows, in units of ``1 / scale``: added up,
    they bound the objective from below over the leaf's box, or show that no plan lies in it.

    Parameters
    ----------
    column
        Column of the program that each inner node parts, ``LEAF`` for leaves, int64, shape ``(n_nodes,)``.
    split, left
        Of each inner node, int64.
    empty
        Leaves whose multipliers show that they hold no plan.
    start, row, multiplier
        Node ``i`` holds the multipliers ``start[i]:start[i + 1]``; rows from ``n_rows`` on stand for "no more units
        unmet than the plan has" of each earlier class, and after one for each stage, for the cuts; int64.
    scale
        What a multiplier is divided by, > 0.
    cuts
        Further rows, each proven from one row.
    """

    column: Int64
    split: Int64
    left: Int64
    empty: npt.NDArray[np.bool_]
    start: Int64
    row: Int64
    multiplier: Int64
    scale: int
    cuts: tuple[Cut, ...] = ()

    @property
    def n_leaves(self) -> int:
        """Cases that are told apart."""
        return int((self.column == LEAF).sum())


@dataclass(frozen=True, slots=True)
class Proof:
    """
    Why each stage cannot be better.

    Parameters
    ----------
    columns
        Columns of each component, ascending; no row joins two of them.
    trees
        By stage, then component. An infeasible problem has one tree that is empty in every leaf.
    """

    columns: tuple[Int64, ...]
    trees: tuple[tuple[Tree, ...], ...]


@dataclass(frozen=True, slots=True)
class StagedAnswer:
    """
    What the staged solver hands over, before anybody has checked it.

    Parameters
    ----------
    status
        OPTIMAL if every stage's value is its bound; INFEASIBLE only when published pairings cannot be kept.
    pair, quantity, unmet
        As in `matcher.plan.Solution`.
    floor_short
        Units short of each floor, int64, shape ``(n_floors,)``.
    charged
        Charges that are due, shape ``(n_charges,)``.
    stages
        Unmet units of each class, in order, then the cost. A stage's bound holds for all plans that have no more unmet
        units in each class before it.
    proof
        The trees behind the bounds.
    """

    status: Status
    pair: Int64
    quantity: Int64
    unmet: Int64
    floor_short: Int64
    charged: npt.NDArray[np.bool_]
    stages: tuple[Stage, ...]
    proof: Proof

    @property
    def cost(self) -> int:
        """Pair, unmet and shortfall costs, floors that are short, and charges."""
        return self.stages[-1].value
