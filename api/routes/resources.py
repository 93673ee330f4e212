"""``/v1/resources``: what is offered."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.deps import After, Ctx, Free, Lang, Limit, MaxWalkS, OtherCategory, Store, Street, WaitS
from api.routes.needs import WAIT_S
from api.schemas.advice import OpportunityOut
from api.schemas.common import Code, Uid
from api.schemas.render import resource_out, suggested_needs_out
from api.schemas.render_advice import opportunity_out
from api.schemas.resources import ResourceOut, ResourcePageOut, SuggestedNeedsOut
from api.services import advising, reading, suggesting
from api.services.following import Question
from api.services.showing import private_needs
from graph_schema.model.resources import ResourceStatus
from matcher.suggestions import Wanted

router = APIRouter(prefix="/v1/resources", tags=["resources"])

MAX_CANDIDATES = 50


@router.get("", operation_id="list_resources")
def list_resources(
    *,
    store: Store,
    street: Street,
    language: Lang,
    status: Annotated[ResourceStatus | None, Query(description="Only resources in this state.")] = None,
    category: Annotated[Code | None, Query(description="Only resources of this category code.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> ResourcePageOut:
    """Resources of the street with their windows, by uid."""
    page = reading.resources_page(store, street, status=status, category=category, after=after, limit=limit)
    names = reading.Names.of(store.directory(street))
    return ResourcePageOut(items=[resource_out(resource, names, language) for resource in page.items], next=page.next)


@router.get("/{uid}", operation_id="get_resource")
def get_resource(
    uid: Annotated[Uid, Path(description="uid of the resource.")], store: Store, street: Street, language: Lang
) -> ResourceOut:
    """One resource with its windows."""
    return resource_out(store.resource(street, uid), reading.Names.of(store.directory(street)), language)


@router.get("/{uid}/suggestions", operation_id="suggest_needs")
def suggest(
    *,
    uid: Annotated[Uid, Path(description="uid of the resource.")],
    ctx: Ctx,
    street: Street,
    language: Lang,
    k: Annotated[int, Query(ge=1, le=MAX_CANDIDATES, description="Most needs to name.")] = 5,
    max_walk_s: MaxWalkS = None,
    category: OtherCategory = None,
    free: Free = False,
    wait_s: WaitS = WAIT_S,
) -> SuggestedNeedsOut:
    """
    Whom one resource could serve in the plan that follows the graph, as for a need; private needs are left out.

    `plan` says which event of the chain the answer is of, and whether that is all there was when it was asked.
    """
    wanted = Wanted(k, max_walk_s, category, free=free)
    seen = ctx.followers.of(street).seen(wait_s, Question(uid, of_need=False))
    return suggested_needs_out(suggesting.for_resource(seen, uid, wanted), language)


@router.get("/{uid}/opportunity", operation_id="opportunity_of_resource")
def opportunity(
    *,
    uid: Annotated[Uid, Path(description="uid of the resource.")],
    ctx: Ctx,
    store: Store,
    street: Street,
    k: Annotated[int, Query(ge=1, le=MAX_CANDIDATES, description="Most needs.")] = 10,
) -> OpportunityOut:
    """
    What serving each need from the resource would lose against the best plan for the graph as it is now, exactly.

    The plan is made for this answer and not saved; the answer waits for a plan that is being made.
    """
    resource = store.resource(street, uid)
    with ctx.one_plan(wait_s=WAIT_S):
        found = advising.opportunity(store, street, resource.uid, now=ctx.clock(), is_resource=True, rows=k)
    return opportunity_out(found, private_needs(store, street), reading.Names.of(store.directory(street)))
