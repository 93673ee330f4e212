"""From a file's bytes to raw sheets: what sort of file it is, and who reads it, within limits."""

import datetime as dt
import hashlib
import json
import os
import subprocess  # the reader's own process; the command is constant
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph_schema.lists import csv_source
from graph_schema.lists.cells import CellValue
from graph_schema.lists.errors import RefusedFileError

LARGEST_FILE_BYTES = 30_000_000
READER_MEMORY_BYTES = 440_000_000
"""Address space of the workbook reader's process, its own code included."""
READER_CPU_S = 7
READER_WALL_S = 8

_READER = Path(__file__).with_name("workbook_process.py")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD_STREAM = "WordDocument".encode("utf-16-le")
_BIFF_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_LIST_SUFFIXES = frozenset({".xlsx", ".xls", ".csv", ".txt", ".tsv"})
_OTHER_SUFFIXES: Mapping[str, dict[str, str]] = {
    ".et": {"zh": "WPS 表格(.et)", "en": "a WPS sheet (.et)"},
    ".xlsm": {"zh": "带宏的工作簿(.xlsm)", "en": "a workbook with macros (.xlsm)"},
    ".xlsb": {"zh": "二进制工作簿(.xlsb)", "en": "a binary workbook (.xlsb)"},
    ".ods": {"zh": "OpenDocument 表格(.ods)", "en": "an OpenDocument sheet (.ods)"},
    ".numbers": {"zh": "Numbers 表格", "en": "a Numbers sheet"},
    ".doc": {"zh": "Word 文档", "en": "a Word document"},
    ".docx": {"zh": "Word 文档", "en": "a Word document"},
    ".wps": {"zh": "WPS 文字", "en": "a WPS text"},
    ".pdf": {"zh": "PDF 文件", "en": "a PDF file"},
}
_MAGIC: tuple[tuple[bytes, dict[str, str]], ...] = (
    (b"%PDF", {"zh": "PDF 文件", "en": "a PDF file"}),
    (b"\x89PNG", {"zh": "图片", "en": "a picture"}),
    (b"\xff\xd8\xff", {"zh": "图片", "en": "a picture"}),
    (b"Rar!", {"zh": "压缩包", "en": "an archive"}),
    (b"7z\xbc\xaf", {"zh": "压缩包", "en": "an archive"}),
    (b"\x1f\x8b", {"zh": "压缩包", "en": "an archive"}),
    (b"{\\rtf", {"zh": "RTF 文档", "en": "an RTF document"}),
)
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<body", b"mime-version")


@dataclass(frozen=True, slots=True)
class RawSheet:
    """
    One sheet as it stands in the file.

    Parameters
    ----------
    name
        Sheet name; of a CSV file, its stem.
    rows
        (row number from 1, cells from column A on), filled rows only, in order.
    merged
        Merged ranges ``(first row, first column, last row, last column)``, all counted from 1 and included.
    flaws
        Address -> ``formula`` (without a stored value) or ``error`` (an error value).
    hidden, is_worksheet
        Whether the sheet is hidden, and whether it holds cells at all.
    """

    name: str
    rows: tuple[tuple[int, tuple[CellValue, ...]], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    flaws: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False
    is_worksheet: bool = True


@dataclass(frozen=True, slots=True)
class RawFile:
    """A list file that could be opened: its name, the SHA-256 of its bytes and its sheets in order."""

    name: str
    sha256: str
    sheets: tuple[RawSheet, ...]


def open_file(path: Path, header_words: Callable[[list[str]], int]) -> RawFile:
    """
    All sheets of a list file.

    Parameters
    ----------
    header_words
        How many of these texts are headers of some list; tells a CSV file's delimiter.

    Raises
    ------
    RefusedFileError
        If the file's form cannot be read, is too large, or its reader exceeds time or memory.
    """
    data = _bytes(path)
    suffix = path.suffix.lower()
    if not data:
        raise RefusedFileError(code="list_empty_file")
    if suffix in _OTHER_SUFFIXES:
        raise RefusedFileError(code="list_is_other_kind", kind=_OTHER_SUFFIXES[suffix])
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise RefusedFileError(code="list_is_other_kind", kind=kind)
    if data.startswith(_OLE):
        _check_compound(data)
        sheets = _read_workbook(data, ".xls")
    elif data.startswith(b"PK"):
        sheets = _read_workbook(data, ".xlsx")
    else:
        sheets = _read_text(data, path, suffix, header_words)
    return RawFile(path.name, hashlib.sha256(data).hexdigest(), tuple(sheets))


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise RefusedFileError(code="list_not_a_file")
        size = path.stat().st_size
        if size > LARGEST_FILE_BYTES:
            raise RefusedFileError(
                code="list_file_too_large", megabytes=size // 1_000_000, most=LARGEST_FILE_BYTES // 1_000_000
            )
        with path.open("rb") as file:
            return file.read(LARGEST_FILE_BYTES)
    except OSError as error:
        raise RefusedFileError(code="list_cannot_open", reason=error.strerror or type(error).__name__) from error


def _check_compound(data: bytes) -> None:
    """Old Office files: what the directory of streams says they hold."""
    if _ENCRYPTED in data:
        raise RefusedFileError(code="list_password")
    if not any(stream in data for stream in _BIFF_STREAMS):
        kind = {"zh": "Word 文档", "en": "a Word document"} if _WORD_STREAM in data else None
        raise RefusedFileError(
            code="list_is_other_kind", kind=kind or {"zh": "其他 Office 文件", "en": "some other Office file"}
        )
    if "_VBA_PROJECT_CUR".encode("utf-16-le") in data:
        raise RefusedFileError(code="list_has_macros")


def _read_text(data: bytes, path: Path, suffix: str, header_words: Callable[[list[str]], int]) -> list[RawSheet]:
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_MARKUP):
        raise RefusedFileError(
            code="list_is_other_kind", kind={"zh": "网页(HTML/XML)", "en": "a web page (HTML or XML)"}
        )
    if suffix not in {".csv", ".txt", ".tsv"}:
        code = "list_damaged" if suffix in _LIST_SUFFIXES else "list_unknown_form"
        params = {"detail": suffix} if suffix in _LIST_SUFFIXES else {"suffix": suffix or "-"}
        raise RefusedFileError(code=code, **params)
    return [RawSheet(path.stem, csv_source.read(data, header_words))]


def _read_workbook(data: bytes, suffix: str) -> list[RawSheet]:
    # The reader gets a copy of exactly the bytes that were hashed, whatever happens to the file meanwhile.
    handle, name = tempfile.mkstemp(suffix=suffix, prefix="list-")
    copy = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        return _parse(_run_reader(copy))
    finally:
        copy.unlink(missing_ok=True)


def _run_reader(path: Path) -> bytes:
    """Output of the reader's process, which gets no environment and is killed at its limit."""
    command = [sys.executable, "-I", str(_READER), str(path), str(READER_MEMORY_BYTES), str(READER_CPU_S)]
    with subprocess.Popen(  # noqa: S603 - constant command, a path of our own making
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as process:
        try:
            output, _ = process.communicate(timeout=READER_WALL_S)
        except subprocess.TimeoutExpired:
            raise RefusedFileError(code="list_too_slow", seconds=READER_WALL_S) from None
        finally:
            process.kill()
    if not output.rstrip().endswith(b"}"):
        # Killed by its memory or processor limit: the reader's language aborts when it cannot allocate.
        timed_out = process.returncode in {-24, -9}
        raise (
            RefusedFileError(code="list_too_slow", seconds=READER_CPU_S)
            if timed_out
            else RefusedFileError(code="list_too_much_memory")
        )
    return output


def _parse(output: bytes) -> list[RawSheet]:
    sheets: list[RawSheet] = []
    head: dict[str, Any] | None = None
    rows: list[tuple[int, tuple[CellValue, ...]]] = []
    for line in _lines(output):
        message = json.loads(line)
        if isinstance(message, list):
            rows.append((message[0], tuple(_value(cell) for cell in message[1])))
            continue
        if "refused" in message:
            raise RefusedFileError(
                code=message["refused"], sheet=message.get("sheet"), cell=message.get("cell"), **message["params"]
            )
        if head is not None:
            sheets.append(_sheet(head, rows))
        head, rows = (None, []) if "end" in message else (message, [])
    if head is not None:
        raise RefusedFileError(code="list_too_much_memory")
    return sheets


def _lines(output: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(output):
        end = output.find(b"\n", start)
        end = len(output) if end < 0 else end
        if end > start:
            yield output[start:end]
        start = end + 1


def _sheet(head: dict[str, Any], rows: list[tuple[int, tuple[CellValue, ...]]]) -> RawSheet:
    merged = tuple((a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in head["merged"])
    return RawSheet(head["sheet"], tuple(rows), merged, head["flaws"], head["hidden"], head["worksheet"])


def _value(cell: Any) -> CellValue:
    if not isinstance(cell, dict):
        return cell  # type: ignore[no-any-return]  # JSON's own text, number, bool or null
    ((kind, value),) = cell.items()
    if kind == "timedelta":
        return dt.timedelta(seconds=value)
    makers: dict[str, Callable[[str], CellValue]] = {
        "datetime": dt.datetime.fromisoformat,
        "date": dt.date.fromisoformat,
        "time": dt.time.fromisoformat,
    }
    return makers[kind](value)
