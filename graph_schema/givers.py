"""Who gives what a snapshot holds: providers with their agreements, limits, skills and ties to places."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from graph_schema.demand import DONE, SnapshotRows, provider_name
from graph_schema.model.categories import Category
from graph_schema.model.loads import HOURS, load_of
from graph_schema.model.providers import Agreement, LoadLimit, Organization, Person, Provider, VolunteerTeam
from graph_schema.model.schedules import IntervalSet
from graph_schema.model.snapshot import SnapshotAgreement, SnapshotLoad, SnapshotProvider, SnapshotResource
from graph_schema.model.street import StreetGraph
from graph_schema.windows import Windows


class Givers:
    """
    The providers of one snapshot.

    Parameters
    ----------
    graph
        The street's records.
    rows
        Its resources, made before.
    windows
        That the slots index into.
    term
        Local first day and length of the horizon in days.
    """

    def __init__(
        self,
        graph: StreetGraph,
        rows: SnapshotRows,
        resources: Iterable[SnapshotResource],
        windows: Windows,
        term: tuple[date, int],
    ) -> None:
        self._graph = graph
        self._rows = rows
        self._windows = windows
        self._first_day, self._days = term
        self._resources: dict[str, list[SnapshotResource]] = defaultdict(list)
        for resource in resources:
            self._resources[resource.provider_uid].append(resource)
        self._areas = {area.uid: area for area in graph.areas}
        self._needs = {need.uid: need for need in graph.needs}
        self._parties = {row.uid: row for row in graph.party_organizations}
        self._units = {row.uid: row for row in graph.organizations}
        self._categories = {category.code: category for category in graph.taxonomy.categories}
        providers: list[Provider] = [*graph.organizations, *graph.teams, *graph.people]
        self._providers = {provider.uid: provider for provider in providers}

    def providers(self) -> tuple[SnapshotProvider, ...]:
        """Providers of the resources, sorted by uid."""
        agreements: dict[str, list[Agreement]] = defaultdict(list)
        for agreement in sorted(self._graph.agreements, key=lambda row: row.uid):
            agreements[agreement.organization_uid].append(agreement)
        served = self._served()
        return tuple(
            SnapshotProvider(
                uid=uid,
                label=type(provider).__name__,
                name=provider_name(provider),
                home_area_uid=self._rows.home_of(provider),
                agreements=tuple(self._agreement(row) for row in agreements[uid]),
                served_area_uids=tuple(sorted(served.get(uid, ()))),
                loads=self._loads(provider),
                responsible_area_uids=self._responsible(provider),
                paired_area_uids=self._standing_for(() if isinstance(provider, Person) else provider.paired_uids),
                seat_area_uids=self._standing_for(provider.seat_uids),
                skills=self._skills(provider),
            )
            for uid, provider in ((uid, self._providers[uid]) for uid in sorted(self._resources))
        )

    def _served(self) -> Mapping[str, set[str]]:
        """Provider -> areas of the needs that it has served before."""
        owner = {resource.uid: resource.provider_uid for resource in self._graph.resources}
        served: dict[str, set[str]] = defaultdict(set)
        for pairing in self._graph.pairings:
            need = self._needs.get(pairing.need_uid)
            if pairing.state in DONE and need is not None and pairing.resource_uid in owner:
                served[owner[pairing.resource_uid]].add(need.area_uid)
        return served

    def _responsible(self, provider: Provider) -> tuple[str, ...]:
        """Areas that it looks after; of a person who names none, those of the unit that they belong to."""
        stated = provider.responsible_uids
        if not stated and isinstance(provider, Person) and provider.affiliation_uid in self._units:
            stated = self._units[provider.affiliation_uid].responsible_uids
        return tuple(sorted({self._rows.known_area(uid, provider.uid) for uid in stated}))

    def _standing_for(self, uids: Iterable[str]) -> tuple[str, ...]:
        """Areas, and those in the charge of party organisations."""
        found: set[str] = set()
        for uid in uids:
            party = self._parties.get(uid)
            found.update(party.jurisdiction_uids if party is not None else {uid} & self._areas.keys())
        return tuple(sorted(found))

    def _skills(self, provider: Provider) -> tuple[str, ...]:
        """Skills that may be used: with consent that has not ended on the first day."""
        if not isinstance(provider, Person) or not provider.skills_consent:
            return ()
        if provider.consent_until is not None and provider.consent_until < self._first_day:
            return ()
        return tuple(sorted(set(provider.skills)))

    def _loads(self, provider: Provider) -> tuple[SnapshotLoad, ...]:
        made = []
        for limit in limits_of(provider):
            unit = self._counted_in(limit, provider.uid)
            for first, last in months(self._first_day, self._days) if limit.per_month else ((0, self._days - 1),):
                left = max(limit.limit - self._taken(provider.uid, unit, first, last), 0)
                made.append(SnapshotLoad(unit=unit, limit=left, first_day=first, last_day=last))
        return tuple(sorted(made, key=lambda load: (load.first_day, load.last_day, load.unit, load.limit)))

    def _counted_in(self, limit: LoadLimit, provider_uid: str) -> str:
        """Unit of a limit; the one of its resources where that is another word for it (一次 is one 人 visited)."""
        units = {resource.unit for resource in self._resources[provider_uid]}
        if limit.unit == HOURS or limit.unit in units or len(units) != 1:
            return limit.unit
        categories = {self._categories[resource.category] for resource in self._resources[provider_uid]}
        same = all(one_for_one(limit.unit, category) for category in categories)
        return units.pop() if same else limit.unit

    def _taken(self, provider_uid: str, unit: str, first: int, last: int) -> int:
        """What pairings in force take of a limit, as `load_of` counts; a slot that is gone counts as always open."""
        taken = 0
        for resource in self._resources[provider_uid]:
            window_of = {slot.uid: slot.window for slot in resource.slots}
            for hold in resource.held:
                asked = self._asked(hold.need_uid)
                window = self._windows.of(window_of.get(hold.slot_uid, -1)) if asked is None else asked
                each = load_of(resource.unit, unit, window, first, last)
                taken += hold.quantity * (each or 0)
        return taken

    def _asked(self, need_uid: str) -> IntervalSet | None:
        """The window of a need that has one of its own."""
        need = self._needs.get(need_uid)
        if need is None or need.window is None:
            return None
        return self._windows.wanted(need.window, need.needed_from, need.needed_by)

    def _agreement(self, row: Agreement) -> SnapshotAgreement:
        partner = None if row.partner_uid is None else self._parties.get(row.partner_uid)
        stands_for: tuple[str, ...] = ()
        name = label = None
        if partner is not None:
            stands_for = tuple(sorted(partner.jurisdiction_uids))
            name, label = partner.name, type(partner).__name__
        elif row.partner_uid is not None and row.partner_uid in self._areas:
            area = self._areas[row.partner_uid]
            stands_for, name, label = (row.partner_uid,), area.name, type(area).__name__
        return SnapshotAgreement(
            uid=row.uid,
            partner_uid=row.partner_uid,
            partner_name=name,
            valid_from=row.signed_on,
            valid_to=row.valid_to,
            partner_area_uids=stands_for,
            partner_label=label,
            number=row.number,
        )


def limits_of(provider: Provider) -> tuple[LoadLimit, ...]:
    """All limits of a provider, its hours a month among them."""
    if isinstance(provider, Organization):
        return provider.load_limits
    hours = provider.capacity_h_per_month if isinstance(provider, VolunteerTeam) else provider.max_load_h_per_month
    monthly = () if hours is None else (LoadLimit(HOURS, hours),)
    return (*monthly, *provider.load_limits)


def months(first_day: date, days: int) -> tuple[tuple[int, int], ...]:
    """First and last day of each calendar month of the term, as days since its first, cut off at its ends."""
    found: list[tuple[int, int]] = []
    for day in range(days):
        begins = (first_day + timedelta(days=day)).day == 1
        if begins or not found:
            found.append((day, day))
        else:
            found[-1] = (found[-1][0], day)
    return tuple(found)


def one_for_one(unit: str, category: Category) -> bool:
    """Whether one such unit is one of the category's."""
    return unit == category.unit or (unit, 1) in category.unit_conversions
