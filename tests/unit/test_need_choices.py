"""Several needs of one name: what tells them apart is said in a line each."""

from types import SimpleNamespace
from typing import Any

import pytest

from api.errors import UnknownNeedError
from api.services.explaining import find_need
from graph_schema.errors import NotFoundError, Sought
from graph_schema.messages import render
from graph_schema.model.needs import Need, NeedStatus
from graph_schema.model.quantities import Quantity

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
