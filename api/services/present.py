"""The best plan for the graph as it is now, not saved: what questions about a plan are asked of."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from api.errors import RefusedInputError
from api.services.answers import Solved
from api.services.matching import PlanRequest, Progress, no_progress, solved_plan
from graph_schema.model.pairings import Finding, MatchRun
from graph_schema.model.street import StreetGraph
from graph_schema.stores.base import GraphStore
from matcher.policy import Policy
from matcher.status import Status


@dataclass(frozen=True)
class Present:
    """
    A street now, with its best plan. Immutable.

    Parameters
    ----------
    request
        What it was planned for: as the latest saved plan was, else now.
    latest
        The latest saved plan, ``None`` before the first.
    """

    graph: StreetGraph
    request: PlanRequest
    solved: Solved
    latest: MatchRun | None

    @property
    def changed(self) -> bool:
        """Whether the graph or the street network differs from what the latest saved plan was made of."""
        return self.latest is not None and self.latest.snapshot_hash != self.solved.snapshot.hash

    @cached_property
    def titles(self) -> dict[str, str]:
        """Titles of needs by uid."""
        return {need.uid: need.title for need in self.graph.needs}

    @cached_property
    def units(self) -> dict[str, str]:
        """Units that needs are counted in, by uid: those of their categories."""
        return {need.uid: need.unit for need in self.solved.snapshot.needs}

    @cached_property
    def windows(self) -> dict[str, str]:
        """When slots are open, as written, by uid."""
        resources = self.solved.instance.facts.resources
        return dict(zip(resources.slot_uid, resources.slot_text, strict=True))

    @cached_property
    def resources(self) -> dict[str, str]:
        """Names of resources by uid."""
        return {resource.uid: resource.name for resource in self.graph.resources}

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of areas and providers by uid; people's are pseudonyms."""
        graph = self.graph
        names = {row.uid: row.name for row in (*graph.areas, *graph.organizations)}
        names |= {team.uid: team.name for team in graph.teams}
        return names | {person.uid: person.pseudonym_id for person in graph.people}

    @cached_property
    def provider_of(self) -> dict[str, str]:
        """Names of providers by the uid of a resource of theirs."""
        return {
            resource.uid: self.names.get(resource.provider_uid, resource.provider_uid)
            for resource in self.graph.resources
        }

    @property
    def can_tell_losses(self) -> bool:
        """Whether what a change would lose can be told: the plan is proven, or side rules have it solved again."""
        return self.solved.plan.status is Status.OPTIMAL or not self.solved.instance.rules.is_empty

    def proven(self) -> None:
        """Raises `RefusedInputError` unless the plan is proven optimal: of any other no exact losses are known."""
        if not self.can_tell_losses:
            raise RefusedInputError(Finding("cli.not_proven", {"gap": self.solved.plan.gap}))


def present(
    store: GraphStore,
    street: str,
    *,
    now: datetime,
    streets: Path | None = None,
    policy: Policy | None = None,
    progress: Progress = no_progress,
) -> Present:
    """
    The best plan for a street now.

    Parameters
    ----------
    now
        Moment that is planned for where no plan was saved yet; else it is the latest plan's.
    streets
        File of the walking network.
    policy
        The latest plan's, or the default one, where none is given.
    """
    latest = store.latest_run(street)
    request = request_for(latest, now=now, streets=streets, policy=policy)
    progress("read", 0, 1)
    graph = store.street_graph(street)
    progress("read", 1, 1)
    return Present(graph, request, solved_plan(graph, request, progress=progress), latest)


def request_for(
    latest: MatchRun | None, *, now: datetime, streets: Path | None = None, policy: Policy | None = None
) -> PlanRequest:
    """What is planned for: as the latest saved plan was, else now; parameters as for `present`."""
    if latest is None:
        return PlanRequest(as_of=now, streets=streets, policy=policy or Policy())
    return PlanRequest(
        as_of=latest.as_of,
        horizon_days=latest.horizon_days,
        seed=latest.seed,
        policy=policy or Policy.from_toml(latest.policy_text),
        streets=streets,
    )
