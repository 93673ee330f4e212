"""Where people may walk, by the OpenStreetMap tags of a way."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum


class LeftOut(StrEnum):
    """Why a way of the file is no part of the walking network."""

    NOT_A_STREET = "not_a_street"
    NOT_BUILT = "not_built"
    FOOT_FORBIDDEN = "foot_forbidden"
    NOT_FOR_WALKING = "not_for_walking"
    ACCESS_FORBIDDEN = "access_forbidden"


NOT_BUILT = frozenset({"construction", "proposed", "planned", "abandoned", "disused", "razed", "no"})
NOT_FOR_WALKING = frozenset(
    {"motorway", "motorway_link", "raceway", "bus_guideway", "busway", "escape", "rest_area", "services"},
)
FOOT_FORBIDDEN = frozenset({"no", "private", "use_sidepath"})
FOOT_ALLOWED = frozenset({"yes", "designated", "permissive", "official", "destination", "customers"})
ACCESS_FORBIDDEN = frozenset({"no", "private", "military", "emergency", "agricultural", "forestry", "delivery"})


def why_not_walkable(tags: Mapping[str, str]) -> LeftOut | None:
    """
    Why people may not walk on a way with these OpenStreetMap tags; ``None`` if they may.

    The first row that fits decides; where a simplified street joins several ways, one forbidden part is enough.

    ==================================================== =================
    tags                                                 left out
    ==================================================== =================
    no ``highway``                                       not a street
    ``highway`` in `NOT_BUILT`                           not built
    ``foot`` in `FOOT_FORBIDDEN`                         foot forbidden
    ``foot`` in `FOOT_ALLOWED`                           no
    ``highway`` in `NOT_FOR_WALKING`, ``motorroad=yes``  not for walking
    ``access`` in `ACCESS_FORBIDDEN`                     access forbidden
    any other                                            no
    ==================================================== =================
    """
    highway, foot, access = (_values(tags.get(key, "")) for key in ("highway", "foot", "access"))
    if not highway:
        return LeftOut.NOT_A_STREET
    if highway & NOT_BUILT:
        return LeftOut.NOT_BUILT
    if foot & FOOT_FORBIDDEN:
        return LeftOut.FOOT_FORBIDDEN
    if foot & FOOT_ALLOWED:
        return None
    if highway & NOT_FOR_WALKING or tags.get("motorroad") == "yes":
        return LeftOut.NOT_FOR_WALKING
    return LeftOut.ACCESS_FORBIDDEN if access & ACCESS_FORBIDDEN else None


def _values(tag: str) -> frozenset[str]:
    """The values of a tag that may be a list, as OpenStreetMap (``a;b``) or OSMnx (``['a', 'b']``) write it."""
    return frozenset(re.findall(r"[^\[\]'\";,\s]+", tag))


Rule = Callable[[Mapping[str, str]], LeftOut | None]
"""Decides by its tags whether a way is left out, and why."""
