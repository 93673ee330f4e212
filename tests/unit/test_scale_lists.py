"""Lists of any size: as many valid rows as asked for, the same each time."""

from pathlib import Path

import pytest

from graph_schema.demo.jinchang import AS_OF
from graph_schema.demo.scale import write_scale_lists
from graph_schema.lists import read_lists
from graph_schema.model.directory import Directory
from graph_schema.taxonomy import load


def test_every_row_that_was_asked_for_is_there_and_valid(tmp_path: Path) -> None:
    paths = write_scale_lists(tmp_path, needs=450, resources=120, seed=3)
    nothing = Directory(street_uid="", street_name="", taxonomy=load())
    reading = read_lists(paths, nothing, hash_key=b"x" * 32, at=AS_OF, actor="test")
    assert [(report.rows, report.valid) for report in reading.reports] == [(6, 6), (120, 120), (450, 450)]
    assert not reading.refused


def test_the_same_arguments_give_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first, second, other = (
        [path.read_bytes() for path in write_scale_lists(tmp_path / name, needs=30, resources=20, seed=seed)]
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first == second
    assert first[1:] != other[1:]


@pytest.mark.parametrize(("needs", "resources"), [(0, 1), (1, 0), (200_001, 1)])
def test_a_size_that_no_list_has_is_refused(tmp_path: Path, needs: int, resources: int) -> None:
    with pytest.raises(ValueError, match=r"outside 1\.\.200000"):
        write_scale_lists(tmp_path, needs=needs, resources=resources)
