"""``/v1/needs``: what is asked for, and who could serve it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.deps import After, Ctx, Free, Lang, Limit, MaxWalkS, OtherCategory, Store, Street, WaitS
from api.schemas.advice import OpportunityOut, RemediesOut
from api.schemas.common import Code, Uid
from api.schemas.needs import NeedOut, NeedPageOut, SuggestionsOut
from api.schemas.render import need_out, suggestions_out
from api.schemas.render_advice import opportunity_out, remedies_out
from api.services import advising, reading, suggesting
from api.services.following import Question
from api.services.showing import private_needs
from graph_schema.model.needs import NeedStatus
from matcher.suggestions import Wanted

router = APIRouter(prefix="/v1/needs", tags=["needs"])

MAX_SUGGESTIONS = 50
MAX_REMEDIES = 20
WAIT_S = 30.0
"""Longest that an answer waits for the plan of another request."""

NeedUid = Annotated[Uid, Path(description="uid of the need.")]


@router.get("", operation_id="list_needs")
def list_needs(
    *,
    store: Store,
    street: Street,
    language: Lang,
    status: Annotated[NeedStatus | None, Query(description="Only needs in this state.")] = None,
    area: Annotated[Uid | None, Query(description="Only needs raised for this area itself.")] = None,
    category: Annotated[Code | None, Query(description="Only needs of this category code.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> NeedPageOut:
    """Needs of the street, by uid; private ones are left out."""
    page = reading.needs_page(store, street, status=status, area=area, category=category, after=after, limit=limit)
    names = reading.Names.of(store.directory(street))
    return NeedPageOut(items=[need_out(need, names, language) for need in page.items], next=page.next)


@router.get("/{uid}", operation_id="get_need")
def get_need(uid: NeedUid, store: Store, street: Street, language: Lang) -> NeedOut:
    """One need."""
    return need_out(reading.need(store, street, uid), reading.Names.of(store.directory(street)), language)


@router.get("/{uid}/suggestions", operation_id="suggest")
def suggest(
    *,
    uid: NeedUid,
    ctx: Ctx,
    store: Store,
    street: Street,
    language: Lang,
    k: Annotated[int, Query(ge=1, le=MAX_SUGGESTIONS, description="Most resources to name.")] = 5,
    max_walk_s: MaxWalkS = None,
    category: OtherCategory = None,
    free: Free = False,
    wait_s: WaitS = WAIT_S,
) -> SuggestionsOut:
    """
    Who could serve one need in the plan that follows the graph: least loss first, or cheapest where no loss is known.

    `plan` says which event of the chain the answer is of, and whether that is all there was when it was asked.
    """
    wanted = Wanted(k, max_walk_s, category, free=free)
    seen = ctx.followers.of(street).seen(wait_s, Question(uid, of_need=True))
    found = suggesting.for_need(seen, uid, wanted)
    return suggestions_out(found, reading.Names.of(store.directory(street)), language)


@router.get("/{uid}/opportunity", operation_id="opportunity_of_need")
def opportunity(
    *,
    uid: NeedUid,
    ctx: Ctx,
    store: Store,
    street: Street,
    k: Annotated[int, Query(ge=1, le=MAX_SUGGESTIONS, description="Most candidates.")] = 10,
) -> OpportunityOut:
    """
    What serving the need from each candidate would lose against the best plan for the graph as it is now, exactly.

    The plan is made for this answer and not saved; the answer waits for a plan that is being made.
    """
    need = reading.need(store, street, uid)
    with ctx.one_plan(wait_s=WAIT_S):
        found = advising.opportunity(store, street, need.uid, now=ctx.clock(), rows=k)
    return opportunity_out(found, private_needs(store, street), reading.Names.of(store.directory(street)))


@router.get("/{uid}/remedies", operation_id="remedies")
def remedies(
    *,
    uid: NeedUid,
    ctx: Ctx,
    store: Store,
    street: Street,
    language: Lang,
    k: Annotated[int, Query(ge=1, le=MAX_REMEDIES, description="Most remedies.")] = 5,
) -> RemediesOut:
    """
    The smallest changes that would serve the need where it stays unmet, each solved again, with what they displace.

    The plan is made for this answer and not saved; the answer waits for a plan that is being made.
    """
    need = reading.need(store, street, uid)
    with ctx.one_plan(wait_s=WAIT_S):
        missing, advice = advising.advice_if_unmet(store, street, need.uid, now=ctx.clock(), most=k)
    return remedies_out(need, missing, advice, private_needs(store, street), language)
