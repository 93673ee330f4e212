"""
Which way a problem with side rules is solved, and who checks it. Wiring only.

Three ways, in this order. Where at least `MANY_NEEDS` needs are whole and single and nothing else is asked, the
packing. Where the plan of the exact core happens to keep every side rule, that plan: a relaxation's optimum that is
allowed is optimal. Else the staged search; the core's bounds hold for it, too.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from time import perf_counter
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matcher.backends.staged import solve_staged
from matcher.backends.whole_needs.solver import solve_whole_needs
from matcher.errors import CertificateError
from matcher.exact import exact_dot
from matcher.plan import Certificate, Plan, Stage
from matcher.problem import Problem
from matcher.proofs.certify_side_rules import certify_staged
from matcher.proofs.certify_whole_needs import certify_whole_needs
from matcher.proofs.side_conditions import charges_due, floors_short, stage_values, violations
from matcher.side_rules import SideRules
from matcher.status import Status

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
CoreBounds = Callable[[], tuple[int, ...]]
"""See `_core_bounds`; worked out when first asked for."""

STAGED = "staged"
"""The staged search."""

WHOLE_NEEDS = "whole_needs"
"""The packing of whole needs."""

MANY_NEEDS = 300
"""Fewer whole needs than this are searched to the end rather than packed."""

FEW_PAIRS = 5000
"""Up to here the core's bounds take milliseconds. They wait until they are wanted, and then have the time they take."""


class Core(Protocol):
    """Solves a problem without side rules to proven optimality, or as far as time allows, unless to the end."""

    def __call__(self, problem: Problem, /, *, to_the_end: bool = False) -> Plan: ...  # noqa: D102 - its class says it


@dataclass(frozen=True, slots=True)
class _Found:
    """What any of the ways answers, checked."""

    backend: str
    status: Status
    pair: Int64
    quantity: Int64
    unmet: Int64
    stages: tuple[Stage, ...]
    floor_short: Int64
    charged: Mask
    solve_s: float
    certify_s: float


def solve_side_rules(
    problem: Problem, rules: SideRules, *, core: Core, seed: int, threads: int, deadline_s: float | None
) -> Plan:
    """
    Least unmet units class by class, then least cost, with every side rule kept.

    Parameters
    ----------
    problem, rules
        The instance; the rules fit the problem.
    core
        Solves a problem without side rules.
    seed, threads, deadline_s
        As in `matcher.solve.solve`.

    Raises
    ------
    CertificateError
        If an answer fails its independent check.
    """
    if problem.n_needs >= MANY_NEEDS:
        packed = _packed(problem, rules, seed=seed, threads=threads, deadline_s=deadline_s)
        if packed is not None:
            return _plan(problem, packed)
    began = perf_counter()
    relaxed = core(problem)

    @cache
    def bounds() -> tuple[int, ...]:
        return _core_bounds(problem, rules, relaxed, core)

    if problem.n_pairs > FEW_PAIRS:
        bounds()
    allowed = _core_plan(problem, rules, relaxed, bounds, began)
    if allowed is not None:
        return _plan(problem, allowed)
    left = None if deadline_s is None else max(deadline_s - (perf_counter() - began), 0.0)
    return _plan(problem, _staged(problem, rules, relaxed, bounds, seed=seed, threads=threads, deadline_s=left))


def _packed(problem: Problem, rules: SideRules, *, seed: int, threads: int, deadline_s: float | None) -> _Found | None:
    began = perf_counter()
    answer = solve_whole_needs(problem, rules, seed=seed, threads=threads, deadline_s=deadline_s)
    if answer is None:
        return None
    solved = perf_counter()
    checked = certify_whole_needs(problem, rules, answer)
    if checked.violations:
        msg = f"{WHOLE_NEEDS} answered, and the check refuses it: {checked.violations[0]}"
        raise CertificateError(msg)
    counted = zip(checked.class_unmet, checked.class_bound, strict=True)
    stages = [Stage(f"class.{c}", value, min(bound, value), "cut") for c, (value, bound) in enumerate(counted)]
    stages.append(Stage("cost", checked.cost, checked.cost_bound, "knapsacks"))
    return _Found(
        backend=WHOLE_NEEDS,
        status=_status(stages),
        pair=answer.pair,
        quantity=answer.quantity,
        unmet=answer.unmet,
        stages=tuple(stages),
        floor_short=np.zeros(0, np.int64),
        charged=np.zeros(0, np.bool_),
        solve_s=solved - began,
        certify_s=perf_counter() - solved,
    )


def _core_bounds(problem: Problem, rules: SideRules, relaxed: Plan, core: Core) -> tuple[int, ...]:
    """
    Least unmet units of classes 0 to k together, for each k, then least cost, all without side rules.

    What the core leaves unmet of the first classes when only they count is a bound with side rules, too.
    """
    n_classes = int(rules.need_class.max(initial=-1)) + 1
    free = replace(problem, pair_cost=np.zeros_like(problem.pair_cost), shortfall=None)
    bounds: list[int] = []
    for c in range(n_classes):
        counted = rules.need_class <= c
        least = bounds[-1] if bounds else 0  # of fewer classes
        if int(relaxed.unmet[counted].sum()) == least:  # there is a plan with no more than the fewer classes lack
            bounds.append(least)
            continue
        few = problem.n_pairs <= FEW_PAIRS
        bounds.append(core(replace(free, unmet_cost=counted.astype(np.int64)), to_the_end=few).bound)
    return (*bounds, relaxed.bound)


def _with_core_bounds(stages: tuple[Stage, ...], bounds: tuple[int, ...]) -> tuple[Stage, ...]:
    """Stages with the core's bound where it is the better one."""
    better, before = [], 0
    for stage, bound in zip(stages, bounds, strict=True):
        least = bound if stage is stages[-1] else bound - before
        before += stage.value
        proven = min(least, stage.value)
        better.append(replace(stage, bound=proven, proven_by="prices") if proven > stage.bound else stage)
    return tuple(better)


def _core_plan(problem: Problem, rules: SideRules, relaxed: Plan, bounds: CoreBounds, began: float) -> _Found | None:
    """The core's plan, if it keeps every side rule and is proven best in every stage."""
    if relaxed.status is not Status.OPTIMAL:
        return None
    x = np.zeros(problem.n_pairs, np.int64)
    x[relaxed.pair] = relaxed.quantity
    if violations(problem, rules, x, relaxed.unmet):
        return None
    values = stage_values(problem, rules, x, relaxed.unmet)
    codes = [f"class.{c}" for c in range(len(values) - 1)] + ["cost"]
    least = (-1,) * (len(values))
    stages = tuple(Stage(code, value, low, "prices") for code, value, low in zip(codes, values, least, strict=True))
    stages = _with_core_bounds(stages, bounds())
    if _status(stages) is not Status.OPTIMAL:
        return None
    return _Found(
        backend=relaxed.backend,
        status=Status.OPTIMAL,
        pair=relaxed.pair,
        quantity=relaxed.quantity,
        unmet=relaxed.unmet,
        stages=stages,
        floor_short=floors_short(rules, x),
        charged=charges_due(rules, x),
        solve_s=perf_counter() - began,
        certify_s=relaxed.certify_s,
    )


def _staged(
    problem: Problem,
    rules: SideRules,
    relaxed: Plan,
    bounds: CoreBounds,
    *,
    seed: int,
    threads: int,
    deadline_s: float | None,
) -> _Found:
    began = perf_counter()
    wanted = np.zeros(problem.n_pairs, np.int64)
    wanted[relaxed.pair] = relaxed.quantity
    found = solve_staged(problem, rules, wanted=wanted, seed=seed, threads=threads, deadline_s=deadline_s)
    solved = perf_counter()
    checked = certify_staged(problem, rules, found)
    if not checked.accepted:
        msg = f"{STAGED} answered {found.status}, and the check refuses it: {checked.first_violation}"
        raise CertificateError(msg)
    stages = found.stages
    if stages and _status(stages) is not Status.OPTIMAL:
        stages = _with_core_bounds(stages, bounds())
    return _Found(
        backend=STAGED,
        status=_status(stages) if stages else found.status,
        pair=found.pair,
        quantity=found.quantity,
        unmet=found.unmet,
        stages=stages,
        floor_short=found.floor_short,
        charged=found.charged,
        solve_s=solved - began,
        certify_s=perf_counter() - solved,
    )


def _status(stages: tuple[Stage, ...] | list[Stage]) -> Status:
    return Status.OPTIMAL if all(stage.value == stage.bound for stage in stages) else Status.FEASIBLE


def _plan(problem: Problem, found: _Found) -> Plan:
    """The answer as a plan like any other; prices mean nothing here and are 0."""
    objective = found.stages[-1].value if found.stages else exact_dot(problem.unmet_cost, problem.demand)
    bound = found.stages[-1].bound if found.stages else 0
    n_limits = 0 if problem.limits is None else len(problem.limits.above)
    n_groups = 0 if problem.shortfall is None else len(problem.shortfall.above)
    return Plan(
        status=found.status,
        pair=found.pair,
        quantity=found.quantity,
        unmet=found.unmet,
        resource_price=np.zeros(problem.n_resources, np.int64),
        need_price=np.zeros(problem.n_needs, np.int64),
        limit_price=np.zeros(n_limits, np.int64),
        group_price=np.zeros(n_groups, np.int64),
        objective=objective,
        bound=bound,
        stages=found.stages,
        certificate=Certificate(
            proven=found.status in {Status.OPTIMAL, Status.INFEASIBLE},
            primal_objective=objective,
            dual_objective=bound,
            needs_checked=problem.n_needs,
            resources_checked=problem.n_resources,
            pairs_checked=problem.n_pairs,
            limits_checked=n_limits,
            groups_checked=n_groups,
            primal_violations=0,
            dual_violations=0,
            slackness_violations=0,
            first_violation="",
        ),
        backend=found.backend,
        solve_s=found.solve_s,
        certify_s=found.certify_s,
        pivots=0,
        floor_short=found.floor_short,
        charged=found.charged,
    )
