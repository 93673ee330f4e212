"""What a solver found."""

from enum import StrEnum


class Status(StrEnum):
    """What was found, never why the clock stopped."""

    OPTIMAL = "optimal"
    """Proven optimal by the certificate."""
    FEASIBLE = "feasible"
    """A plan that keeps every limit; the optimum lies between its bound and its objective."""
    INFEASIBLE = "infeasible"
    """Proven that no plan keeps every limit. Cannot happen while each need may stay unmet."""
    NO_SOLUTION = "no_solution"
    """Nothing usable was found."""
