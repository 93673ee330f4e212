"""Lists into the graph: read, shown or written in the order of their references, undone, resumed."""

import csv
import secrets
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from api.errors import NoStreetError, RefusedInputError, StandingInTheWayError, UnknownNameError
from api.services.new_areas import NewAreas, named_by, new_areas, unknown_areas
from api.services.streets import check_no_other_name, is_called, street_to_make, the_street
from graph_schema.geo import Crs
from graph_schema.lists import (
    ListKind,
    ListReading,
    ListReport,
    expand_folders,
    left_out_before,
    read_lists,
    write_bad_rows,
)
from graph_schema.messages import Language, render
from graph_schema.model.directory import Directory
from graph_schema.model.ledger import ImportRecord
from graph_schema.model.pairings import Finding
from graph_schema.model.places import AdminDivision
from graph_schema.private_files import private_file
from graph_schema.stores.base import GraphStore, ImportOutcome
from graph_schema.taxonomy import load

Progress = Callable[[str, int, int], None]

MOST_FILES = 200
KEY_BYTES = 32
_MOST_CHOICES = 10
KEY_FILE = "registrations.key"

_DIRECTORY_BY_HAND = "名录_命令行.csv"
_NO_STREET = "list_no_street"


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """
    What is to be read and how; the options of ``needlework import``.

    Parameters
    ----------
    paths
        Files, or folders of files.
    street
        Name of the street; one that neither the graph nor a directory list has is created with ``create_areas`` only.
        ``None``: the only one, or the directory list's.
    kind, crs
        Of files that do not say so themselves.
    skip_bad
        Rows without errors are taken, the others put into a file of their own.
    create_areas
        Communities that the lists name and nobody knows are created.
    resume
        uid of the incomplete import that one of the files goes on with.
    language
        Of the messages beside the rows that were left out.
    """

    paths: tuple[Path, ...]
    street: str | None = None
    kind: str | None = None
    crs: str | None = None
    skip_bad: bool = False
    dry_run: bool = False
    create_areas: bool = False
    resume: str | None = None
    language: Language = "zh"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """
    What became of a set of lists.

    Parameters
    ----------
    reading
        What was found in each sheet.
    outcomes
        What was written, one for each batch of ``reading``; empty for a dry run.
    rejects
        Files with the rows that were left out, and their messages.
    passed_over
        Files of rows that earlier imports left out, in the folders that were read.
    areas
        Communities that are made of the lists' own words, and names that are not.
    blank
        Templates that nobody filled in, in the folders that were read; they are passed over.
    """

    reading: ListReading
    outcomes: tuple[ImportOutcome, ...]
    rejects: tuple[Path, ...]
    dry_run: bool
    passed_over: tuple[Path, ...] = ()
    areas: NewAreas = field(default_factory=NewAreas)
    blank: tuple[str, ...] = ()

    @property
    def refused(self) -> tuple[str, ...]:
        """Names of the files of which nothing was taken."""
        return tuple(dict.fromkeys(report.file for report in self.reading.reports if report.refused))

    @property
    def unknown_areas(self) -> tuple[str, ...]:
        """Names of areas that the lists use and nobody explains."""
        return unknown_areas(self.reading.reports)

    @property
    def totals(self) -> tuple[int, int, int]:
        """Rows created, updated and unchanged."""
        return (
            sum(outcome.created for outcome in self.outcomes),
            sum(outcome.updated for outcome in self.outcomes),
            sum(outcome.unchanged for outcome in self.outcomes),
        )

    @property
    def needs(self) -> int:
        """Registrations of released batches that became needs."""
        return sum(outcome.needs for outcome in self.outcomes)


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Nobody is told."""


def import_lists(
    store: GraphStore,
    request: ImportRequest,
    *,
    hash_key: bytes,
    now: datetime,
    actor: str,
    keep_rejects: bool = False,
    progress: Progress = no_progress,
) -> ImportReport:
    """
    Lists are read and, unless it is a dry run, written; a refused file changes nothing.

    Parameters
    ----------
    request
        What is read and how.
    hash_key
        The installation's key for personal columns, see `installation_key`.
    now, actor
        Moment, aware UTC, and role.
    keep_rejects
        Whether rows that are left out are written to a file beside their list; else they are only reported.

    Raises
    ------
    RefusedInputError
        If a path is missing, there is nothing to read, or no street is meant.
    IncompleteImportError
        If another import of the street is not whole.
    """
    paths = _existing(request.paths)
    directory = _directory(store, request)
    with tempfile.TemporaryDirectory(prefix="needlework-") as folder:

        def read(communities: tuple[str, ...] = ()) -> ListReading:
            by_hand = [_directory_list(Path(folder), street, communities)] if makes_street or communities else []
            files = [*by_hand, *paths]
            return _read(files, directory, request, hash_key=hash_key, now=now, actor=actor, progress=progress)

        street = request.street or directory.street_name
        is_new = request.street is not None and not directory.street_uid
        makes_street = is_new and request.create_areas
        reading = first = read()
        if is_new and not makes_street:
            _check_street(store, reading, street)
        street = street or reading.directory.street_name
        areas = new_areas(first.reports, first.directory.areas) if request.create_areas else NewAreas()
        if areas.created:
            reading = read(areas.created)
            taken = {batch.file_name for batch in reading.batches}
            needed = named_by(areas, [report for report in first.reports if report.file in taken])
            if needed != areas:
                areas, reading = needed, read(needed.created)
    if not reading.batches and _lacks_street(reading.reports):
        raise NoStreetError
    blank = _blank_templates(request.paths, reading.reports)
    reports = tuple(report for report in reading.reports if report.file not in blank)
    reading = _without_what_nobody_needs(replace(reading, reports=reports))
    passed_over = tuple(left_out_before(request.paths))
    if request.dry_run:
        return ImportReport(reading, (), (), dry_run=True, passed_over=passed_over, areas=areas, blank=blank)
    rejects: tuple[Path, ...] = ()
    if request.skip_bad and keep_rejects:
        folders = {path.name: path.parent for path in reversed(expand_folders(request.paths))}
        rejects = write_bad_rows(folders.__getitem__, reading, lambda finding: render(finding, request.language))
    outcomes = tuple(_apply(store, reading, request.resume, progress))
    return ImportReport(reading, outcomes, rejects, dry_run=False, passed_over=passed_over, areas=areas, blank=blank)


def undo(store: GraphStore, street: str | None, import_uid: str, *, now: datetime, actor: str) -> ImportRecord:
    """
    What an import created is gone and what it updated is as before; raises as `GraphStore.undo_import`.

    Parameters
    ----------
    import_uid
        Its uid, or the beginning of it that no other has.

    Raises
    ------
    UnknownNameError
        If several begin so.
    """
    uid = the_street(store, street).uid
    return store.undo_import(uid, _the_import(store, uid, import_uid), now, actor)


def _the_import(store: GraphStore, street: str, asked: str) -> str:
    """The import with this uid, or the only one whose uid begins so."""
    known = [record.uid for record in store.imports(street)]
    found = [uid for uid in known if uid.startswith(asked)] if asked and asked not in known else []
    if len(found) > 1:
        raise UnknownNameError(Finding("cli.import_ambiguous", {"asked": asked, "found": found[:_MOST_CHOICES]}))
    return found[0] if found else asked


def installation_key(data: Path) -> bytes:
    """
    The key that this installation hashes personal columns with; made at first use, readable by its owner alone.

    Parameters
    ----------
    data
        The installation's data folder.

    Raises
    ------
    RefusedInputError
        If the key file is not one.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = data / KEY_FILE
    key = private_file(path, lambda: secrets.token_bytes(KEY_BYTES))
    if len(key) != KEY_BYTES:
        raise RefusedInputError(Finding("cli.bad_key", {"path": str(path), "bytes": len(key), "expected": KEY_BYTES}))
    return key


def _existing(paths: tuple[Path, ...]) -> list[Path]:
    for path in paths:
        if not path.exists():
            raise RefusedInputError(Finding("cli.path_missing", {"path": str(path)}))
    files = expand_folders(paths)
    if not files:
        raise RefusedInputError(Finding("cli.no_lists", {"paths": [str(path) for path in paths]}))
    if len(files) > MOST_FILES:
        raise RefusedInputError(Finding("cli.too_many_files", {"files": len(files), "most": MOST_FILES}))
    return files


def _directory(store: GraphStore, request: ImportRequest) -> Directory:
    """Names known already: of the street that is meant, or none where it is to be created."""
    streets, asked = store.streets(), request.street
    if asked is None and len(streets) == 1:
        return store.directory(streets[0].uid)
    if asked is None and streets:
        return store.directory(the_street(store).uid)  # says which there are
    for street in streets:
        if asked is not None and is_called(street, asked):
            return store.directory(street.uid)
    if asked is not None and request.create_areas:
        check_no_other_name(streets, asked)
    return Directory(street_uid="", street_name="", taxonomy=load())


def _check_street(store: GraphStore, reading: ListReading, asked: str) -> None:
    """Raises `RefusedInputError` unless the lists' own directory brings the street that is asked for."""
    found = [area for area in reading.directory.areas if area.uid == reading.directory.street_uid]
    streets = [area for area in found if isinstance(area, AdminDivision)]
    if any(is_called(street, asked) for street in streets):
        return
    if reading.batches or _lacks_street(reading.reports):
        raise street_to_make(asked, [street.name for street in (*store.streets(), *streets)])


def _without_what_nobody_needs(reading: ListReading) -> ListReading:
    """What the command line says of areas is no reason of its own to write: without any list it is left out."""
    if any(batch.file_name != _DIRECTORY_BY_HAND for batch in reading.batches):
        return reading
    reports = tuple(report for report in reading.reports if report.file != _DIRECTORY_BY_HAND)
    return replace(reading, batches=(), reports=reports)


def _directory_list(folder: Path, street: str, communities: tuple[str, ...]) -> Path:
    """What the command line says about areas, as a directory list like any other."""
    path = folder / _DIRECTORY_BY_HAND
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["类型", "名称", "上级"])
        writer.writerow(["街道", street, ""])
        writer.writerows(["社区", name, street] for name in communities)
    return path


def _read(
    paths: list[Path],
    directory: Directory,
    request: ImportRequest,
    *,
    hash_key: bytes,
    now: datetime,
    actor: str,
    progress: Progress,
) -> ListReading:
    return read_lists(
        paths,
        directory,
        hash_key=hash_key,
        at=now,
        actor=actor,
        skip_bad=request.skip_bad,
        kind=None if request.kind is None else ListKind(request.kind),
        crs=None if request.crs is None else Crs(request.crs),
        progress=lambda done, total, _file: progress("lists", done, total),
    )


def _blank_templates(paths: tuple[Path, ...], reports: tuple[ListReport, ...]) -> tuple[str, ...]:
    """Templates without a row of their own; one that is named itself is no slip of a folder, and an error."""
    named = {path.name for path in paths if not path.is_dir()}
    blank = {
        report.file for report in reports for issue in report.errors if issue.finding.code == "list_blank_template"
    }
    return tuple(sorted(blank - named))


def _lacks_street(reports: tuple[ListReport, ...]) -> bool:
    return any(issue.finding.code == _NO_STREET for report in reports for issue in report.errors)


def _apply(store: GraphStore, reading: ListReading, resume: str | None, progress: Progress) -> Iterator[ImportOutcome]:
    """Each batch in order; the one that is to be resumed goes first, because nothing else may be written before."""
    batches = list(reading.batches)
    if resume is not None:
        meant = [batch for batch in batches if batch.uid == resume]
        if not meant:
            raise StandingInTheWayError(Finding("cli.resume_other_file", {"import_uid": resume}))
        batches.remove(meant[0])
        yield store.resume_import(meant[0], progress=lambda done, total: progress("write", done, total))
    all_rows = sum(len(batch.rows) for batch in batches)
    before = 0
    for batch in batches:

        def tell(done: int, _total: int, before: int = before) -> None:
            progress("write", before + done, all_rows)

        yield store.apply_import(batch, progress=tell)
        before += len(batch.rows)
        progress("write", before, all_rows)
