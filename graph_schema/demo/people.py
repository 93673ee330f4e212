"""The vanguards of the demo under pseudonyms; all of it synthetic."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from graph_schema.demo.tables import Community, communities
from graph_schema.model.directory import Directory
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import ImportBatch, ImportedRow
from graph_schema.model.providers import Person

VANGUARD_KINDS = (("党员", 240), ("网格员", 120), ("物业人员", 85), ("居民骨干", 110), ("新就业群体", 70))
"""The five kinds that the article of 2023 names; how the 625 divide among them is synthetic."""

VANGUARDS = 625
_LARGER_SHARE, _LARGER_COMMUNITIES = 22, 16  # 16 communities of 22 and 13 of 21 make 625

_SKILLS = ("CARE", "APPLIANCE", "TUTORING", "ORDER", "MUSIC", "LAW", "CLEANING", "ERRANDS")


def register_batch(directory: Directory, at: datetime, actor: str) -> ImportBatch:
    """
    Vanguards HT-0001 to HT-0625, as an import of kind ``register``.

    Parameters
    ----------
    directory
        The street with its communities, from the demo's directory list.
    at, actor
        When, aware UTC, and by which role.
    """
    street = directory.street_uid
    areas = {area.name: area.uid for area in directory.areas}
    people = tuple(_people(street, areas))
    rows = tuple(
        ImportedRow(entity=person, sheet="register", row=number) for number, person in enumerate(people, start=1)
    )
    content = json.dumps([asdict(person) for person in people], ensure_ascii=False, sort_keys=True)
    file_hash = hashlib.sha256(content.encode()).hexdigest()
    return ImportBatch(
        uid=make_uid(street, "import", "register", file_hash),
        street=street,
        list_kind="register",
        file_name="先锋名册（合成）",
        file_hash=file_hash,
        rows=rows,
        at=at,
        actor=actor,
    )


def _people(street: str, areas: dict[str, str]) -> Iterator[Person]:
    kinds = [kind for kind, count in VANGUARD_KINDS for _ in range(count)]
    homes = _homes(communities())
    for number, home in enumerate(homes, start=1):
        # A step that shares no factor with 625 walks through every kind before it comes round again.
        kind = kinds[number * 241 % VANGUARDS]
        pseudonym = f"HT-{number:04d}"
        yield Person(
            uid=make_uid(street, "person", pseudonym),
            street=street,
            pseudonym_id=pseudonym,
            roles=("vanguard", "grid_worker") if kind == "网格员" else ("vanguard",),
            vanguard_kind=kind,
            skills=(_SKILLS[number % len(_SKILLS)],),
            max_load_h_per_month=8 + number % 9,
            area_uid=areas[home],
            synthetic=True,
        )


def _homes(of: Sequence[Community]) -> Iterator[str]:
    for index, community in enumerate(of):
        share = _LARGER_SHARE if index < _LARGER_COMMUNITIES else _LARGER_SHARE - 1
        yield from [community.name] * share
