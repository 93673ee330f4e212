"""A problem whose rows have names that outlast it, so that a later one can be laid beside it."""

from collections.abc import Hashable
from dataclasses import dataclass

from matcher.errors import InvalidProblemError
from matcher.problem import Problem


@dataclass(frozen=True, slots=True)
class NamedProblem:
    """
    A problem with a name for each need, resource, common limit and group, each once.

    Raises
    ------
    InvalidProblemError
        If there are not as many names as rows, or two rows of a kind have one name.
    """

    problem: Problem
    needs: tuple[Hashable, ...]
    resources: tuple[Hashable, ...]
    limits: tuple[Hashable, ...] = ()
    groups: tuple[Hashable, ...] = ()

    def __post_init__(self) -> None:
        problem = self.problem
        for kind, names, count in (
            ("needs", self.needs, problem.n_needs),
            ("resources", self.resources, problem.n_resources),
            ("limits", self.limits, problem.n_limits),
            ("groups", self.groups, problem.n_groups),
        ):
            if len(names) != count or len(set(names)) != count:
                msg = f"{kind} has {len(names)} names, {len(set(names))} of them distinct, for {count} rows."
                raise InvalidProblemError(msg)
