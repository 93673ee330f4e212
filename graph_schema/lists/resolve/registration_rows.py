"""Rows of a batch's registrations (登记): the batch, and each registration under keyed hashes."""

import datetime as dt
from dataclasses import dataclass, field

from graph_schema.lists.cells import key_of
from graph_schema.lists.resolve.context import STREET_ZONE, Context
from graph_schema.lists.resolve.locate import read_area
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.resolve.shared import read_day
from graph_schema.lists.values.choosing import nearest
from graph_schema.lists.values.dates import Edge
from graph_schema.lists.values.identifiers import parse_batch_no, parse_number, parse_uid
from graph_schema.lists.values.quantities import parse_count
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import Entity
from graph_schema.model.needs import Batch, Registration
from graph_schema.model.resources import Resource

LARGEST_CAP = 1_000_000


@dataclass(slots=True)
class _Seen:
    """A batch as its first row states it, and how many registrations it has so far."""

    batch: Batch
    stated: tuple[object, ...]
    row: int
    registrations: int = 0


@dataclass(slots=True)
class RegistrationRows:
    """All registration rows of one file: rows of one batch must agree on it."""

    context: Context
    seen: dict[str, _Seen] = field(default_factory=dict)

    def resolve(self, row: RowReader) -> list[Entity]:
        """The registration of a row, behind its batch."""
        context = self.context
        row.check_needed()
        resource = self._resource(row)
        number = row.read("batch", parse_batch_no)
        area = read_area(row, "area", context.register)
        if resource is not None and number is not None:
            self._agree(row, resource, number)
        hashes = {key: row.raw(key) for key in ("phone", "plate", "registrant")}
        if not any(hashes.values()) and not any(issue.row == row.number for issue in row.table.issues):
            row.tell("list_no_registrant", "registrant")
        if resource is None or number is None or area is None or not any(hashes.values()):
            return []
        seen = self.seen[make_uid(context.street, "batch", resource.uid, str(number))]
        seen.registrations += 1
        # A telephone is one person's; a name alone may be two people's, so it counts inside its community only.
        registrant = hashes["phone"] or hashes["registrant"] or hashes["plate"] or ""
        stated = row.read("number", parse_number)
        identity = ("number", key_of(stated)) if stated else (hashes["plate"] or registrant, _inside(hashes, area.uid))
        registration = Registration(
            uid=row.read("uid", parse_uid) or make_uid(context.street, "registration", seen.batch.uid, *identity),
            street=context.street,
            batch_uid=seen.batch.uid,
            area_uid=area.uid,
            registrant_hash=registrant,
            plate_hash=hashes["plate"],
            rank=row.read("rank", lambda cell: parse_count(cell, LARGEST_CAP)) or seen.registrations,
            synthetic=row.choice("synthetic") == "yes",
        )
        return [seen.batch, registration]

    def _resource(self, row: RowReader) -> Resource | None:
        register = self.context.register
        name = row.raw("resource")
        if name is None:
            return None
        found = register.find_resources(name)
        provider = row.raw("provider")
        if provider is not None and len(found) > 1:
            owners = {each.uid for each in register.find_provider(provider)}
            found = [resource for resource in found if resource.provider_uid in owners]
        if len(found) == 1:
            return found[0]
        if found:
            owners_named = [register.organizations.get(each.provider_uid) for each in found]
            row.tell(
                "list_ambiguous_resource", "resource", value=name, near=sorted(o.name for o in owners_named if o)[:5]
            )
        else:
            names = [resource.name for resource in register.resources.values()]
            row.tell("list_unknown_resource", "resource", value=name, near=nearest(name, names, least=0.3))
        return None

    def _agree(self, row: RowReader, resource: Resource, number: int) -> None:
        """Takes the batch from its first row; later rows that contradict it are errors."""
        context = self.context
        uid = make_uid(context.street, "batch", resource.uid, str(number))
        stated = tuple(row.raw(key) for key in ("cap", "status", "released_on", "opens_on", "closes_on"))
        seen = self.seen.get(uid)
        if seen is not None:
            for key, first, here in zip(
                ("cap", "status", "released_on", "opens_on", "closes_on"), seen.stated, stated, strict=True
            ):
                if here is not None and here != first:
                    row.tell("list_batch_contradiction", key, value=here, first=str(first or "-"), row=seen.row)
            return
        batch = Batch(
            uid=uid,
            street=context.street,
            resource_uid=resource.uid,
            no=number,
            cap=row.read("cap", lambda cell: parse_count(cell, LARGEST_CAP)),
            opens_on=read_day(row, "opens_on", Edge.START, context),
            closes_on=read_day(row, "closes_on", Edge.END, context),
            released_at=self._released_at(row, uid),
        )
        self.seen[uid] = _Seen(batch, stated, row.number)

    def _released_at(self, row: RowReader, uid: str) -> dt.datetime | None:
        """Local midnight of the day of release; a list cannot take back what was released already."""
        status = row.choice("status")
        day = read_day(row, "released_on", Edge.START, self.context)
        known = self.context.register.batches.get(uid)
        if status == "released" and day is None and known is not None and known.released_at is not None:
            return known.released_at
        if status == "released" and day is None:
            row.tell("list_release_without_day", "status", value=row.raw("status") or "")
            return None
        if day is not None and status != "waiting":
            if known is not None and known.released_at is not None and _local_day(known.released_at) == day:
                return known.released_at  # released by a command at some hour of that day
            return dt.datetime.combine(day, dt.time(), STREET_ZONE).astimezone(dt.UTC)
        if day is not None:
            row.tell("list_release_contradiction", "released_on", value=str(day), status=row.raw("status") or "")
        if known is not None and known.released_at is not None:
            row.tell(
                "list_released_already",
                "status",
                value=row.raw("status") or "-",
                day=str(_local_day(known.released_at)),
            )
            return known.released_at
        return None


def _local_day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(STREET_ZONE).date()


def _inside(hashes: dict[str, str | None], area_uid: str) -> str:
    return area_uid if not hashes["plate"] and not hashes["phone"] else ""
