"""The office's spreadsheets: read into entities with a report, and written back."""

from graph_schema.lists.columns import Column, ListForm, ListKind, Treatment
from graph_schema.lists.errors import ListError, RefusedFileError, UnreadableValueError, UnwritableListError
from graph_schema.lists.findings import Severity
from graph_schema.lists.forms import FORMS
from graph_schema.lists.reading import read_lists
from graph_schema.lists.report import BadRow, ListIssue, ListReading, ListReport

__all__ = [
    "FORMS",
    "BadRow",
    "Column",
    "ListError",
    "ListForm",
    "ListIssue",
    "ListKind",
    "ListReading",
    "ListReport",
    "RefusedFileError",
    "Severity",
    "Treatment",
    "UnreadableValueError",
    "UnwritableListError",
    "read_lists",
]
