"""A street of any size with a network-free map: for measuring the way from rows to reasons."""

from random import Random

from graph_schema.model.needs import Urgency
from graph_schema.model.places import AdminDivision
from graph_schema.model.street import StreetGraph
from tests.instances.street_graphs import (
    STREET,
    WEEKENDS,
    WORKDAY_DAYS,
    WORKDAY_NIGHTS,
    at,
    need,
    resource,
    slot,
    street_graph,
    unit,
)

COMMUNITIES = 29
EAST, NORTH = 20.0, 15.0
"""Half the street's extent in thousandths of a degree: some 3.8 by 3.3 km."""
OPEN = (None, WORKDAY_NIGHTS, WORKDAY_DAYS, WEEKENDS)


def busy_street(needs: int, resources: int, *, seed: int) -> StreetGraph:
    """Needs and resources of all items of the taxonomy, scattered over 29 communities; two units a resource."""
    rng = Random(seed)
    graph = street_graph()
    codes = [category.code for category in graph.taxonomy.categories if category.parent is not None]
    areas = [f"c{i:02d}" for i in range(COMMUNITIES)]
    communities = [AdminDivision(uid, STREET, f"示例社区{uid}", "community", STREET) for uid in areas]

    def anywhere() -> dict[str, object]:
        return {"location": at(rng.uniform(-EAST, EAST), rng.uniform(-NORTH, NORTH)), "area_uid": rng.choice(areas)}

    offers = []
    for i in range(resources):
        uid, code, offered = f"r{i}", rng.choice(codes), rng.randint(1, 9)
        slots = (slot(f"{uid}-s", uid, offered, rng.choice(OPEN)),)
        offers.append(resource(uid, code, offered, slots=slots, provider_uid=f"u{i // 2}", **anywhere()))
    asks = []
    for i in range(needs):
        window = rng.choice(OPEN) if rng.random() < 0.3 else None
        asks.append(
            need(
                f"n{i}",
                rng.choice(codes),
                rng.randint(1, 3),
                urgency=rng.choice(list(Urgency)),
                window=window,
                window_text=None if window is None else "示例时间",
                **anywhere(),
            )
        )
    return street_graph(
        areas=(*graph.areas, *communities),
        organizations=tuple(unit(f"u{i}", checked_in_uid=rng.choice(areas)) for i in range((resources + 1) // 2)),
        resources=tuple(offers),
        needs=tuple(asks),
    )
