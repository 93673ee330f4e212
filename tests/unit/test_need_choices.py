"""What is meant by words, numbers and beginnings of uids: one, or several that are told apart."""

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest

from api.errors import UnknownNameError, UnknownNeedError
from api.services import importing
from api.services.explaining import find_need
from api.services.naming import the_resource
from graph_schema.errors import NotFoundError, Sought
from graph_schema.messages import render
from graph_schema.model.identity import make_uid
from graph_schema.model.needs import Need, NeedStatus, Visibility
from graph_schema.model.quantities import Quantity
from tests.instances.list_files import AT
from tests.instances.street_graphs import STREET, resource, street_graph

NEEDS = (
    Need("n1", "s", "停车位", "parking", "c1", Quantity(20, "个")),
    Need("n2", "s", "停车位", "parking", "c2", Quantity(7, "个"), status=NeedStatus.MATCHED),
)


class Store:
    """Finds two needs by their name, and none by uid."""

    def need(self, street: str, uid: str) -> Need:
        raise NotFoundError(Sought.NEED, uid, street)

    def find_needs(self, _street: str, _text: str, *, limit: int) -> tuple[Need, ...]:
        return NEEDS[:limit]

    def directory(self, _street: str) -> Any:
        areas = [SimpleNamespace(uid="c1", name="东湖社区"), SimpleNamespace(uid="c2", name="西湖社区")]
        return SimpleNamespace(areas=areas)


def test_needs_of_one_name_are_told_apart_by_community_quantity_and_state() -> None:
    with pytest.raises(UnknownNeedError) as refused:
        find_need(Store(), "s", "停车")  # type: ignore[arg-type]
    chinese = render(refused.value.finding, "zh").splitlines()
    assert chinese[1:] == [
        "  停车位，东湖社区，20个，待对接，编号 n1",
        "  停车位，西湖社区，7个，已对接，编号 n2",
    ]
    english = render(refused.value.finding, "en").splitlines()
    assert english[2] == "  停车位, 西湖社区, 7 个, matched, uid n2"


class Numbered(Store):
    """Needs by their uids, one of them made of a list's number."""

    def __init__(self, *needs: Need) -> None:
        self.by_uid = {need.uid: need for need in needs}

    def need(self, street: str, uid: str) -> Need:
        if uid not in self.by_uid:
            raise NotFoundError(Sought.NEED, uid, street)
        return self.by_uid[uid]

    def needs(self, _street: str, *, after: str, limit: int) -> tuple[Need, ...]:
        return tuple(need for uid, need in sorted(self.by_uid.items()) if uid > after)[:limit]

    def find_needs(self, _street: str, text: str, *, limit: int) -> tuple[Need, ...]:
        return tuple(need for need in self.by_uid.values() if text in need.title)[:limit]


def test_a_need_is_found_by_the_number_of_its_list_and_by_the_beginning_of_its_uid() -> None:
    listed = dataclasses.replace(NEEDS[0], uid=make_uid("s", "need", "number", "w1"), title="甲")
    others = [dataclasses.replace(NEEDS[0], uid=uid, title=uid) for uid in ("abcd-1", "abcd-2", "abce-1")]
    private = dataclasses.replace(
        NEEDS[0], uid=make_uid("s", "need", "number", "w2"), title="乙", visibility=Visibility.PRIVATE
    )
    store: Any = Numbered(listed, *others, private)
    for asked in ("W1", "w1", "Ｗ1", listed.uid, listed.uid[:8]):
        assert find_need(store, "s", asked) == listed
    assert find_need(store, "s", "abce") == others[2]
    assert find_need(store, "s", private.uid) == private
    for asked, code in (
        ("abcd", "cli.need_ambiguous"),
        ("W2", "cli.need_unknown"),
        (private.uid[:8], "cli.need_unknown"),
        ("W3", "cli.need_unknown"),
    ):
        with pytest.raises(UnknownNeedError) as refused:
            find_need(store, "s", asked)
        assert refused.value.finding.code == code


def test_a_resource_is_found_by_the_number_of_its_list() -> None:
    graph = street_graph(resources=(resource(make_uid(STREET, "resource", "number", "z1")), resource("other")))
    assert the_resource(graph, "Z1") == make_uid(STREET, "resource", "number", "z1")


def test_an_import_is_undone_by_the_beginning_of_its_uid() -> None:
    undone: list[str] = []

    def undo_import(_street: str, uid: str, _at: object, _actor: str) -> None:
        undone.append(uid)

    records = [SimpleNamespace(uid=uid) for uid in ("aa1", "aa2", "b")]
    street = SimpleNamespace(uid="s", name="街", code=None, aliases=())
    store: Any = SimpleNamespace(streets=lambda: (street,), imports=lambda _: records, undo_import=undo_import)
    for asked in ("aa1", "b", "c"):
        importing.undo(store, None, asked, now=AT, actor="tests")
    assert undone == ["aa1", "b", "c"]  # one that is not there is the store's to refuse
    with pytest.raises(UnknownNameError) as refused:
        importing.undo(store, None, "aa", now=AT, actor="tests")
    assert refused.value.finding.params == {"asked": "aa", "found": ["aa1", "aa2"]}
