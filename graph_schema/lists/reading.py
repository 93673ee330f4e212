"""`read_lists`: files of an office in, import batches and a report out."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from graph_schema.geo import Crs
from graph_schema.lists.columns import READING_ORDER, ListKind
from graph_schema.lists.errors import RefusedFileError
from graph_schema.lists.findings import Severity, finding
from graph_schema.lists.headers import header_words
from graph_schema.lists.personal import SHORTEST_KEY_BYTES
from graph_schema.lists.reader import ListTable, ReadSheet, read_sheets
from graph_schema.lists.references import batches_in_reference_order, in_reference_order, refers_back_only
from graph_schema.lists.report import LEFT_OUT, ListIssue, ListReading, ListReport
from graph_schema.lists.resolve import Context, Register, Resolved, resolve_tables
from graph_schema.lists.resolve.tables import Progress
from graph_schema.lists.sources import open_file
from graph_schema.model.directory import Directory
from graph_schema.model.errors import InvalidValueError
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import LIST_KINDS_JOINED_BY, ImportBatch, ImportedRow


@dataclass(slots=True)
class _File:
    """A file on its way: what was read of it, or why it is refused."""

    index: int
    name: str
    sha256: str = ""
    sheets: tuple[ReadSheet, ...] = ()
    refusal: ListIssue | None = None

    @property
    def tables(self) -> list[ListTable]:
        return [sheet.table for sheet in self.sheets if sheet.table is not None]


def read_lists(
    paths: Sequence[Path],
    directory: Directory,
    *,
    hash_key: bytes,
    at: dt.datetime,
    actor: str,
    skip_bad: bool = False,
    kind: ListKind | None = None,
    crs: Crs | None = None,
    progress: Progress | None = None,
) -> ListReading:
    """
    Everything that a set of list files says, checked against the directory and against each other.

    Nothing is written. Lists are read in the order in which they refer to each other, whatever their order in
    ``paths``, and the directory grows with each. A file whose form cannot be read is refused whole; an error in a row
    refuses its file, and with it the files that cannot do without it.

    Parameters
    ----------
    paths
        Files, or folders whose list files are taken in the order of their names.
    directory
        What the street knows already.
    hash_key
        The installation's key for personal columns, at least 16 bytes.
    at
        Moment of the import, aware.
    actor
        Role or program that imports.
    skip_bad
        Whether good rows go in although others of their file are bad.
    kind
        Kind of all lists; recognised from the headers when ``None``.
    crs
        Coordinate system of lists that state none.
    progress
        Called now and then with rows done, rows in all, and a file's name.

    Raises
    ------
    InvalidValueError
        If ``hash_key`` is too short or ``at`` is naive.
    """
    if len(hash_key) < SHORTEST_KEY_BYTES:
        msg = f"hash_key has {len(hash_key)} bytes, fewer than {SHORTEST_KEY_BYTES}. Maybe the key file was cut off."
        raise InvalidValueError(msg)
    if at.tzinfo is None:
        msg = f"at is {at}, without a time zone. Maybe use datetime.now(UTC)."
        raise InvalidValueError(msg)
    files = [_read(index, path, hash_key, kind) for index, path in enumerate(expand_folders(paths))]
    _refuse_twins(files)

    def run(chosen: list[_File], told: Progress | None) -> tuple[Context, list[Resolved]]:
        context = Context(Register(directory), directory.taxonomy, at, crs)
        tables = [table for file in chosen for table in file.tables]
        return context, resolve_tables(tables, context, keeps_bad_names=not skip_bad, progress=told)

    kept = [file for file in files if file.refusal is None]
    context, resolved = run(kept, progress)
    first = _by_file(kept, resolved)
    made_first = frozenset(uid for result in resolved for uid in result.made_units)
    refused = set() if skip_bad else {file.index for file in kept if _has_errors(first[file.index])}
    rests_on: set[int] = set()
    while refused | rests_on:
        # What remains is read anew without the refused: it must not rest on rows that will not be there.
        rest = [file for file in kept if file.index not in refused | rests_on]
        context, resolved = run(rest, None)
        again = _by_file(rest, resolved)
        fell = {
            file.index
            for file in rest
            if (_has_errors(again[file.index]) and not (skip_bad and _has_errors(first[file.index])))
            or any(result.made_units - made_first for result in again[file.index])
        }
        if not fell:
            break
        rests_on |= fell
    accepted = [file for file in kept if file.index not in refused | rests_on]
    by_file = _by_file(accepted, resolved) if refused | rests_on else first
    batches = _batches(accepted, by_file, context.street, at, actor)
    reports = [
        report
        for file in files
        for report in _reports(file, first.get(file.index, []), refused, rests_on, _before(file, files, refused))
    ]
    return ListReading(batches, tuple(reports), _grown(directory, batches))


def expand_folders(paths: Sequence[Path]) -> list[Path]:
    """
    Files as given; a folder gives the files in it by name.

    Without hidden ones, open programs' lock files, and files of rows that an earlier import left out: these rows stand
    in their own list, too.
    """
    files: list[Path] = []
    for path in paths:
        files += [entry for entry in _inside(path) if not _is_left_out(entry)] if path.is_dir() else [path]
    return files


def left_out_before(paths: Sequence[Path]) -> list[Path]:
    """Files of rows that an earlier import left out, in the folders among some paths."""
    return [entry for path in paths if path.is_dir() for entry in _inside(path) if _is_left_out(entry)]


def _inside(folder: Path) -> list[Path]:
    inside = sorted(entry for entry in folder.iterdir() if entry.is_file())
    return [entry for entry in inside if not entry.name.startswith((".", "~$"))]


def _is_left_out(file: Path) -> bool:
    return re.fullmatch(rf".+{LEFT_OUT}(_\d+)?\.xlsx", file.name) is not None


def _read(index: int, path: Path, hash_key: bytes, kind: ListKind | None) -> _File:
    file = _File(index, path.name)
    try:
        raw = open_file(path, header_words)
        file.sha256 = raw.sha256
        file.sheets = read_sheets(raw, hash_key, kind)
    except RefusedFileError as error:
        file.refusal = ListIssue(error.finding, path.name, error.sheet, error.cell, None, Severity.ERROR)
    return file


def _refuse_twins(files: list[_File]) -> None:
    """The same bytes twice in one reading: the second file says nothing new and is most likely a slip."""
    seen: dict[str, str] = {}
    for file in files:
        if file.refusal is None and file.sha256 in seen:
            code = finding("list_twin_file", first=seen[file.sha256])
            file.refusal = ListIssue(code, file.name, None, None, None, Severity.ERROR)
        elif file.refusal is None:
            seen[file.sha256] = file.name


def _by_file(files: list[_File], resolved: list[Resolved]) -> dict[int, list[Resolved]]:
    results = iter(resolved)
    return {file.index: [next(results) for _ in file.tables] for file in files}


def _before(file: _File, files: list[_File], refused: set[int]) -> list[str]:
    """Names of the refused files whose lists this file's lists may refer to."""
    last = max((READING_ORDER.index(table.kind) for table in file.tables), default=0)
    return [
        other.name
        for other in files
        if other.index in refused and min(READING_ORDER.index(table.kind) for table in other.tables) < last
    ]


def _has_errors(results: list[Resolved]) -> bool:
    return any(result.bad_rows for result in results)


def _batches(
    files: list[_File], by_file: dict[int, list[Resolved]], street: str, at: dt.datetime, actor: str
) -> tuple[ImportBatch, ...]:
    """
    One batch for each file, so that it is there whole or not at all.

    Only where files refer to each other in a circle, which no order of whole files can follow, each list of a file is
    a batch of its own.
    """
    lists = []
    for kind in READING_ORDER:
        for file in files:
            rows = [row for result in by_file[file.index] if result.table.kind is kind for row in result.entities]
            if rows:
                lists.append((file, kind, rows))

    def batch(file: _File, kinds: Sequence[ListKind], rows: Sequence[ImportedRow]) -> ImportBatch:
        stated = LIST_KINDS_JOINED_BY.join(kind.value for kind in kinds)
        return ImportBatch(
            uid=make_uid(street, "import", stated, file.sha256),
            street=street,
            list_kind=stated,
            file_name=file.name,
            file_hash=file.sha256,
            rows=in_reference_order(rows),
            at=at,
            actor=actor,
        )

    whole = []
    for index in dict.fromkeys(file.index for file, _, _ in lists):
        own = [each for each in lists if each[0].index == index]
        whole.append(batch(own[0][0], [kind for _, kind, _ in own], [row for _, _, rows in own for row in rows]))
    ordered = batches_in_reference_order(whole)
    if refers_back_only(ordered):
        return ordered
    return batches_in_reference_order([batch(file, [kind], rows) for file, kind, rows in lists])


def _reports(
    file: _File, results: list[Resolved], refused: set[int], rests_on: set[int], refused_names: list[str]
) -> list[ListReport]:
    if file.refusal is not None:
        return [ListReport(file.name, file.refusal.sheet, None, refused=True, issues=(file.refusal,))]
    is_refused = file.index in refused | rests_on
    by_sheet = {result.table.sheet: result for result in results}
    reports = []
    for sheet in file.sheets:
        result = by_sheet.get(sheet.name)
        if result is None:
            if sheet.issues:
                reports.append(ListReport(file.name, sheet.name, None, issues=sheet.issues))
            continue
        issues = result.issues
        if file.index in rests_on:
            rests = finding("list_rests_on_refused", files=refused_names)
            issues = (ListIssue(rests, file.name, sheet.name, None, None, Severity.ERROR), *issues)
        reports.append(
            ListReport(
                file=file.name,
                sheet=sheet.name,
                kind=result.table.kind,
                header_row=result.table.header_row,
                rows=len(result.table.rows),
                valid=len(result.table.rows) - len(result.bad_rows),
                dropped=result.table.dropped,
                refused=is_refused,
                issues=issues,
                bad_rows=result.bad_rows,
            )
        )
    return reports


def _grown(directory: Directory, batches: tuple[ImportBatch, ...]) -> Directory:
    """The directory with exactly what the batches hold: names of bad rows do not stay."""
    register = Register(directory)
    for batch in batches:
        for row in batch.rows:
            register.add(row.entity)
    return replace(register.directory(), taxonomy=directory.taxonomy)
