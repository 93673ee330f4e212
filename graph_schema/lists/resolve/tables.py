"""All tables of one pass in reading order: rows become entities, names grow, keys are unique."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graph_schema.lists.cells import key_of
from graph_schema.lists.columns import READING_ORDER, ListKind, Treatment
from graph_schema.lists.forms import FORMS
from graph_schema.lists.headers import split_hint
from graph_schema.lists.reader import ListTable
from graph_schema.lists.report import BadRow, ListIssue
from graph_schema.lists.resolve.budget_rows import resolve_budget
from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.directory_rows import resolve_directory
from graph_schema.lists.resolve.need_rows import resolve_need
from graph_schema.lists.resolve.offer_rows import resolve_offer
from graph_schema.lists.resolve.people_rows import PeopleRows
from graph_schema.lists.resolve.project_rows import resolve_project
from graph_schema.lists.resolve.register import Register
from graph_schema.lists.resolve.registration_rows import RegistrationRows
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.resolve.unit_rows import resolve_unit
from graph_schema.model.ledger import Entity, ImportedRow
from graph_schema.model.needs import Batch
from graph_schema.model.providers import Agreement, Organization

Progress = Callable[[int, int, str], None]
"""Called with rows done, rows in all, and the file's name."""

_EVERY = 500
_NUMBERS = ("uid", "number")
"""Columns of numbers, in the order in which they make a row's key."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """
    What one table gave.

    Parameters
    ----------
    entities
        Of the rows without errors, in order.
    issues
        Of all its rows, in order.
    """

    table: ListTable
    entities: tuple[ImportedRow, ...]
    issues: tuple[ListIssue, ...]
    bad_rows: tuple[BadRow, ...]
    made_units: frozenset[str]


@dataclass(slots=True)
class _Pass:
    context: Context
    keeps_bad: bool
    progress: Progress | None
    total: int
    done: int = 0
    keys: dict[tuple[str, str], RowReader] = field(default_factory=dict)
    units: dict[tuple[str, str], tuple[RowReader, Entity]] = field(default_factory=dict)

    def step(self, file: str) -> None:
        self.done += 1
        if self.progress is not None and (self.done % _EVERY == 0 or self.done == self.total):
            self.progress(self.done, self.total, file)


def resolve_tables(
    tables: Sequence[ListTable], context: Context, *, keeps_bad_names: bool, progress: Progress | None = None
) -> list[Resolved]:
    """
    Every table's entities, in the order of ``tables``.

    Parameters
    ----------
    tables
        In the order of files and sheets; read in the order of their kinds.
    keeps_bad_names
        Whether rows with errors still lend their names to later rows, so that one slip is not told a hundred times.
    """
    run = _Pass(context, keeps_bad_names, progress, sum(len(table.rows) for table in tables))
    results: dict[int, Resolved] = {}
    kinds = [
        row.cells["kind"].raw
        for table in tables
        if table.kind is ListKind.BUDGET
        for row in table.rows
        if "kind" in row.cells
    ]
    context.fund_kinds |= {key_of(kind): kind for kind in kinds}  # needs are read before the money that pays for them
    for kind in READING_ORDER:
        chosen = [(index, table) for index, table in enumerate(tables) if table.kind is kind]
        if kind is ListKind.DIRECTORY:
            results.update(_directory(chosen, run))
            continue
        files: dict[str, RegistrationRows] = {}
        people = PeopleRows(context) if kind is ListKind.PEOPLE else None
        for index, table in chosen:
            registrations = files.setdefault(table.file, RegistrationRows(context))
            resolve = people.resolve if people is not None else _resolver(kind, context, registrations)
            results[index] = _table(table, resolve, run)
    return [results[index] for index in range(len(tables))]


def _resolver(kind: ListKind, context: Context, registrations: RegistrationRows) -> Callable[[RowReader], list[Entity]]:
    if kind is ListKind.REGISTRATION:
        return registrations.resolve
    functions: dict[ListKind, Callable[[RowReader, Context], list[Entity]]] = {
        ListKind.UNIT: resolve_unit,
        ListKind.RESOURCE: resolve_offer,
        ListKind.SERVICE: resolve_offer,
        ListKind.NEED: resolve_need,
        ListKind.PROJECT: resolve_project,
        ListKind.BUDGET: resolve_budget,
    }
    function = functions[kind]
    return lambda row: function(row, context)


def _table(table: ListTable, resolve: Callable[[RowReader], list[Entity]], run: _Pass) -> Resolved:
    rows = []
    made: set[str] = set()
    bad = _bad_numbers(table)
    for listed in table.rows:
        row = RowReader(table, listed, bad=listed.number in bad)
        entities = resolve(row) if run.context.street else []
        if not run.context.street:
            row.tell("list_no_street")
        entities = _without_known_unit(row, entities, run)
        for entity in _own(table.kind, entities):
            _check_key(row, entity, run)
        for entity in entities:
            if isinstance(entity, Organization) and table.kind is not ListKind.UNIT:
                made.add(entity.uid)
            if not row.bad or run.keeps_bad:
                run.context.register.add(entity)
        rows.append((row, entities))
        run.step(table.file)
    return _resolved(table, rows, frozenset(made))


def _own(kind: ListKind, entities: list[Entity]) -> list[Entity]:
    """Entities that no other row of the file may bring: all of a units list, a person, else the last."""
    if kind is ListKind.UNIT:
        return entities
    return entities[:1] if kind is ListKind.PEOPLE else entities[-1:]


def _directory(chosen: list[tuple[int, ListTable]], run: _Pass) -> dict[int, Resolved]:
    """Directory tables are read together, since their rows refer to each other across sheets and files."""
    left_out: dict[int, dict[int, RowReader]] = {index: {} for index, _ in chosen}
    while True:
        run.context.register = Register(run.context.register.base)
        run.keys.clear()
        readers = {index: _readers(table, left_out[index]) for index, table in chosen}
        entities: dict[int, Entity] = {}
        for row, entity in resolve_directory([row for rows in readers.values() for row in rows], run.context):
            entities[id(row)] = entity
            _check_key(row, entity, run)
        bad = [(index, row) for index, rows in readers.items() for row in rows if row.bad]
        if run.keeps_bad or not bad:
            break
        # Rows inside an area that is left out must not find its name: they are read again without it.
        for index, row in bad:
            left_out[index][row.number] = row
    results = {}
    for index, table in chosen:
        rows = sorted([*readers[index], *left_out[index].values()], key=lambda row: row.number)
        found = [(row, [entities[id(row)]] if id(row) in entities else []) for row in rows]
        results[index] = _resolved(table, found, frozenset())
        run.done += len(rows)
    return results


def _readers(table: ListTable, left_out: Mapping[int, RowReader]) -> list[RowReader]:
    bad = _bad_numbers(table)
    return [
        RowReader(table, listed, bad=listed.number in bad) for listed in table.rows if listed.number not in left_out
    ]


def _without_known_unit(row: RowReader, entities: list[Entity], run: _Pass) -> list[Entity]:
    """A unit with several agreements has a row for each: all but the first good one give the agreement alone."""
    if row.bad or row.table.kind is not ListKind.UNIT or not entities:
        return entities
    unit = entities[0]
    first_row, first = run.units.setdefault((row.table.file, unit.uid), (row, unit))
    if first_row is row or not isinstance(entities[-1], Agreement):
        return entities
    if first != unit:
        row.tell("list_unit_contradiction", "name", value=row.raw("name") or "", row=first_row.number)
    return entities[1:]


def _bad_numbers(table: ListTable) -> frozenset[int | None]:
    """Rows in which the reader itself found an error."""
    return frozenset(issue.row for issue in table.issues if issue.severity.refuses)


def _check_key(row: RowReader, entity: Entity, run: _Pass) -> None:
    """Two rows of one file with one key are an error that names both."""
    key = (row.table.file, entity.uid)
    if isinstance(entity, Batch):
        return
    first = run.keys.setdefault(key, row)
    if first is row or (first.table.sheet, first.number) == (row.table.sheet, row.number):
        return
    places = {"sheet": first.table.sheet, "first": first.number, "second": row.number}
    number = _shared_number(first, row)
    differ = _differing(first, row)
    if number is None or not differ:
        row.tell("list_same_key", None, **places)
    else:
        row.tell("list_same_number", number, value=row.raw(number) or "", differ=differ, **places)


def _shared_number(first: RowReader, row: RowReader) -> str | None:
    """Column of the number that two rows of one key share; ``None`` where their contents make the key."""
    for key in _NUMBERS:
        own, other = row.raw(key), first.raw(key)
        if own is not None and other is not None:
            return key if key_of(own) == key_of(other) else None
    return None


def _differing(first: RowReader, row: RowReader) -> list[str]:
    """Headers of the columns in which two rows say something else."""
    cells = {key: cell for each in (first, row) for key, cell in each.row.cells.items()}
    return [cell.header for key, cell in cells.items() if first.raw(key) != row.raw(key)]


def _resolved(table: ListTable, rows: list[tuple[RowReader, list[Entity]]], made: frozenset[str]) -> Resolved:
    entities: list[ImportedRow] = []
    batches: set[str] = set()
    for row, found in rows:
        for entity in () if row.bad else found:
            if isinstance(entity, Batch):
                # Each row brings its batch along, so that it is there whichever of them are good.
                if entity.uid in batches:
                    continue
                batches.add(entity.uid)
            entities.append(ImportedRow(entity, table.sheet, row.number))
    issues = [*table.issues, *(issue for row, _ in rows for issue in row.issues)]
    issues.sort(key=lambda issue: (issue.row or 0, len(issue.cell or ""), issue.cell or ""))
    bad = sorted((row for row, _ in rows if row.bad), key=lambda row: row.number)
    return Resolved(table, tuple(entities), tuple(issues), tuple(_bad_row(row) for row in bad), made)


def _bad_row(row: RowReader) -> BadRow:
    form = FORMS[row.table.kind]
    values = []
    for key, (_, _, hint) in row.table.columns.items():
        if form.column(key).treatment in {Treatment.DROPPED, Treatment.IGNORED}:
            continue
        cell = row.cell(key)
        base = split_hint(form.column(key).header)[0]
        values.append((f"{base}({hint})" if hint else base, cell.written if cell is not None else ""))
    own = [issue for issue in row.table.issues if issue.row == row.number]
    findings = [issue.finding for issue in (*own, *row.issues) if issue.severity.refuses]
    return BadRow(row.number, tuple(values), tuple(findings))
