"""What every backend is: one stateless callable with its capabilities beside it."""

from dataclasses import dataclass
from typing import Protocol

from matcher.plan import Solution
from matcher.problem import Problem


class Run(Protocol):
    """Solves one problem."""

    def __call__(self, problem: Problem, *, seed: int, threads: int, deadline_s: float | None) -> Solution:
        """
        Solve.

        Parameters
        ----------
        problem
            The instance.
        seed
            Decides which of several equal choices is taken; never the optimal value.
        threads
            Cores to use, >= 1; never changes the answer.
        deadline_s
            Seconds after which to stop with what there is, or None.
        """
        ...


@dataclass(frozen=True, slots=True)
class Backend:
    """
    One way to solve a problem.

    Parameters
    ----------
    name
        How a caller asks for it.
    run
        The callable.
    exact
        Whether it claims optimality, and gives prices that prove it.
    interruptible
        Whether it looks at the deadline while it works.
    takes_limits, takes_shortfall
        Whether it solves problems with common limits, and with costs of groups' shortfall.
    """

    name: str
    run: Run
    exact: bool
    interruptible: bool
    takes_limits: bool = False
    takes_shortfall: bool = False

    def cannot_take(self, problem: Problem) -> str:
        """Name of the first field of the problem that is beyond it; empty if it can take the problem."""
        if problem.limits is not None and not self.takes_limits:
            return "limits"
        if problem.shortfall is not None and not self.takes_shortfall:
            return "shortfall"
        return ""
