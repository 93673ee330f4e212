"""From a list's rows to entities with uids, given the names that the street knows already."""

from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.register import Register
from graph_schema.lists.resolve.tables import Resolved, resolve_tables

__all__ = ["Context", "Register", "Resolved", "resolve_tables"]
