"""What is proven of each aim of a plan, in words of the catalogue."""

from collections.abc import Mapping
from typing import Any

from graph_schema.messages import catalogue
from graph_schema.model.pairings import Finding


def proven_aims(figures: Mapping[str, Any]) -> tuple[Finding, ...]:
    """
    One finding for each stage of a run's figures, in order: its value, and how far from the best it may be at most.

    Parameters
    ----------
    figures
        Of a `graph_schema.model.pairings.MatchRun`; one of before stages were kept has none.
    """
    texts = catalogue()
    found = []
    for stage in figures.get("stages", ()):
        gap = stage["value"] - stage["bound"]
        aim = f"plan.aim.{stage['code']}"
        named = {
            "aim": dict(texts[aim]) if aim in texts else stage["code"],
            "value": stage["value"],
            "gap": gap,
            "proven_by": stage["proven_by"],
        }
        found.append(Finding("plan.aim.gap" if gap else "plan.aim.proven", named))
    return tuple(found)


def worth_telling(figures: Mapping[str, Any]) -> bool:
    """Whether the stages say more than the plan's cost and bound do: there are several."""
    return len(figures.get("stages", ())) > 1
