"""The stage of a scenario: one street in a scratch store, worked on step by step as an office would."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from api.services import batches, exporting, importing, matching
from api.services.checks import Limits, PlanChecks
from api.services.importing import ImportReport, ImportRequest
from api.services.matching import PlanReport, PlanRequest
from graph_schema.demo.scene import Scene
from graph_schema.demo.sheets import ListFile
from graph_schema.model.needs import Batch
from graph_schema.model.street import StreetGraph
from graph_schema.stores.base import GraphStore
from graph_schema.workdays import WorkCalendar
from matcher.policy import Policy

ACTOR = "scenario"
HASH_KEY = hashlib.sha256(b"needlework scenario: its plates are made up").digest()
"""Not a secret: the same registrations get the same identities on every machine."""
_LOCAL = ZoneInfo("Asia/Shanghai")


class Stage:
    """
    Steps on one street.

    Parameters
    ----------
    store
        Scratch store, migrated and empty.
    scene
        What is played.
    lists
        Folder of list files to use instead of the scenario's own: those files and nothing else.
    scratch
        Folder for the files of the steps.
    seed
        Decides between equally good plans.
    progress
        Told of the work within a step.
    """

    def __init__(
        self,
        store: GraphStore,
        scene: Scene,
        *,
        scratch: Path,
        lists: Path | None = None,
        seed: int = 0,
        progress: importing.Progress = importing.no_progress,
    ) -> None:
        self._store = store
        self._scratch = scratch
        self._lists = lists
        self._seed = seed
        self._progress = progress
        self._steps = 0
        self._street = ""
        self.scene = scene

    @property
    def owns_lists(self) -> bool:
        """Whether the lists are the scenario's own, so that they can be corrected in later steps."""
        return self._lists is None

    @property
    def engine(self) -> str:
        """Name and version of what holds the graph."""
        return f"{self._store.engine.name} ({self._store.engine.version})"

    def read_lists(self) -> ImportReport:
        """The lists go in: the scenario's own, or those that were given."""
        folder = self._lists
        if folder is None:
            folder = self._scratch / "lists"
            self.scene.write_lists(folder)
        report = self._import(folder)
        self._street = report.reading.directory.street_uid
        return report

    def correct(self, files: Sequence[ListFile]) -> ImportReport:
        """Corrected lists are imported over the first ones."""
        self._steps += 1
        folder = self._scratch / f"step-{self._steps}"
        folder.mkdir(parents=True)
        for file in files:
            file.write(folder)
        return self._import(folder)

    def graph(self) -> StreetGraph:
        """The street as the store has it."""
        return self._store.street_graph(self._street)

    def release(self, batch: Batch) -> None:
        """A waiting batch becomes demand."""
        self._store.release_batch(self._street, batch.uid, self.scene.as_of, ACTOR)

    def batches(self) -> tuple[batches.BatchState, ...]:
        """Every batch with its registrations."""
        return batches.batch_states(self.graph())

    def match(self, policy: Policy | None = None) -> PlanReport:
        """The best plan for what the graph holds now; under another policy than the scenario's where one is given."""
        return matching.match(
            self._store,
            self._street,
            self.request(policy),
            now=self.scene.as_of,
            actor=ACTOR,
            progress=self._progress,
        )

    def request(self, policy: Policy | None = None) -> PlanRequest:
        """What the scenario's plans are for."""
        return PlanRequest(
            as_of=self.scene.as_of,
            horizon_days=self.scene.horizon_days,
            seed=self._seed,
            policy=policy or policy_of(self.scene),
        )

    def round_trip(self) -> int:
        """Rows that change when the exported lists are read again: none, if nothing is lost on the way."""
        folder = self._scratch / "export"
        exporting.export_lists(self._store, self._street, folder, progress=self._progress)
        report = self._import(folder, skip_bad=False)
        created, updated, _ = report.totals
        return created + updated + sum(len(sheet.bad_rows) for sheet in report.reading.reports)

    def broken_rules(self, plan: PlanReport) -> Mapping[str, tuple[str, ...]]:
        """Rule -> what breaks it in a plan, by code that the matcher never runs."""
        return plan_checks(plan).all()

    def _import(self, folder: Path, *, skip_bad: bool = True) -> ImportReport:
        request = ImportRequest(paths=(folder,), skip_bad=skip_bad)
        if self._street:
            name = next(row.name for row in self._store.streets() if row.uid == self._street)
            request = replace(request, street=name)
        return importing.import_lists(
            self._store,
            request,
            hash_key=HASH_KEY,
            now=self.scene.as_of,
            actor=ACTOR,
            progress=self._progress,
        )


def policy_of(scene: Scene) -> Policy:
    """What a scenario's plans prefer."""
    return Policy.from_toml(scene.policy)


def plan_checks(plan: PlanReport) -> PlanChecks:
    """The rules over a plan, measured by the policy that it was made with."""
    policy = Policy.from_toml(plan.run.policy_text)
    return PlanChecks(
        plan.graph,
        plan.pairings,
        plan.shortfalls,
        first_day=plan.run.as_of.astimezone(_LOCAL).date(),
        horizon_days=plan.run.horizon_days,
        calendar=WorkCalendar(),
        limits=Limits(policy.walk_speed_mps, policy.elder_speed_mps, policy.detour),
    )
