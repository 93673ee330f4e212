"""``/v1/changes``: what happens, as it happens."""

from collections.abc import AsyncIterator
from time import monotonic
from typing import Annotated

from anyio import sleep
from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.deps import Store, Street, listening
from api.schemas.changes import ChangeOut
from api.services import feed

router = APIRouter(prefix="/v1/changes", tags=["changes"])

EVERY_S = 1.0
"""Between two looks at the chain."""
LONGEST_S = 900.0
"""After which an answer ends; the listener comes again by itself."""
COME_AGAIN_MS = 1000
MAX_SEQ = 2**53 - 1


@router.get(
    "",
    operation_id="changes",
    response_class=EventSourceResponse,
    dependencies=[Depends(listening)],
    responses={200: {"description": "Events whose data is a ChangeOut; `id` is its sequence number."}},
)
async def changes(  # a sync one would hold a thread for as long as somebody listens
    store: Store,
    street: Street,
    after: Annotated[
        int | None,
        Query(ge=0, le=MAX_SEQ, description="Begin after this sequence number; left out: with what is next."),
    ] = None,
    last_event_id: Annotated[
        int | None,
        Header(ge=0, le=MAX_SEQ, description="As `after`, and instead of it: where a listener was cut off."),
    ] = None,
    *,
    follow: Annotated[bool, Query(description="Go on with what is to come; otherwise end with what is there.")] = True,
) -> AsyncIterator[ServerSentEvent]:
    """
    Every event of the street's chain after a sequence number, in order, none twice and none left out.

    Whoever is cut off comes again with `Last-Event-ID` and misses nothing. Comments are sent when nothing happens.
    Private needs and anything personal are named in no event; an event that is about nothing else is there, and empty.
    """
    given = after if last_event_id is None else last_event_id
    seq = await run_in_threadpool(feed.end_of_chain, store, street) if given is None else given
    ends = monotonic() + LONGEST_S
    yield ServerSentEvent(comment=f"after {seq}", retry=COME_AGAIN_MS)
    while monotonic() < ends:
        page = await run_in_threadpool(feed.public_events, store, street, seq)
        for event in page:
            seq = event.seq
            yield ServerSentEvent(data=ChangeOut.of(event), id=str(seq), event="change")
        if not page and not follow:
            return
        if not page:
            await sleep(EVERY_S)
