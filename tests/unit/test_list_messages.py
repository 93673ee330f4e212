"""Every finding of the lists has its words, and says what to do about it."""

import ast
import re
from pathlib import Path

import pytest

import graph_schema.lists
from graph_schema.lists.findings import CODES, Severity, finding
from graph_schema.messages import catalogue, render

PACKAGE = Path(graph_schema.lists.__file__).parent


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_code_has_words_in_both_languages_with_its_own_parameters(code: str) -> None:
    severity, names = CODES[code]
    for language in ("zh", "en"):
        text = catalogue()[code][language]
        assert set(re.findall(r"{(\w+)", text)) <= names, language
        if severity is not Severity.NOTE:
            assert ("也许" if language == "zh" else "Maybe") in text
    used = {name for text in catalogue()[code].values() for name in re.findall(r"{(\w+)", text)}
    assert names - used <= {"column"}, f"{code} carries {names - used}, which its text never shows."


def test_no_words_lie_about_without_a_code() -> None:
    assert {code for code in catalogue() if code.startswith("list_")} == set(CODES)


def test_every_code_is_told_somewhere() -> None:
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py") if path.name != "findings.py"]
    texts = {
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    made = {"list_cell_formula", "list_cell_error"}  # list_cell_ and the flaw's name
    assert {code for code in CODES if code not in texts} == made


def test_a_finding_takes_exactly_the_parameters_of_its_code() -> None:
    assert render(finding("list_bad_date", column="完成时限", value="改天"), "en").startswith("'完成时限' is '改天'")
    with pytest.raises(KeyError, match="list_bad_date takes"):
        finding("list_bad_date", value="改天")
    with pytest.raises(KeyError):
        finding("list_no_such_code")
