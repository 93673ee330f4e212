"""What of a reason and a path may be shown, and where a record stands."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.services.places import Places
from api.services.showing import A_VOLUNTEER, people_of, shown_finding, shown_path, shown_shortfalls
from api.words import words
from graph_schema.messages import Language, catalogue
from graph_schema.model.pairings import Finding, PathStep, Shortfall
from graph_schema.model.places import NOWHERE, AdminDivision, LocatedBy, Location, Neighborhood

PRIVATE = frozenset({"need-private"})
LEAVES = st.one_of(st.integers(), st.sampled_from(["need-private", "HT-0042", "need-1", "食堂"]))
PARAMS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["need", "name", "quantity"]), inner, max_size=3),
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["holders", "caps", "provider"]), st.lists(PARAMS, max_size=4)))
def test_no_list_of_any_depth_names_a_private_need_or_a_person(params: dict[str, list[object]]) -> None:
    shown = shown_finding(Finding("x", params), PRIVATE, frozenset({"HT-0042"}))

    def lists_of(value: object) -> list[list[object]]:
        below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        found = [entry for inner in below for entry in lists_of(inner)]
        return [*found, value] if isinstance(value, list) else found

    assert "HT-0042" not in json.dumps(shown.params)
    for entries in lists_of(shown.params):
        assert "need-private" not in entries
        assert all(entry.get("need") != "need-private" for entry in entries if isinstance(entry, dict))


def test_holders_that_are_private_are_left_out_and_stay_counted() -> None:
    holders = [{"need": "need-1", "quantity": 2}, {"need": "need-private", "quantity": 1}]
    cap = {"resource": "r", "holders": holders, "holders_count": 2, "taken": 3}
    shortfall = Shortfall("s", "run", "need-2", 1, Finding("reason.capacity.resource", {"caps": [cap]}), ())
    private = Shortfall("s", "run", "need-private", 1, Finding("reason.unit", {}), ())
    (shown,) = shown_shortfalls([shortfall, private], PRIVATE)
    assert shown.reason.params["caps"] == [{**cap, "holders": holders[:1]}]


def test_a_person_on_a_path_is_a_volunteer_in_the_words_and_no_step() -> None:
    path = (
        PathStep("", "Person", "person-1", "HT-0042", {}),
        PathStep("PROVIDES", "Resource", "r", "送餐", {}),
        PathStep("RAISED_FOR", "Need", "n", "助餐", {}),
    )
    assert people_of(path) == {"HT-0042"}
    assert [(step.relationship, step.uid) for step in shown_path(path)] == [("", "r"), ("RAISED_FOR", "n")]
    term = shown_finding(
        Finding("term.agreement.none", {"provider": "HT-0042", "seconds": 1}), PRIVATE, people_of(path)
    )
    assert term.params == {"provider": A_VOLUNTEER, "seconds": 1}
    assert shown_path(path[:1]) == ()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_reason_of_an_earlier_version_is_shown_as_its_code(language: Language) -> None:
    assert words(Finding("reason.of_long_ago", {"count": 3}), language) == "reason.of_long_ago"
    assert words(Finding("http.import_incomplete", {}), language) == "http.import_incomplete"
    assert words(Finding("http.not_found", {}), language) == catalogue()["http.not_found"][language]


def test_a_record_without_a_point_stands_where_the_nearest_area_around_it_does() -> None:
    here = Location(120.6, 31.3, located_by=LocatedBy.COORDINATES)
    away = Location(120.7, 31.4, located_by=LocatedBy.COORDINATES)
    places = Places(
        [
            AdminDivision("s", "s", "街道", "subdistrict", location=away),
            AdminDivision("c", "s", "社区", "community", "s", location=here),
            Neighborhood("n", "s", "小区", "c"),
            Neighborhood("loop", "s", "自指", "loop"),
        ]
    )
    assert places.point(away, "n") == (120.7, 31.4)
    assert places.point(NOWHERE, "n") == (120.6, 31.3)
    assert places.point(NOWHERE, "s") == (120.7, 31.4)
    assert places.point(NOWHERE, "nowhere") is None
    assert places.point(NOWHERE, None) is None
    assert places.point(NOWHERE, "loop") is None
    community = places.community("n")
    assert community is not None
    assert community.uid == "c"
    assert places.community("loop") is None
