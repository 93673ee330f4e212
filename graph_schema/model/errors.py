"""
What the graph package raises.

::

    GraphSchemaError
    ├── InvalidValueError      a value that its own type refuses; the message names it
    └── UnreadableFileError    a calendar or street file that cannot be used; the message names file and place
"""


class GraphSchemaError(Exception):
    """Root of every error of ``graph_schema``."""


class InvalidValueError(GraphSchemaError, ValueError):
    """A value that its own type refuses; the message names the part and its value."""


class UnreadableFileError(GraphSchemaError):
    """A calendar or street file that cannot be used; the message names the file and what is wrong."""
