"""Help is told whole, however narrow the window."""

import re

import pytest

from api.cli import command_line
from api.commands.usage import columns_of, summary
from graph_schema.messages import Language, catalogue


def commands() -> list[tuple[str, ...]]:
    """Every command that the catalogue has a help text of."""
    codes = [code for code in catalogue() if code.startswith("cli.help") and ":" not in code]
    return sorted(tuple(code.split(".")[2:]) for code in codes)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", commands(), ids=lambda path: "-".join(path) or "needlework")
def test_no_word_of_a_commands_help_is_cut_at_80_columns(
    path: tuple[str, ...],
    language: Language,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as ended:
        command_line(language)(args=[*path, "--help"], prog_name="needlework")
    assert ended.value.code == 0
    shown = "".join(capsys.readouterr().out.split())
    code = ".".join(("cli.help", *path))
    texts = [text[language] for name, text in catalogue().items() if name == code or name.startswith(f"{code}:")]
    assert texts
    for text in texts:
        assert "".join(text.split()) in shown


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", commands(), ids=lambda path: "-".join(path) or "needlework")
def test_help_is_in_one_language_and_no_line_is_wider_than_80_columns(
    path: tuple[str, ...],
    language: Language,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        command_line(language)(args=[*path, "--help"], prog_name="needlework")
    shown = capsys.readouterr().out
    assert " range>" not in shown
    assert "[[" not in shown
    assert "..." not in re.sub(r"[]A-Z]\.\.\.", "", shown)
    assert max(columns_of(line) for line in shown.splitlines()) <= 80
    if language == "zh":
        assert not re.search(r"Usage|Options|Commands|Arguments|default|required|env var", shown)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_summary_of_a_command_is_its_first_sentence_and_fits_one_line(
    language: Language, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for group in [(), *{path[:1] for path in commands() if len(path) > 1}]:
        with pytest.raises(SystemExit):
            command_line(language)(args=[*group, "--help"], prog_name="needlework")
        lines = capsys.readouterr().out.splitlines()
        for path in commands():
            if path[:-1] == group and path:
                (line,) = [line for line in lines if re.match(rf"  {path[-1]}  ", line)]
                assert line.endswith(summary(catalogue()[".".join(("cli.help", *path))][language]))
