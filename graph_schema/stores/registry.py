"""The engines there are, and the one door to a store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

import platformdirs

from graph_schema.errors import StoreAddressError
from graph_schema.stores.base import EngineInfo, GraphStore
from graph_schema.stores.bolt import Connection, Endpoint
from graph_schema.stores.embedded import IDLE_S, RETRY_S, EmbeddedEngine
from graph_schema.stores.graph import BoltGraphStore

SERVER_RETRY_S = 30.0
SERVER_OPENING_S = 3.0
"""A server that has never answered is more likely named wrongly than away for a moment."""
SERVER_DATABASE = "neo4j"
_SCHEMES = frozenset(f"{scheme}{trust}" for scheme in ("neo4j", "bolt") for trust in ("", "+s", "+ssc"))


@dataclass(frozen=True, slots=True)
class Access:
    """
    What opening a store may need.

    Parameters
    ----------
    url
        ``neo4j://``, ``bolt://`` or one of these with ``+s``; ``None`` for the embedded engine.
    """

    url: str | None = field(repr=False)  # may hold a password
    data_dir: Path
    user: str | None
    password: str | None = field(repr=False)
    database: str | None
    idle_s: float


def default_data_dir() -> Path:
    """Where the embedded engine keeps its data unless told otherwise: the platform's user data directory."""
    return Path(platformdirs.user_data_dir("needlework", appauthor=False))


def open_store(
    url: str | None = None,
    data_dir: Path | None = None,
    *,
    user: str | None = None,
    password: str | None = None,
    database: str | None = None,
    idle_s: float = IDLE_S,
) -> GraphStore:
    """
    A store, connected when it is first used; close it, or use it as a context manager.

    Parameters
    ----------
    url
        ``None``: the embedded engine. ``neo4j://host:7687`` and the like: a Neo4j server; user, password and database
        may stand in it (``neo4j://user:password@host:7687/database``).
    data_dir
        Of the embedded engine; ``None``: `default_data_dir`.
    user, password, database
        Of a server, where the address does not name them; the database is ``neo4j`` by default.
    idle_s
        How long the embedded engine outlives its last connected process.

    Raises
    ------
    StoreAccessError
        If the address is of no known kind.
    """
    access = Access(url, data_dir or default_data_dir(), user, password, database, idle_s)
    return ENGINES["embedded" if url is None else "neo4j"](access)


def _open_embedded(access: Access) -> GraphStore:
    engine = EmbeddedEngine(access.data_dir, access.idle_s)
    connection = Connection(engine.endpoint, retry_s=RETRY_S, stop_runaway=engine.stop_runaway)
    return BoltGraphStore(connection, engine.info, engine.let_go)


def _open_server(access: Access) -> GraphStore:
    endpoint = _endpoint(access)

    def info(connection: Connection) -> EngineInfo:
        (found,) = connection.read(lambda transaction: transaction.run("read/engine"))
        version = f"Neo4j {found['versions'][0]} {found['edition']}"
        return EngineInfo("neo4j", version, urlsplit(endpoint.url).netloc)

    return BoltGraphStore(Connection(lambda: endpoint, retry_s=SERVER_RETRY_S, opening_s=SERVER_OPENING_S), info)


ENGINES: MappingProxyType[str, Callable[[Access], GraphStore]] = MappingProxyType(
    {"embedded": _open_embedded, "neo4j": _open_server},
)
"""How each engine's store is opened, by the engine's name."""


def _endpoint(access: Access) -> Endpoint:
    parts = urlsplit(access.url or "")
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise StoreAddressError(_without_password(access.url or ""))
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    try:
        port = parts.port or 7687
    except ValueError as error:
        raise StoreAddressError(_without_password(access.url or ""), "no port number that can be") from error
    query = f"?{parts.query}" if parts.query else ""
    return Endpoint(
        url=f"{parts.scheme}://{host}:{port}{query}",
        user=unquote(parts.username) if parts.username else access.user or "neo4j",
        password=unquote(parts.password) if parts.password else access.password or "",
        database=unquote(parts.path.strip("/")) or access.database or SERVER_DATABASE,
    )


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
