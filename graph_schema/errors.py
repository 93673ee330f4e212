"""
What the graph store raises, under the package's one root.

::

    GraphSchemaError                   (graph_schema.model.errors)
    └── StoreError                     anything about the graph store
        ├── StoreUnavailableError      the engine does not answer; nothing acknowledged is lost, try again later
        ├── StoreAccessError           the engine answers and refuses: password, database name, rights
        │   ├── StoreAddressError      what was given is no address of a graph
        │   └── DataDirectoryError     the data directory cannot be made
        ├── SchemaVersionError         the database was written by a newer Needlework, or is not migrated
        ├── NotFoundError              no such street, import, run, kept content, ruling, batch, need or resource
        ├── DuplicateKeyError          two rows claim one stated number; the message names the key
        ├── MissingReferenceError      a row names something that is neither in the file nor in the graph
        ├── IncompleteImportError      refused while an import is not whole: resume or undo it
        ├── ImportInUseError           an import cannot be undone, because something else uses its rows
        ├── ForeignContentsError       a scratch owner met contents that are not its own
        ├── QueryRefusedError          a free query that writes, or is beyond the bounds
        └── StoredValueError           the graph holds a value that the schema does not allow
"""

from datetime import datetime
from enum import StrEnum

from graph_schema.model.errors import GraphSchemaError, InvalidValueError

__all__ = [
    "DataDirectoryError",
    "DuplicateKeyError",
    "ForeignContentsError",
    "GraphSchemaError",
    "ImportInUseError",
    "IncompleteImportError",
    "InvalidValueError",
    "MissingReferenceError",
    "NotFoundError",
    "QueryRefusedError",
    "SchemaVersionError",
    "Sought",
    "StoreAccessError",
    "StoreAddressError",
    "StoreError",
    "StoreUnavailableError",
    "StoredValueError",
]


class Sought(StrEnum):
    """What may be asked for and not be there."""

    STREET = "street"
    NEED = "need"
    RESOURCE = "resource"
    IMPORT = "import"
    INCOMPLETE_IMPORT = "incomplete import"
    BATCH = "batch"
    RUN = "run"
    CONTENT = "kept content"
    RULING = "ruling"
    PLAN = "plan"
    """The newest one, where there is none yet."""


class StoreError(GraphSchemaError):
    """Root of what a graph store raises."""


class StoreUnavailableError(StoreError):
    """
    The engine does not answer; nothing acknowledged is lost.

    Parameters
    ----------
    message
        Whole sentences.
    address
        Of a server; empty for the embedded engine.
    reason
        What is known of the cause, for a bracket.
    """

    def __init__(self, message: str, *, address: str = "", reason: str = "") -> None:
        self.address = address
        self.reason = reason
        super().__init__(message)


class StoreAccessError(StoreError):
    """
    The engine answers and refuses: password, database name or rights.

    Parameters
    ----------
    message
        Whole sentences.
    address, reason
        Of the server, and what it says.
    """

    def __init__(self, message: str, *, address: str = "", reason: str = "") -> None:
        self.address = address
        self.reason = reason
        super().__init__(message)


class StoreAddressError(StoreAccessError):
    """
    What was given is no address of a graph.

    Parameters
    ----------
    address
        As given, without a password.
    reason
        What else is known of it.
    """

    def __init__(self, address: str, reason: str = "") -> None:
        known = f" ({reason})" if reason else ""
        super().__init__(
            f"{address!r} is no address of a graph{known}. Maybe neo4j://host:7687 was meant.",
            address=address,
            reason=reason,
        )


class DataDirectoryError(StoreAccessError):
    """
    The data directory of the embedded engine cannot be made.

    Parameters
    ----------
    path, reason
        Where, and what the system says.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(f"The data directory {path} cannot be made: {reason}. Maybe name another.", reason=reason)


class SchemaVersionError(StoreError):
    """The database was written by a newer version, or has not been migrated."""


class NotFoundError(StoreError):
    """
    What was asked for is not in the graph.

    Parameters
    ----------
    asked
        uid or file name; empty for a plan.
    street
        uid of the street where it was looked for; empty for a street.
    """

    def __init__(self, kind: Sought, asked: str = "", street: str = "") -> None:
        self.kind = kind
        self.asked = asked
        self.street = street
        named = f" {asked!r}" if asked else ""
        place = f"the street {street!r}" if street else "the graph"
        super().__init__(f"There is no {kind}{named} in {place}.")


class DuplicateKeyError(StoreError):
    """Two rows claim one stated number."""


class MissingReferenceError(StoreError):
    """A row names something that is neither in the file nor in the graph."""


class IncompleteImportError(StoreError):
    """
    An import is not whole, and what was asked for needs it to be.

    Parameters
    ----------
    import_uid, file_name
        The import that must be resumed or undone first.
    """

    def __init__(self, import_uid: str, file_name: str) -> None:
        self.import_uid = import_uid
        self.file_name = file_name
        super().__init__(
            f"Import {import_uid} of {file_name!r} is not complete. Maybe resume it with the same file, or undo it.",
        )


class ImportInUseError(StoreError):
    """
    An import cannot be undone.

    Parameters
    ----------
    users
        (label, uid, name) of what uses its rows, at most 20, sorted.
    runs
        (uid, moment) of runs that use its rows and were published, or of which something was taken up, by moment.
    """

    def __init__(
        self,
        import_uid: str,
        users: tuple[tuple[str, str, str], ...],
        runs: tuple[tuple[str, datetime], ...] = (),
    ) -> None:
        self.import_uid = import_uid
        self.users = users
        self.runs = runs
        named = [f"{label} {name or uid}" for label, uid, name in users]
        named += [f"the published run {uid} of {at.isoformat()}" for uid, at in runs]
        super().__init__(
            f"The import {import_uid} cannot be undone: its rows are used by {', '.join(named)}. "
            "Maybe undo the later import first, or import the corrected list again.",
        )


class ForeignContentsError(StoreError):
    """
    The database holds what its scratch owner did not make.

    Parameters
    ----------
    found
        (label, number of nodes), sorted by label.
    """

    def __init__(self, owner: str, found: tuple[tuple[str, int], ...]) -> None:
        self.owner = owner
        self.found = found
        named = ", ".join(f"{count} {label}" for label, count in found)
        super().__init__(
            f"The database holds contents that {owner!r} did not make: {named}. "
            "Maybe name an empty database; nothing was changed.",
        )


class QueryRefusedError(StoreError):
    """A free query writes, or is beyond the bounds."""


class StoredValueError(StoreError):
    """The graph holds a value that the schema does not allow."""
