"""Migrations applied in order, each recorded once it is whole."""

from datetime import UTC, datetime
from functools import partial

from graph_schema.codecs import key_of
from graph_schema.errors import SchemaVersionError
from graph_schema.migrations.loader import migrations
from graph_schema.model.identity import make_uid
from graph_schema.stores.base import LARGEST_PAGE
from graph_schema.stores.bolt import Connection, Transaction

_SHARED = ""
_NO_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
"""Migrations carry no time of their own: a database says the same whenever it was migrated."""


def migrate(connection: Connection) -> tuple[str, ...]:
    """See `graph_schema.stores.base.GraphStore.migrate`."""
    known = migrations()
    rows = connection.read(lambda transaction: transaction.run("read/migrations", street=_SHARED, limit=LARGEST_PAGE))
    applied = {row["name"] for row in rows}
    if strangers := applied - {migration.name for migration in known}:
        msg = (
            f"The database records the migration {min(strangers)!r}, which this version does not know. "
            "Maybe it was written by a newer one."
        )
        raise SchemaVersionError(msg)
    now = [migration for migration in known if migration.name not in applied]
    for migration in now:
        for text in migration.statements:
            connection.define(text)
        connection.write(partial(_record, name=migration.name))
    return tuple(migration.name for migration in now)


def _record(transaction: Transaction, name: str) -> None:
    transaction.run(
        "write/record_migration",
        street=_SHARED,
        key=key_of(_SHARED, name),
        uid=make_uid(_SHARED, "SchemaMigration", name),
        name=name,
        at=_NO_CLOCK,
    )
