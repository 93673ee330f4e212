"""The page at ``/docs``: the interface described from its own OpenAPI document, with nothing from elsewhere."""

import json
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.deps import Lang
from api.pages.templating import page
from api.problems import HTTP_KINDS, PROBLEMS

router = APIRouter(include_in_schema=False)

OTHER_KINDS = {
    "bad_request": 400,
    "not_loopback": 403,
    "foreign_origin": 403,
    "foreign_host": 421,
    "invalid_request": 422,
    "internal": 500,
}
"""Kinds that no error class stands for."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter or field: where it goes, what it may be, what it means."""

    name: str
    kind: str
    meaning: str
    required: bool
    default: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the interface."""

    verb: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    body: tuple[Parameter, ...]
    body_example: str | None
    answer: str
    fields: tuple[Parameter, ...]
    example: str | None


@router.get("/docs", response_class=HTMLResponse)
def show_reference(request: Request, language: Lang) -> HTMLResponse:
    """Every operation, every field, every kind of problem."""
    schema = request.app.openapi()
    return page(
        "reference.html",
        language,
        title=schema["info"]["title"],
        version=schema["info"]["version"],
        operations=operations(schema),
        problems=problem_kinds(),
    )


def problem_kinds() -> list[tuple[str, int]]:
    """Every kind of problem with its status, by status and name."""
    kinds = {row.kind: row.status for row in PROBLEMS.values()}
    kinds |= {kind: status for status, kind in HTTP_KINDS.items()} | OTHER_KINDS
    return sorted(kinds.items(), key=lambda item: (item[1], item[0]))


def operations(schema: dict[str, Any]) -> list[Operation]:
    """All operations of an OpenAPI document, in its order."""
    found = []
    for path, item in schema["paths"].items():
        for verb, operation in item.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            status, response = next(iter(operation["responses"].items()))
            media, content = next(iter(response.get("content", {"": {}}).items()))
            answer = content.get("schema", {})
            found.append(
                Operation(
                    verb=verb.upper(),
                    path=path,
                    summary=operation.get("description") or operation.get("summary", ""),
                    parameters=tuple(
                        Parameter(
                            name=parameter["name"],
                            kind=_kind(parameter["schema"]),
                            meaning=parameter.get("description", ""),
                            required=parameter.get("required", False),
                            default=_shown(parameter["schema"].get("default")),
                        )
                        for parameter in operation.get("parameters", [])
                    ),
                    body=_fields(schema, body) if body else (),
                    body_example=_example(schema, body) if body else None,
                    answer=f"{status} {media}".strip(),
                    fields=_fields(schema, _item(schema, answer)),
                    example=_example(schema, _item(schema, answer)),
                )
            )
    return found


def _resolve(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    reference = part.get("$ref")
    if reference is None:
        return part
    resolved: dict[str, Any] = schema["components"]["schemas"][reference.rsplit("/", 1)[1]]
    return resolved


def _item(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What a page holds; anything else as it is."""
    resolved = _resolve(schema, part)
    items = resolved.get("properties", {}).get("items", {}).get("items")
    return _resolve(schema, items) if items else resolved


def _fields(schema: dict[str, Any], part: dict[str, Any]) -> tuple[Parameter, ...]:
    resolved = _resolve(schema, part)
    required = resolved.get("required", [])
    return tuple(
        Parameter(name, _kind(field), field.get("description", ""), name in required, _shown(field.get("default")))
        for name, field in resolved.get("properties", {}).items()
    )


def _example(schema: dict[str, Any], part: dict[str, Any]) -> str | None:
    examples = _resolve(schema, part).get("examples")
    return json.dumps(examples[0], ensure_ascii=False, indent=2) if examples else None


def _kind(field: dict[str, Any]) -> str:
    """Type and bounds of a field in a few words."""
    if "$ref" in field:
        return str(field["$ref"].rsplit("/", 1)[1]).removesuffix("Out")
    if "anyOf" in field:
        return " | ".join(_kind(option) for option in field["anyOf"])
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    if field.get("type") == "array":
        return f"[{_kind(field.get('items', {}))}]"
    text = str(field.get("format") or field.get("type", ""))
    low, high = field.get("minimum"), field.get("maximum")
    if low is not None and high is not None:
        return f"{text} {low:g}–{high:g}"
    return text if low is None else f"{text} ≥ {low:g}"


def _shown(default: Any) -> str | None:
    return None if default is None else json.dumps(default, ensure_ascii=False)
