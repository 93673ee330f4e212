"""``/v1/plans``: plans with their figures and proof, who serves whom, what stayed unmet."""

from datetime import UTC
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status

from api.deps import After, Ctx, Lang, Limit, Store, Street
from api.routes.needs import WAIT_S
from api.schemas.advice import ComparisonOut
from api.schemas.common import Uid
from api.schemas.plans import PairingPageOut, PlanOut, PlanRequest, PlansOut, UnmetPageOut
from api.schemas.render import pairing_out, unmet_out
from api.schemas.render_advice import comparison_out
from api.services import comparing, matching, reading
from api.services.showing import private_needs
from matcher.policy import Policy

router = APIRouter(prefix="/v1/plans", tags=["plans"])

PlanUid = Annotated[Uid, Path(description="uid of the plan, or `latest`.")]

ACTOR = "api"


@router.get("", operation_id="list_plans")
def list_plans(
    store: Store, street: Street, limit: Annotated[int, Query(ge=1, le=100, description="Most plans.")] = 20
) -> PlansOut:
    """Plans, newest first."""
    return PlansOut(items=[PlanOut.of(run) for run in store.runs(street, limit)])


@router.post("", operation_id="make_plan", status_code=status.HTTP_201_CREATED)
def make_plan(ctx: Ctx, street: Street, response: Response, request: PlanRequest | None = None) -> PlanOut:
    """
    Make the best plan for what the graph holds now, prove it, and save it.

    The answer comes when the plan is there. One plan is made at a time, and none while an import is incomplete: 409.
    """
    asked = request or PlanRequest()
    now = ctx.clock()
    with ctx.one_plan():
        report = matching.match(
            ctx.store,
            street,
            matching.PlanRequest(
                as_of=(asked.as_of or now).astimezone(UTC),
                horizon_days=asked.horizon_days,
                seed=asked.seed,
                policy=Policy() if asked.policy is None else Policy.from_toml(asked.policy),
            ),
            now=now,
            actor=ACTOR,
        )
    response.headers["Location"] = f"/v1/plans/{report.run.uid}"
    return PlanOut.of(report.run)


@router.get("/{uid}", operation_id="get_plan")
def get_plan(uid: PlanUid, store: Store, street: Street) -> PlanOut:
    """One plan: what went in, its figures and its certificate."""
    return PlanOut.of(reading.run(store, street, uid))


@router.get("/{uid}/pairings", operation_id="list_pairings")
def list_pairings(
    *, uid: PlanUid, store: Store, street: Street, language: Lang, after: After = None, limit: Limit = 50
) -> PairingPageOut:
    """Who serves whom in this plan, each with its cost terms and its way through the graph."""
    page = reading.pairings_page(store, street, uid, after=after, limit=limit)
    names = reading.Names.of(store.directory(street))
    return PairingPageOut(items=[pairing_out(row, need, names, language) for row, need in page.items], next=page.next)


@router.get("/{uid}/unmet", operation_id="list_unmet")
def list_unmet(
    *, uid: PlanUid, store: Store, street: Street, language: Lang, after: After = None, limit: Limit = 50
) -> UnmetPageOut:
    """What this plan left unmet, each with the one reason why; `after` and `next` are uids of needs."""
    page = reading.unmet_page(store, street, uid, after=after, limit=limit)
    return UnmetPageOut(items=[unmet_out(row, need, language) for row, need in page.items], next=page.next)


@router.get("/{uid}/compare", operation_id="compare_plans")
def compare(
    *,
    uid: PlanUid,
    ctx: Ctx,
    store: Store,
    street: Street,
    language: Lang,
    other: Annotated[Uid, Query(description="uid of the plan to compare with, or `latest`.")] = "latest",
) -> ComparisonOut:
    """
    The plan and another side by side, each made again from the inputs that it kept; each change has its reason.

    Nothing is saved; the answer waits for a plan that is being made.
    """
    with ctx.one_plan(wait_s=WAIT_S):
        both = comparing.compare_runs(store, street, uid, other)
    names = reading.Names.of(store.directory(street))
    return comparison_out(both, private_needs(store, street), names, language)
