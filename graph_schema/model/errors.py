"""
What the graph package raises.

::

    GraphSchemaError
    └── InvalidValueError    a value that its own type refuses; the message names it
"""


class GraphSchemaError(Exception):
    """Root of every error of ``graph_schema``."""


class InvalidValueError(GraphSchemaError, ValueError):
    """A value that its own type refuses; the message names the part and its value."""
