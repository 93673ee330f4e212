"""The HTTP application: routes and pages, put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.staticfiles import StaticFiles

from api.deps import Context
from api.errors import ApiError
from api.pages import plan_page, reference_page
from api.problems import MEDIA_TYPE, Problem, problem_response, request_language
from api.routes import advice, changes, graph, health, needs, plans, resources
from api.schemas.common import ProblemOut
from api.security import LoopbackOnly
from api.services.following import Followers
from graph_schema.errors import GraphSchemaError
from graph_schema.stores.base import GraphStore
from matcher.errors import MatcherError

DESCRIPTION = (
    "绣花针 Needlework: needs, resources and proven plans of one street. Reasons are code, figures and a sentence "
    "in the language asked for. Private needs and anything personal are never part of an answer. "
    "There is no access control yet, so the service answers the machine that it runs on and nobody else."
)

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""Nothing about a request leaves this machine, whatever the environment asks the framework for."""


def utc_now() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


def create_app(store: GraphStore, *, street_uid: str | None = None, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """
    The application over an open store; whoever opened the store closes it.

    Parameters
    ----------
    street_uid
        Street served (its uid; a name or code will do); ``None`` means the only one in the graph.
    clock
        Now, aware UTC.
    """
    followers = Followers(store, clock)

    @asynccontextmanager
    async def until_the_end(_: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(followers.close)

    app = FastAPI(
        title="Needlework",
        version=version("needlework"),
        description=DESCRIPTION,
        openapi_url="/openapi.json",
        docs_url=None,  # the framework's own pages load their parts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
        middleware=[Middleware(LoopbackOnly)],
        lifespan=until_the_end,
    )
    app.state.context = Context(store, street_uid, clock, followers)
    for kind in (ApiError, GraphSchemaError, MatcherError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, answer_error)
    for part in (health, needs, resources, plans, advice, graph, changes):
        app.include_router(part.router)
    for page in (plan_page.router, reference_page.router):
        app.include_router(page)
    app.mount("/static", StaticFiles(directory=str(files("api.pages") / "static")), name="static")
    describe = app.openapi
    app.openapi = lambda: with_problems(describe())  # type: ignore[method-assign] # the framework's own way to extend it
    return app


def answer_error(request: Request, error: Exception) -> JSONResponse:
    """The one handler of every error that is foreseen."""
    return problem_response(
        Problem.of(error), language=request_language(request.scope), request_id=request.scope["request_id"]
    )


def with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document in which every operation's errors are problems."""
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    components["ProblemOut"] = ProblemOut.model_json_schema()
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    problem = {
        "description": "What went wrong, as RFC 9457 has it.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
    }
    for path in schema["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = problem
    return schema
