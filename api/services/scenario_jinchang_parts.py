"""What the Jinchang scenario of 2020 tells at length: its batches, the shared spaces, the case with fewer of them."""

from dataclasses import dataclass

from api.services.batches import BatchState
from api.services.calendar import ServiceYear
from api.services.matching import PlanReport
from graph_schema.model.quantities import Qualifier
from graph_schema.model.resources import Resource


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """
    What a plan gives a batch.

    Parameters
    ----------
    by_area
        (community, registered, placed), most registrations first.
    unmet_by_reason
        (stage of the funnel, registrations).
    """

    state: BatchState
    released: bool
    placed: int
    unmet: int
    by_area: tuple[tuple[str, int, int], ...]
    unmet_by_reason: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class SharedResource:
    """The resource that the batches are for: offered, given away in a plan, left."""

    resource: Resource
    given: int

    @property
    def left(self) -> int:
        """Units offered and not given away."""
        return self.resource.offered.value - self.given

    @property
    def is_forecast(self) -> bool:
        """Whether the number is approximate: it caps and promises nothing."""
        return self.resource.offered.qualifier is not Qualifier.EXACT


@dataclass(frozen=True, slots=True)
class StressOutcome:
    """
    The same lists with fewer spaces, imported over the first ones.

    Parameters
    ----------
    batch, plan
        Under the usual policy: a place far away is worth a walk up to its figure.
    even
        The batch where what is short is evened out between communities before any walk is looked at.
    even_spread
        Of that plan: the largest share that one of the batch's communities lacks in the class of its registrations,
        less the smallest.
    """

    offered: int
    updated: int
    batch: BatchOutcome
    plan: PlanReport
    even: BatchOutcome
    even_spread: float


@dataclass(frozen=True, slots=True)
class JinchangStory:
    """
    The parts together.

    Parameters
    ----------
    stress
        ``None`` where the lists were given.
    """

    batches: tuple[BatchOutcome, ...]
    shared: SharedResource | None
    stress: StressOutcome | None
    services: ServiceYear
