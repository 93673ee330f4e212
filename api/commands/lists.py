"""``import``, ``imports``, ``export``, ``templates``: the office's files in and out."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.commands.session import LOCAL, ExitCode, Session, now
from graph_schema.model.ledger import LIST_KINDS_JOINED_BY

if TYPE_CHECKING:
    from api.services.importing import ImportReport
    from graph_schema.lists import ListReport

ACTOR = "coordinator"
"""Role that the chain of events names for what is done at the terminal."""

MOST_SHOWN = 200
"""Issues that are printed; the rest are counted."""


def import_lists(
    context: typer.Context,
    *,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad")] = False,
    street: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    create_areas: Annotated[bool, typer.Option("--create-areas")] = False,
    kind: Annotated[
        Literal["directory", "unit", "people", "resource", "service", "registration", "need", "project", "budget"]
        | None,
        typer.Option(metavar="KIND"),
    ] = None,
    crs: Annotated[Literal["WGS-84", "CGCS2000", "GCJ-02", "BD-09"] | None, typer.Option()] = None,
    undo: Annotated[str | None, typer.Option(metavar="ID")] = None,
    resume: Annotated[str | None, typer.Option(metavar="ID")] = None,
) -> None:
    """Lists go into the graph, or an import is undone or resumed."""
    session: Session = context.obj
    if undo is not None and (resume is not None or paths):
        raise typer.BadParameter(session.text("cli.undo_alone"))
    if undo is None and not paths:
        raise typer.BadParameter(session.text("cli.paths_missing"))
    from api.services import importing  # noqa: PLC0415 - readers and driver are slow to import

    if undo is not None:
        with session.store() as store:
            record = importing.undo(store, street, undo, now=now(), actor=ACTOR)
        session.say("cli.undone", file=record.file_name, rows=record.rows)
        return
    settings = session.settings()
    request = importing.ImportRequest(
        paths=tuple(paths or ()),
        street=street,
        kind=kind,
        crs=crs,
        skip_bad=skip_bad,
        dry_run=dry_run,
        create_areas=create_areas,
        resume=resume,
        language=session.language,
    )
    with session.store() as store, session.progress() as progress:
        report = importing.import_lists(
            store,
            request,
            hash_key=importing.installation_key(settings.data),
            now=now(),
            actor=ACTOR,
            keep_rejects=True,
            progress=progress,
        )
    show_import(session, report)
    if report.refused:
        raise typer.Exit(ExitCode.REFUSED)


def show_import(session: Session, report: "ImportReport") -> None:
    """Print what an import found in each sheet, what is wrong, and what it wrote."""
    _show_sheets(session, report.reading.reports)
    show_issues(session, report.reading.reports)
    if report.passed_over:
        session.say("cli.rejects_passed_over", paths=[str(path) for path in report.passed_over])
    if report.blank:
        session.say("cli.templates_passed_over", names=list(report.blank))
    for path in report.rejects:
        session.say("cli.rejects_written", path=str(path))
    if report.refused:
        session.say("cli.import_refused", files=list(report.refused))
        if report.areas.held_back:
            pairs = [
                {"code": "cli.area_held_back", "params": {"name": name, "like": like}}
                for name, like in report.areas.held_back
            ]
            session.say("cli.areas_held_back", pairs=pairs)
        elif report.unknown_areas:
            session.say("cli.unknown_areas", names=list(report.unknown_areas))
    if report.areas.created:
        code = "cli.areas_to_create" if report.dry_run else "cli.areas_created"
        session.say(code, names=list(report.areas.created))
    if report.dry_run:
        session.say("cli.dry_run_done", rows=sum(len(batch.rows) for batch in report.reading.batches))
    else:
        _show_written(session, report)


def _show_written(session: Session, report: "ImportReport") -> None:
    """Print what is in the graph now, how to undo it, and what to do next."""
    if report.outcomes:
        created, updated, unchanged = report.totals
        session.say("cli.import_done", created=created, updated=updated, unchanged=unchanged)
        if report.needs:
            session.say("cli.import_needs", count=report.needs)
    else:
        session.say("cli.import_nothing")
    for outcome in report.outcomes:
        if outcome.record is not None:
            session.say("cli.import_id", file=outcome.record.file_name, uid=outcome.record.uid)
    if report.refused:
        session.say("cli.import_mend", files=list(report.refused))
    elif report.outcomes:
        session.say("cli.import_next")


def _show_sheets(session: Session, reports: "Iterable[ListReport]") -> None:
    from rich.table import Table  # noqa: PLC0415 - only commands that print tables need it

    table = Table(box=None, pad_edge=False)
    for column in ("file", "sheet", "list", "rows", "valid", "bad"):
        table.add_column(
            session.text(f"cli.column.{column}"), justify="left" if column in {"file", "sheet", "list"} else "right"
        )
    for report in reports:
        if report.kind is None and not report.refused:
            continue
        kind = session.text(f"cli.list.{report.kind}") if report.kind else "–"
        bad = len(report.bad_rows)
        table.add_row(report.file, report.sheet or "–", kind, str(report.rows), str(report.valid), str(bad))
    session.out.print(table)


def show_issues(session: Session, reports: "Iterable[ListReport]", *, warnings: bool = True) -> None:
    """Print every error by file, sheet and cell, then the warnings if they are wanted."""
    reports = tuple(reports)
    errors = [issue for report in reports for issue in report.errors]
    told = [issue for report in reports for issue in report.warnings] if warnings else []
    for title, issues in (("cli.errors", errors), ("cli.warnings", told)):
        if not issues:
            continue
        session.say(title, count=len(issues))
        for issue in issues[:MOST_SHOWN]:
            row = session.text("cli.row", row=issue.row) if issue.row and not issue.cell else None
            place = " ".join(part for part in (issue.file, issue.sheet, issue.cell or row) if part)
            session.out.print(f"  {place}: {session.words(issue.finding)}", markup=False)
        if len(issues) > MOST_SHOWN:
            session.say("cli.more_issues", count=len(issues) - MOST_SHOWN)


def imports(
    context: typer.Context,
    *,
    street: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Every import so far."""
    session: Session = context.obj
    from api.services.streets import the_street  # noqa: PLC0415 - the driver is slow to import

    with session.store() as store:
        records = store.imports(the_street(store, street).uid)
    if as_json:
        session.json({"imports": [_record(record) for record in records]})
        return
    from rich.table import Table  # noqa: PLC0415 - only commands that print tables need it

    table = Table(box=None, pad_edge=False)
    for column in ("id", "at", "list", "file", "status", "rows", "created", "updated", "unchanged"):
        table.add_column(session.text(f"cli.column.{column}"), no_wrap=column == "id")
    for record in records:
        table.add_row(
            record.uid,
            record.at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M"),
            "+".join(session.text(f"cli.list.{kind}") for kind in record.list_kind.split(LIST_KINDS_JOINED_BY)),
            record.file_name,
            session.text(f"cli.import_status.{record.status}"),
            str(record.rows),
            str(record.created),
            str(record.updated),
            str(record.unchanged),
        )
    session.out.print(table)


def _record(record: Any) -> dict[str, Any]:
    names = (
        "uid",
        "list_kind",
        "file_name",
        "file_hash",
        "status",
        "rows",
        "created",
        "updated",
        "unchanged",
        "done_rows",
    )
    return {name: getattr(record, name) for name in names} | {"at": record.at.isoformat()}


def export_lists(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False)],
    *,
    form: Annotated[Literal["xlsx", "csv", "geojson", "graphml"], typer.Option("--format")] = "xlsx",
    street: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite")] = False,
) -> None:
    """The lists with pairings beside each row, or the graph as a map or a network."""
    session: Session = context.obj
    from api.services import exporting  # noqa: PLC0415 - writers and driver are slow to import
    from api.services.streets import the_street  # noqa: PLC0415

    with session.store() as store, session.progress() as progress:
        street_uid = the_street(store, street).uid
        if form == "geojson" or form == "graphml":  # noqa: PLR1714 - a type checker follows this form
            written = exporting.export_graph(store, street_uid, folder, form=form, overwrite=overwrite)
        else:
            written = exporting.export_lists(
                store,
                street_uid,
                folder,
                form=form,
                language=session.language,
                overwrite=overwrite,
                progress=progress,
            )
    for path in written:
        session.out.print(str(path), markup=False)


def templates(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False)],
) -> None:
    """Empty lists to fill in."""
    session: Session = context.obj
    from api.services import exporting  # noqa: PLC0415 - writers are slow to import

    for path in exporting.templates(folder):
        session.out.print(str(path), markup=False)


COMMANDS = (("import", import_lists), ("imports", imports), ("export", export_lists), ("templates", templates))
