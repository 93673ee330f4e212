"""A small office with everything that must and must not be shown: three needs, two resources, one private matter."""

from datetime import UTC, date, datetime

from graph_schema.model.ledger import Entity, ImportBatch, ImportedRow
from graph_schema.model.needs import Batch, Need, NeedKind, Registration, Urgency, Visibility
from graph_schema.model.places import AdminDivision, LocatedBy, Location
from graph_schema.model.providers import Agreement, Organization, Person
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource, ResourceKind, ResourceStatus, Slot

STREET = "street-1"
AS_OF = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
SECRETS = ("私下的求助", "need-private", "HT-0042", "hash-of-a-person", "hash-of-a-plate", "7幢501", "来电登记备注")
"""What no answer may hold: a private need, a person, keyed hashes, a door, a free remark."""


def point(lon: float, lat: float) -> Location:
    """A point with stated coordinates."""
    return Location(lon, lat, lon, lat, "wgs84", LocatedBy.COORDINATES)


def need(
    uid: str, title: str, *, area: str = "area-a", category: str = "ELD01", quantity: int = 10, **more: object
) -> Need:
    """An open need for meals in the first community."""
    return Need(uid, STREET, title, category, area, Quantity(quantity, "人"), synthetic=True, **more)  # type: ignore[arg-type]


def resource(uid: str, name: str, *, provider: str = "unit-1", offered: int = 15, **more: object) -> Resource:
    """A canteen that is always open."""
    return Resource(
        uid,
        STREET,
        name,
        str(more.pop("category", "ELD01")),
        ResourceKind.SERVICE,
        provider,
        Quantity(offered + 5, "人"),
        Quantity(offered, "人"),
        status=ResourceStatus.OFFERED,
        location=point(120.6001, 31.3101),
        surveyed_on=date(2026, 11, 1),
        slots=(Slot(f"{uid}-slot", STREET, uid, offered),),
        synthetic=True,
        **more,  # type: ignore[arg-type]
    )


def office() -> tuple[Entity, ...]:
    """Rows in an order in which each one's references come before it."""
    return (
        AdminDivision(STREET, STREET, "示例街道", "subdistrict", synthetic=True),
        AdminDivision("area-a", STREET, "甲社区", "community", STREET, location=point(120.60, 31.31), synthetic=True),
        AdminDivision("area-b", STREET, "乙社区", "community", STREET, location=point(120.65, 31.31), synthetic=True),
        Organization("unit-1", STREET, "共建单位001", checked_in_uid="area-a", synthetic=True),
        Person("person-1", STREET, "HT-0042", ("volunteer",), synthetic=True),
        Agreement("agreement-1", STREET, "unit-1", "协-1", "area-a", date(2026, 1, 1), date(2027, 12, 31)),
        resource("resource-1", "食堂助餐"),
        resource("resource-2", "志愿者送餐", provider="person-1", offered=1),
        need(
            "need-1", "老人集中助餐", urgency=Urgency.URGENT, location=point(120.6004, 31.3104), address="甲小区7幢501"
        ),
        need("need-2", "周末助餐", urgency=Urgency.HARD, visibility=Visibility.INTERNAL, note="来电登记备注"),
        need("need-3", "远处的助餐", area="area-b", quantity=4),
        need("need-private", "私下的求助", quantity=1, urgency=Urgency.URGENT, visibility=Visibility.PRIVATE),
        Batch("batch-1", STREET, "resource-1", 1),
        Registration("reg-1", STREET, "batch-1", "area-a", "hash-of-a-person", "hash-of-a-plate", 1, synthetic=True),
    )


def as_import(*entities: Entity, name: str = "office") -> ImportBatch:
    """One import of these rows."""
    rows = tuple(ImportedRow(entity, "表", number) for number, entity in enumerate(entities, 2))
    return ImportBatch(f"import-{name}", STREET, "directory", f"{name}.xlsx", f"hash-{name}", rows, AS_OF, "test")


def registration_title(needs: tuple[Need, ...]) -> str:
    """Title that a released registration's need was given."""
    return next(need.title for need in needs if need.kind is NeedKind.REGISTRATION)
