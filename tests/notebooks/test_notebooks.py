"""Notebooks run from top to bottom, quietly, without a network and without a Chinese font, and hold no outputs."""

import re
from pathlib import Path

import matplotlib.font_manager
import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
LIMIT_S = 180

WITHOUT_CHINESE_FONTS = """
from matplotlib import font_manager
font_manager.fontManager.ttflist = [font for font in font_manager.fontManager.ttflist if font.name.startswith("DejaVu")]
"""


def code_of(notebook: nbformat.NotebookNode) -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


@pytest.mark.parametrize("fonts", ["as they are", "none for Chinese"])
def test_it_runs_and_says_nothing_on_the_error_stream(
    notebook: nbformat.NotebookNode, fonts: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert matplotlib.font_manager.fontManager.ttflist  # made before: a first start announces that it looks for fonts
    monkeypatch.setenv("NEEDLEWORK_GRAPH", "")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    if fonts == "none for Chinese":
        notebook.cells.insert(0, nbformat.v4.new_code_cell(WITHOUT_CHINESE_FONTS))
    client = NotebookClient(
        notebook, timeout=LIMIT_S, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"] == []
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 1
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    assert "optimal" in printed
    assert "none found" in printed or fonts != "none for Chinese"
    assert "private need is planned for and not shown" in printed
    assert list(tmp_path.iterdir()) == []


def test_it_is_kept_without_outputs_and_with_public_names_only(notebook: nbformat.NotebookNode) -> None:
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    code = code_of(notebook)
    private = re.findall(r"(?:\bimport |\bfrom |, |\.)_\w+", code)
    assert private == []
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "://" not in text
    assert not re.search(r"(?<![\w.])/(?:home|tmp|root|Users)\b", text)


def test_it_is_seeded(notebook: nbformat.NotebookNode) -> None:
    assert "seed=SEED" in code_of(notebook)
