"""
What the lists raise among themselves; a caller of `read_lists` sees findings instead.

::

    GraphSchemaError
    └── ListError
        ├── RefusedFileError        a file whose form cannot be read
        ├── UnreadableValueError    a cell whose value cannot be read
        └── UnwritableListError     a list that cannot be written where it was asked for
            └── FileTakenError      a file is there already
"""

from typing import Any

from graph_schema.lists.findings import finding
from graph_schema.model.errors import GraphSchemaError
from graph_schema.model.pairings import Finding


class ListError(GraphSchemaError):
    """Root of what the lists raise."""


class RefusedFileError(ListError):
    """
    A file whose form cannot be read.

    Parameters
    ----------
    code, params
        The finding that says so.
    sheet, cell
        Where, if anywhere in particular.
    """

    def __init__(self, *, code: str, sheet: str | None = None, cell: str | None = None, **params: Any) -> None:
        self.finding: Finding = finding(code, **params)
        self.sheet = sheet
        self.cell = cell
        super().__init__(f"{code}: {params}")


class UnreadableValueError(ListError):
    """
    A value that cannot be read; the row adds the column to its finding.

    Parameters
    ----------
    code, params
        The finding that says so, without ``column``.
    """

    def __init__(self, *, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code}: {params}")


class UnwritableListError(ListError):
    """
    A list that cannot be written.

    Parameters
    ----------
    path
        File that was to be written.
    reason
        What the system says.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path} cannot be written ({reason}). Maybe another program holds it open.")


class FileTakenError(UnwritableListError):
    """A file is there already, and was not to be replaced."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "it is there already")
        self.args = (f"{path} is there already. Maybe name an empty folder, or allow it to be replaced.",)
