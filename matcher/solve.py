"""Choose, run, certify, time. Wiring only."""

from time import perf_counter

from matcher.backends.registry import BACKENDS
from matcher.certify import certify
from matcher.errors import CertificateError, MatcherError
from matcher.plan import Plan, Stage
from matcher.problem import Problem
from matcher.side_rules import SideRules
from matcher.solve_side_rules import STAGED, solve_side_rules
from matcher.status import Status


def solve(
    problem: Problem,
    rules: SideRules | None = None,
    *,
    backend: str | None = None,
    seed: int = 0,
    threads: int = 1,
    deadline_s: float | None = None,
) -> Plan:
    """
    A plan of least cost, with its proof.

    Parameters
    ----------
    problem
        The instance.
    rules
        Side rules, checked against the problem. Those that ask nothing are as good as None.
    backend
        ``network_simplex`` (exact) or ``greedy`` (baseline); None: an exact one that takes all the problem holds, and
        ``staged`` where side rules are asked.
    seed
        Decides which of several equally good plans is found.
    threads
        Cores to use, >= 1. The plan is the same whatever their number.
    deadline_s
        Seconds after which the search stops with the best plan so far and a proven bound; None: no limit.

    Raises
    ------
    CertificateError
        If the answer fails its independent check. It is never returned.
    InvalidProblemError
        If the side rules do not fit the problem.
    MatcherError
        If there is no backend of that name, or it cannot take what the problem or the rules ask.
    """
    if rules is not None:
        rules.check(problem)
        if not rules.is_empty:
            if backend not in {None, STAGED}:
                msg = f"The backend {backend!r} takes no side rules. Maybe name none: {STAGED!r} does."
                raise MatcherError(msg)
            ends = None if deadline_s is None else perf_counter() + deadline_s

            def core(relaxed: Problem, *, to_the_end: bool = False) -> Plan:
                left = None if ends is None or to_the_end else max(ends - perf_counter(), 0.0)
                return solve(relaxed, seed=seed, threads=threads, deadline_s=left)

            return solve_side_rules(problem, rules, core=core, seed=seed, threads=threads, deadline_s=deadline_s)
    backend = _chosen(problem, backend)
    started = perf_counter()
    found = BACKENDS[backend].run(problem, seed=seed, threads=threads, deadline_s=deadline_s)
    solved = perf_counter()
    certificate = certify(problem, found)
    checked = perf_counter()
    claim_holds = certificate.proven or found.status is not Status.OPTIMAL
    if not (certificate.feasible and certificate.bounded and claim_holds):
        msg = f"{backend} answered {found.status}, and the check refuses it: {certificate.first_violation}"
        raise CertificateError(msg)
    status = Status.OPTIMAL if certificate.proven else found.status
    return Plan(
        status=status,
        pair=found.pair,
        quantity=found.quantity,
        unmet=found.unmet,
        resource_price=found.resource_price,
        need_price=found.need_price,
        limit_price=found.limit_price,
        group_price=found.group_price,
        objective=certificate.primal_objective,
        bound=certificate.dual_objective,
        stages=(Stage("cost", certificate.primal_objective, certificate.dual_objective, "certificate"),),
        certificate=certificate,
        backend=backend,
        solve_s=solved - started,
        certify_s=checked - solved,
        pivots=found.pivots,
    )


def _chosen(problem: Problem, name: str | None) -> str:
    """Name of the backend to run; refuses one that is unknown or cannot take the problem."""
    if name is None:
        able = [b.name for b in BACKENDS.values() if b.exact and not b.cannot_take(problem)]
        if not able:
            held = "common limits" if problem.limits is not None else "shortfall costs of groups"
            msg = f"No exact backend of {', '.join(BACKENDS)} takes a problem with {held}."
            raise MatcherError(msg)
        return able[0]
    if name not in BACKENDS:
        msg = f"There is no backend {name!r}. Maybe one of: {', '.join(BACKENDS)}."
        raise MatcherError(msg)
    beyond = BACKENDS[name].cannot_take(problem)
    if beyond:
        msg = f"The backend {name!r} cannot take Problem.{beyond}. Maybe name none: one that can is then chosen."
        raise MatcherError(msg)
    return name
