"""What every scenario is made of: statements as data, what a run measured, and what it says about itself."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from api.services.importing import ImportReport
from api.services.matching import PlanReport
from api.services.scenario_stage import Stage
from graph_schema.demo.scene import Scene
from graph_schema.model.street import StreetGraph

Relation = Literal["is", "at_least", "at_most", "above", "below"]


@dataclass(frozen=True, slots=True)
class Assertion:
    """
    One statement that a scenario makes about itself.

    Parameters
    ----------
    code
        What it is about.
    relation
        How what was measured must stand to what is expected.
    """

    code: str
    expected: Any
    measured: Any
    relation: Relation = "is"

    @property
    def holds(self) -> bool:
        """Whether what was measured stands so to what is expected; never for a figure that is missing."""
        if self.relation == "is":
            return bool(self.expected == self.measured)
        if self.measured is None:
            return False
        if self.relation == "at_least":
            return bool(self.measured >= self.expected)
        if self.relation == "at_most":
            return bool(self.measured <= self.expected)
        return bool(self.measured > self.expected if self.relation == "above" else self.measured < self.expected)

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "code": self.code,
            "relation": self.relation,
            "expected": self.expected,
            "measured": self.measured,
            "holds": self.holds,
        }


@dataclass(frozen=True, slots=True)
class Expected:
    """
    What a scenario's own lists must give, written down before it runs.

    Parameters
    ----------
    code
        Of the assertion.
    figure
        Where it stands among the figures: keys and positions joined by dots.
    value
        What is expected there.
    """

    code: str
    figure: str
    value: Any
    relation: Relation = "is"

    def of(self, figures: Mapping[str, Any]) -> Assertion:
        """The statement about these figures; a figure that is not there is measured as ``None``."""
        found: Any = figures
        for key in self.figure.split("."):
            if isinstance(found, Mapping):
                found = found.get(key)
            elif isinstance(found, list | tuple) and key.isdigit() and int(key) < len(found):
                found = found[int(key)]
            else:
                found = None
        return Assertion(self.code, self.value, found, self.relation)


@dataclass(frozen=True, slots=True)
class Played:
    """
    What the steps of a scenario gave.

    Parameters
    ----------
    plan
        The one that is shown.
    figures
        Every measured figure, JSON values; nothing in it depends on the clock, the engine or the machine.
    invariants
        What holds for any lists.
    story
        Parts that a command tells at length, ``None`` where figures say enough.
    """

    imported: ImportReport
    plan: PlanReport
    figures: Mapping[str, Any]
    invariants: tuple[Assertion, ...]
    story: Any = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """
    A scenario: its lists, its steps, and what must come out.

    Parameters
    ----------
    play
        The steps on a stage; the same for the scenario's own lists and for others.
    expected
        What its own lists must give.
    """

    scene: Scene
    play: Callable[[Stage], Played]
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """Everything that a run measured."""

    name: str
    engine: str
    imported: ImportReport
    plan: PlanReport
    figures: Mapping[str, Any]
    assertions: tuple[Assertion, ...]
    story: Any = None


def told_articles(scene: Scene, figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The article's counts, each with its year and what the figures say of it."""
    return [
        {
            "code": figure.code,
            "written": figure.written,
            "value": figure.value,
            "year": figure.year,
            "measured": Expected("", figure.measured, None).of(figures).measured if figure.measured else None,
        }
        for figure in scene.articles
    ]


def list_figures(imported: ImportReport) -> dict[str, dict[str, int]]:
    """Kind of list -> sheets, rows read, valid and flawed rows."""
    found: dict[str, dict[str, int]] = {}
    for report in imported.reading.reports:
        if report.kind is None:
            continue
        counts = found.setdefault(report.kind.value, {"sheets": 0, "rows": 0, "valid": 0, "flawed": 0})
        counts["sheets"] += 1
        counts["rows"] += report.rows
        counts["valid"] += report.valid
        counts["flawed"] += len(report.bad_rows)
    return found


def plan_figures(plan: PlanReport) -> dict[str, Any]:
    """A plan's status, objective, proof and counts."""
    return {
        "status": plan.run.status,
        "objective": plan.run.objective,
        "bound": plan.run.bound,
        "certificate": plan.run.certificate,
        **plan.run.figures,
    }


def plan_invariants(stage: Stage, plan: PlanReport, step: str = "") -> tuple[Assertion, ...]:
    """What holds for any plan of any lists: it is proven optimal, and the checks find no rule broken."""
    before = f"{step}_" if step else ""
    return (
        Assertion(f"{before}proven_optimal", expected="optimal", measured=plan.run.status),
        *(
            Assertion(f"{before}keeps_{rule}", expected=[], measured=list(rows))
            for rule, rows in stage.broken_rules(plan).items()
        ),
    )


def flaws_found(imported: ImportReport) -> list[list[Any]]:
    """[file, sheet, cell, row, code] of every error, sorted; the sheet of a CSV file is empty."""
    return sorted(
        [
            report.file,
            "" if report.file.endswith(".csv") else report.sheet or "",
            issue.cell or "",
            issue.row,
            issue.finding.code,
        ]
        for report in imported.reading.reports
        for issue in report.errors
    )


def failing(assertions: Iterable[Assertion]) -> tuple[str, ...]:
    """Codes of the statements that do not hold."""
    return tuple(assertion.code for assertion in assertions if not assertion.holds)


def street_figures(graph: StreetGraph) -> dict[str, int]:
    """What the lists hold of a street, counted."""
    levels = Counter(getattr(area, "level", type(area).__name__) for area in graph.areas)
    return {
        "communities": levels["community"],
        "grids": levels["Grid"],
        "neighborhoods": levels["Neighborhood"],
        "stations": levels["Station"],
        "linked_branches": sum("联动" in party.kind for party in graph.party_organizations),
        "party_organizations": len(graph.party_organizations),
        "units": len(graph.organizations),
        "teams": len(graph.teams),
        "people": len(graph.people),
        "resources": sum(resource.list_kind == "resource" for resource in graph.resources),
        "services": sum(resource.list_kind == "service" for resource in graph.resources),
        "needs": sum(need.registration_uid is None for need in graph.needs),
    }
