"""How a foreseen error ends the program: the sentence of the catalogue and the exit code, one row for each class."""

import errno
from collections.abc import Callable
from typing import Any

from api.commands.session import LOCAL, ExitCode
from api.errors import ApiError, StandingInTheWayError, UnknownNameError
from graph_schema.messages import catalogue
from graph_schema.model.pairings import Finding

_SYSTEM_WORDS = {
    errno.ENOENT: "cli.system.absent",
    errno.ENOTDIR: "cli.system.not_a_folder",
    errno.EISDIR: "cli.system.is_a_folder",
    errno.EACCES: "cli.system.denied",
    errno.EPERM: "cli.system.denied",
    errno.EROFS: "cli.system.read_only",
    errno.ENOSPC: "cli.system.full",
}

Row = tuple[type[Exception], ExitCode, Callable[[Any], Finding]]


def outcome_of(error: Exception) -> tuple[Finding, ExitCode] | None:
    """Message and exit code of an error that is foreseen; ``None`` for any other."""
    if isinstance(error, ApiError):
        code = ExitCode.REFUSED
        if isinstance(error, UnknownNameError):
            code = ExitCode.NOT_FOUND
        elif isinstance(error, StandingInTheWayError):
            code = ExitCode.IN_THE_WAY
        return error.finding, code
    if isinstance(error, OSError):
        return _of_the_system(error), ExitCode.REFUSED
    return next(((say(error), code) for kind, code, say in _rows() if isinstance(error, kind)), None)


def _rows() -> tuple[Row, ...]:
    """Class -> exit code and sentence; the first row that fits."""
    from graph_schema import errors as graph  # noqa: PLC0415 - loaded with the store, if at all
    from graph_schema.lists.errors import FileTakenError, UnwritableListError  # noqa: PLC0415
    from graph_schema.model.errors import UnreadableFileError  # noqa: PLC0415
    from matcher.errors import InvalidPolicyError, InvalidProblemError, MatcherError  # noqa: PLC0415

    refused, unavailable, in_the_way = ExitCode.REFUSED, ExitCode.UNAVAILABLE, ExitCode.IN_THE_WAY
    return (
        (graph.IncompleteImportError, in_the_way, _held("cli.import_incomplete", "import_uid", "file_name")),
        (graph.ImportInUseError, in_the_way, _import_in_use),
        (graph.StoreAddressError, unavailable, _held("cli.store_address", "address")),
        (graph.DataDirectoryError, unavailable, _data_directory),
        (graph.StoreAccessError, unavailable, _held("cli.store_access", "address", "reason")),
        (graph.StoreUnavailableError, unavailable, _unavailable),
        (FileTakenError, refused, _held("cli.file_taken", "path")),
        (UnwritableListError, refused, _held("cli.file_unwritable", "path", "reason")),
        (graph.NotFoundError, ExitCode.NOT_FOUND, _not_found),
        (graph.ForeignContentsError, in_the_way, _foreign_contents),
        (graph.SchemaVersionError, in_the_way, _in_brackets("cli.schema_version")),
        (graph.MissingReferenceError, refused, _in_brackets("cli.missing_reference")),
        (graph.DuplicateKeyError, refused, _in_brackets("cli.duplicate_key")),
        (graph.StoredValueError, refused, _in_brackets("cli.stored_value")),
        (UnreadableFileError, refused, _unreadable_file),
        (graph.GraphSchemaError, refused, _in_brackets("cli.refused")),
        (InvalidPolicyError, refused, lambda error: Finding(error.finding.code, error.finding.params)),
        (InvalidProblemError, refused, _refused_instance),
        (MatcherError, refused, _in_brackets("cli.refused")),
    )


def _held(code: str, *names: str) -> Callable[[Any], Finding]:
    """A sentence of what the error holds."""
    return lambda error: Finding(code, {name: getattr(error, name) for name in names})


def _import_in_use(error: Any) -> Finding:
    """What uses the rows by name, or by what it is and the beginning of its uid; else the plans that were published."""
    if error.users or not error.runs:
        names = [name or _nameless(label, uid) for label, uid, name in error.users]
        return Finding("cli.import_in_use", {"import_uid": error.import_uid, "names": names})
    plans = [
        {"code": "cli.plan_of", "params": {"at": at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M"), "uid": uid[:8]}}
        for uid, at in error.runs
    ]
    return Finding("cli.import_in_plan", {"import_uid": error.import_uid, "plans": plans})


def _nameless(label: str, uid: str) -> dict[str, str]:
    from graph_schema.schema import SCHEMA  # noqa: PLC0415 - loaded with the store, if at all

    return {"zh": f"{SCHEMA.label(label).name_zh} {uid[:8]}", "en": f"{label} {uid[:8]}"}


def _data_directory(error: Any) -> Finding:
    reason = _system_words(error.__cause__) if isinstance(error.__cause__, OSError) else error.reason
    return Finding("cli.data_directory", {"path": error.path, "reason": reason})


def _unreadable_file(error: Any) -> Finding:
    if error.code:
        return Finding(error.code, error.params)
    cause = error.__cause__
    if isinstance(cause, OSError):
        return Finding("file.cannot_read", {"path": str(cause.filename or ""), "reason": _system_words(cause)})
    return _in_brackets("cli.unreadable_file")(error)


def _system_words(error: OSError) -> dict[str, Any]:
    """What the system says in the language asked for; by its number where nobody foresaw it."""
    known = _SYSTEM_WORDS.get(error.errno or 0)
    if known is not None:
        return {"code": known, "params": {}}
    return {"code": "cli.system.other", "params": {"number": error.errno}}


def _in_brackets(code: str) -> Callable[[Any], Finding]:
    """A sentence with what was found in brackets, in the words of the code; its advice is the catalogue's."""
    return lambda error: Finding(code, {"reason": str(error).partition(" Maybe ")[0].rstrip(".")})


def _refused_instance(error: Any) -> Finding:
    """What an office can correct, in its words; else what was found, in brackets."""
    if error.finding is None:
        return _in_brackets("cli.refused")(error)
    why = {"code": error.finding.code, "params": error.finding.params}
    return Finding("cli.not_solved", {"why": why})


def _unavailable(error: Any) -> Finding:
    code = "cli.store_unavailable" if error.address else "cli.engine_unavailable"
    return Finding(code, {"address": error.address, "reason": error.reason})


def _not_found(error: Any) -> Finding:
    if error.kind == "plan":
        return Finding("cli.no_plan", {})
    return Finding("cli.not_found", {"kind": catalogue()[f"cli.kind.{error.kind}"], "asked": error.asked})


def _foreign_contents(error: Any) -> Finding:
    return Finding("cli.foreign_contents", {"found": [f"{label} {count}" for label, count in error.found]})


def _of_the_system(error: OSError) -> Finding:
    """What the system says of a file, by its path."""
    path = str(error.filename or "")
    if isinstance(error, FileNotFoundError):
        return Finding("cli.path_missing", {"path": path})
    if isinstance(error, FileExistsError):
        return Finding("cli.file_taken", {"path": path})
    if isinstance(error, PermissionError):
        return Finding("cli.os_denied", {"path": path})
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Finding("cli.os_full", {"path": path})
    return Finding("cli.os_error", {"path": path, "reason": error.strerror or str(error)})
