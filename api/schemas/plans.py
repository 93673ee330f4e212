"""Plans as they leave the service: runs, pairings, what stayed unmet."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from api.schemas.common import Moment, NamedOut, PageOut, Schema, TextOut
from graph_schema.model.pairings import DEFAULT_HORIZON_DAYS, MatchRun, PathStep

MAX_HORIZON_DAYS = 366
MAX_POLICY_CHARACTERS = 20_000
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def _in_range(moment: datetime) -> datetime:
    if not EARLIEST <= moment < LATEST:
        msg = f"{moment.isoformat()} is not between {EARLIEST.year} and {LATEST.year}"
        raise ValueError(msg)
    return moment


class PlanRequest(BaseModel):
    """What a new plan is for. Everything has a default."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"as_of": "2026-11-20T01:30:00Z", "horizon_days": 90, "seed": 0}]},
    )

    as_of: Annotated[AwareDatetime, AfterValidator(_in_range)] | None = Field(
        default=None, description="Moment the plan is for, with its zone; now when left out."
    )
    horizon_days: int = Field(
        default=DEFAULT_HORIZON_DAYS, ge=1, le=MAX_HORIZON_DAYS, description="Days that opening times are looked at."
    )
    seed: int = Field(default=0, ge=0, lt=2**31, description="Decides between equally good plans.")
    policy: str | None = Field(
        default=None,
        max_length=MAX_POLICY_CHARACTERS,
        description="Preferences as `needlework policy init` writes them (TOML); the defaults when left out.",
    )


class AimOut(Schema):
    """One aim of a plan, looked at only among plans that are best in all earlier ones."""

    code: str = Field(description="class.0 (urgent) … class.3: unmet units; cost: seconds of walking-equivalent.")
    value: int = Field(description="What the plan has.")
    bound: int = Field(description="Proven: no plan as good in all earlier aims has less.")
    proven_by: str


class PlanOut(Schema):
    """One run of the matcher: what went in, what came out, and its proof."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uid": "1f0c2b0e-6a53-5a0f-9a52-2f6f2f0a0003",
                    "created_at": "2026-11-20T01:38:00Z",
                    "as_of": "2026-11-20T01:30:00Z",
                    "horizon_days": 90,
                    "seed": 0,
                    "solver": "network_simplex",
                    "status": "optimal",
                    "proven_optimal": True,
                    "objective": 8700,
                    "bound": 8700,
                    "gap": 0,
                    "certificate": {"proven": True, "primal_objective": 8700, "dual_objective": 8700},
                    "figures": {"needs": 3, "pairings": 2},
                    "stages": [{"code": "cost", "value": 8700, "bound": 8700, "proven_by": "certificate"}],
                    "policy_hash": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
                    "snapshot_hash": "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9",
                    "version": "0.1.0",
                }
            ]
        }
    )

    uid: str
    created_at: Moment
    as_of: Moment
    horizon_days: int
    seed: int
    solver: str
    status: str = Field(description="optimal, feasible, infeasible or no_solution.")
    proven_optimal: bool = Field(description="The certificate was checked and no plan costs less.")
    objective: int = Field(description="Cost of the plan with what is pinned, in walking-equivalent seconds.")
    bound: int = Field(description="No plan with the same pins costs less than this.")
    gap: int = Field(ge=0, description="How much less a plan that leaves as much unmet of each class may cost at most.")
    certificate: dict[str, Any] = Field(description="Figures of the independent check, all integers.")
    figures: dict[str, Any] = Field(description="Counts and sums of the run.")
    stages: list[AimOut] = Field(description="The aims in order; empty for a plan of before they were kept.")
    policy_hash: str
    snapshot_hash: str
    version: str

    @classmethod
    def of(cls, run: MatchRun) -> "PlanOut":
        """Run as it leaves the service."""
        return cls(
            uid=run.uid,
            created_at=run.created_at,
            as_of=run.as_of,
            horizon_days=run.horizon_days,
            seed=run.seed,
            solver=run.solver,
            status=run.status,
            proven_optimal=run.certificate.get("proven") is True and run.objective == run.bound,
            objective=run.objective + run.pinned_cost,
            bound=run.bound + run.pinned_cost,
            gap=max(run.objective - run.bound, 0),
            certificate=run.certificate,
            figures=run.figures,
            stages=[AimOut(**stage) for stage in run.figures.get("stages", [])],
            policy_hash=run.policy_hash,
            snapshot_hash=run.snapshot_hash,
            version=run.version,
        )


class PlansOut(Schema):
    """Plans, newest first."""

    items: list[PlanOut]


class StepOut(Schema):
    """One step of the evidence: the relationship followed, and the record arrived at."""

    relationship: str = Field(description="Empty for the first step.")
    label: str
    uid: str
    name: str
    detail: dict[str, Any]

    @classmethod
    def of(cls, step: PathStep) -> "StepOut":
        """Step as it leaves the service."""
        return cls(
            relationship=step.relationship, label=step.label, uid=step.uid, name=step.name, detail=dict(step.detail)
        )


class PairingOut(Schema):
    """Who serves whom, with every cost term in words and the way through the graph."""

    uid: str
    need: NamedOut
    resource: NamedOut
    provider: NamedOut | None
    slot_uid: str
    quantity: int = Field(gt=0)
    cost_s: int = Field(description="Cost per unit, in seconds of walking-equivalent; the terms add up to it.")
    terms: list[TextOut]
    path: list[StepOut]
    state: str


class StageOut(Schema):
    """One stage of the funnel and how many candidates it removed."""

    stage: str
    removed: int = Field(ge=0)
    text: str


class UnmetOut(Schema):
    """What stayed unmet of one need, and the one reason why."""

    need: NamedOut
    quantity: int = Field(gt=0, description="Units that nobody gives.")
    reason: TextOut
    funnel: list[StageOut]


class PairingPageOut(PageOut[PairingOut]):
    """One page of pairings, ordered by uid."""


class UnmetPageOut(PageOut[UnmetOut]):
    """One page of what stayed unmet, ordered by the need's uid."""
