"""The page: the plan in figures, a map that has its list, every reason in words, in two languages, for everybody."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from graph_schema.messages import catalogue
from tests.integration.conftest import Service

VOID = {"meta", "link", "br", "img", "input", "hr"}
LEAVES_OF_SVG = {"path", "circle", "rect", "polygon"}
CJK = re.compile("[一-鿿]")


class Page(HTMLParser):
    """Elements with their attributes, and whether every one that opens is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.faults: list[str] = []
        self.texts: list[str] = []
        self.cells: list[list[str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "tr":
            self.cells.append([])
        if tag in {"td", "th"} and self.cells:
            self.cells[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())
            if {"td", "th"} & set(self.open) and self.cells and self.cells[-1]:
                self.cells[-1][-1] += data.strip()

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def page_of(service: Service, path: str, language: str) -> tuple[str, Page]:
    answer = service.client.get(path, params={"lang": language})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text, Page(answer.text)


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_the_markup_is_whole_and_can_be_used_without_eyes_or_mouse(
    planned_office: Service, path: str, language: str
) -> None:
    text, page = page_of(planned_office, path, language)
    assert page.faults == []
    assert page.open == []
    assert page.of("html") == [{"lang": {"zh": "zh-CN", "en": "en"}[language]}]
    assert len(page.of("h1")) == len(page.of("main")) == 1
    assert page.of("a")[0] == {"class": "skip", "href": "#main"}
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        for reference in attributes.get("aria-labelledby", "").split():
            assert reference in ids
        href = attributes.get("href", "")
        if href.startswith("#"):
            assert href[1:] in ids
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
    assert all(header.get("scope") for header in page.of("th"))
    assert all(cell for row in page.cells for cell in row[:1])
    for svg in page.of("svg"):
        assert svg.get("aria-hidden") == "true" or (svg.get("role") == "img" and svg.get("aria-labelledby"))
    assert page.of("script") == []
    assert page.of("style") == []
    assert "{{" not in text


def test_chinese_is_spoken_unless_english_is_asked_for(planned_office: Service) -> None:
    client = planned_office.client
    assert "配对清单" in client.get("/").text
    assert "配对清单" in client.get("/", headers={"accept-language": "fr"}).text
    assert "Pairings" in client.get("/", headers={"accept-language": "en-GB"}).text
    assert "Pairings" in client.get("/?lang=en", headers={"accept-language": "zh"}).text
    assert client.get("/?lang=en").headers["content-language"] == "en"


def test_the_english_page_holds_chinese_only_where_the_data_does(planned_office: Service) -> None:
    _, page = page_of(planned_office, "/", "en")
    data = ("社区", "助餐", "街道", "人", "户", "单位", "中文", "送餐", "车", "甲", "乙", "协-1", "绣花针")
    assert [text for text in page.texts if CJK.search(text) and not any(word in text for word in data)] == []
    _, reference = page_of(planned_office, "/docs", "en")
    examples = ("助餐", "社区", "份", "单位", "记录", "工作日", "绣花针", "中文")
    assert [text for text in reference.texts if CJK.search(text) and not any(word in text for word in examples)] == []


def test_the_page_states_the_proof_and_the_figures_of_the_run(planned_office: Service, language: str) -> None:
    run = planned_office.client.get("/v1/plans/latest").json()
    text, page = page_of(planned_office, "/", language)
    assert catalogue()["page.proven"][language] in text
    assert f"{run['objective']:,}" in text
    assert str(run["certificate"]["pairs_checked"]) in text
    assert run["uid"] in text
    assert catalogue()["page.map.synthetic"][language] in page.texts


def test_every_map_has_a_list(planned_office: Service, language: str) -> None:
    _, page = page_of(planned_office, "/", language)
    listed = " ".join(cell for row in page.cells for cell in row)
    needs = planned_office.client.get("/v1/needs?limit=200").json()["items"]
    for need in needs:
        assert need["title"] in listed
    for row in planned_office.client.get("/v1/plans/latest/pairings?limit=200").json()["items"]:
        assert row["resource"]["name"] in listed
    assert len([path for path in page.of("path") if path.get("class") == "stitch"]) >= 1


def test_every_reason_stands_beside_its_row(planned_office: Service, language: str) -> None:
    text, _ = page_of(planned_office, "/", language)
    for row in planned_office.client.get(f"/v1/plans/latest/unmet?lang={language}").json()["items"]:
        assert row["reason"]["text"] in unescape(text)
    pairings = planned_office.client.get(f"/v1/plans/latest/pairings?lang={language}").json()["items"]
    for row in pairings:
        for term in row["terms"]:
            if term["params"].get("seconds") or term["code"].startswith("note."):
                assert term["text"] in unescape(text), term


def test_a_title_with_markup_in_it_is_text(empty_service: Service) -> None:
    from dataclasses import replace  # noqa: PLC0415 - one test's tool

    from tests.instances.office import as_import, office  # noqa: PLC0415

    rows = [
        replace(row, title="<script>alert(1)</script> & “助餐”") if getattr(row, "uid", "") == "need-1" else row
        for row in office()
    ]
    empty_service.store.apply_import(as_import(*rows))  # type: ignore[arg-type]
    assert empty_service.client.post("/v1/plans", json={}).status_code == 201
    text = empty_service.client.get("/").text
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert Page(text).faults == []


def test_the_reference_has_every_operation_every_field_and_every_problem(
    planned_office: Service, language: str
) -> None:
    document = planned_office.client.get("/openapi.json").json()
    _, page = page_of(planned_office, "/docs", language)
    for path, item in document["paths"].items():
        assert path in page.texts
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                assert parameter["name"] in page.texts
    for name in document["components"]["schemas"]["NeedOut"]["properties"]:
        assert name in page.texts
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    for code in catalogue():
        if code.startswith("problem."):
            assert code.removeprefix("problem.") in ids
            assert catalogue()[code][language] in page.texts


def test_all_that_the_page_loads_is_there(planned_office: Service) -> None:
    _, page = page_of(planned_office, "/", "zh")
    loaded = [link["href"] for link in page.of("link")]
    assert loaded == ["/static/icon.svg", "/static/needlework.css"]
    for href in loaded:
        answer = planned_office.client.get(href)
        assert answer.status_code == 200
        assert "url(http" not in answer.text
        assert "@import" not in answer.text
        assert "@font-face" not in answer.text


def test_what_the_style_needs_an_old_browser_has(planned_office: Service) -> None:
    css = planned_office.client.get("/static/needlework.css").text
    rules = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for word in (":has(", "@layer", "@container", "color-mix(", "&:", "oklch("):
        assert word not in rules
    assert set(re.findall(r"font-weight:(\d+)", css)) <= {"400", "700"}
    assert min(float(size) for size in re.findall(r"(?:font-size:|font:)(\d+(?:\.\d+)?)px", css)) >= 12
