"""What somebody means by a name: the uid, the whole name, or words of it that only one has."""

from collections.abc import Mapping
from difflib import get_close_matches

from api.errors import UnknownNameError
from graph_schema.codecs import searchable
from graph_schema.lists.cells import key_of
from graph_schema.messages import catalogue
from graph_schema.model.identity import make_uid
from graph_schema.model.pairings import Finding
from graph_schema.model.street import StreetGraph

_MOST_CHOICES = 10


def the_resource(graph: StreetGraph, asked: str) -> str:
    """
    Uid of the resource that is meant, by uid, list number or name.

    Raises
    ------
    UnknownNameError
        If none, or several, have this name; it names those that could be.
    """
    return _meant("resource", {resource.uid: resource.name for resource in graph.resources}, _numbered(graph, asked))


def the_provider_or_resource(graph: StreetGraph, asked: str) -> tuple[str | None, str | None]:
    """
    (provider uid, resource uid) of who or what is meant, one of them ``None``.

    Raises
    ------
    UnknownNameError
        If none, or several, have this name.
    """
    resources = {resource.uid: resource.name for resource in graph.resources}
    providers = providers_of(graph)
    meant = _meant("giver", resources | providers, _numbered(graph, asked))
    return (meant, None) if meant in providers else (None, meant)


def providers_of(graph: StreetGraph) -> dict[str, str]:
    """Units, teams and people by uid, people by their pseudonym."""
    names = {unit.uid: unit.name for unit in graph.organizations}
    names |= {team.uid: team.name for team in graph.teams}
    return names | {person.uid: person.pseudonym_id for person in graph.people}


def _numbered(graph: StreetGraph, asked: str) -> str:
    """Uid of the resource that a list gave this number, of which its uid was made; else what is asked for."""
    made = {make_uid(graph.street_uid, kind, "number", key_of(asked)) for kind in ("resource", "service")}
    return next((resource.uid for resource in graph.resources if resource.uid in made), asked)


def _meant(kind: str, names: Mapping[str, str], asked: str) -> str:
    if asked in names:
        return asked
    words = searchable(asked).split()
    held = {uid: searchable(name) for uid, name in names.items()}
    found = [uid for uid, name in held.items() if name == " ".join(words)]
    found = found or [uid for uid, name in held.items() if words and all(word in name for word in words)]
    if len(found) == 1:
        return found[0]
    params = {"asked": asked, "kind": catalogue()[f"cli.kind.{kind}"]}
    if found:
        choices = [f"{names[uid]}（{uid}）" for uid in sorted(found)[:_MOST_CHOICES]]
        raise UnknownNameError(Finding("cli.name_ambiguous", params | {"found": choices}))
    near = get_close_matches(asked, sorted(set(names.values())), n=3, cutoff=0.3)
    raise UnknownNameError(Finding("cli.name_near" if near else "cli.name_unknown", params | {"near": near}))
