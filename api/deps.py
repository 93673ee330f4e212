"""What handlers are given: the store, the street, the language, a page's bounds."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response

from api.errors import NotReadyError, StandingInTheWayError
from api.problems import request_language
from api.schemas.common import MAX_PAGE, Code, Uid
from api.services.following import Followers
from api.services.streets import the_street
from graph_schema.messages import Language
from graph_schema.model.pairings import Finding
from graph_schema.stores.base import GraphStore

MOST_LISTENERS = 16
"""Who listen to changes at the same time."""
LISTEN_AGAIN_S = 30
LONGEST_WAIT_S = 60


@dataclass(frozen=True, slots=True)
class Context:
    """
    What one running service works with.

    Parameters
    ----------
    store
        The graph.
    street_asked
        Name, code or uid of the street served; ``None`` means the only one in the graph.
    clock
        Now, aware UTC.
    followers
        The plans that follow the graph.
    planning
        Held while a plan is being made: one at a time.
    listeners
        A place for each who listens to changes.
    """

    store: GraphStore
    street_asked: str | None
    clock: Callable[[], datetime]
    followers: Followers
    planning: threading.Lock = field(default_factory=threading.Lock)
    listeners: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(MOST_LISTENERS))

    def street(self) -> str:
        """Street served, by uid; raises when there is none yet, or several and none was named."""
        return the_street(self.store, self.street_asked).uid

    @contextmanager
    def one_plan(self, wait_s: float = 0.0) -> Iterator[None]:
        """Nobody else plans in here; raises when somebody still does after ``wait_s`` seconds."""
        if not self.planning.acquire(timeout=wait_s):
            raise StandingInTheWayError(Finding("http.plan_running", {}))
        try:
            yield
        finally:
            self.planning.release()


def context(request: Request) -> Context:
    """The context that the application was created with."""
    found: Context = request.app.state.context
    return found


def store(ctx: Annotated[Context, Depends(context)]) -> GraphStore:
    """The graph store."""
    return ctx.store


def street(ctx: Annotated[Context, Depends(context)]) -> str:
    """Uid of the street served."""
    return ctx.street()


def language(
    request: Request,
    response: Response,
    lang: Annotated[  # noqa: ARG001 - declared for the reference; read from the request, as errors must be too
        Literal["zh", "en"] | None,
        Query(description="Language of texts; Accept-Language decides when left out, Chinese by default."),
    ] = None,
) -> Language:
    """Language of the answer, stated in its headers."""
    chosen = request_language(request.scope)
    response.headers["Content-Language"] = "zh-CN" if chosen == "zh" else "en"
    response.headers["Vary"] = "Accept-Language"
    return chosen


def listening(ctx: Annotated[Context, Depends(context)]) -> Iterator[None]:
    """A place among those who listen, for as long as the answer lasts; raises when all are taken."""
    if not ctx.listeners.acquire(blocking=False):
        figures = {"most": MOST_LISTENERS, "seconds": LISTEN_AGAIN_S}
        raise NotReadyError(Finding("http.too_many_listeners", figures))
    try:
        yield
    finally:
        ctx.listeners.release()


Ctx = Annotated[Context, Depends(context)]
Store = Annotated[GraphStore, Depends(store)]
Street = Annotated[str, Depends(street)]
Lang = Annotated[Language, Depends(language)]
After = Annotated[Uid | None, Query(description="Go on after this uid (`next` of the page before).")]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Most records on the page.")]
WaitS = Annotated[
    float,
    Query(
        ge=0,
        le=LONGEST_WAIT_S,
        description="Longest wait in seconds for all that is in the graph now; then the answer is of the state before.",
    ),
]
MaxWalkS = Annotated[
    int | None, Query(ge=0, le=86_400, description="Only where nobody walks longer than this, in seconds.")
]
OtherCategory = Annotated[Code | None, Query(description="Only with the other side in this category.")]
Free = Annotated[bool, Query(description="Only where the plan leaves a unit that could still be given.")]
