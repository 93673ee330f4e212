"""What the README names is there: links, targets, commands, settings."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_each_link_leads_to_a_file_of_the_project(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([a-z]+)`", README))))
def test_each_make_target_named_is_in_the_makefile(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`?needlework ([a-z]+)", README))))
def test_each_command_named_has_its_help(command: str) -> None:
    words = [sys.executable, "-c", "from api.cli import main; main()", command, "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert command in done.stdout


def test_the_settings_named_are_those_the_program_reads() -> None:
    read = set()
    for package in ("graph_schema", "matcher", "api"):
        for path in (ROOT / package).rglob("*.py"):
            read |= set(re.findall(r"\bNEEDLEWORK_[A-Z_]+[A-Z]", path.read_text(encoding="utf-8")))
    settings = (ROOT / "api/settings.py").read_text(encoding="utf-8")
    prefixed = re.search(r"env_prefix=\"NEEDLEWORK_\"", settings) is not None
    fields = re.findall(r"^    ([a-z_]+): ", settings, re.MULTILINE) if prefixed else []
    read |= {f"NEEDLEWORK_{name.upper()}" for name in fields}
    named = set(re.findall(r"\bNEEDLEWORK_[A-Z_]+[A-Z]", README))
    assert named == read
