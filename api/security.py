"""
Who may speak to the service at all, and what every answer tells a browser.

There is no access control yet, so the service answers this machine alone: the connection comes from a loopback
address, the ``Host`` header names one (a foreign page that points its own name at 127.0.0.1 is refused), and
a request that changes something does not come from a page of another origin.
"""

import ipaddress
import logging
import secrets
import time
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import INTERNAL, Problem, problem_response, request_language

MAX_BODY_BYTES = 64 * 1024
"""Largest request body that is read; the largest request this service knows is a few hundred bytes."""

_MOST_DIGITS = 20
"""Digits of a stated length that are read; Python refuses to read thousands of them."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_log = logging.getLogger("needlework.http")


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without port, is this machine itself."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class LoopbackOnly:
    """
    ASGI middleware around the whole application: refuses strangers, bounds bodies, hides failures, logs.

    Parameters
    ----------
    app
        What answers when nothing is wrong.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nothing but an answer ever leaves, whatever happens inside."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope["request_id"] = request_id
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        problem = refusal(scope)
        try:
            if problem is None:
                await self.app(scope, _bounded(receive), send_with_headers)
        except Exception:
            # The last line of defence: the trace goes to the log under the request's id, never to the caller.
            _log.exception("request %s failed", request_id)
            if status:
                raise
            problem = Problem(500, INTERNAL)
        if problem is not None:
            answer = problem_response(problem, language=request_language(scope), request_id=request_id)
            await answer(scope, receive, send_with_headers)
        _log.info(
            "%s %s %s %d %.0f ms",
            request_id,
            scope["method"],
            scope["path"],
            status,
            (time.perf_counter() - started) * 1000,
        )


def refusal(scope: MutableMapping[str, Any]) -> Problem | None:
    """Why this request is not let in, or ``None`` when it is."""
    headers = Headers(scope=scope)
    client = scope.get("client")
    if client is not None and not is_loopback(client[0]):
        return Problem(403, "not_loopback")
    host = _host(f"//{headers.get('host', '')}")
    if host is None or not is_loopback(host):
        return Problem(421, "foreign_host")
    if scope["method"] not in SAFE_METHODS:
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != headers["host"].lower():
            return Problem(403, "foreign_origin")
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return Problem(403, "foreign_origin")
    length = headers.get("content-length", "0")
    if len(length) > _MOST_DIGITS or not length.isascii() or not length.isdigit() or int(length) > MAX_BODY_BYTES:
        return Problem(413, "body_too_large", {"limit_bytes": MAX_BODY_BYTES})
    return None


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _bounded(receive: Receive) -> Receive:
    """``receive`` that raises once a body without a stated length has grown too large."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY_BYTES:
            raise HTTPException(413)
        return message

    return bounded
