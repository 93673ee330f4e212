"""Empty lists to fill in: headers with notes, an example row that reading skips, and what may be written."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graph_schema.lists.columns import READING_ORDER, Column, ListForm, Treatment
from graph_schema.lists.forms import FORMS
from graph_schema.lists.reader import ALLOWED_SHEET, MARKED_EXAMPLE
from graph_schema.lists.values.vocabularies import AREA_TYPES, VOCABULARIES
from graph_schema.lists.writer import new_workbook, sheet_name, write_cells, write_files, write_header
from graph_schema.model.categories import Taxonomy

ROWS_WITH_CHOICES = 2000
"""Rows of a template in which a list of choices drops down."""
MOST_CHOICES = 20
"""Choices that a drop-down list shows; longer vocabularies stand on the sheet of allowed values."""


def write_templates(folder: Path, taxonomy: Taxonomy, *, overwrite: bool = False) -> tuple[Path, ...]:
    """
    An empty workbook for each kind of list.

    Parameters
    ----------
    taxonomy
        Categories and target groups that the sheet of allowed values names.

    Raises
    ------
    UnwritableListError
        If a file is there already, or cannot be written.
    """
    made = [(folder / f"{FORMS[kind].title_zh}模板.xlsx", _template(FORMS[kind], taxonomy)) for kind in READING_ORDER]
    return write_files(made, overwrite=overwrite)


def template_columns(form: ListForm) -> list[Column]:
    """Columns that somebody fills in: none that an export writes."""
    return [column for column in form.columns if column.treatment is not Treatment.IGNORED or column.key == "no"]


def _template(form: ListForm, taxonomy: Taxonomy) -> bytes:
    buffer = io.BytesIO()
    columns = [column for column in template_columns(form) if column.key != "uid"]
    with new_workbook(buffer) as book:
        page = book.add_worksheet(sheet_name(form.title_zh))
        write_header(book, page, columns)
        example = [MARKED_EXAMPLE if column.key == "no" else column.example or None for column in columns]
        write_cells(book, page, columns, [example])
        for index, column in enumerate(columns):
            note = _note(column)
            if note:
                page.write_comment(0, index, note, {"x_scale": 2, "y_scale": 1.2, "author": ""})
            choices = _choices(column)
            if 0 < len(choices) <= MOST_CHOICES:
                page.data_validation(
                    1, index, ROWS_WITH_CHOICES, index, {"validate": "list", "source": choices, "error_type": "warning"}
                )
        _write_allowed(book, form, taxonomy)
    return buffer.getvalue()


def _note(column: Column) -> str:
    required = "必填。Required.\n" if column.required or column.needed else ""
    return f"{required}{column.help_zh}\n{column.help_en}".strip()


def _choices(column: Column) -> list[str]:
    if column.choices == "directory_type":
        return [words[0] for words in AREA_TYPES.values()]
    return [words[0] for words in VOCABULARIES.get(column.choices, {}).values()]


def _write_allowed(book: Any, form: ListForm, taxonomy: Taxonomy) -> None:
    """One column per vocabulary that the form uses, with every word that is understood."""
    page = book.add_worksheet(ALLOWED_SHEET)
    bold = book.add_format({"bold": True, "bg_color": "#E7EEF7", "border": 1})
    page.write_string(0, 0, "以下写法都能读取；每组第一个是规范写法。", bold)
    at = 0
    for column in form.columns:
        lines = _allowed(column, taxonomy)
        if not lines:
            continue
        page.write_string(1, at, f"“{column.header}”可填", bold)
        page.set_column(at, at, 40)
        for offset, line in enumerate(lines, start=2):
            page.write_string(offset, at, line)
        at += 1


def _allowed(column: Column, taxonomy: Taxonomy) -> Sequence[str]:
    if column.choices == "category":
        items = [category for category in taxonomy.categories if category.parent is not None]
        return [f"{c.code} {c.name_zh}：{'、'.join(c.synonyms)}（单位：{c.unit}）" for c in items]
    if column.choices == "target_group":
        return [f"{group.name_zh}：{'、'.join(group.synonyms)}" for group in taxonomy.target_groups]
    if column.choices == "directory_type":
        words = [*AREA_TYPES.values(), ("工作站", "驿站", "党群服务站"), ("联动支部", "网格党支部", "……党组织")]
        return ["、".join(each) for each in words]
    return ["、".join(words) for words in VOCABULARIES.get(column.choices, {}).values()]
