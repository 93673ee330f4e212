"""Rules that no network of flows can hold: what is whole or nothing, together, counted in money, or kept as it was."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matcher.errors import InvalidProblemError
from matcher.problem import MAX_TOTAL, Problem

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NONE = -1


@dataclass(frozen=True, slots=True)
class PairSets:
    """
    Sets of pairs, flat: set ``i`` holds ``pair[start[i]:start[i + 1]]``, ascending and each once.

    Parameters
    ----------
    start
        Shape ``(n_sets + 1,)``, int64.
    pair
        Indices of pairs of the problem, int64.
    key
        What each set stands for, for reasons: (kind, uid) such as ``("budget", uid)``.
    """

    start: Int64
    pair: Int64
    key: tuple[tuple[str, str], ...]

    def __len__(self) -> int:
        return len(self.key)

    def of(self, i: int) -> Int64:
        """Pairs of one set."""
        return self.pair[self.start[i] : self.start[i + 1]]

    @classmethod
    def none(cls) -> "PairSets":
        """No set at all."""
        return cls(np.zeros(1, np.int64), np.zeros(0, np.int64), ())


@dataclass(frozen=True, slots=True)
class LinearLimits:
    """
    ``sum coefficient * x <= limit`` over each set: (7) of the package's README.

    A budget (fen a unit), a moment at which windows overlap (1), a load counted in another unit.

    Parameters
    ----------
    sets
        The pairs of each.
    coefficient
        Of each entry of ``sets.pair``, int64, >= 0.
    limit
        Of each set, int64, >= 0.
    """

    sets: PairSets
    coefficient: Int64
    limit: Int64


@dataclass(frozen=True, slots=True)
class Floors:
    """
    At least ``least`` units over each set, each unit short at a price (8): a branch with no pairing in the year.

    Parameters
    ----------
    least
        Units wanted of each set, int64, >= 0.
    cost
        Of each unit short, int64, >= 0.
    """

    sets: PairSets
    least: Int64
    cost: Int64


@dataclass(frozen=True, slots=True)
class Charges:
    """
    A cost once for each set of which anything is used (9): one more person on a post.

    Parameters
    ----------
    cost
        Of each set, int64, >= 0.
    """

    sets: PairSets
    cost: Int64


@dataclass(frozen=True, slots=True)
class Churn:
    """
    At most so many published pairings may change (10).

    A published pairing is kept if each of its pairs carries exactly its quantity; anything else is one change. A new
    pairing is none.

    Parameters
    ----------
    pair
        Its pair in the problem, -1 when the rules of today forbid it (then it changes for certain), shape ``(k,)``.
    quantity
        Its units, int64, > 0.
    most
        Changes allowed, those for certain included, >= 0. Fewer than those for certain: no plan exists.
    """

    pair: Int64
    quantity: Int64
    most: int


@dataclass(frozen=True, slots=True)
class SideRules:
    """
    What a plan keeps beside the limits of its `Problem`. Immutable; checked against a problem by `check`.

    Parameters
    ----------
    need_class
        Urgency class of each need, 0 first, shape ``(n_needs,)``: unmet units are least class by class, in this order,
        before any cost is looked at.
    whole
        Needs that are served wholly or not at all (5), shape ``(n_needs,)``.
    single
        Needs that one provider serves alone (6), shape ``(n_needs,)``.
    pair_provider
        Number of the provider behind each pair, shape ``(n_pairs,)``.
    teams
        Sets of needs that are each served wholly, or none of them is.
    limits, floors, charges, churn
        As above; ``churn`` is ``None`` when changes are free.
    """

    need_class: Int32
    whole: Mask
    single: Mask
    pair_provider: Int32
    teams: tuple[tuple[int, ...], ...] = ()
    limits: LinearLimits = field(
        default_factory=lambda: LinearLimits(PairSets.none(), np.zeros(0, np.int64), np.zeros(0, np.int64))
    )
    floors: Floors = field(
        default_factory=lambda: Floors(PairSets.none(), np.zeros(0, np.int64), np.zeros(0, np.int64))
    )
    charges: Charges = field(default_factory=lambda: Charges(PairSets.none(), np.zeros(0, np.int64)))
    churn: Churn | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked beside the problem's own limits, so that the core alone is exact."""
        return not (
            self.whole.any()
            or self.single.any()
            or self.teams
            or len(self.limits.sets)
            or len(self.floors.sets)
            or len(self.charges.sets)
            or self.churn is not None
        )

    def check(self, problem: Problem) -> None:
        """
        Compare with the problem that they are about.

        Raises
        ------
        InvalidProblemError
            If shapes disagree, an index is out of range, or a coefficient or limit is negative or could leave 64 bits.
        """
        self._check_shapes(problem.n_needs, problem.n_pairs)
        self._check_limits(problem)
        self._check_teams(problem.n_needs)
        if self.churn is not None:
            self._check_churn(self.churn, problem.n_pairs)

    def _check_shapes(self, n: int, p: int) -> None:
        for name, values, length in (
            ("need_class", self.need_class, n),
            ("whole", self.whole, n),
            ("single", self.single, n),
            ("pair_provider", self.pair_provider, p),
        ):
            if values.shape != (length,):
                msg = f"{name} has shape {values.shape} where ({length},) is expected."
                raise InvalidProblemError(msg)
        for kind, sets, columns in (
            ("limits", self.limits.sets, (self.limits.limit,)),
            ("floors", self.floors.sets, (self.floors.least, self.floors.cost)),
            ("charges", self.charges.sets, (self.charges.cost,)),
        ):
            _check_sets(kind, sets, p)
            for column in columns:
                if column.shape != (len(sets),) or (column < 0).any() or int(column.max(initial=0)) > MAX_TOTAL:
                    msg = f"{kind} has {len(sets)} sets and the figures {column}: one each, from 0 to {MAX_TOTAL}."
                    raise InvalidProblemError(msg)

    def _check_limits(self, problem: Problem) -> None:
        coefficient = self.limits.coefficient
        if coefficient.shape != self.limits.sets.pair.shape or (coefficient < 0).any():
            msg = "limits needs one coefficient >= 0 for each of its pairs."
            raise InvalidProblemError(msg)
        dearest = int(coefficient.max(initial=0))
        if dearest * int(problem.demand.sum()) >= MAX_TOTAL:
            msg = f"a coefficient is {dearest}; times all demand it is not below {MAX_TOTAL}. Maybe a coarser unit."
            raise InvalidProblemError(msg)

    def _check_teams(self, n: int) -> None:
        for team in self.teams:
            if len(team) != len(set(team)) or any(not 0 <= need < n for need in team):
                msg = f"team {team} names a need twice or one outside 0 to {n - 1}."
                raise InvalidProblemError(msg)

    @staticmethod
    def _check_churn(churn: Churn, n_pairs: int) -> None:
        wrong = (churn.pair < NONE) | (churn.pair >= n_pairs) | (churn.quantity <= 0)
        if wrong.any() or churn.most < 0:
            msg = f"churn names a pair outside 0 to {n_pairs - 1}, units below 1, or allows {churn.most} changes."
            raise InvalidProblemError(msg)


def no_side_rules(problem: Problem) -> SideRules:
    """Side rules that ask nothing."""
    return SideRules(
        need_class=np.zeros(problem.n_needs, np.int32),
        whole=np.zeros(problem.n_needs, np.bool_),
        single=np.zeros(problem.n_needs, np.bool_),
        pair_provider=np.arange(problem.n_resources, dtype=np.int32)[problem.pair_resource],
    )


def _check_sets(kind: str, sets: PairSets, n_pairs: int) -> None:
    if sets.start.shape != (len(sets) + 1,) or int(sets.start[-1]) != len(sets.pair) or (np.diff(sets.start) < 0).any():
        msg = f"{kind} has {len(sets)} sets and starts {sets.start}, which do not fit."
        raise InvalidProblemError(msg)
    if len(sets.pair) and (int(sets.pair.min()) < 0 or int(sets.pair.max()) >= n_pairs):
        msg = f"{kind} names pairs from {sets.pair.min()} to {sets.pair.max()}, outside 0 to {n_pairs - 1}."
        raise InvalidProblemError(msg)
