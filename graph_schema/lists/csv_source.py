"""CSV text of an office: its encoding and delimiter found, its records numbered as a spreadsheet program does."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator

from graph_schema.lists.cells import CellValue
from graph_schema.lists.errors import RefusedFileError

DELIMITERS = (",", "\t", ";", "，", "；")
LINES_SCANNED = 30
MOST_RECORDS = 1_100_000
MOST_COLUMNS = 500
MOST_FILLED_CELLS = 1_500_000
LONGEST_TEXT = 32_767
ESCAPED = "=+-@\t\r＝＋－＠'"
"""What an export writes an apostrophe in front of: beginnings that a spreadsheet program takes for a formula."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_CJK = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}")
_CERTAIN_CJK = 3
"""Three-byte characters in one line that no GB18030 text has by chance."""


def read(data: bytes, header_words: Callable[[list[str]], int]) -> tuple[tuple[int, tuple[CellValue, ...]], ...]:
    """
    (row number from 1, cells) of the filled records.

    Parameters
    ----------
    data
        UTF-8 with or without BOM, or GB18030.
    header_words
        How many of these texts are headers of some list.

    Raises
    ------
    RefusedFileError
        If it is no text, mixes encodings, or its quotes do not close; the finding names the line.
    """
    text = decode(data)
    delimiter = _delimiter(text, header_words)
    rows: list[tuple[int, tuple[CellValue, ...]]] = []
    filled = 0
    for number, record in enumerate(_records(text, delimiter), start=1):
        if number > MOST_RECORDS:
            raise RefusedFileError(code="list_too_many_cells", rows=number, columns=len(record), cell=None)
        if len(record) > MOST_COLUMNS and any(cell.strip() for cell in record[MOST_COLUMNS:]):
            raise RefusedFileError(code="list_too_wide", most=MOST_COLUMNS, last=str(len(record)))
        if not any(cell.strip() for cell in record):
            continue
        if any(len(cell) > LONGEST_TEXT for cell in record):
            raise RefusedFileError(code="list_huge_cell", most=LONGEST_TEXT)
        filled += len(record)
        if filled > MOST_FILLED_CELLS:
            raise RefusedFileError(code="list_too_many_cells", rows=number, columns=len(record), cell=None)
        rows.append((number, tuple(_unescape(cell) or None for cell in record[:MOST_COLUMNS])))
    return tuple(rows)


def decode(data: bytes) -> str:
    """
    Text of UTF-8 or GB18030 bytes.

    GB18030 and not GBK: the latter lacks characters that place names use.

    Raises
    ------
    RefusedFileError
        If it is neither, or both, or no text.
    """
    if data.startswith(_UTF16):
        raise RefusedFileError(code="list_utf16")
    if b"\x00" in data:
        raise RefusedFileError(code="list_has_nul", line=data[: data.index(b"\x00")].count(b"\n") + 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse_mixture(data)
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise RefusedFileError(code="list_unknown_encoding", line=line) from error
    _refuse_garbage(text)
    return text


def _refuse_mixture(data: bytes) -> None:
    """Lines that are surely UTF-8 in a file that is not: somebody pasted two files together."""
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.isascii() or len(_UTF8_CJK.findall(line)) < _CERTAIN_CJK:
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        raise RefusedFileError(code="list_mixed_encodings", line=number)
    if data.startswith(b"\xef\xbb\xbf"):
        raise RefusedFileError(code="list_mixed_encodings", line=1)


def _refuse_garbage(text: str) -> None:
    for position, character in enumerate(text):
        if character in "\t\r\n\x0b\x0c" or character.isprintable() or character.isspace():
            continue
        if unicodedata.category(character) in {"Cc", "Cs", "Cn"}:
            raise RefusedFileError(code="list_not_text", line=text.count("\n", 0, position) + 1)


def _delimiter(text: str, header_words: Callable[[list[str]], int]) -> str:
    """The delimiter under which the first lines hold most headers; the comma when none does."""
    head = "\n".join(text.splitlines()[:LINES_SCANNED])

    def score(delimiter: str) -> int:
        try:
            records = list(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
        except csv.Error:
            return 0
        return max((header_words(record) for record in records), default=0)

    return max(DELIMITERS, key=score)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        if "field larger" in str(error):
            raise RefusedFileError(code="list_huge_cell", most=LONGEST_TEXT) from error
        raise RefusedFileError(code="list_broken_quotes", line=reader.line_num) from error


def _unescape(cell: str) -> str:
    """A cell as it was before an export made it harmless: a leading apostrophe before = + - @ goes."""
    if len(cell) > 1 and cell[0] == "'" and cell[1] in ESCAPED:
        return cell[1:]
    return cell
