"""Which street is meant."""

from collections.abc import Iterable

from api.errors import NoStreetError, RefusedInputError, SeveralStreetsError
from graph_schema.lists.values.choosing import nearest
from graph_schema.model.pairings import Finding
from graph_schema.model.places import AdminDivision
from graph_schema.stores.base import GraphStore

_LEAST_LIKENESS = 0.3
_ENDINGS = ("街道办事处", "街道办", "街道", "镇", "乡")


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
        if is_called(street, asked):
            return street
    raise RefusedInputError(
        Finding("cli.street_unknown", {"asked": asked, "known": [street.name for street in streets]}),
    )


def is_called(street: AdminDivision, asked: str) -> bool:
    """Whether a street's uid, name, code or alias is what is asked for."""
    return asked in {street.uid, street.name, street.code, *street.aliases}


def check_no_other_name(streets: Iterable[AdminDivision], asked: str) -> None:
    """Raises `RefusedInputError` if a new street's name differs from an old one's in 街道 or the like alone."""
    for street in streets:
        if _stem(street.name) == _stem(asked):
            raise RefusedInputError(Finding("cli.street_of_other_name", {"asked": asked, "name": street.name}))


def street_to_make(asked: str, known: Iterable[str]) -> RefusedInputError:
    """The refusal of a street that there is not, with the names that may be meant."""
    near = nearest(asked, known, least=_LEAST_LIKENESS)
    return RefusedInputError(
        Finding("cli.street_near" if near else "cli.street_to_make", {"asked": asked, "near": near})
    )


def _stem(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending) and name != ending:
            return name.removesuffix(ending)
    return name
