"""Small rows of a made-up street, by keyword."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from graph_schema.model.budgets import BudgetPool
from graph_schema.model.categories import CanSatisfy, Category, TargetGroup, Taxonomy
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import Entity, ImportBatch, ImportedRow
from graph_schema.model.needs import Batch, Need, Project, Registration
from graph_schema.model.pairings import Finding, MatchRun, Pairing, PathStep, Shortfall
from graph_schema.model.places import AdminDivision, Grid, LocatedBy, Location, Station
from graph_schema.model.providers import (
    Agreement,
    LoadLimit,
    Organization,
    PartyOrganization,
    Person,
    ResourcePool,
    VolunteerTeam,
)
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource, ResourceKind, Slot
from graph_schema.model.rulings import Ruling, RulingKind
from graph_schema.model.schedules import DayKind, Frequency, Schedule

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
NIGHTS = Schedule(Frequency.DAILY, 18 * 60, 32 * 60, day_kind=DayKind.WORKDAY)


def at(minutes: int = 0) -> datetime:
    """Moments after noon."""
    return NOON + timedelta(minutes=minutes)


def street_uid(name: str = "柳巷街道") -> str:
    return make_uid("", "AdminDivision", name)


def taxonomy() -> Taxonomy:
    def category(code: str, name: str, parent: str | None, unit: str = "个", **more: Any) -> Category:
        limits: dict[str, Any] = {"walk_limit_min": 10, "provider_travels": False}
        return Category(code, name, name, parent, unit=unit, **{**limits, **more})

    return Taxonomy(
        (
            category("HLP", "帮扶", None, unit="份"),
            category("HLP01", "生活物资", "HLP", unit="份", consumable=True, unit_conversions=(("箱", 10),)),
            category("PRK", "停车", None),
            category("PRK01", "错时停车位", "PRK"),
            category("PRK02", "全天停车位", "PRK", walk_limit_min=None, provider_travels=True),
            category("SAF02", "消防隐患", None, routed=True, route_to="消防"),
        ),
        (
            CanSatisfy("HLP01", "HLP01", 1.0, "同类"),
            CanSatisfy("PRK01", "PRK01", 1.0, "同类"),
            CanSatisfy("PRK02", "PRK01", 0.9, "全天含夜间"),
        ),
        (
            TargetGroup("elders", "老年人", "Elders", None, ("老人", "长者")),
            TargetGroup("elders80", "高龄老人", "Elders of 80", "elders", sensitive=True),
        ),
    )


def street(uid: str | None = None, name: str = "柳巷街道") -> AdminDivision:
    uid = uid or street_uid()
    return AdminDivision(uid, uid, name, "subdistrict", code="320508001", code_year=2023, synthetic=True)


def community(number: int = 1, **more: Any) -> AdminDivision:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {
        "name": f"第{number}社区",
        "level": "community",
        "parent_uid": own,
        "aliases": (f"{number}社", f"社区{number}"),
        "code": f"32050800{number:04d}",
        "code_year": 2023,
        "households": 1200,
        "share_60plus": 0.31,
        "location": Location(120.6 + number / 1000, 31.3, 120.61, 31.29, "gcj02", LocatedBy.COORDINATES),
    }
    return AdminDivision(make_uid(own, "AdminDivision", f"community {number}"), own, **{**given, **more})


def grid(number: int = 1, parent: int = 1, **more: Any) -> Grid:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {"name": f"网格{number}", "parent_uid": community(parent, street=own).uid}
    return Grid(make_uid(own, "Grid", str(number)), own, **{**given, **more})


def station(number: int = 1, **more: Any) -> Station:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {"name": f"驿站{number}", "parent_uid": community(1, street=own).uid, "tier": "community"}
    return Station(make_uid(own, "Station", str(number)), own, **{**given, **more})


def branch(number: int = 1, **more: Any) -> PartyOrganization:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {
        "name": f"第{number}联动支部",
        "kind": "linked_branch",
        "rank": 1,
        "jurisdiction_uids": (community(1, street=own).uid,),
        "station_uid": station(1, street=own).uid,
    }
    return PartyOrganization(make_uid(own, "PartyOrganization", str(number)), own, **{**given, **more})


def pool(*members: str, **more: Any) -> ResourcePool:
    own = more.pop("street", street_uid())
    return ResourcePool(make_uid(own, "ResourcePool", "1"), own, "北片", members, **more)


def unit(number: int = 1, **more: Any) -> Organization:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {
        "name": f"第{number}共建单位",
        "uscc": f"91320508MA{number:08d}",
        "checked_in_uid": community(1, street=own).uid,
        "responsible_uids": (community(2, street=own).uid,),
        "paired_uids": (branch(1, street=own).uid,),
        "seat_uids": (community(1, street=own).uid,),
        "load_limits": (LoadLimit("个", 40, per_month=False),),
    }
    return Organization(make_uid(own, "Organization", str(number)), own, **{**given, **more})


def person(number: int = 1, **more: Any) -> Person:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {
        "pseudonym_id": f"p{number:06d}",
        "roles": ("volunteer",),
        "skills": ("HAIRCUT",),
        "skills_consent": True,
        "responsible_uids": (community(1, street=own).uid,),
        "seat_uids": (branch(1, street=own).uid,),
        "area_uid": community(1, street=own).uid,
        "affiliation_uid": unit(1, street=own).uid,
    }
    return Person(make_uid(own, "Person", str(number)), own, **{**given, **more})


def team(number: int = 1, **more: Any) -> VolunteerTeam:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {"name": f"志愿队{number}", "area_uid": community(1, street=own).uid}
    return VolunteerTeam(make_uid(own, "VolunteerTeam", str(number)), own, **{**given, **more})


def agreement(number: int = 1, **more: Any) -> Agreement:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {
        "organization_uid": unit(1, street=own).uid,
        "number": f"共建-{number}",
        "partner_uid": community(1, street=own).uid,
        "signed_on": date(2026, 1, 1),
        "valid_to": date(2027, 12, 31),
    }
    return Agreement(make_uid(own, "Agreement", str(number)), own, **{**given, **more})


def slot(resource: str, number: int = 1, **more: Any) -> Slot:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {"capacity": 5, "schedule": NIGHTS if number == 1 else None}
    return Slot(make_uid(own, "Slot", resource, str(number)), own, resource, **{**given, **more})


def resource(number: int = 1, **more: Any) -> Resource:
    own = more.pop("street", street_uid())
    slots = more.pop("slot_count", 1)
    uid = make_uid(own, "Resource", str(number))
    given: dict[str, Any] = {
        "name": f"停车场{number}",
        "category": "PRK01",
        "kind": ResourceKind.SPACE,
        "provider_uid": unit(1, street=own).uid,
        "total": Quantity(10, "个"),
        "offered": Quantity(5, "个"),
        "location": Location(120.605, 31.302, located_by=LocatedBy.COORDINATES),
        "area_uid": community(1, street=own).uid,
        "serves_uids": (community(1, street=own).uid,),
        "target_groups": ("elders",),
        "guard_min": 30,
        "quota_uids": (community(1, street=own).uid,),
        "quota_units": (3,),
        "slots": tuple(slot(uid, i, street=own) for i in range(1, slots + 1)),
    }
    return Resource(uid, own, **{**given, **more})


def need(number: int = 1, **more: Any) -> Need:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {
        "title": f"夜间停车 {number}",
        "category": "PRK01",
        "area_uid": community(1, street=own).uid,
        "quantity": Quantity(2, "个"),
        "window": NIGHTS,
        "needed_by": date(2026, 12, 31),
        "target_groups": ("elders",),
    }
    return Need(make_uid(own, "Need", str(number)), own, **{**given, **more})


def batch(number: int = 1, **more: Any) -> Batch:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {"resource_uid": resource(1, street=own).uid, "no": number}
    return Batch(make_uid(own, "Batch", str(number)), own, **{**given, **more})


def registration(number: int = 1, **more: Any) -> Registration:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {
        "batch_uid": batch(1, street=own).uid,
        "area_uid": community(1, street=own).uid,
        "registrant_hash": hashlib.sha256(str(number).encode()).hexdigest(),
        "rank": number,
    }
    return Registration(make_uid(own, "Registration", str(number)), own, **{**given, **more})


def project(number: int = 1, **more: Any) -> Project:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {
        "name": f"项目{number}",
        "area_uid": community(1, street=own).uid,
        "lead_uid": unit(1, street=own).uid,
        "support_text": ("居委会", "物业"),
        "budget_fen": 5_000_000,
        "due_on": date(2026, 12, 31),
    }
    return Project(make_uid(own, "Project", str(number)), own, **{**given, **more})


def budget(number: int = 1, **more: Any) -> BudgetPool:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {
        "name": f"第{number}社区为民服务经费",
        "owner_uid": community(number, street=own).uid,
        "kind": "为民服务",
        "year": 2026,
        "amount_fen": 20_000_000,
        "spent_fen": 5_000_000,
    }
    return BudgetPool(make_uid(own, "BudgetPool", str(number)), own, **{**given, **more})


def ruling(number: int = 1, **more: Any) -> Ruling:
    """The first need and resource are never paired again."""
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {
        "kind": RulingKind.BAN,
        "created_at": at(number),
        "by": "coordinator",
        "need_uid": need(1, street=own).uid,
        "resource_uid": resource(1, street=own).uid,
        "reason": "业主不同意",
    }
    return Ruling(make_uid(own, "Ruling", str(number)), own, **{**given, **more})


def imported(entities: Iterable[Entity], name: str = "list", minutes: int = 0, **more: Any) -> ImportBatch:
    """The rows of one file; its hash follows from its content."""
    rows = tuple(ImportedRow(entity, "Sheet1", number) for number, entity in enumerate(entities, start=2))
    own = more.pop("street", street_uid())
    file_hash = hashlib.sha256(repr(rows).encode()).hexdigest()
    uid = make_uid(own, "import", "need", file_hash)
    return ImportBatch(uid, own, "need", f"{name}.xlsx", file_hash, rows, at(minutes), "test", **more)


def whole_street(own: str | None = None) -> tuple[Entity, ...]:
    """A row of each kind, in an order in which references come first."""
    own = own or street_uid()
    areas = (community(1, street=own), community(2, street=own))
    return (
        street(own),
        *areas,
        grid(1, street=own),
        station(1, street=own),
        pool(*(area.uid for area in areas), street=own),
        branch(1, street=own),
        unit(1, street=own),
        person(1, street=own),
        team(1, street=own),
        agreement(1, street=own),
        resource(1, street=own, slot_count=2),
        need(1, street=own),
        need(2, street=own, area_uid=areas[1].uid, title="给 80 岁老人送米", category="HLP01", window=None),
        batch(1, street=own, cap=3),
        *(registration(number, street=own) for number in range(1, 5)),
        project(1, street=own),
        budget(1, street=own),
    )


def match_run(number: int = 1, **more: Any) -> MatchRun:
    own = more.pop("street", street_uid())
    given: dict[str, Any] = {
        "created_at": at(number),
        "as_of": NOON,
        "horizon_days": 90,
        "seed": 7,
        "solver": "network_simplex",
        "status": "optimal",
        "objective": 1200,
        "bound": 1200,
        "policy_text": "ring = 300",
        "policy_hash": "a" * 64,
        "snapshot_hash": "b" * 64,
        "certificate": {"gap": 0, "primal": True},
        "figures": {"served": 2, "unmet": {"urgent": 0, "hoped": 1}},
        "version": "0.1.0",
    }
    return MatchRun(make_uid(own, "MatchRun", str(number)), own, **{**given, **more})


def pairing(run: MatchRun, need_: Need, resource_: Resource, **more: Any) -> Pairing:
    given: dict[str, Any] = {
        "quantity": 2,
        "cost_s": 600,
        "terms": (Finding("term.walk", {"seconds": 600, "metres": 640.5}),),
        "path": (
            PathStep("", "Organization", unit(1, street=run.street).uid, "第1共建单位", {}),
            PathStep("SIGNED_BY", "Agreement", agreement(1, street=run.street).uid, "共建-1", {"valid": True}),
            PathStep("FULFILLS", "Need", need_.uid, need_.title, {"walk_s": 600}),
        ),
    }
    uid = make_uid(run.street, "Pairing", run.uid, need_.uid, resource_.uid)
    return Pairing(uid, run.street, run.uid, need_.uid, resource_.uid, resource_.slots[0].uid, **{**given, **more})


def shortfall(run: MatchRun, need_: Need, quantity: int = 1) -> Shortfall:
    reason = Finding("capacity", {"resource": resource(1).uid, "holders": ["a", "b"], "cap": 5})
    return Shortfall(run.street, run.uid, need_.uid, quantity, reason, (("category", 3), ("capacity", 1)))
