"""Two saved plans, or two policies on the street of today, side by side."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api.services import reading
from api.services.answers import Solved
from api.services.matching import Progress, no_progress, solved_snapshot
from api.services.present import present
from api.services.replaying import kept_snapshot
from graph_schema.messages import catalogue
from graph_schema.model.pairings import Finding
from graph_schema.stores.base import GraphStore
from matcher.compare import Comparison, compare
from matcher.explanations.changed_pairings import Changed
from matcher.policy import Policy


@dataclass(frozen=True)
class SideBySide:
    """
    Two plans compared. Immutable.

    Parameters
    ----------
    before, after
        What they are called: the runs' uids, or the policies' files.
    solved
        Both with their instances.
    """

    before: str
    after: str
    solved: tuple[Solved, Solved]
    comparison: Comparison

    @property
    def titles(self) -> dict[str, str]:
        """Titles of the needs of both by uid."""
        return {need.uid: need.title for side in self.solved for need in side.snapshot.needs}

    @property
    def resources(self) -> dict[str, str]:
        """Names of the resources of both by uid."""
        return {resource.uid: resource.name for side in self.solved for resource in side.snapshot.resources}

    @property
    def names(self) -> dict[str, str]:
        """Names of the areas and providers of both by uid."""
        areas = {area.uid: area.name for side in self.solved for area in side.snapshot.areas}
        return areas | {unit.uid: unit.name for side in self.solved for unit in side.snapshot.providers}


def compare_runs(
    store: GraphStore, street: str, before: str, after: str, *, progress: Progress = no_progress
) -> SideBySide:
    """
    Two saved plans, each made again from what it kept.

    Parameters
    ----------
    before, after
        Their uids, or beginnings of them that no others have, or ``latest``.

    Raises
    ------
    NotFoundError
        If there is no such plan.
    UnknownNameError
        If one of them kept nothing, or several begin with one of the texts.
    """
    runs = [reading.the_run(store, street, asked) for asked in (before, after)]
    one, other = (
        solved_snapshot(
            kept_snapshot(store, run),
            Policy.from_toml(run.policy_text),
            seed=run.seed,
            deadline_s=run.deadline_s,
            progress=progress,
        )
        for run in runs
    )
    return _side_by_side(runs[0].uid, runs[1].uid, one, other)


def compare_policies(
    store: GraphStore,
    street: str,
    policies: tuple[tuple[str, Policy], tuple[str, Policy]],
    *,
    now: datetime,
    streets: Path | None = None,
    progress: Progress = no_progress,
) -> SideBySide:
    """
    The best plans for the street of today under two policies; nothing is saved.

    Parameters
    ----------
    policies
        (what it is called, the policy) of both.
    """
    (before, one), (after, other) = policies
    at = present(store, street, now=now, streets=streets, policy=one, progress=progress)
    second = solved_snapshot(
        at.solved.snapshot, other, seed=at.request.seed, deadline_s=at.request.deadline_s, progress=progress
    )
    return _side_by_side(before, after, at.solved, second)


def change_reason(changed: Changed) -> Finding:
    """Why a pairing changed, with the rule that forbids it in words."""
    params = dict(changed.reason.params)
    stage = catalogue().get(f"stage.{params.get('stage')}")
    return Finding(changed.reason.code, params | ({"stage": dict(stage)} if stage else {}))


def latest_policy(store: GraphStore, street: str) -> Policy:
    """The policy of the latest plan, the default one before the first."""
    latest = store.latest_run(street)
    return Policy() if latest is None else Policy.from_toml(latest.policy_text)


def _side_by_side(before: str, after: str, one: Solved, other: Solved) -> SideBySide:
    return SideBySide(before, after, (one, other), compare((one.instance, one.plan), (other.instance, other.plan)))
