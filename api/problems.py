"""
Every error as one shape: a problem of RFC 9457, in the caller's language.

One table says which status an error class has; one function makes the answer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import Scope

from api.errors import (
    ApiError,
    NoStreetError,
    NotReadyError,
    RefusedInputError,
    SeveralStreetsError,
    StandingInTheWayError,
    UnknownNameError,
    UnknownNeedError,
)
from api.faults import fault, inside
from graph_schema.errors import (
    DataDirectoryError,
    DuplicateKeyError,
    ForeignContentsError,
    GraphSchemaError,
    ImportInUseError,
    IncompleteImportError,
    InvalidValueError,
    MissingReferenceError,
    NotFoundError,
    QueryRefusedError,
    SchemaVersionError,
    StoreAccessError,
    StoreAddressError,
    StoredValueError,
    StoreError,
    StoreUnavailableError,
)
from graph_schema.lists.errors import (
    FileTakenError,
    ListError,
    RefusedFileError,
    UnreadableValueError,
    UnwritableListError,
)
from graph_schema.messages import Language, catalogue, render
from graph_schema.model.errors import UnreadableFileError
from graph_schema.model.pairings import Finding
from matcher.errors import (
    CertificateError,
    DamagedStateError,
    InvalidEventError,
    InvalidPolicyError,
    InvalidProblemError,
    MatcherError,
)

MEDIA_TYPE = "application/problem+json"

TYPE_BASE = "/docs#"
"""A problem's type is explained at this anchor of the reference page."""

MAX_FAULTS = 20
"""Faults of one request that are named; the rest are counted."""

INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Row:
    """
    How an error class is answered.

    Parameters
    ----------
    status
        HTTP status.
    kind
        Kind of problem: its title is ``problem.<kind>`` in the catalogue, its sentence ``http.<kind>`` unless the
        error carries a finding.
    shows_message
        Whether the error's own sentence is handed on in ``params``. It is not where it may name what lies inside.
    """

    status: int
    kind: str
    shows_message: bool = True


PROBLEMS: Mapping[type[Exception], Row] = {
    ApiError: Row(500, INTERNAL, shows_message=False),
    RefusedInputError: Row(422, "refused_input"),
    NoStreetError: Row(409, "no_street"),
    SeveralStreetsError: Row(409, "several_streets"),
    UnknownNameError: Row(404, "no_such_record"),
    UnknownNeedError: Row(404, "no_such_record"),
    StandingInTheWayError: Row(409, "standing_in_the_way"),
    NotReadyError: Row(503, "not_ready"),
    GraphSchemaError: Row(500, INTERNAL, shows_message=False),
    InvalidValueError: Row(422, "invalid_value"),
    UnreadableFileError: Row(500, "unreadable_file", shows_message=False),
    StoreError: Row(500, INTERNAL, shows_message=False),
    StoreUnavailableError: Row(503, "store_unavailable", shows_message=False),
    StoreAccessError: Row(503, "store_access", shows_message=False),
    StoreAddressError: Row(503, "store_access", shows_message=False),
    DataDirectoryError: Row(503, "store_access", shows_message=False),
    SchemaVersionError: Row(503, "schema_version", shows_message=False),
    NotFoundError: Row(404, "no_such_record"),
    DuplicateKeyError: Row(409, "duplicate_key"),
    MissingReferenceError: Row(409, "missing_reference"),
    IncompleteImportError: Row(409, "import_incomplete"),
    ImportInUseError: Row(409, "import_in_use"),
    ForeignContentsError: Row(409, "foreign_contents"),
    QueryRefusedError: Row(400, "query_refused"),
    StoredValueError: Row(500, "stored_value", shows_message=False),
    ListError: Row(500, INTERNAL, shows_message=False),
    RefusedFileError: Row(422, "refused_input"),
    UnreadableValueError: Row(422, "refused_input"),
    UnwritableListError: Row(500, "unwritable_list", shows_message=False),
    FileTakenError: Row(500, "unwritable_list", shows_message=False),
    MatcherError: Row(500, INTERNAL, shows_message=False),
    InvalidProblemError: Row(422, "invalid_problem"),
    InvalidEventError: Row(422, "invalid_problem"),
    InvalidPolicyError: Row(422, "invalid_policy"),
    CertificateError: Row(500, "certificate", shows_message=False),
    DamagedStateError: Row(500, "certificate", shows_message=False),
}
"""Error class -> answer. Every class of the three packages has its own row."""

HTTP_KINDS: Mapping[int, str] = {
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
}
"""What the framework itself refuses; anything else is a bad request."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    What went wrong, before it is put into words.

    Parameters
    ----------
    kind
        As in `Row`.
    finding
        The sentence; ``http.<kind>`` with ``params`` when the error brought none.
    params
        Figures and names of this occurrence; JSON values only.
    """

    status: int
    kind: str
    params: dict[str, Any] = field(default_factory=dict)
    finding: Finding | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, error: Exception) -> "Problem":
        """The problem that an error is; one that nobody foresaw is internal and says nothing of itself."""
        if isinstance(error, RequestValidationError):
            faults = _faults(error.errors())
            named: dict[str, Any] = {"count": len(error.errors()), "places": [fault["where"] for fault in faults]}
            told = {"code": "fault.at"}
            said = [told | {"params": {"where": fault["where"], "fault": fault["message"]}} for fault in faults]
            sentence = Finding("http.invalid_request", named | {"faults": said})
            return cls(422, "invalid_request", named | {"faults": faults}, sentence)
        if isinstance(error, HTTPException):
            kind = HTTP_KINDS.get(error.status_code, "bad_request")
            return cls(error.status_code, kind, headers=error.headers or {})
        row = row_of(type(error))
        if row is None:
            return cls(500, INTERNAL)
        if isinstance(error, ApiError) and row.kind != INTERNAL:
            seconds = error.finding.params.get("seconds") if isinstance(error, NotReadyError) else None
            again = {} if seconds is None else {"Retry-After": str(seconds)}
            return cls(row.status, row.kind, error.finding.params, error.finding, again)
        if isinstance(error, InvalidPolicyError | InvalidProblemError) and error.finding is not None:
            return cls(row.status, row.kind, error.finding.params, Finding(error.finding.code, error.finding.params))
        params = {"message": str(error)} if row.shows_message else {}
        if isinstance(error, IncompleteImportError):
            params |= {"import_uid": error.import_uid, "file_name": error.file_name}
        return cls(row.status, row.kind, params)


def row_of(kind: type[BaseException]) -> Row | None:
    """Row of an error class or of its nearest base that has one."""
    return next((PROBLEMS[base] for base in kind.__mro__ if base in PROBLEMS), None)


def problem_response(problem: Problem, *, language: Language, request_id: str) -> JSONResponse:
    """The answer to a request that went wrong."""
    finding = problem.finding or Finding(f"http.{problem.kind}", problem.params)
    params = dict(problem.params)
    if "faults" in params:
        params["faults"] = [
            fault | {"message": render(Finding(**fault["message"]), language)} for fault in params["faults"]
        ]
    body = {
        "type": f"{TYPE_BASE}{problem.kind}",
        "title": catalogue()[f"problem.{problem.kind}"][language],
        "status": problem.status,
        "detail": render(finding, language),
        "instance": f"urn:needlework:request:{request_id}",
        "code": finding.code,
        "params": params,
    }
    headers = {"Content-Language": "zh-CN" if language == "zh" else "en", "Vary": "Accept-Language"}
    return JSONResponse(body, problem.status, headers | dict(problem.headers), MEDIA_TYPE)


def request_language(scope: Scope) -> Language:
    """Language asked for: ``lang=`` in the query, else ``Accept-Language``, else Chinese."""
    asked = re.search(r"(?:^|&)lang=(zh|en)(?:&|$)", scope.get("query_string", b"").decode("latin-1"))
    if asked:
        return "en" if asked[1] == "en" else "zh"
    return accepted_language(Headers(scope=scope).get("accept-language", ""))


def accepted_language(header: str) -> Language:
    """The better liked of Chinese and English in an ``Accept-Language`` header; Chinese when it does not say."""
    likes: dict[str, float] = {}
    for part in header[:200].split(","):
        name, semicolon, rest = part.strip().partition(";")
        weight = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", rest)
        if semicolon and weight is None:
            continue
        likes.setdefault(name.strip().lower().split("-")[0], float(weight[1]) if weight else 1.0)
    anything = likes.get("*", 0.0)
    return "en" if likes.get("en", anything) > likes.get("zh", anything) else "zh"


def _faults(errors: Sequence[Any]) -> list[dict[str, Any]]:
    """Where and why a request does not fit; the values themselves are not repeated."""
    return [
        {
            "where": ".".join(str(step) for step in error["loc"]),
            "kind": error["type"],
            "message": inside(fault(error["type"], error.get("ctx", {}))),
        }
        for error in errors[:MAX_FAULTS]
    ]
