"""What the page says of a plan: figures, rows and the sketch, ready to be put into words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.pages.sketch import Sketch, SketchArea, SketchLink, SketchNeed, SketchResource, draw
from api.path_text import main_way
from api.services.aims import proven_aims, worth_telling
from api.services.places import Places
from api.services.reading import PlanInForce
from api.words import words
from graph_schema.messages import Language
from graph_schema.model.needs import Need, NeedKind, Urgency
from graph_schema.model.pairings import MatchRun, Pairing, Shortfall
from graph_schema.model.places import AdminDivision

MAX_ROWS = 600
"""Rows of a table on the page; the interface has the rest."""

MET, PARTLY, UNMET = "met", "partly", "unmet"


def rank_of(urgency: str) -> int:
    """Place of an urgency class, 1 the most urgent."""
    return list(Urgency).index(Urgency(urgency)) + 1


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One urgency class: how many needs, and how they fared."""

    urgency: str
    needs: int
    met: int
    partly: int
    unmet: int


@dataclass(frozen=True, slots=True)
class PairingRow:
    """
    Who serves whom. Registrations of one community with one resource are one row.

    Parameters
    ----------
    registrations
        How many registrations the row stands for, 0 for an ordinary need.
    path
        (relationship in words, name) of each step.
    """

    title: str
    area: str
    urgency: str
    resource: str
    provider: str
    quantity: int
    unit: str
    state: str
    registrations: int
    terms: tuple[str, ...]
    path: tuple[tuple[str, str], ...]

    @property
    def rank(self) -> int:
        """Place of its urgency class, 1 the most urgent."""
        return rank_of(self.urgency)


@dataclass(frozen=True, slots=True)
class UnmetRow:
    """What stayed unmet of one need, or of the registrations of one community for one reason."""

    title: str
    area: str
    urgency: str
    asked: int
    missing: int
    unit: str
    registrations: int
    reason: str

    @property
    def rank(self) -> int:
        """Place of its urgency class, 1 the most urgent."""
        return rank_of(self.urgency)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One community: needs raised there, and how many were met in full."""

    name: str
    asked: int
    met: int


@dataclass(frozen=True, slots=True)
class PlanView:
    """
    The whole page of one plan.

    Parameters
    ----------
    hidden
        Needs that the run counts and the page does not show.
    resources
        Resources that could be matched.
    aims
        What is proven of each aim, in words, where there are several.
    """

    run: MatchRun
    classes: tuple[ClassRow, ...]
    needs: int
    needs_met: int
    needs_partly: int
    needs_unmet: int
    registrations: int
    registrations_met: int
    hidden: int
    resources: int
    resources_used: int
    providers: int
    pairings: tuple[PairingRow, ...]
    pairings_total: int
    unmet: tuple[UnmetRow, ...]
    areas: tuple[AreaRow, ...]
    sketch: Sketch | None
    synthetic: bool
    unplaced: int
    violations: int
    aims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Fate:
    """A need of the run with what it got and what it lacks."""

    need: Need
    served: int
    missing: int
    community: str

    @property
    def state(self) -> str:
        if self.missing == 0:
            return MET
        return PARTLY if self.served else UNMET


class _Street:
    """Lookups of one street's graph."""

    def __init__(self, plan: PlanInForce, run: MatchRun) -> None:
        self.run = run
        graph = plan.graph
        self.places = Places(graph.areas)
        self.areas = self.places.areas
        self.needs = {need.uid: need for need in graph.needs}
        self.resources = {resource.uid: resource for resource in graph.resources}
        self.providers = {unit.uid: unit.name for unit in graph.organizations} | {
            team.uid: team.name for team in graph.teams
        }


def view_of(plan: PlanInForce, run: MatchRun, language: Language) -> PlanView:
    """Everything the page shows of one run, in one language."""
    street = _Street(plan, run)
    fates = _fates(street, plan.pairings, plan.shortfalls)
    ordinary = [fate for fate in fates if fate.need.kind is not NeedKind.REGISTRATION]
    registered = [fate for fate in fates if fate.need.kind is NeedKind.REGISTRATION]
    used = {pairing.resource_uid for pairing in plan.pairings}
    areas = _areas(street, ordinary)
    sketch, unplaced = _sketch(street, plan.pairings, fates, areas)
    pairings = _pairing_rows(street, plan.pairings, language)
    shown = [*plan.graph.areas, *plan.graph.resources, *(fate.need for fate in fates)]
    return PlanView(
        run=run,
        classes=_classes(ordinary),
        needs=len(ordinary),
        needs_met=sum(fate.state == MET for fate in ordinary),
        needs_partly=sum(fate.state == PARTLY for fate in ordinary),
        needs_unmet=sum(fate.state == UNMET for fate in ordinary),
        registrations=len(registered),
        registrations_met=sum(fate.state == MET for fate in registered),
        hidden=max(int(run.figures.get("needs", 0)) - len(fates), 0),
        resources=int(run.figures.get("resources", len(street.resources))),
        resources_used=len(used),
        providers=len({street.resources[uid].provider_uid for uid in used if uid in street.resources}),
        pairings=tuple(pairings[:MAX_ROWS]),
        pairings_total=len(pairings),
        unmet=tuple(_unmet_rows(street, plan.shortfalls, fates, language)[:MAX_ROWS]),
        areas=tuple(sorted(areas.values(), key=lambda row: (row.met * 1000 // max(row.asked, 1), row.name))),
        sketch=sketch,
        synthetic=any(record.synthetic for record in shown),
        unplaced=unplaced,
        aims=tuple(words(aim, language) for aim in proven_aims(run.figures)) if worth_telling(run.figures) else (),
        violations=sum(run.certificate.get(f"{kind}_violations", 0) for kind in ("primal", "dual", "slackness")),
    )


def _fates(street: _Street, pairings: Iterable[Pairing], shortfalls: Iterable[Shortfall]) -> list[_Fate]:
    served: dict[str, int] = defaultdict(int)
    missing: dict[str, int] = defaultdict(int)
    for pairing in pairings:
        served[pairing.need_uid] += pairing.quantity
    for shortfall in shortfalls:
        missing[shortfall.need_uid] += shortfall.quantity
    fates = []
    for uid in sorted({*served, *missing} & street.needs.keys()):
        need = street.needs[uid]
        community = street.places.community(need.area_uid)
        fates.append(_Fate(need, served[uid], missing[uid], community.uid if community else ""))
    return fates


def _classes(fates: Sequence[_Fate]) -> tuple[ClassRow, ...]:
    rows = []
    for urgency in Urgency:
        states = [fate.state for fate in fates if fate.need.urgency is urgency]
        rows.append(ClassRow(urgency.value, len(states), states.count(MET), states.count(PARTLY), states.count(UNMET)))
    return tuple(rows)


def _areas(street: _Street, fates: Iterable[_Fate]) -> dict[str, AreaRow]:
    """Communities that any need was raised for, by uid."""
    asked: dict[str, int] = defaultdict(int)
    met: dict[str, int] = defaultdict(int)
    for fate in fates:
        asked[fate.community] += 1
        met[fate.community] += fate.state == MET
    return {
        uid: AreaRow(_short(street.areas[uid].name), asked[uid], met[uid])
        for uid in sorted(asked)
        if uid in street.areas
    }


def _pairing_rows(street: _Street, pairings: Iterable[Pairing], language: Language) -> list[PairingRow]:
    """Rows, most urgent first; registrations of one community with one resource together."""
    groups: dict[tuple[str, ...], list[Pairing]] = defaultdict(list)
    for pairing in pairings:
        need = street.needs[pairing.need_uid]
        alone = need.kind is not NeedKind.REGISTRATION
        key = (pairing.uid,) if alone else ("registration", pairing.resource_uid, need.area_uid, need.title)
        groups[key].append(pairing)
    rows = [_pairing_row(street, group, language) for group in groups.values()]
    return sorted(rows, key=lambda row: (row.rank, row.area, row.title, row.resource, row.quantity))


def _pairing_row(street: _Street, group: Sequence[Pairing], language: Language) -> PairingRow:
    first = min(group, key=lambda pairing: pairing.uid)
    need, resource = street.needs[first.need_uid], street.resources.get(first.resource_uid)
    community = street.places.community(need.area_uid)
    return PairingRow(
        title=need.title,
        area=_short(community.name) if community else "",
        urgency=need.urgency.value,
        resource=resource.name if resource else first.resource_uid,
        provider=street.providers.get(resource.provider_uid, "") if resource else "",
        quantity=sum(pairing.quantity for pairing in group),
        unit=need.quantity.unit,
        state=first.state.value,
        registrations=len(group) if need.kind is NeedKind.REGISTRATION else 0,
        terms=tuple(words(term, language) for term in first.terms),
        path=main_way(first.path, language),
    )


def _unmet_rows(
    street: _Street, shortfalls: Iterable[Shortfall], fates: Iterable[_Fate], language: Language
) -> list[UnmetRow]:
    """Rows, most urgent first; registrations of one community that lack the same thing together."""
    fate_of = {fate.need.uid: fate for fate in fates}
    groups: dict[tuple[str, ...], list[tuple[Shortfall, str]]] = defaultdict(list)
    for shortfall in shortfalls:
        need = street.needs[shortfall.need_uid]
        reason = words(shortfall.reason, language)
        alone = need.kind is not NeedKind.REGISTRATION
        groups[(need.uid,) if alone else ("registration", need.area_uid, need.title, reason)].append(
            (shortfall, reason)
        )
    rows = []
    for group in groups.values():
        need = street.needs[group[0][0].need_uid]
        community = street.places.community(need.area_uid)
        here = [fate_of[shortfall.need_uid] for shortfall, _ in group]
        rows.append(
            UnmetRow(
                title=need.title,
                area=_short(community.name) if community else "",
                urgency=need.urgency.value,
                asked=sum(fate.served + fate.missing for fate in here),
                missing=sum(shortfall.quantity for shortfall, _ in group),
                unit=need.quantity.unit,
                registrations=len(group) if need.kind is NeedKind.REGISTRATION else 0,
                reason=group[0][1],
            )
        )
    return sorted(rows, key=lambda row: (row.rank, row.area, row.title, row.reason))


def _sketch(
    street: _Street, pairings: Sequence[Pairing], fates: Sequence[_Fate], rows: dict[str, AreaRow]
) -> tuple[Sketch | None, int]:
    """The map, and how many needs have no place on it."""
    areas = []
    for area in street.areas.values():
        lon, lat = area.location.lon, area.location.lat
        if isinstance(area, AdminDivision) and area.uid != street.run.street and lon is not None and lat is not None:
            row = rows.get(area.uid, AreaRow("", 0, 0))
            areas.append(SketchArea(_short(area.name), lon, lat, row.asked, row.met))
    marks: dict[str, list[_Fate]] = defaultdict(list)
    mark_of: dict[str, str] = {}
    for fate in fates:
        # Registrations of one community are one mark: hundreds of them stand at one point.
        together = fate.need.kind is NeedKind.REGISTRATION
        mark = f"{fate.need.area_uid} {fate.need.title} {fate.state}" if together else fate.need.uid
        marks[mark].append(fate)
        mark_of[fate.need.uid] = mark
    needs = []
    for mark, group in marks.items():
        need = group[0].need
        at = street.places.point(need.location, need.area_uid)
        if at is not None:
            title = need.title + (f" × {len(group)}" if len(group) > 1 else "")
            needs.append(SketchNeed(mark, title, at[0], at[1], group[0].state, len(group)))
    threads: dict[tuple[str, str], set[str]] = defaultdict(set)
    for pairing in pairings:
        threads[pairing.resource_uid, mark_of[pairing.need_uid]].add(pairing.need_uid)
    used = {resource for resource, _ in threads}
    resources = [
        SketchResource(resource.uid, resource.name, at[0], at[1], resource.uid in used)
        for resource in street.resources.values()
        if (at := street.places.point(resource.location, resource.area_uid)) is not None
    ]
    links = [
        SketchLink(resource, mark, len(uids), _link_title(street, resource, marks[mark][0].need, len(uids)))
        for (resource, mark), uids in threads.items()
    ]
    return draw(areas, needs, resources, links), len(fates) - sum(mark.count for mark in needs)


def _link_title(street: _Street, resource_uid: str, need: Need, count: int) -> str:
    resource = street.resources.get(resource_uid)
    title = f"{resource.name if resource else resource_uid} → {need.title}"
    return title + (f" × {count}" if count > 1 else "")


def _short(name: str) -> str:
    """Community without the words that every community's name ends in."""
    for ending in ("社区居民委员会", "社区居委会", "居委会", "社区"):
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name
