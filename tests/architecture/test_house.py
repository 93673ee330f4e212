"""The house is as its documents say."""

import re
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from graph_schema.messages import catalogue

ROOT = Path(__file__).parents[2]
PACKAGES = ("graph_schema", "matcher", "api")


def _sources() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def test_no_module_is_called_utils_helpers_or_manager() -> None:
    named = [path for path in _sources() if re.search(r"utils?|helpers?|managers?", path.stem)]
    assert named == []


def test_package_inits_compute_nothing() -> None:
    for path in _sources():
        if path.name == "__init__.py":
            lines = path.read_text(encoding="utf-8")
            assert not re.search(r"^(def|class|for|while|if|with|try) ", lines, re.MULTILINE), path


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_message_has_both_languages_with_the_same_parameters(code: str) -> None:
    text = catalogue()[code]
    assert set(text) == {"zh", "en"}
    fields = {language: set(re.findall(r"{(\w+)", text[language])) for language in text}
    assert fields["zh"] == fields["en"]


@pytest.mark.parametrize("package", PACKAGES)
def test_the_last_line_of_each_decision_names_a_test_that_exists(package: str) -> None:
    for path in sorted((ROOT / package / "decisions").glob("*.md")):
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name), path.name
        last = path.read_text(encoding="utf-8").rstrip().splitlines()[-1]
        names = re.findall(r"tests/[\w/]+\.py(?:::\w+)?", last)
        assert names, f"{path.name} ends with {last!r}, which names no test."
        for name in names:
            file, _, function = name.partition("::")
            assert (ROOT / file).is_file(), f"{path.name} names {file}, which is not there."
            assert f"def {function}" in (ROOT / file).read_text(encoding="utf-8"), f"{path.name} names {name}."


def test_the_requirements_are_hashed_and_name_no_index() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pinned = re.findall(r"^\S+==\S+", text, re.MULTILINE)
        assert pinned
        assert "://" not in text
        assert "--index-url" not in text
        assert "--find-links" not in text
        blocks = re.split(r"^(?=\S+==)", text, flags=re.MULTILINE)[1:]
        assert all("--hash=sha256:" in block for block in blocks)


def test_every_requirement_of_the_project_is_imported_somewhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    imported_as = {
        "chinesecalendar": "chinese_calendar",
        "lunar-python": "lunar_python",
        "pydantic-settings": "pydantic_settings",
        "python-calamine": "python_calamine",
        "python-stdnum": "stdnum",
    }
    # zoneinfo reads the one where the system has no time zones; the driver packs values with the other.
    needed_at_run_time_only = {"tzdata", "neo4j-rust-ext"}
    text = "\n".join(path.read_text(encoding="utf-8") for path in _sources())
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=]", requirement)[0]
        if name in needed_at_run_time_only:
            continue
        module = imported_as.get(name, name)
        assert re.search(rf"^\s*(import|from) {module}\b", text, re.MULTILINE), f"{name} is never imported."


def test_the_command_answers_without_loading_the_solver() -> None:
    script = "import sys; import api.cli; print('numba' in sys.modules, 'neo4j' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_each_package_has_a_readme() -> None:
    for package in PACKAGES:
        assert files(package).joinpath("README.md").is_file(), package
