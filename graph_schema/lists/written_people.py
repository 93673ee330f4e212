"""People and money back to the cells of their lists."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from graph_schema.lists.names import Names
from graph_schema.lists.values.dates import date_text
from graph_schema.lists.values.limits import HOURS, amounts_text
from graph_schema.lists.values.lists_of import join_values
from graph_schema.lists.values.vocabularies import word_of
from graph_schema.lists.written_cells import QUALIFIED, Beside, Cells, Value, beside_cells, windows_cell, yuan_cell
from graph_schema.model.budgets import BudgetPool
from graph_schema.model.providers import LoadLimit, Person
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource, ResourceStatus
from graph_schema.model.street import StreetGraph

_LIST_KIND = "people"


def people_rows(graph: StreetGraph, names: Names, beside: Mapping[str, Beside]) -> Iterator[Cells]:
    """A row for each person, by pseudonym; what they no longer offer is left out, unless it is all that is left."""
    offers: dict[str, list[Resource]] = defaultdict(list)
    for resource in graph.resources:
        if resource.list_kind == _LIST_KIND:
            offers[resource.provider_uid].append(resource)
    for person in sorted(graph.people, key=lambda person: (person.pseudonym_id, person.uid)):
        all_of_them = offers[person.uid]
        standing = [offer for offer in all_of_them if offer.status is not ResourceStatus.WITHDRAWN]
        told = beside_cells(beside, *(offer.uid for offer in all_of_them))
        yield {**_person(person, standing or all_of_them, names), **told}


def budget_rows(budgets: Iterable[BudgetPool], names: Names) -> Iterator[Cells]:
    """A row for each pool of money, by year, owner and kind."""
    for budget in sorted(budgets, key=lambda row: (row.year, names.owner(row.owner_uid), row.kind, row.uid)):
        yield {
            "owner": names.owner(budget.owner_uid),
            "year": budget.year,
            "kind": budget.kind,
            "amount": yuan_cell(budget.amount_fen),
            "spent": yuan_cell(budget.spent_fen) if budget.spent_fen else None,
            "reserved": yuan_cell(budget.reserved_fen) if budget.reserved_fen else None,
            "name": budget.name,
            "uid": budget.uid,
            "synthetic": "合成" if budget.synthetic else None,
        }


def _person(person: Person, offers: list[Resource], names: Names) -> Cells:
    hours = person.max_load_h_per_month
    monthly = [] if hours is None else [LoadLimit(HOURS, hours)]
    monthly += [limit for limit in person.load_limits if limit.per_month]
    cells: dict[str, Value] = {
        "pseudonym": person.pseudonym_id,
        "area": names.area(person.area_uid),
        "affiliation": names.affiliation(person.affiliation_uid),
        "roles": join_values(tuple(word_of(role, "person_role") for role in person.roles)),
        "vanguard": person.vanguard_kind,
        "skills": join_values(tuple(word_of(skill, "skill") for skill in person.skills)),
        "consent": "是" if person.skills_consent else None,
        "consent_until": date_text(person.consent_until),
        "categories": join_values(tuple(offer.category for offer in offers)),
        "monthly": amounts_text(monthly),
        "most": amounts_text([limit for limit in person.load_limits if not limit.per_month]),
        "responsible": names.areas(person.responsible_uids),
        "seats": names.seats(person.seat_uids),
        "uid": person.uid,
        "synthetic": "合成" if person.synthetic else None,
    }
    return {**cells, **(_offered(offers[0], names) if offers else {})}


def _offered(offer: Resource, names: Names) -> Cells:
    """What all that a person offers has in common."""
    schedules = tuple(slot.schedule for slot in offer.slots if slot.schedule is not None)
    one = offer.offered.value == 1 and offer.offered == Quantity(1, offer.offered.unit)
    return {
        "total": None if one else QUALIFIED[offer.offered.qualifier](offer.offered.value),
        "windows": windows_cell(offer.windows_text, schedules),
        "modes": join_values(tuple(word_of(mode, "service_mode") for mode in offer.service_modes)),
        "serves": names.coverage(offer.serves_uids, offer.excludes_uids),
        "status": word_of(offer.status, "resource_status"),
        "surveyed_on": date_text(offer.surveyed_on),
    }
