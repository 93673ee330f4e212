"""Problem and side rules, stage by stage and component by component: the best plan found, and a bound of each stage."""

from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matcher.backends.branch import NO_PLAN, Searched
from matcher.backends.first_plan import first_plan
from matcher.backends.part_search import search_part
from matcher.backends.relaxation import Part
from matcher.errors import CertificateError
from matcher.plan import Stage
from matcher.problem import Problem
from matcher.side_program import FREE, Program, completed, program
from matcher.side_rules import SideRules
from matcher.staged_plan import Proof, StagedAnswer, Tree
from matcher.status import Status

Int64 = npt.NDArray[np.int64]

LONGEST_S = 300.0
"""Time for a problem whose caller sets no deadline: what is not proven by then is told as a gap."""

LEAST_S, LEAST_SHARE = 0.25, 0.02
"""However small, a part has so many seconds, or so much of what is left: no hiccup of the machine decides its plan."""


@dataclass(slots=True)
class _Component:
    """Columns that rows tie together, the best values known, and what is proven stage by stage."""

    column: Int64
    row: Int64
    matrix: csr_array
    values: Int64 | None
    trees: list[Tree] = field(default_factory=list)
    kept: list[tuple[Int64, int]] = field(default_factory=list)

    @property
    def plan(self) -> Int64:
        """Values that are there once the first search is over."""
        if self.values is None:
            msg = "A component without values reached the stages."
            raise CertificateError(msg)
        return self.values

    def begin(self, p: Program, first: Int64) -> None:
        """Take the first plan, or that nobody is served, whichever keeps all rows."""
        part = self.part(p, p.cost)
        for values in (p.unserved[self.column], first[self.column]):
            if part.keeps(values):
                self.values = values

    def part(self, p: Program, cost: Int64) -> Part:
        """The component with a stage's objective; earlier stages are rows."""
        counted = [(count, most) for count, most in self.kept if count.any()]
        numbers = [p.n_rows + i for i, (count, _) in enumerate(self.kept) if count.any()]
        matrix = self.matrix
        if counted:
            stacked = csr_array(np.stack([count for count, _ in counted]))
            matrix = csr_array(_stack(matrix, stacked))
        most = np.array([m for _, m in counted], np.int64)
        return Part(
            column=self.column,
            row=np.concatenate([self.row, np.array(numbers, np.int64)]),
            lower=p.lower[self.column],
            upper=p.upper[self.column],
            cost=cost[self.column],
            matrix=matrix,
            row_lower=np.concatenate([p.row_lower[self.row], np.full(len(most), -FREE)]),
            row_upper=np.concatenate([p.row_upper[self.row], most]),
            switch=p.switch[self.column],
        )


def solve_staged(
    problem: Problem,
    rules: SideRules,
    *,
    wanted: Int64 | None = None,
    seed: int = 0,
    threads: int = 1,
    deadline_s: float | None = None,
) -> StagedAnswer:
    """
    Least unmet units class by class, then least cost, under every limit and side rule.

    Parameters
    ----------
    problem, rules
        What is asked.
    wanted
        Units on each pair of a plan that is good but may break side rules, such as the core's; None: none known.
    seed
        Decides which of several equally good plans is found.
    threads
        Cores to use, >= 1.
    deadline_s
        Seconds after which the search stops, 300 if None; the answer holds the best plan so far and proven bounds.

    Returns
    -------
    StagedAnswer
        OPTIMAL, or FEASIBLE with a gap in some stage; INFEASIBLE only if published pairings cannot be kept, and
        NO_SOLUTION if whether they can was not found in time.
    """
    del threads
    deadline = perf_counter() + (LONGEST_S if deadline_s is None else deadline_s)
    p = program(problem, rules)
    components = _components(p)
    nothing = np.zeros(p.n_pairs, np.int64)
    first = completed(p, problem, rules, first_plan(problem, rules, nothing if wanted is None else wanted))
    for component in components:
        component.begin(p, first)
    for component in components:
        if component.values is not None:
            continue
        found = _search(p, component, np.zeros(p.n_columns, np.int64), seed, deadline)
        component.values = found.values
        if found.values is None:
            infeasible = found.bound >= NO_PLAN
            proof = Proof((component.column,), ((found.tree,),)) if infeasible else Proof((), ())
            return _nothing(problem, rules, Status.INFEASIBLE if infeasible else Status.NO_SOLUTION, proof)
    bounds = []
    values = p.unserved.copy()
    for stage in range(p.n_classes + 1):
        bounds.append(_stage(p, components, stage, seed, deadline))
        for component in components:
            values[component.column] = component.plan
        # The search leaves columns that its stage does not look at wherever they are allowed.
        values = completed(p, problem, rules, values[: p.n_pairs])
        for component in components:
            component.values = values[component.column]
    proof = Proof(
        tuple(component.column for component in components),
        tuple(tuple(component.trees[stage] for component in components) for stage in range(len(bounds))),
    )
    # A later stage may have found a plan that is better in an earlier one, too; the bounds hold all the same.
    worth = [_worth(p.objective(stage), values) for stage in range(len(bounds))]
    stages = tuple(
        Stage("cost" if stage == p.n_classes else f"class.{stage}", value, min(bound, value), "tree")
        for stage, (value, bound) in enumerate(zip(worth, bounds, strict=True))
    )
    return _answer(rules, p, values, stages, proof)


def _stage(p: Program, components: list[_Component], stage: int, seed: int, deadline: float) -> int:
    """Make one stage least in every component, and keep what was reached."""
    objective = p.objective(stage)
    rest = np.ones(p.n_columns, np.bool_)
    bounds = []
    weight = np.array([float(len(c.column)) for c in components])
    later = np.cumsum(weight[::-1])[::-1] + weight.sum() * (p.n_classes - stage)
    for i, component in enumerate(components):
        now = perf_counter()
        least = min(LEAST_S, (deadline - now) * LEAST_SHARE)
        share = max((deadline - now) * weight[i] / later[i], least)
        found = _search(p, component, objective, seed, now + share)
        component.values = found.values
        component.trees.append(found.tree)
        bounds.append(found.bound)
        rest[component.column] = False
    values = [_worth(objective[c.column], c.plan) for c in components]
    bounds = [min(bound, value) for bound, value in zip(bounds, values, strict=True)]
    fixed = _worth(objective[rest], p.lower[rest])
    value, bound = fixed + sum(values), fixed + sum(bounds)
    for component, proven in zip(components, bounds, strict=True):
        component.kept.append((objective[component.column], proven + value - bound))
    return bound


def _search(p: Program, component: _Component, objective: Int64, seed: int, deadline: float) -> Searched:
    return search_part(
        component.part(p, objective),
        component.values,
        cut_number=p.n_rows + p.n_classes + 1,
        seed=seed,
        deadline=deadline,
    )


def _worth(cost: Int64, values: Int64) -> int:
    return sum(c * v for c, v in zip(cost.tolist(), values.tolist(), strict=True) if v)


def _components(p: Program) -> list[_Component]:
    """Parts that no row joins, largest first; columns that are fixed and in no row are in none."""
    row = p.row
    links = csr_array((np.ones(len(row), np.int8), (row, p.n_rows + p.column)), shape=(p.n_rows + p.n_columns,) * 2)
    _, label = connected_components(links, directed=False)
    matrix = csr_array((p.coefficient, p.column, p.row_start), shape=(p.n_rows, p.n_columns))
    fixed = (p.lower == p.upper) & (np.bincount(p.column, minlength=p.n_columns) == 0)
    live = np.flatnonzero(~fixed)
    order = live[np.argsort(label[p.n_rows + live], kind="stable")]
    cuts = np.flatnonzero(np.diff(label[p.n_rows + order])) + 1
    rows_by_label = np.argsort(label[: p.n_rows], kind="stable")
    sorted_label = label[rows_by_label]
    parts = []
    for columns in np.split(order, cuts) if len(order) else []:
        mine = label[p.n_rows + columns[0]]
        a, b = np.searchsorted(sorted_label, [mine, mine + 1])
        rows = np.sort(rows_by_label[a:b])
        parts.append(_Component(np.sort(columns), rows, matrix[rows][:, np.sort(columns)], None))
    # Rows without any column: they hold for all plans or for none.
    hollow = np.flatnonzero(np.diff(p.row_start) == 0)
    if len(hollow):
        parts.append(_Component(np.zeros(0, np.int64), hollow, matrix[hollow][:, :0], None))
    return sorted(parts, key=lambda part: -len(part.column))


def _stack(upper: csr_array, lower: csr_array) -> csr_array:
    return csr_array(
        (
            np.concatenate([upper.data, lower.data]),
            np.concatenate([upper.indices, lower.indices]),
            np.concatenate([upper.indptr, lower.indptr[1:] + upper.indptr[-1]]),
        ),
        shape=(upper.shape[0] + lower.shape[0], upper.shape[1]),
    )


def _answer(rules: SideRules, p: Program, values: Int64, stages: tuple[Stage, ...], proof: Proof) -> StagedAnswer:
    x = values[: p.n_pairs]
    pair = np.flatnonzero(x)
    given = np.array([int(x[rules.floors.sets.of(i)].sum()) for i in range(len(rules.floors.sets))], np.int64)
    due = [bool(x[rules.charges.sets.of(i)].any()) for i in range(len(rules.charges.sets))]
    optimal = all(stage.value == stage.bound for stage in stages)
    return StagedAnswer(
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        pair=pair,
        quantity=x[pair],
        unmet=values[p.n_pairs : p.n_pairs + p.n_needs].copy(),
        floor_short=np.maximum(rules.floors.least - given, 0),
        charged=np.array(due, np.bool_),
        stages=stages,
        proof=proof,
    )


def _nothing(problem: Problem, rules: SideRules, status: Status, proof: Proof) -> StagedAnswer:
    """Everybody unmet: what is told where no plan exists, or none was found."""
    return StagedAnswer(
        status=status,
        pair=np.zeros(0, np.int64),
        quantity=np.zeros(0, np.int64),
        unmet=problem.demand.copy(),
        floor_short=rules.floors.least.copy(),
        charged=np.zeros(len(rules.charges.sets), np.bool_),
        stages=(),
        proof=proof,
    )
