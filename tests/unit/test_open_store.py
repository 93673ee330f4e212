"""Addresses of graphs: what stands in them, and what never leaves them."""

from pathlib import Path

import pytest

from graph_schema.errors import StoreAccessError
from graph_schema.stores.bolt import Endpoint
from graph_schema.stores.registry import Access, _endpoint, default_data_dir, open_store


def endpoint(url: str, **more: str) -> Endpoint:
    given = {"user": None, "password": None, "database": None, **more}
    return _endpoint(Access(url, Path(), idle_s=60.0, **given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("neo4j://graph.example", ("neo4j://graph.example:7687", "neo4j", "", "neo4j")),
        ("bolt://u:p@10.0.0.1:7700/office", ("bolt://10.0.0.1:7700", "u", "p", "office")),
        ("neo4j+s://u:p%40%2F@graph.example", ("neo4j+s://graph.example:7687", "u", "p@/", "neo4j")),
        ("bolt+ssc://[::1]:7700", ("bolt+ssc://[::1]:7700", "neo4j", "", "neo4j")),
        ("neo4j://h:1?policy=near", ("neo4j://h:1?policy=near", "neo4j", "", "neo4j")),
    ],
)
def test_an_address_may_name_user_password_and_database(url: str, expected: tuple[str, str, str, str]) -> None:
    found = endpoint(url)
    assert (found.url, found.user, found.password, found.database) == expected


def test_no_password_is_printed() -> None:
    access = Access("neo4j://u:in-address@h", Path(), "u", "of-caller", None, 60.0)
    printed = repr(access) + repr(_endpoint(access))
    assert "in-address" not in printed
    assert "of-caller" not in printed


def test_what_the_address_does_not_name_is_taken_from_the_caller() -> None:
    callers = dict(zip(("user", "password", "database"), "upd", strict=True))
    taken, named = endpoint("neo4j://h", **callers), endpoint("neo4j://a:b@h/e", **callers)
    assert (taken.user, taken.password, taken.database) == ("u", "p", "d")
    assert (named.user, named.password, named.database) == ("a", "b", "e")


@pytest.mark.parametrize(
    "url",
    ["http://u:hidden@h", "neo4j://", "h:7687", "", "neo4j://u:hidden@h:seven", "bolt://u:hidden@h:99999"],
)
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(StoreAccessError, match=r"no address of a graph|no port number") as refused:
        open_store(url)
    assert "hidden" not in str(refused.value)


def test_a_password_is_never_printed() -> None:
    assert "hidden" not in repr(endpoint("neo4j://u:hidden@h"))


def test_the_default_directory_is_the_users_own() -> None:
    assert default_data_dir().name == "needlework"
    assert default_data_dir().is_absolute()


def test_opening_a_store_connects_nowhere_yet(tmp_path: Path) -> None:
    with open_store("neo4j://nobody.invalid"), open_store(data_dir=tmp_path / "never used"):
        pass
