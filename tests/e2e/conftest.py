"""An office: a data folder, two lists, and the program."""

import io
import os
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from api.cli import main

NEEDS = """所属社区,需求名称,需求类别,需求数量,紧急程度
东湖社区,夜间停车,停车位,10,急
东湖社区,会议室,会议室,1间,盼
西门社区,老人理发,理发,20人,愁
"""
RESOURCES = """单位名称,资源名称,资源类别,数量,地址,开放时间
示例中学,操场停车,停车位,8,东湖社区1号,工作日18:00—次日7:00
示例公司,会议室,会议室,2间,东湖社区2号,工作日9:00-17:00
示例理发店,义剪,理发,30人,西门社区3号,每周三9:00-11:00
"""


class Office:
    """One office's installation: a data folder, a folder of lists, and the program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.lists = folder / "lists"
        self.lists.mkdir()
        (self.lists / "需求.csv").write_text(NEEDS, encoding="utf-8")
        (self.lists / "资源.csv").write_text(RESOURCES, encoding="utf-8")

    def run(self, *words: str | Path, code: int = 0) -> str:
        out, err = io.StringIO(), io.StringIO()
        line = ["--data", str(self.data), "--lang", "en", *map(str, words)]
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main(line)
        told = out.getvalue() + err.getvalue()
        assert ended.value.code == code, (words, told)
        return told


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    for name in [name for name in os.environ if name.startswith("NEEDLEWORK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    made = Office(tmp_path)
    yield made
    made.run("graph", "stop")


@pytest.fixture
def ready(office: Office) -> Office:
    office.run("import", office.lists, "--street", "示范街道", "--create-areas")
    return office
