"""One row on its way to an entity: reads its cells and collects what is wrong with them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graph_schema.lists.cells import Cell
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.findings import finding, severity_of, takes
from graph_schema.lists.forms import FORMS
from graph_schema.lists.reader import ListRow, ListTable
from graph_schema.lists.report import ListIssue
from graph_schema.lists.values.lists_of import split_values
from graph_schema.lists.values.vocabularies import parse_choice

T = TypeVar("T")

_NOTHING_NEAR = {"zh": "还没有列入的名称", "en": "one that is not listed yet"}


@dataclass(slots=True)
class RowReader:
    """
    A row with its issues.

    Parameters
    ----------
    bad
        Whether it has an error and may not go into the graph.
    """

    table: ListTable
    row: ListRow
    issues: list[ListIssue] = field(default_factory=list)
    bad: bool = False

    @property
    def number(self) -> int:
        """Row number from 1."""
        return self.row.number

    def cell(self, key: str) -> Cell | None:
        """The cell of a column, ``None`` when it is empty or the list has no such column."""
        return self.row.cells.get(key)

    def raw(self, key: str) -> str | None:
        """Text as written, ``None`` when empty."""
        cell = self.cell(key)
        return cell.raw if cell is not None and cell.raw else None

    def values(self, key: str) -> tuple[str, ...]:
        """The several values of a cell."""
        cell = self.cell(key)
        return () if cell is None else split_values(cell.written)

    def read(self, key: str, parse: Callable[[Cell], T]) -> T | None:
        """What a parser makes of a cell; ``None`` when it is empty, or unreadable, which is then an error."""
        cell = self.cell(key)
        if cell is None:
            return None
        return self.attempt(key, lambda: parse(cell))

    def attempt(self, key: str, parse: Callable[[], T]) -> T | None:
        """What a parser gives; ``None`` when it refuses, which is then an error at this column's cell."""
        try:
            return parse()
        except UnreadableValueError as error:
            self.tell(error.code, key, **error.params)
            return None

    def choice(self, key: str) -> str | None:
        """The value of a closed vocabulary that a cell names."""
        vocabulary = FORMS[self.table.kind].column(key).choices
        return self.read(key, lambda cell: parse_choice(cell, vocabulary))

    def tell(self, code: str, key: str | None = None, **params: Any) -> None:
        """Add a finding at a column's cell, or about the row; an error makes the row a bad one."""
        cell = self.cell(key) if key is not None else None
        at = cell.at if cell is not None else self._address_of(key)
        if takes(code, "column") and "column" not in params:
            params["column"] = cell.header if cell is not None else self._header_of(key)
        if params.get("near") == []:
            params["near"] = _NOTHING_NEAR
        severity = severity_of(code)
        self.issues.append(
            ListIssue(finding(code, **params), self.table.file, self.table.sheet, at, self.number, severity)
        )
        self.bad = self.bad or severity.refuses

    def check_needed(self) -> None:
        """An error for each empty cell that may not be empty."""
        flawed = {issue.cell for issue in self.table.issues if issue.row == self.number}
        for column in FORMS[self.table.kind].columns:
            if column.needed and self.cell(column.key) is None and self._address_of(column.key) not in flawed:
                self.tell("list_empty_cell", column.key, column=self._header_of(column.key))

    def check_shared(self) -> None:
        """An error for each number that a merged cell gives to several rows at once."""
        for key, cell in self.row.cells.items():
            if cell.merged_rows > 1 and FORMS[self.table.kind].column(key).shared_quantity:
                self.tell("list_merged_quantity", key, value=cell.raw, rows=cell.merged_rows)

    def _address_of(self, key: str | None) -> str | None:
        place = self.table.columns.get(key) if key is not None else None
        return f"{place[0]}{self.number}" if place is not None else None

    def _header_of(self, key: str | None) -> str:
        if key is None:
            return ""
        place = self.table.columns.get(key)
        return place[1] if place is not None else FORMS[self.table.kind].column(key).header
