"""Choose, run, certify, time. Wiring only."""

from time import perf_counter

from matcher.backends.registry import BACKENDS
from matcher.certify import certify
from matcher.errors import CertificateError, MatcherError
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.status import Status


def solve(
    problem: Problem,
    *,
    backend: str = "network_simplex",
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
    backend
        ``network_simplex`` (exact) or ``greedy`` (baseline).
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
    MatcherError
        If there is no backend of that name.
    """
    if backend not in BACKENDS:
        msg = f"There is no backend {backend!r}. Maybe one of: {', '.join(BACKENDS)}."
        raise MatcherError(msg)
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
        objective=certificate.primal_objective,
        bound=certificate.dual_objective,
        certificate=certificate,
        backend=backend,
        solve_s=solved - started,
        certify_s=checked - solved,
        pivots=found.pivots,
    )
