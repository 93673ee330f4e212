"""The office's spreadsheets: read into entities with a report, and written back."""

from graph_schema.lists.columns import Column, ListForm, ListKind, Treatment
from graph_schema.lists.errors import ListError, RefusedFileError, UnreadableValueError, UnwritableListError
from graph_schema.lists.findings import Severity
from graph_schema.lists.forms import FORMS
from graph_schema.lists.reading import expand_folders, left_out_before, read_lists
from graph_schema.lists.report import BadRow, ListIssue, ListReading, ListReport
from graph_schema.lists.templates import write_templates
from graph_schema.lists.writer import write_bad_rows, write_lists
from graph_schema.lists.written import WrittenList, written_lists
from graph_schema.lists.written_cells import Beside

__all__ = [
    "FORMS",
    "BadRow",
    "Beside",
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
    "WrittenList",
    "expand_folders",
    "left_out_before",
    "read_lists",
    "write_bad_rows",
    "write_lists",
    "write_templates",
    "written_lists",
]
