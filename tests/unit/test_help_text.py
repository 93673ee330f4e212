"""Help is told whole, however narrow the window."""

import pytest

from api.cli import command_line
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
