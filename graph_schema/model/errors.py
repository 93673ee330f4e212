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
    """
    A calendar or street file that cannot be used; the message names the file and what is wrong.

    Parameters
    ----------
    code, params
        The same for people, as a message of the catalogue; empty where nobody but a programmer meets it.
    """

    def __init__(self, message: str, code: str = "", **params: object) -> None:
        super().__init__(message)
        self.code = code
        self.params = params
