"""Malformed and hostile files: each gets its message, none crashes, hangs or gives a row."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from graph_schema.lists import sources
from graph_schema.lists.findings import Severity
from graph_schema.messages import render
from graph_schema.model.directory import Directory
from tests.instances.hostile_files import HOSTILE
from tests.instances.list_files import reading, street

MOST_MEGABYTES = 500
MOST_SECONDS = 10

_MEASURED = """
import json, resource, sys
from pathlib import Path
from tests.instances.list_files import codes, reading

told = codes(reading(Path(sys.argv[1])))
# Not ru_maxrss: a process starts with that of the one it was made by.
own = next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"codes": told, "own_mb": own // 1024, "reader_mb": reader // 1024}))
"""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return street(tmp_path_factory.mktemp("street"))


def test_there_are_at_least_thirty_of_them() -> None:
    assert len(HOSTILE) >= 30


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_gets_its_message_in_both_languages_and_gives_no_row(
    name: str, known: Directory, tmp_path: Path
) -> None:
    code, make = HOSTILE[name]
    path = make(tmp_path)
    before = path.stat() if path.exists() else None
    read = reading(path, directory=known)
    errors = [issue for report in read.reports for issue in report.errors]
    assert code in [issue.finding.code for issue in errors]
    for issue in errors:
        assert issue.severity is Severity.ERROR
        assert "也许" in render(issue.finding, "zh")
        assert "Maybe" in render(issue.finding, "en")
    assert read.batches == ()
    assert read.refused
    assert read.directory == known
    after = path.stat() if path.exists() else None
    assert (before and before.st_mtime_ns) == (after and after.st_mtime_ns)


def test_the_limits_of_the_readers_process_keep_the_promise() -> None:
    assert sources.READER_WALL_S < MOST_SECONDS
    assert sources.READER_CPU_S <= sources.READER_WALL_S
    assert sources.READER_MEMORY_BYTES < MOST_MEGABYTES * 1_000_000


@pytest.mark.parametrize(
    "name",
    ["million_empty_rows", "million_empty_lines", "one_text_a_million_times", "far_cell", "merged_without_end"],
)
def test_the_heaviest_files_stay_within_the_memory_limit(name: str, tmp_path: Path) -> None:
    code, make = HOSTILE[name]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(make(tmp_path))],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=root,
        env={"PYTHONPATH": str(root)},
    )
    measured = json.loads(done.stdout)
    assert code in measured["codes"]
    assert measured["own_mb"] < MOST_MEGABYTES
    assert measured["reader_mb"] < MOST_MEGABYTES
