"""Integer check of a plan against every side rule, and of the trees that bound it. Trusts no solver."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.errors import CertificateError
from matcher.problem import Problem
from matcher.proofs.certify_trees import check_bounds, check_infeasible
from matcher.proofs.side_conditions import charges_due, check_conditions, floors_short, stage_values
from matcher.proofs.tally import Tally
from matcher.side_program import program
from matcher.side_rules import SideRules
from matcher.staged_plan import StagedAnswer
from matcher.status import Status

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StagedCertificate:
    """
    What the check of a staged answer found.

    Parameters
    ----------
    proven
        Whether the answer is beyond doubt what its status says: optimal, or infeasible.
    values
        Unmet units of each class, then the cost, recomputed from the quantities.
    bounds
        What the trees prove for each stage; empty if they prove nothing.
    violations
        How many conditions of each kind fail: ``form``, ``demand``, ``capacity``, ``limit``, ``whole``, ``team``,
        ``single``, ``linear``, ``churn``, ``report`` (shortages, charges or values told wrongly), ``bound``.
    first_violation
        The first of them in words, with indices and values; empty if all holds.
    leaves_checked
        Leaves of all trees.
    """

    proven: bool
    values: tuple[int, ...]
    bounds: tuple[int, ...]
    violations: dict[str, int]
    first_violation: str
    leaves_checked: int

    @property
    def accepted(self) -> bool:
        """Whether every rule is kept and every stated bound is proven."""
        return not self.violations


def certify_staged(problem: Problem, rules: SideRules, answer: StagedAnswer) -> StagedCertificate:
    """Check an answer's quantities against the rules, and its bounds against the trees."""
    tally = Tally()
    if answer.status is Status.INFEASIBLE:
        leaves, empty = 0, False
        try:
            leaves, empty = check_infeasible(program(problem, rules), answer, tally)
        except CertificateError as refused:
            tally.note("bound", f"A proof is refused: {refused}.")
        return StagedCertificate(empty, (), (), dict(tally.counts), tally.first, leaves)
    x = _quantities(problem, answer, tally)
    if x is None:
        return StagedCertificate(False, (), (), dict(tally.counts), tally.first, 0)
    check_conditions(problem, rules, x, answer.unmet, tally)
    _check_report(rules, x, answer, tally)
    values = stage_values(problem, rules, x, answer.unmet)
    stated = tuple(stage.value for stage in answer.stages)
    if stated != values:
        tally.note("report", f"The stages state {stated} and are worth {values}.")
        return StagedCertificate(False, values, (), dict(tally.counts), tally.first, 0)
    bounds: tuple[int, ...] = ()
    leaves = 0
    try:
        leaves, bounds = check_bounds(program(problem, rules), answer, tally)
    except CertificateError as refused:
        tally.note("bound", f"A proof is refused: {refused}.")
    proven = not tally.counts and bounds == values
    if answer.status is Status.OPTIMAL and not proven:
        tally.note("bound", f"The answer claims to be optimal; its trees prove {bounds} for {values}.")
    return StagedCertificate(proven, values, bounds, dict(tally.counts), tally.first, leaves)


def _quantities(problem: Problem, answer: StagedAnswer, tally: Tally) -> Int64 | None:
    """Units on each pair, or None if the answer's form is wrong."""
    for name, values, length in (
        ("pair", answer.pair, len(answer.pair)),
        ("quantity", answer.quantity, len(answer.pair)),
        ("unmet", answer.unmet, problem.n_needs),
    ):
        if values.dtype != np.int64 or values.shape != (length,):
            tally.note("form", f"{name} has type {values.dtype} and shape {values.shape}, not int64 and ({length},).")
            return None
    outside = len(answer.pair) > 0 and (int(answer.pair[0]) < 0 or int(answer.pair[-1]) >= problem.n_pairs)
    if outside or (np.diff(answer.pair) <= 0).any() or (answer.quantity <= 0).any():
        tally.note("form", "pair is not strictly ascending within the problem, or a quantity is not above 0.")
        return None
    x = np.zeros(problem.n_pairs, np.int64)
    x[answer.pair] = answer.quantity
    return x


def _check_report(rules: SideRules, x: Int64, answer: StagedAnswer, tally: Tally) -> None:
    """Whether shortages and charges are reported as they are."""
    short, due = floors_short(rules, x), charges_due(rules, x)
    if not np.array_equal(answer.floor_short, short):
        tally.note("report", f"Floors are told short by {answer.floor_short.tolist()} and are by {short.tolist()}.")
    if not np.array_equal(answer.charged, due):
        tally.note("report", f"Charges are told due as {answer.charged.tolist()} and are {due.tolist()}.")
