"""Every error has one shape, one row and words in both languages."""

import importlib
import pkgutil
import types
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

import api
import graph_schema
import matcher
from api.app import create_app
from api.errors import ApiError
from api.pages.reference_page import problem_kinds
from api.problems import HTTP_KINDS, MEDIA_TYPE, PROBLEMS, Problem, accepted_language
from graph_schema.errors import GraphSchemaError
from graph_schema.messages import catalogue
from graph_schema.model.pairings import Finding
from graph_schema.model.places import AdminDivision
from matcher.errors import MatcherError, refused

SHAPE = {"type", "title", "status", "detail", "instance", "code", "params"}
LEAK = "bolt://neo4j:hunter2@10.1.2.3:7687 /home/office/graph"


def all_error_classes() -> list[type[Exception]]:
    for package in (api, graph_schema, matcher):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)

    def below(kind: type[Exception]) -> Iterator[type[Exception]]:
        yield kind
        for child in kind.__subclasses__():
            yield from below(child)

    found = {kind for root in (ApiError, GraphSchemaError, MatcherError) for kind in below(root)}
    return sorted((kind for kind in found if not kind.__module__.startswith("tests")), key=lambda kind: kind.__name__)


class RaisingStore:
    """A store that knows one street and answers every other question with one error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def streets(self) -> tuple[AdminDivision, ...]:
        return (AdminDivision("street", "street", "金阊街道", "subdistrict"),)

    def __getattr__(self, name: str) -> types.MethodType:
        def fail(_self: object, *_args: object, **_options: object) -> None:
            raise self.error

        return types.MethodType(fail, self)


def client_of(error: Exception) -> TestClient:
    app = create_app(RaisingStore(error))  # type: ignore[arg-type]
    return TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 40_000))


HELD: dict[str, tuple[object, ...]] = {
    "IncompleteImportError": ("import-1", "需求.xlsx"),
    "ImportInUseError": ("import-1", (("Pairing", "p", LEAK),)),
    "ForeignContentsError": ("demo", (("Need", 3),)),
    "InvalidProblemError": (LEAK,),
    "InvalidPolicyError": (refused(code="policy.unknown.near", key="walk", near="walking").finding,),
}
"""What the errors hold that are made of more than a sentence."""


def an_error(kind: type[Exception]) -> Exception:
    if kind.__name__ in HELD:
        return kind(*HELD[kind.__name__])
    error = kind.__new__(kind)
    if issubclass(kind, ApiError):
        ApiError.__init__(error, Finding("http.not_found", {}))
    else:
        Exception.__init__(error, LEAK)
    return error


def test_every_error_class_has_a_row_of_its_own() -> None:
    missing = [kind.__qualname__ for kind in all_error_classes() if kind not in PROBLEMS]
    assert missing == []


def test_the_table_names_no_class_that_is_gone() -> None:
    assert set(PROBLEMS) <= set(all_error_classes())


@pytest.mark.parametrize("kind", PROBLEMS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_error_is_answered_in_one_shape_and_in_the_language_asked_for(
    kind: type[Exception], language: str
) -> None:
    answer = client_of(an_error(kind)).get(f"/v1/needs/x?lang={language}")
    row = PROBLEMS[kind]
    body = answer.json()
    assert answer.status_code == row.status == body["status"]
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert set(body) == SHAPE
    assert body["type"] == f"/docs#{row.kind}"
    assert body["title"] == catalogue()[f"problem.{row.kind}"][language]
    assert body["code"] in catalogue()
    assert body["instance"].endswith(answer.headers["x-request-id"])
    assert answer.headers["content-language"] == {"zh": "zh-CN", "en": "en"}[language]


@pytest.mark.parametrize("kind", [kind for kind, row in PROBLEMS.items() if not row.shows_message])
def test_what_lies_inside_is_never_told(kind: type[Exception]) -> None:
    answer = client_of(an_error(kind)).get("/v1/needs/x")
    assert "hunter2" not in answer.text
    assert "10.1.2.3" not in answer.text


def test_an_error_that_nobody_foresaw_says_nothing_of_itself_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    answer = client_of(ZeroDivisionError(LEAK)).get("/v1/needs/x")
    assert answer.status_code == 500
    assert set(answer.json()) == SHAPE
    assert "hunter2" not in answer.text
    assert "ZeroDivision" not in answer.text
    assert answer.headers["x-request-id"] in caplog.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/v1/plans/x/y/z", 404, "not_found"),
        ("GET", "/static/nothing.css", 404, "not_found"),
        ("GET", "/static/../app.py", 404, "not_found"),
        ("DELETE", "/v1/needs", 405, "method_not_allowed"),
        ("POST", "/static/needlework.css", 405, "method_not_allowed"),
        ("GET", "/v1/needs?limit=0", 422, "invalid_request"),
        ("GET", "/v1/needs?limit=201", 422, "invalid_request"),
        ("GET", "/v1/needs?status=asleep", 422, "invalid_request"),
        ("GET", "/v1/needs?after=" + "x" * 100, 422, "invalid_request"),
        ("GET", "/v1/needs?after=a%00b", 422, "invalid_request"),
        ("GET", "/v1/needs?lang=fr", 422, "invalid_request"),
    ],
)
def test_what_the_framework_refuses_has_the_same_shape(method: str, path: str, status: int, kind: str) -> None:
    answer = client_of(GraphSchemaError("unused")).request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert set(answer.json()) == SHAPE
    assert answer.json()["type"] == f"/docs#{kind}"


def test_a_method_that_is_not_allowed_is_answered_with_those_that_are() -> None:
    assert "GET" in client_of(GraphSchemaError("unused")).delete("/v1/needs").headers["allow"]


def test_a_value_that_does_not_fit_is_not_repeated_and_its_place_is_named() -> None:
    body = client_of(GraphSchemaError("unused")).get("/v1/needs?after=<script>&limit=x&lang=en").json()
    assert body["params"]["places"] == ["query.after", "query.limit"]
    assert "script" not in str(body)


@pytest.mark.parametrize(
    ("query", "chinese", "english"),
    [
        ("limit=-1", "query.limit 不能小于 1", "query.limit must be at least 1"),
        ("limit=201", "query.limit 不能大于 200", "query.limit must be at most 200"),
        ("limit=x", "query.limit 应为整数", "query.limit must be a whole number"),
        ("status=asleep", "query.status 只能是其中之一：draft, ", "query.status must be one of: draft, "),
        ("after=" + "x" * 100, "query.after 不能长于 ", "query.after must have at most "),
        ("after=a%00b", "query.after 含有不允许的字符", "query.after has characters that are not allowed"),
    ],
)
def test_a_query_that_does_not_fit_is_told_in_the_language_asked_for(query: str, chinese: str, english: str) -> None:
    client = client_of(GraphSchemaError("unused"))
    for language, said in (("zh", chinese), ("en", english)):
        body = client.get(f"/v1/needs?{query}", headers={"Accept-Language": language}).json()
        assert said in body["detail"]
        (fault,) = body["params"]["faults"]
        assert f"{fault['where']} {fault['message']}" in body["detail"]
        is_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in fault["message"])
        assert is_chinese is (language == "zh")


def test_every_kind_of_problem_has_a_title_and_a_sentence_in_both_languages() -> None:
    kinds = {kind for kind, _ in problem_kinds()}
    carried = {row.kind for error, row in PROBLEMS.items() if issubclass(error, ApiError)}
    shared = {row.kind for error, row in PROBLEMS.items() if not issubclass(error, ApiError)}
    wanted = {f"problem.{kind}" for kind in kinds} | {f"http.{kind}" for kind in kinds - (carried - shared)}
    assert wanted <= set(catalogue())
    assert all(catalogue()[code][language] for code in wanted for language in ("zh", "en"))
    assert {code for code in catalogue() if code.startswith("problem.")} == {f"problem.{kind}" for kind in kinds}


def test_every_status_of_the_framework_has_a_kind() -> None:
    assert set(HTTP_KINDS.values()) <= {kind for kind, _ in problem_kinds()}
    assert Problem.of(RuntimeError("x")).status == 500


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("en;q=0.3, zh;q=0.2", "en"),
        ("en;q=0.2, zh;q=0.3", "zh"),
        ("fr-FR, de", "zh"),
        ("*", "zh"),
        ("fr, *;q=0.5, zh;q=0.1", "en"),
        ("en;q=0", "zh"),
        ("en;q=banana", "zh"),
        (";;;,,,q=", "zh"),
        ("en," * 5_000, "en"),
    ],
)
def test_the_better_liked_language_is_spoken(header: str, language: str) -> None:
    assert accepted_language(header) == language
