"""``/v1/recruit``, ``/v1/rulings``: what to look for next, and what people have decided."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Ctx, Lang, Store, Street
from api.routes.needs import WAIT_S
from api.schemas.advice import RecruitOut, RulingsOut
from api.schemas.render_advice import recruit_out, rulings_out
from api.services import advising, reading, ruling
from api.services.showing import private_needs

router = APIRouter(prefix="/v1", tags=["advice"])

MAX_ROWS = 100


@router.get("/recruit", operation_id="recruit")
def recruit(
    *,
    ctx: Ctx,
    store: Store,
    street: Street,
    language: Lang,
    k: Annotated[int, Query(ge=1, le=MAX_ROWS, description="Most rows.")] = 10,
) -> RecruitOut:
    """
    The exact worth of one more unit by category, community and time, and the units that own something like it.

    The plan is made for this answer and not saved; the answer waits for a plan that is being made.
    """
    with ctx.one_plan(wait_s=WAIT_S):
        found = advising.recruit(store, street, now=ctx.clock(), rows=k)
    return recruit_out(found, reading.Names.of(store.directory(street)), language)


@router.get("/rulings", operation_id="list_rulings")
def list_rulings(*, ctx: Ctx, store: Store, street: Street) -> RulingsOut:
    """Pins, bans, declines and no-shows that were not lifted; they are made at the command line."""
    shown = ruling.shown_rulings(store, street, now=ctx.clock())
    return rulings_out(shown, private_needs(store, street), reading.Names.of(store.directory(street)))
