"""The page of columns, made from the declaration: ``python -m graph_schema.lists.page`` writes it."""

from pathlib import Path

from graph_schema.lists.columns import READING_ORDER, Column, ListForm, Treatment
from graph_schema.lists.forms import FORMS
from graph_schema.lists.values.vocabularies import AREA_TYPES, VOCABULARIES

PAGE = Path(__file__).with_name("COLUMNS.md")

_HOW_HEADERS_ARE_READ = """\
Headers are compared without spaces, punctuation and letter case; a unit or system may stand in brackets at their end
(预算(万元), 经度(GCJ-02)). A column marked ✔ is required; one marked ✔✔ must be filled in each row besides."""
_TREATED = {
    Treatment.KEPT: "",
    Treatment.FREE_TEXT: "free text; numbers of persons are masked",
    Treatment.DROPPED: "personal: dropped while reading",
    Treatment.HASHED: "personal: hashed while reading",
    Treatment.IGNORED: "not read",
}


def columns_page() -> str:
    """Every list with its columns, their synonyms and what may be written in them, as Markdown."""
    parts = [
        "# Columns of the lists",
        "Made by `python -m graph_schema.lists.page` from `forms.py` and `values/vocabularies.py`; do not edit.",
        _HOW_HEADERS_ARE_READ,
        *(_form(FORMS[kind]) for kind in READING_ORDER),
        "## Words",
        "The first of each group is written by exports; the others are understood.",
        *(_vocabulary(name, dict(words)) for name, words in VOCABULARIES.items()),
        _vocabulary("directory_type", dict(AREA_TYPES)),
    ]
    return "\n\n".join(parts) + "\n"


def _form(form: ListForm) -> str:
    rows = "\n".join(_row(column) for column in form.columns)
    return f"## {form.title_zh} ({form.title_en})\n\n| Header | | Also | Notes |\n|---|---|---|---|\n{rows}"


def _row(column: Column) -> str:
    mark = "✔✔" if column.needed else "✔" if column.required else ""
    words = f"words: `{column.choices}`" if column.choices else ""
    notes = "; ".join(text for text in (_TREATED[column.treatment], words, column.help_en.rstrip(".")) if text)
    return f"| {column.header} | {mark} | {'、'.join(column.synonyms)} | {notes} |"


def _vocabulary(name: str, words: dict[str, tuple[str, ...]]) -> str:
    lines = "\n".join(f"| {value} | {'、'.join(each)} |" for value, each in words.items())
    return f"### {name}\n\n| Value | Words |\n|---|---|\n{lines}"


if __name__ == "__main__":
    PAGE.write_text(columns_page(), encoding="utf-8")
