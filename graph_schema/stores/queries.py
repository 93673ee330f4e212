"""Free read-only queries, for notebooks: checked before they are sent, bounded, and rolled back whatever they did."""

import re
from collections.abc import Mapping
from typing import Any

from graph_schema.errors import QueryRefusedError
from graph_schema.stores.base import QueryResult
from graph_schema.stores.bolt import Connection

MOST_ROWS = 100_000
LONGEST_S = 600.0
_READ_PROCEDURES = frozenset({"db.labels", "db.relationshiptypes", "db.propertykeys", "dbms.components"})
_QUOTED = re.compile(
    r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`]|``)*`|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)
_WRITES = re.compile(
    r"(?<![.:$\w])(CREATE|INSERT|MERGE|SET|DELETE|DETACH|REMOVE|FOREACH|LOAD|DROP|ALTER|GRANT|DENY|REVOKE|RENAME"
    r"|START|STOP|TERMINATE|ENABLE|DEALLOCATE|REALLOCATE|USE)\b",
    re.IGNORECASE,
)
_CALL = re.compile(r"(?<![.:$\w])CALL\b\s*([\w.]*)", re.IGNORECASE)
_IN_TRANSACTIONS = re.compile(r"\bIN\s+(\w+\s+)?(CONCURRENT\s+)?TRANSACTIONS\b", re.IGNORECASE)


def check_reads_only(query: str) -> None:
    """
    Raises `QueryRefusedError` if a statement has a word of writing outside of quotes and comments.

    An engine need not refuse writes in a read transaction, so words are looked at; a name such as ``set`` must be
    quoted with backticks.
    """
    code = _QUOTED.sub(" ", query)
    found = _WRITES.search(code) or _IN_TRANSACTIONS.search(code)
    if found:
        msg = f"The query has the word {found.group(0)!r}; only reading is allowed. Maybe quote it with backticks."
        raise QueryRefusedError(msg)
    for call in _CALL.finditer(code):
        name = call.group(1).lower()
        if name and name not in _READ_PROCEDURES:
            msg = f"The query calls {call.group(1)!r}; allowed are {', '.join(sorted(_READ_PROCEDURES))}."
            raise QueryRefusedError(msg)


def free_query(
    connection: Connection,
    query: str,
    params: Mapping[str, Any],
    limit: int,
    timeout_s: float,
) -> QueryResult:
    """See `graph_schema.stores.base.GraphStore.cypher`."""
    if not 1 <= limit <= MOST_ROWS:
        msg = f"limit is {limit}, outside 1..{MOST_ROWS}."
        raise QueryRefusedError(msg)
    if not 0 < timeout_s <= LONGEST_S:
        msg = f"timeout_s is {timeout_s}, outside 0..{LONGEST_S:g}."
        raise QueryRefusedError(msg)
    check_reads_only(query)
    columns, rows = connection.free_read(query, params, limit=limit + 1, timeout_s=timeout_s)
    return QueryResult(columns, tuple(rows[:limit]), cut_off=len(rows) > limit)
