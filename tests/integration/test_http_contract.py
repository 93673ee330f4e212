"""The OpenAPI document says the truth: every answer fits it, for whatever is asked."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from api.problems import MEDIA_TYPE
from api.schemas.needs import NeedOut
from api.schemas.plans import PlanOut
from api.schemas.resources import ResourceOut
from graph_schema.declaration import DataLabel
from graph_schema.schema import SCHEMA
from tests.integration.conftest import Service

UIDS = ["need-1", "need-3", "resource-1", "latest", "need-private", "nowhere", "Ⅳ", "x" * 90, "a b", "%2e%2e", "'; --"]


LISTENS = "/v1/changes"
"""Answers for as long as somebody listens, in a form of its own: `test_changes.py` asks it."""
PLANS_TO_ANSWER = ("suggestions", "opportunity", "remedies", "recruit", "compare")
"""Reads that make a plan for their answer, too slow to be asked hundreds of times."""


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for verb, operation in item.items():
            yield verb, path, operation


def schema_of(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """A part of the document as a schema of its own."""
    return {**part, "components": document["components"]}


def check(document: dict[str, Any], operation: dict[str, Any], answer: Any) -> None:
    """The answer has the status, the media type and the shape that the document states."""
    stated = operation["responses"].get(str(answer.status_code), operation["responses"]["default"])
    media = answer.headers["content-type"].split(";")[0]
    assert media in stated["content"], f"{answer.status_code} {media}"
    jsonschema.validate(answer.json(), schema_of(document, stated["content"][media]["schema"]))


@pytest.fixture(scope="module")
def document(planned_office: Service) -> dict[str, Any]:
    found: dict[str, Any] = planned_office.client.get("/openapi.json").json()
    return found


def test_the_document_is_well_formed_and_every_operation_is_named_and_described(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names)) == 20
    for _, path, operation in operations(document):
        assert path.startswith("/v1/")
        assert operation["description"]
        assert "422" not in operation["responses"]
        assert operation["responses"]["default"]["content"].keys() == {MEDIA_TYPE}
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])
    for name, schema in document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema.get("description"), name
    text = json.dumps(document)
    assert set(re.findall(r'"#/components/schemas/(\w+)"', text)) <= document["components"]["schemas"].keys()


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    examples = [
        (name, schema, example)
        for name, schema in document["components"]["schemas"].items()
        for example in schema.get("examples", [])
    ]
    assert {name for name, _, _ in examples} >= {"NeedOut", "ResourceOut", "PlanOut", "PlanRequest", "ProblemOut"}
    for _, schema, example in examples:
        jsonschema.validate(example, schema_of(document, schema))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_read_fits_the_document(planned_office: Service, document: dict[str, Any], language: str) -> None:
    ids = {
        "/v1/needs/{uid}": "need-1",
        "/v1/resources/{uid}": "resource-1",
        "/v1/resources/{uid}/opportunity": "resource-1",
        "/v1/resources/{uid}/suggestions": "resource-1",
    }
    ids |= {f"/v1/needs/{{uid}}/{answer}": "need-2" for answer in ("suggestions", "opportunity", "remedies")}
    for verb, path, operation in operations(document):
        if verb != "get" or path == LISTENS:
            continue
        answer = planned_office.client.get(
            path.replace("{uid}", ids.get(path, "latest")), headers={"accept-language": language}
        )
        assert answer.status_code == 200, path
        check(document, operation, answer)


VALUES = st.one_of(
    st.sampled_from(UIDS),
    st.integers(-3, 300).map(str),
    st.sampled_from(["open", "offered", "zh", "en", "area-a", "ELD01", "true", "1e3", "１２", "null", ""]),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_asked_is_answered_as_the_document_says(
    planned_office: Service, document: dict[str, Any], data: st.DataObject
) -> None:
    reads = [
        (path, operation)
        for verb, path, operation in operations(document)
        if verb == "get" and path != LISTENS and not path.endswith(PLANS_TO_ANSWER)
    ]
    path, operation = data.draw(st.sampled_from(reads))
    names = [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"]
    query = data.draw(st.dictionaries(st.sampled_from([*names, "unknown"]), VALUES, max_size=4))
    uid = data.draw(st.sampled_from(UIDS))
    answer = planned_office.client.get(path.replace("{uid}", uid.replace("/", "%2F")), params=query)
    assert answer.status_code in {200, 404, 422}, answer.text
    check(document, operation, answer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
WRONG_REQUESTS = st.one_of(
    JSON.filter(lambda value: value not in ({}, None)),
    st.fixed_dictionaries({"horizon_days": st.integers().filter(lambda days: not 1 <= days <= 366)}),
    st.fixed_dictionaries({"seed": st.integers().filter(lambda seed: not 0 <= seed < 2**31)}),
    st.fixed_dictionaries(
        {"as_of": st.sampled_from(["2026-11-20", "2026-11-20T01:30:00", "1999-12-31T00:00:00Z", "yesterday", 7e300])}
    ),
    st.fixed_dictionaries({"policy": st.sampled_from(["x" * 20_001, "walk_speed_mps = 'fast'", "[[", "detour = 0.1"])}),
    st.fixed_dictionaries({"threads": st.just(64)}),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=WRONG_REQUESTS)
def test_a_plan_that_is_asked_for_wrongly_is_refused_and_nothing_is_saved(
    planned_office: Service, document: dict[str, Any], body: object
) -> None:
    before = planned_office.client.get("/v1/plans").json()
    answer = planned_office.client.post("/v1/plans", json=body)
    assert answer.status_code == 422, answer.text
    check(document, document["paths"]["/v1/plans"]["post"], answer)
    assert planned_office.client.get("/v1/plans").json() == before


@pytest.mark.parametrize(
    "content", [b"{", b"\xff\xfe", b"[" * 20_000, b'{"seed": 1', b"seed=1", b'{"seed": Infinity}', b"-Infinity"]
)
@pytest.mark.parametrize("media", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_no_json_is_refused(planned_office: Service, content: bytes, media: str) -> None:
    client: TestClient = planned_office.client
    answer = client.post("/v1/plans", content=content, headers={"content-type": media} if media else {})
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE


def test_the_readme_lists_the_operations_that_there_are(document: dict[str, Any]) -> None:
    readme = (Path(__file__).parents[2] / "api" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(GET|POST|PUT|PATCH|DELETE) (\S+)`", readme, re.MULTILINE)
    assert sorted(listed) == sorted((verb.upper(), path) for verb, path, _ in operations(document))


@pytest.mark.parametrize(("label", "answer"), [("Need", NeedOut), ("Resource", ResourceOut), ("MatchRun", PlanOut)])
def test_no_field_is_personal_by_the_schema(label: str, answer: type[BaseModel]) -> None:
    labels = {one.name: one.data_label for one in SCHEMA.label(label).properties}
    shown = {name: labels[name] for name in answer.model_fields if name in labels}
    assert shown
    assert {
        name for name, data_label in shown.items() if data_label not in {DataLabel.PUBLIC, DataLabel.INTERNAL}
    } == set()
