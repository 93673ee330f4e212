"""Where: the areas of a street, inside each other, and the points in them."""

from dataclasses import dataclass
from enum import StrEnum


class LocatedBy(StrEnum):
    """What a location rests on, best first."""

    COORDINATES = "coordinates"
    ADDRESS = "address"  # a known place or alias stands in the address
    APPROXIMATE = "approximate"  # the community's own point
    UNLOCATED = "unlocated"  # matched by coverage list or own community only


@dataclass(frozen=True, slots=True)
class Location:
    """
    A point, and what was written for it.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees; ``None`` when unlocated.
    lon_given, lat_given, crs_given
        As written in the source, with its coordinate system's code (``geo.Crs``).
    located_by
        What the point rests on.
    """

    lon: float | None = None
    lat: float | None = None
    lon_given: float | None = None
    lat_given: float | None = None
    crs_given: str | None = None
    located_by: LocatedBy = LocatedBy.UNLOCATED


NOWHERE = Location()


@dataclass(frozen=True, slots=True)
class AdminDivision:
    """
    An administrative division (行政区划): the street itself, its communities, and what lies above.

    Parameters
    ----------
    uid, street
        Identity, and the uid of the subdistrict that the row belongs to (its own for the subdistrict).
    name, aliases
        Official name, and what else the lists call it.
    level
        ``subdistrict``, ``community``, or whatever level the directory names. Levels are data.
    parent_uid
        The division around it, ``None`` at the top.
    code, code_year
        Statistics code of 6, 9 or 12 digits and the year it is of.
    households, population, share_60plus
        Aggregates; the share is in [0, 1].
    synthetic
        Whether a generator made it.
    """

    uid: str
    street: str
    name: str
    level: str
    parent_uid: str | None = None
    aliases: tuple[str, ...] = ()
    code: str | None = None
    code_year: int | None = None
    households: int | None = None
    population: int | None = None
    share_60plus: float | None = None
    location: Location = NOWHERE
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid (网格) inside a community, the lowest area that work is assigned to."""

    uid: str
    street: str
    name: str
    parent_uid: str
    code: str | None = None
    aliases: tuple[str, ...] = ()
    households: int | None = None
    location: Location = NOWHERE
    synthetic: bool = False


class HousingType(StrEnum):
    """How a residential compound came to be."""

    COMMODITY = "commodity"  # 商品房
    RESETTLEMENT = "resettlement"  # 安置
    OLD = "old"  # 老旧
    EMPLOYER = "employer"  # 单位自管


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """A residential compound (小区) inside a community or a grid."""

    uid: str
    street: str
    name: str
    parent_uid: str
    aliases: tuple[str, ...] = ()
    built_year: int | None = None
    housing_type: HousingType | None = None
    households: int | None = None
    population: int | None = None
    share_60plus: float | None = None
    has_property_mgmt: bool | None = None
    location: Location = NOWHERE
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Building:
    """A building (楼栋) inside a neighbourhood."""

    uid: str
    street: str
    name: str
    parent_uid: str
    aliases: tuple[str, ...] = ()
    location: Location = NOWHERE
    synthetic: bool = False


class PlaceKind(StrEnum):
    """What a named place is."""

    POINT = "point"
    STREET = "street"
    LANE = "lane"
    RIVER_WALK = "river_walk"


@dataclass(frozen=True, slots=True)
class Place:
    """A named point, street or lane (地点) that addresses refer to."""

    uid: str
    street: str
    name: str
    parent_uid: str | None
    kind: PlaceKind = PlaceKind.POINT
    aliases: tuple[str, ...] = ()
    length_m: int | None = None
    location: Location = NOWHERE
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Station:
    """A service station (阵地, 驿站, 工作站): a place for service and the default contact point."""

    uid: str
    street: str
    name: str
    parent_uid: str
    tier: str
    aliases: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    amenities: tuple[str, ...] = ()
    opening_hours: tuple[str, ...] = ()
    location: Location = NOWHERE
    synthetic: bool = False


Area = AdminDivision | Grid | Neighborhood | Building | Place | Station
