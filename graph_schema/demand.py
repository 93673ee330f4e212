"""What is asked for and what can still be given: needs, resources and batches less what pairings hold."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace

from graph_schema.locate import Locator
from graph_schema.model.categories import Category
from graph_schema.model.errors import InvalidValueError
from graph_schema.model.needs import Need, NeedStatus, Urgency
from graph_schema.model.pairings import Pairing, PairingState
from graph_schema.model.places import Location, Station
from graph_schema.model.providers import Organization, Person, Provider
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource, ResourceKind, ResourceStatus, Slot
from graph_schema.model.snapshot import (
    Point,
    SnapshotBatch,
    SnapshotHold,
    SnapshotNeed,
    SnapshotResource,
    SnapshotSlot,
)
from graph_schema.model.street import StreetGraph
from graph_schema.rings import RingPath, Rings
from graph_schema.taxonomy import EVERYBODY
from graph_schema.windows import Windows

IN_FORCE = frozenset(
    {PairingState.OFFERED, PairingState.ACCEPTED, PairingState.CLAIMED, PairingState.IN_PROGRESS},
)
"""States in which a pairing holds capacity."""
DONE = frozenset({PairingState.FULFILLED, PairingState.EVALUATED, PairingState.CLOSED})
"""States in which a need was served; a consumable stays used up, a space is free again."""
DEMAND = frozenset({NeedStatus.OPEN, NeedStatus.PARTLY_MATCHED})
MATCHABLE = frozenset({ResourceStatus.IDLE, ResourceStatus.OFFERED})
_USED_UP_KINDS = frozenset({ResourceKind.GOODS, ResourceKind.FUND})
_URGENCIES = tuple(Urgency)


class SnapshotRows:
    """
    The rows of one snapshot.

    Parameters
    ----------
    graph
        The street's records.
    rings, locator
        Ways up and locations.
    windows
        Expands each distinct schedule once.
    points
        Locations -> planar points.

    Raises
    ------
    InvalidValueError
        If a record refers to an area, category, provider or resource that is not in the graph.
    """

    def __init__(
        self,
        graph: StreetGraph,
        rings: Rings,
        locator: Locator,
        windows: Windows,
        points: Callable[[Iterable[Location]], list[Point]],
    ) -> None:
        self._graph = graph
        self._rings = rings
        self._locator = locator
        self._windows = windows
        self._points = points
        self._areas = {area.uid: area for area in graph.areas}
        self._categories = {category.code: category for category in graph.taxonomy.categories}
        providers: list[Provider] = [*graph.organizations, *graph.teams, *graph.people]
        self._providers = {provider.uid: provider for provider in providers}
        equipped = [area for area in graph.areas if isinstance(area, Station) and area.amenities]
        equipped.sort(key=lambda station: station.uid, reverse=True)
        self._stations = {station.name: station for station in equipped}
        self._station_lengths = sorted({len(name) for name in self._stations}, reverse=True)
        self._batches = {batch.uid: batch for batch in graph.batches}
        self._batch_of = {row.uid: row.batch_uid for row in graph.registrations}
        self._needs = {need.uid: need for need in graph.needs}
        self._resources = sorted(filter(self._is_matchable, graph.resources), key=lambda resource: resource.uid)
        self._pairings = sorted(graph.pairings, key=lambda pairing: pairing.uid)

    def needs(self) -> tuple[SnapshotNeed, ...]:
        """Demand: what open and partly matched needs still ask for, if it is more than nothing."""
        given: dict[str, int] = defaultdict(int)
        for pairing in self._pairings:
            if pairing.state in IN_FORCE | DONE:
                given[pairing.need_uid] += pairing.quantity
        rows = sorted((need for need in self._graph.needs if need.status in DEMAND), key=lambda need: need.uid)
        points = self._points(
            self._locator.locate(need.location, need.address, self.known_area(need.area_uid, need.uid)) for need in rows
        )
        made = [self._need(need, point, given[need.uid]) for need, point in zip(rows, points, strict=True)]
        return tuple(need for need in made if need.quantity > 0)

    def _need(self, need: Need, point: Point, given: int) -> SnapshotNeed:
        category = self._category(need.category, need.uid)
        quantity, unit = converted(need.quantity, category)
        batch_uid = None if need.registration_uid is None else self._batch_of.get(need.registration_uid)
        batch = None if batch_uid is None else self._batches.get(batch_uid)
        return SnapshotNeed(
            uid=need.uid,
            title=need.title,
            category=need.category,
            unit=unit,
            quantity=max(quantity - given, 0),
            assumed=need.quantity.assumed,
            urgency=_URGENCIES.index(need.urgency),
            area_uid=need.area_uid,
            point=point,
            window=self._windows.asked(need.window, need.needed_from, need.needed_by),
            window_text=need.window_text or "",
            needed_from=need.needed_from,
            needed_by=need.needed_by,
            raised_on=need.raised_on,
            target_groups=groups_of(need.target_groups, category),
            service_modes=tuple(sorted(need.service_modes)),
            only_resource_uid=need.only_resource_uid,
            batch_uid=batch_uid,
            batch_released=batch is None or batch.released_at is not None,
            kind=need.kind.value,
            skills=tuple(sorted(set(need.skills))),
            amenities=normal_names(need.amenities),
            flags=tuple(sorted(set(need.flags))),
            beneficiary_households=need.beneficiary_households or 0,
            beneficiary_persons=need.beneficiary_persons or 0,
            whole=need.whole,
            single_provider=need.single_provider,
            team_uid=None if need.team is None else one_width(need.team),
            role=None if need.role is None else need.role.value,
            post=None if need.post is None else one_width(need.post),
            fund_kind=None if need.fund_kind is None else normal_name(need.fund_kind),
            help=need.help,
        )

    def resources(self) -> tuple[SnapshotResource, ...]:
        """Resources that are idle or offered by providers that are active."""
        holds: dict[str, list[Pairing]] = defaultdict(list)
        for pairing in self._pairings:
            holds[pairing.resource_uid].append(pairing)
        points = self._points(self._location(resource) for resource in self._resources)
        return tuple(
            self._resource(resource, point, holds[resource.uid])
            for resource, point in zip(self._resources, points, strict=True)
        )

    def _resource(self, resource: Resource, point: Point, pairings: list[Pairing]) -> SnapshotResource:
        category = self._category(resource.category, resource.uid)
        offered, unit = converted(resource.offered, category)
        consumable = resource.consumable or category.consumable or resource.kind in _USED_UP_KINDS
        taking = IN_FORCE | DONE if consumable else IN_FORCE
        held = [
            SnapshotHold(pairing.need_uid, pairing.slot_uid, pairing.quantity)
            for pairing in pairings
            if pairing.state in taking
        ]
        factor = _factor(resource.offered.unit, category)
        slots = [self._slot(slot, resource, factor) for slot in resource.slots]
        slots = self._less_held(slots, held, offered, consumable=consumable)
        home_area_uid, home_ring = self._home(resource)
        return SnapshotResource(
            uid=resource.uid,
            name=resource.name,
            category=resource.category,
            unit=unit,
            offered=offered,
            available=max((slot.capacity for slot in slots), default=0),
            qualifier=resource.offered.qualifier,
            assumed=resource.offered.assumed,
            consumable=consumable,
            provider_uid=resource.provider_uid,
            point=point,
            home_area_uid=home_area_uid,
            serves=tuple(sorted(self.known_area(uid, resource.uid) for uid in resource.serves_uids)),
            excludes=tuple(sorted(self.known_area(uid, resource.uid) for uid in resource.excludes_uids)),
            target_groups=groups_of(resource.target_groups, None),
            service_modes=tuple(sorted(resource.service_modes)),
            status=resource.status.value,
            valid_from=resource.valid_from,
            valid_to=resource.valid_to,
            surveyed_on=resource.surveyed_on,
            slots=tuple(slots),
            home_ring=home_ring,
            held=tuple(sorted(held, key=lambda hold: (hold.need_uid, hold.slot_uid, hold.quantity))),
            guard_min=resource.guard_min,
            area_uid=self._lies_in(resource),
            unit_cost_fen=resource.unit_cost_fen or 0,
            amenities=normal_names(self._amenities(resource)),
            area_quotas=tuple(
                sorted(
                    (self.known_area(uid, resource.uid), units * factor)
                    for uid, units in zip(resource.quota_uids, resource.quota_units, strict=True)
                )
            ),
            emergency_ok=resource.emergency_ok,
        )

    def _amenities(self, resource: Resource) -> tuple[str, ...]:
        """What a resource has: its own words, else those of the station that it lies in or its address names."""
        if resource.amenities:
            return resource.amenities
        station = self._areas.get(resource.area_uid or "")
        if not isinstance(station, Station):
            station = self._named_station(resource.address or "")
        return () if station is None else station.amenities

    def _named_station(self, address: str) -> Station | None:
        """The station with the longest name that an address names; by length, since names and addresses are many."""
        for length in self._station_lengths:
            for start in range(len(address) - length + 1):
                station = self._stations.get(address[start : start + length])
                if station is not None:
                    return station
        return None

    def batches(self) -> tuple[SnapshotBatch, ...]:
        """All batches, waiting ones too."""
        registered: dict[str, int] = defaultdict(int)
        for row in self._graph.registrations:
            registered[row.batch_uid] += 1
        held: dict[str, int] = defaultdict(int)
        for pairing in self._pairings:
            need = self._needs.get(pairing.need_uid)
            if pairing.state in IN_FORCE | DONE and need is not None and need.registration_uid is not None:
                held[self._batch_of.get(need.registration_uid, "")] += pairing.quantity
        return tuple(
            SnapshotBatch(
                uid=batch.uid,
                resource_uid=batch.resource_uid,
                no=batch.no,
                cap=batch.cap,
                released=batch.released_at is not None,
                registrations=registered[batch.uid],
                held=held[batch.uid],
            )
            for batch in sorted(self._graph.batches, key=lambda batch: batch.uid)
        )

    def _is_matchable(self, resource: Resource) -> bool:
        provider = self._providers.get(resource.provider_uid)
        if provider is None:
            msg = f"resource {resource.uid} is provided by {resource.provider_uid}, which is not in the graph."
            raise InvalidValueError(msg)
        active = not isinstance(provider, Organization) or provider.status == "active"
        return resource.status in MATCHABLE and active

    def _slot(self, slot: Slot, resource: Resource, factor: int) -> SnapshotSlot:
        return SnapshotSlot(
            uid=slot.uid,
            window=self._windows.offered(slot.schedule, resource.guard_min),
            capacity=slot.capacity * factor,
            text=resource.windows_text or "",
        )

    def _less_held(
        self, slots: list[SnapshotSlot], held: list[SnapshotHold], offered: int, *, consumable: bool
    ) -> list[SnapshotSlot]:
        """Slots with what is left of them: a hold takes from its own slot and from each that overlaps it."""
        window_of = {slot.uid: slot.window for slot in slots}
        made = []
        for slot in slots:
            taken = sum(
                hold.quantity
                for hold in held
                # A slot that is gone may have been any of these: its hold is never given away twice.
                if consumable
                or hold.slot_uid not in window_of
                or hold.slot_uid == slot.uid
                or self._windows.overlap(window_of[hold.slot_uid], slot.window)
            )
            made.append(replace(slot, capacity=max(min(slot.capacity, offered) - taken, 0)))
        return made

    def _location(self, resource: Resource) -> Location:
        return self._locator.locate(resource.location, resource.address, self._lies_in(resource))

    def _lies_in(self, resource: Resource) -> str | None:
        if resource.area_uid is not None:
            return self.known_area(resource.area_uid, resource.uid)
        return self.home_of(self._providers[resource.provider_uid])

    def _home(self, resource: Resource) -> tuple[str | None, RingPath]:
        """Where a resource is at home: by its coverage list, else its owner's check-in, else where it lies."""
        if resource.serves_uids:
            serves = [self.known_area(uid, resource.uid) for uid in sorted(resource.serves_uids)]
            return self._rings.lowest_common(serves), self._rings.shared_path(serves)
        home = (
            self.home_of(self._providers[resource.provider_uid])
            or resource.area_uid
            or self._locator.area_in(resource.address, None)
        )
        if home is None:
            # Its unit stands in the street's list, and nothing says where in the street.
            return None, self._rings.street_path()
        return home, self._rings.path(self.known_area(home, resource.uid))

    def home_of(self, provider: Provider) -> str | None:
        """Area where a provider is checked in."""
        home = provider.checked_in_uid if isinstance(provider, Organization) else provider.area_uid
        return None if home is None else self.known_area(home, provider.uid)

    def known_area(self, area_uid: str, of: str) -> str:
        """The uid, when an area has it; raises otherwise, naming who refers to it."""
        if area_uid not in self._areas:
            msg = f"{of} refers to the area {area_uid}, which is not in the graph."
            raise InvalidValueError(msg)
        return area_uid

    def _category(self, code: str, of: str) -> Category:
        if code not in self._categories:
            msg = f"{of} is of the category {code!r}, which is not in the taxonomy."
            raise InvalidValueError(msg)
        return self._categories[code]


def converted(quantity: Quantity, category: Category) -> tuple[int, str]:
    """Amount and unit in the category's matching unit; as written where no conversion is stated."""
    factor = _factor(quantity.unit, category)
    known = quantity.unit == category.unit or any(unit == quantity.unit for unit, _ in category.unit_conversions)
    return quantity.value * factor, category.unit if known else quantity.unit


def _factor(unit: str, category: Category) -> int:
    return next((factor for known, factor in category.unit_conversions if known == unit), 1)


def groups_of(stated: tuple[str, ...], category: Category | None) -> tuple[str, ...]:
    """Groups that a row is for: none when it states everybody, the category's own when it states nothing."""
    if EVERYBODY in stated:
        return ()
    if not stated and category is not None and category.target_group is not None:
        return (category.target_group,)
    return tuple(sorted(set(stated)))


def one_width(text: str) -> str:
    """A number or name in half-width form without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def normal_name(text: str) -> str:
    """One spelling of a name: half-width, without spaces, small letters."""
    return one_width(text).casefold()


def normal_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Names in their one spelling, each once, sorted."""
    return tuple(sorted({name for name in map(normal_name, texts) if name}))


def provider_name(provider: Provider) -> str:
    """Name of a unit or team, pseudonym of a person."""
    return provider.pseudonym_id if isinstance(provider, Person) else provider.name
