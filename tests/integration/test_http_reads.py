"""What the service tells: needs, resources, plans, suggestions and the map, and nothing that is private."""

import json
import re
from collections.abc import Callable

import pytest

from tests.instances.office import SECRETS, STREET
from tests.integration.conftest import Service

READS = (
    "/v1/health",
    "/v1/needs",
    "/v1/needs/need-1",
    "/v1/needs/need-1/suggestions",
    "/v1/needs/need-1/opportunity",
    "/v1/needs/need-2/remedies",
    "/v1/resources/resource-1/suggestions?k=50",
    "/v1/resources/resource-2/suggestions",
    "/v1/changes?follow=false&after=0",
    "/v1/resources/resource-1/opportunity",
    "/v1/resources/resource-2/opportunity",
    "/v1/recruit",
    "/v1/rulings",
    "/v1/plans/latest/compare",
    "/v1/resources",
    "/v1/resources/resource-1",
    "/v1/resources/resource-2",
    "/v1/plans",
    "/v1/plans/latest",
    "/v1/plans/latest/pairings",
    "/v1/plans/latest/unmet",
    "/v1/graph.geojson",
)
PAGES = ("/", "/docs", "/openapi.json", "/static/needlework.css", "/static/icon.svg")


@pytest.mark.parametrize("path", [*READS, *PAGES])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_private_and_nothing_personal_is_in_any_answer(
    planned_office: Service, path: str, language: str
) -> None:
    answer = planned_office.client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, answer.text
    assert [secret for secret in SECRETS if secret in answer.text] == []


@pytest.mark.parametrize("path", [*READS, *PAGES, "/nothing"])
def test_no_answer_points_to_another_machine(planned_office: Service, path: str) -> None:
    text = planned_office.client.get(path).text
    outside = [
        url for url in re.findall(r"(?:https?:)?//[\w.\[-][^\s\"'<)]*", text) if url != "http://www.w3.org/2000/svg"
    ]
    assert outside == []


def test_a_private_need_is_as_unknown_as_one_that_does_not_exist(planned_office: Service) -> None:
    private = planned_office.client.get("/v1/needs/need-private")
    missing = planned_office.client.get("/v1/needs/need-nowhere")
    assert private.status_code == missing.status_code == 404
    assert {**private.json(), "instance": "", "params": {}} == {**missing.json(), "instance": "", "params": {}}
    for answer in ("suggestions", "opportunity", "remedies"):
        path = f"/v1/needs/need-private/{answer}"
        assert planned_office.client.get(path).status_code == 404
    assert planned_office.store.need(STREET, "need-private").title == "私下的求助"


def test_needs_are_listed_by_uid_with_the_names_of_what_they_point_to(planned_office: Service) -> None:
    body = planned_office.client.get("/v1/needs").json()
    assert body["next"] is None
    assert [need["uid"] for need in body["items"]] == sorted(need["uid"] for need in body["items"])
    first = next(need for need in body["items"] if need["uid"] == "need-1")
    assert first["area"] == {"uid": "area-a", "name": "甲社区"}
    assert first["category"]["uid"] == "ELD01"
    assert first["quantity"] == {"value": 10, "unit": "人", "qualifier": "exact", "assumed": False}


def test_names_follow_the_language(planned_office: Service) -> None:
    def name(language: str) -> str:
        answer = planned_office.client.get(f"/v1/needs/need-1?lang={language}")
        assert answer.headers["content-language"] == {"zh": "zh-CN", "en": "en"}[language]
        return str(answer.json()["category"]["name"])

    assert re.search("[一-鿿]", name("zh"))
    assert not re.search("[一-鿿]", name("en"))


@pytest.mark.parametrize(
    ("query", "uids"),
    [
        ("area=area-b", ["need-3"]),
        ("category=ELD01&area=area-a", ["need-1", "need-2"]),
        ("category=CUL01", []),
        ("status=draft", []),
    ],
)
def test_filters_are_applied_together(planned_office: Service, query: str, uids: list[str]) -> None:
    items = planned_office.client.get(f"/v1/needs?{query}").json()["items"]
    assert [need["uid"] for need in items if need["kind"] == "need"] == uids


@pytest.mark.parametrize("path", ["/v1/needs", "/v1/resources", "/v1/plans/latest/pairings", "/v1/plans/latest/unmet"])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_joined_are_the_whole_list(planned_office: Service, path: str, limit: int) -> None:
    whole = planned_office.client.get(f"{path}?limit=200").json()["items"]
    joined: list[object] = []
    after: str | None = None
    for _ in range(len(whole) + 1):
        page = planned_office.client.get(path, params={"limit": limit} | ({"after": after} if after else {})).json()
        assert len(page["items"]) <= limit
        joined += page["items"]
        after = page["next"]
        if after is None:
            break
    assert after is None
    assert joined == whole
    assert whole


def test_a_resource_shows_what_was_released_and_not_who_a_single_person_is(planned_office: Service) -> None:
    unit = planned_office.client.get("/v1/resources/resource-1").json()
    assert unit["offered"]["value"] == 15
    assert "total" not in unit
    assert unit["provider"] == {"uid": "unit-1", "name": "共建单位001"}
    assert unit["slots"] == [{"uid": "resource-1-slot", "capacity": 15, "schedule": None}]
    assert planned_office.client.get("/v1/resources/resource-2").json()["provider"] is None


def test_a_place_is_told_to_the_lane_and_not_to_the_door(planned_office: Service) -> None:
    place = planned_office.client.get("/v1/needs/need-1").json()["location"]
    assert place == {"lon": 120.6004, "lat": 31.3104, "located_by": "coordinates"}
    for feature in planned_office.client.get("/v1/graph.geojson").json()["features"]:
        for number in re.findall(r"-?\d+\.\d+", json.dumps(feature["geometry"])):
            assert len(number.split(".")[1]) <= 4


def test_the_newest_plan_is_the_same_by_name_and_by_uid(planned_office: Service) -> None:
    latest = planned_office.client.get("/v1/plans/latest").json()
    assert planned_office.client.get(f"/v1/plans/{latest['uid']}").json() == latest
    assert planned_office.client.get("/v1/plans").json()["items"][0] == latest
    assert latest["proven_optimal"] is True
    assert latest["gap"] == 0
    assert latest["certificate"]["proven"] is True


def test_pairings_and_what_is_unmet_add_up_to_what_was_asked(planned_office: Service) -> None:
    given: dict[str, int] = {}
    for row in planned_office.client.get("/v1/plans/latest/pairings?limit=200").json()["items"]:
        given[row["need"]["uid"]] = given.get(row["need"]["uid"], 0) + row["quantity"]
    for row in planned_office.client.get("/v1/plans/latest/unmet?limit=200").json()["items"]:
        given[row["need"]["uid"]] = given.get(row["need"]["uid"], 0) + row["quantity"]
    needs = planned_office.client.get("/v1/needs?limit=200").json()["items"]
    assert given == {need["uid"]: need["quantity"]["value"] for need in needs}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_is_a_code_with_figures_and_a_sentence(planned_office: Service, language: str) -> None:
    pairings = planned_office.client.get(f"/v1/plans/latest/pairings?lang={language}").json()["items"]
    unmet = planned_office.client.get(f"/v1/plans/latest/unmet?lang={language}").json()["items"]
    reasons = [term for row in pairings for term in row["terms"]] + [row["reason"] for row in unmet]
    assert pairings
    assert unmet
    for reason in reasons:
        assert reason["code"]
        assert reason["text"]
        assert "{" not in reason["text"]
    for row in pairings:
        assert sum(term["params"].get("seconds", 0) for term in row["terms"]) == row["cost_s"]
        assert row["path"]
    for row in unmet:
        assert all(stage["text"] != stage["stage"] for stage in row["funnel"])


def test_the_need_beyond_walking_distance_says_so(planned_office: Service) -> None:
    unmet = planned_office.client.get("/v1/plans/latest/unmet").json()["items"]
    assert "need-3" in {row["need"]["uid"] for row in unmet}


def test_the_map_is_geojson_of_points_and_of_who_serves_whom(planned_office: Service) -> None:
    answer = planned_office.client.get("/v1/graph.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    body = answer.json()
    assert body["type"] == "FeatureCollection"
    placed = [feature for feature in body["features"] if feature["geometry"]]
    assert {feature["geometry"]["type"] for feature in placed} == {"Point", "LineString"}
    assert [feature["id"] for feature in body["features"] if not feature["geometry"]] == [STREET]
    uids = {feature["properties"]["uid"] for feature in body["features"]}
    assert {"area-a", "need-1", "resource-1"} <= uids


def test_forcing_a_pair_tells_who_loses_by_it(planned_office: Service) -> None:
    body = planned_office.client.get("/v1/needs/need-2/opportunity").json()
    assert body["asked"]["uid"] == "need-2"
    assert body["candidates"]
    losses = [row["first"]["total"] for row in body["candidates"] if row["first"] is not None]
    assert losses == sorted(losses)
    of_resource = planned_office.client.get("/v1/resources/resource-1/opportunity").json()
    mine = [row for row in of_resource["candidates"] if row["need"]["uid"] == "need-2"]
    assert mine == [row for row in body["candidates"] if row["resource"]["uid"] == "resource-1"]


def test_an_unmet_need_has_remedies_and_one_that_is_served_has_none(planned_office: Service) -> None:
    unmet = planned_office.client.get("/v1/needs/need-2/remedies?lang=en").json()
    assert unmet["missing"] > 0
    first = unmet["remedies"][0]
    assert first["changes"][0]["text"]
    assert sum(first["after"]["unmet"]) < sum(first["before"]["unmet"])
    served = planned_office.client.get("/v1/needs/need-1/remedies").json()
    assert (served["missing"], served["remedies"]) == (0, [])


def test_what_to_look_for_next_names_places_and_owners_but_no_person(planned_office: Service) -> None:
    rows = planned_office.client.get("/v1/recruit?k=3").json()["worth"]
    assert rows[0]["community"]["name"]
    assert rows[0]["total"] == max(row["total"] for row in rows)
    assert {owner["provider"]["name"] for owner in rows[0]["owners"] if owner["provider"]} <= {"共建单位001"}


def test_a_plan_beside_itself_has_no_change(planned_office: Service) -> None:
    both = planned_office.client.get("/v1/plans/latest/compare").json()
    assert both["changes"] == []
    assert both["objective_before"] == both["objective_after"]
    assert planned_office.client.get("/v1/plans/nowhere/compare").status_code == 404


def test_suggestions_say_which_state_they_are_of_and_go_both_ways(planned_office: Service) -> None:
    of_need = planned_office.client.get("/v1/needs/need-1/suggestions").json()
    end = planned_office.store.position(STREET).seq
    assert of_need["plan"] | {"events": 0, "why": ""} == {
        "seq": end, "current": True, "proven": True, "gap": 0, "made": "solved anew", "why": "", "events": 0,
        "order": "loss",
    }  # fmt: skip
    of_resource = planned_office.client.get("/v1/resources/resource-1/suggestions?k=50").json()
    assert of_resource["plan"]["seq"] == end
    there = {row["resource"]["uid"]: row for row in of_need["suggestions"]}
    back = {row["need"]["uid"]: row for row in of_resource["suggestions"]}
    same = ("slot_uid", "cost_s", "given", "left", "terms", "path")
    assert {name: there["resource-1"][name] for name in same} == {name: back["need-1"][name] for name in same}
    for rows in (of_need["suggestions"], of_resource["suggestions"]):
        told = [(row["loss"]["steps"], row["loss"]["seconds"]) for row in rows if row["loss"] is not None]
        assert told == sorted(told)
        assert all(loss == (0, 0) for loss, row in zip(told, rows, strict=False) if row["given"])
    assert sum(row["missing"] for row in back.values()) > 0


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("max_walk_s=0", lambda row: all(term["params"].get("walk_s", 0) <= 0 for term in row["terms"])),
        ("category=CUL01", lambda _: False),
        ("free=true", lambda row: row["left"] > 0),
    ],
    ids=["walk", "category", "free"],
)
def test_filters_leave_those_suggestions_that_pass(
    planned_office: Service, query: str, kept: Callable[..., bool]
) -> None:
    for path in ("/v1/needs/need-1/suggestions", "/v1/resources/resource-1/suggestions"):
        every = planned_office.client.get(f"{path}?k=50").json()["suggestions"]
        some = planned_office.client.get(f"{path}?k=50&{query}").json()["suggestions"]
        assert [row for row in some if not kept(row)] == []
        assert {row["slot_uid"] for row in some} <= {row["slot_uid"] for row in every}


def test_what_is_not_planned_for_has_no_suggestions_and_what_is_not_there_is_unknown(planned_office: Service) -> None:
    for path in ("/v1/needs/nowhere/suggestions", "/v1/resources/nowhere/suggestions"):
        assert planned_office.client.get(path).status_code == 404
    assert planned_office.client.get("/v1/needs/need-1/suggestions?wait_s=61").status_code == 422
