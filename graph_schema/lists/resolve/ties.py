"""What ties somebody to places for years: areas looked after, party organisations paired with, committees sat on."""

from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.locate import find_named_area
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.values.choosing import nearest


def read_areas(row: RowReader, key: str, context: Context) -> tuple[str, ...]:
    """Uids of the areas that a cell names, in the order written; an unknown one is an error."""
    found = (find_named_area(row, key, name, context.register) for name in row.values(key))
    return tuple(dict.fromkeys(area.uid for area in found if area is not None))


def read_parties(row: RowReader, key: str, context: Context) -> tuple[str, ...]:
    """Uids of the party organisations that a cell names; one that is unknown, or several of a name, is an error."""
    uids = []
    for name in row.values(key):
        uid = _party(row, key, name, context)
        if uid is None:
            known = [party.name for party in context.register.parties.values()]
            row.tell("list_unknown_party", key, value=name, near=nearest(name, known, least=0.3))
        else:
            uids.append(uid)
    return tuple(dict.fromkeys(uids))


def read_seats(row: RowReader, context: Context) -> tuple[str, ...]:
    """Uids of the committees (party organisations) and areas that a row sits on."""
    uids = []
    for name in row.values("seats"):
        uid = _party(row, "seats", name, context)
        if uid is None:
            area = find_named_area(row, "seats", name, context.register)
            uid = None if area is None else area.uid
        uids += [] if uid is None else [uid]
    return tuple(dict.fromkeys(uids))


def _party(row: RowReader, key: str, name: str, context: Context) -> str | None:
    found = context.register.find_party(name)
    if len(found) > 1:
        row.tell("list_ambiguous_area", key, value=name, near=sorted(party.name for party in found)[:5])
    return found[0].uid if found else None
