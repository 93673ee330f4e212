"""What reading lists found: issues with their place, a report per sheet, and the whole reading."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph_schema.lists.columns import ListKind
from graph_schema.lists.findings import Severity
from graph_schema.model.directory import Directory
from graph_schema.model.ledger import ImportBatch
from graph_schema.model.pairings import Finding

LEFT_OUT = "_未导入"
"""Ends the name of a file of rows that an import left out."""


@dataclass(frozen=True, slots=True)
class ListIssue:
    """
    Something to tell about a list.

    Parameters
    ----------
    finding
        What; its words lie in ``graph_schema.messages``.
    file
        File name without folders.
    sheet
        Sheet name; ``None`` when it is about the file.
    cell
        A1 address; ``None`` when it is about a row, a sheet or the file.
    row
        Row number as the spreadsheet program counts, from 1.
    """

    finding: Finding
    file: str
    sheet: str | None
    cell: str | None
    row: int | None
    severity: Severity


@dataclass(frozen=True, slots=True)
class BadRow:
    """
    A row that was left out.

    Parameters
    ----------
    values
        (header, text) of its cells; personal columns are empty or hashed.
    findings
        Every error of the row.
    """

    row: int
    values: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ListReport:
    """
    What became of one sheet, or of one file that could not be opened.

    Parameters
    ----------
    sheet
        Sheet name; ``None`` for a file that could not be opened.
    kind
        What it lists; ``None`` when it is no list.
    header_row
        Row of the header's last line.
    rows
        Rows that were read as data.
    valid
        Rows without errors.
    dropped
        Why -> how many rows between header and end that are no data: ``total``, ``note``, ``section``, ``header``,
        ``example``, ``blank``.
    refused
        Whether nothing of the file goes into the graph.
    issues
        In order of row and column, those about the whole first.
    bad_rows
        Rows with errors, in order.
    """

    file: str
    sheet: str | None
    kind: ListKind | None
    header_row: int | None = None
    rows: int = 0
    valid: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    refused: bool = False
    issues: tuple[ListIssue, ...] = ()
    bad_rows: tuple[BadRow, ...] = ()

    @property
    def errors(self) -> tuple[ListIssue, ...]:
        """Issues that keep a row or the file out."""
        return tuple(issue for issue in self.issues if issue.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[ListIssue, ...]:
        """Issues that somebody should look at."""
        return tuple(issue for issue in self.issues if issue.severity is Severity.WARNING)


@dataclass(frozen=True, slots=True)
class ListReading:
    """
    Everything that reading a set of list files gave.

    Parameters
    ----------
    batches
        One per file and kind that may go into the graph, each after those it refers to.
    reports
        One per sheet, in order of the files given and of their sheets.
    directory
        The directory with everything in ``batches``.
    """

    batches: tuple[ImportBatch, ...]
    reports: tuple[ListReport, ...]
    directory: Directory

    @property
    def refused(self) -> bool:
        """Whether any file was refused."""
        return any(report.refused for report in self.reports)
