"""Which street is meant."""

from api.errors import NoStreetError, RefusedInputError, SeveralStreetsError
from graph_schema.model.pairings import Finding
from graph_schema.model.places import AdminDivision
from graph_schema.stores.base import GraphStore


def the_street(store: GraphStore, asked: str | None = None) -> AdminDivision:
    """
    The street that is asked for, or the only one.

    Parameters
    ----------
    asked
        Its name, code, an alias or uid; ``None``: the graph holds one only.

    Raises
    ------
    NoStreetError
        If the graph holds no street.
    SeveralStreetsError
        If it holds several and none is asked for.
    RefusedInputError
        If none is called so.
    """
    streets = store.streets()
    if not streets:
        raise NoStreetError
    if asked is None:
        if len(streets) > 1:
            raise SeveralStreetsError(tuple(street.name for street in streets))
        return streets[0]
    for street in streets:
        if asked in {street.uid, street.name, street.code, *street.aliases}:
            return street
    raise RefusedInputError(
        Finding("cli.street_unknown", {"asked": asked, "known": [street.name for street in streets]}),
    )
