"""A scenario played once on a store, and again from what the store said, with any part of the matcher changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from api.services import matching
from api.services.batches import BatchState
from api.services.importing import ImportReport
from api.services.matching import PlanReport
from api.services.scenario_stage import Stage
from graph_schema.demo.scene import Scene
from graph_schema.demo.sheets import ListFile
from graph_schema.model.needs import Batch
from graph_schema.model.street import StreetGraph
from matcher.policy import Policy


@dataclass
class Recording:
    """What a store answered, in order, and each street that a plan was made for."""

    scene: Scene
    answers: list[Any] = field(default_factory=list)
    graphs: list[StreetGraph] = field(default_factory=list)


class RecordingStage(Stage):
    """A stage that keeps what it is told."""

    recording: Recording

    def read_lists(self) -> ImportReport:
        return self._kept(super().read_lists())

    def correct(self, files: Sequence[ListFile]) -> ImportReport:
        return self._kept(super().correct(files))

    def batches(self) -> tuple[BatchState, ...]:
        return self._kept(super().batches())

    def round_trip(self) -> int:
        return self._kept(super().round_trip())

    def match(self, policy: Policy | None = None) -> PlanReport:
        report = super().match(policy)
        self.recording.graphs.append(report.graph)
        return report

    def _kept(self, answer: Any) -> Any:
        self.recording.answers.append(answer)
        return answer


class ReplayStage(Stage):
    """
    A stage without a store: it answers as the recording does, and makes every plan anew.

    ``shown`` is what the matcher is shown of a street; the checks see the street as it is. ``preferring`` is the policy
    that it gets for the one that was asked for.
    """

    def __init__(
        self,
        recording: Recording,
        shown: Callable[[StreetGraph], StreetGraph] = lambda graph: graph,
        preferring: Callable[[Policy], Policy] = lambda policy: policy,
    ) -> None:
        self.scene = recording.scene
        self._lists = None
        self._seed = 0
        self._answers = iter(recording.answers)
        self._graphs = iter(recording.graphs)
        self._shown = shown
        self._preferring = preferring

    @property
    def engine(self) -> str:
        return "replay"

    def read_lists(self) -> ImportReport:
        return next(self._answers)

    def correct(self, files: Sequence[ListFile]) -> ImportReport:
        del files
        return next(self._answers)

    def release(self, batch: Batch) -> None:
        del batch

    def batches(self) -> tuple[BatchState, ...]:
        return next(self._answers)

    def round_trip(self) -> int:
        return next(self._answers)

    def match(self, policy: Policy | None = None) -> PlanReport:
        graph = next(self._graphs)
        asked = self.request(policy)
        request = replace(asked, policy=self._preferring(asked.policy))
        report = matching.explained(
            graph, matching.solved_plan(self._shown(graph), request), request, now=self.scene.as_of
        )
        return replace(report, graph=graph)
