"""What is written is read back the same, whatever stands in it."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from graph_schema.lists import write_lists, written_lists
from graph_schema.lists.csv_source import _unescape
from graph_schema.lists.writer import escape
from graph_schema.model.directory import Directory
from tests.instances.list_files import codes, entities, reading, street
from tests.instances.written_streets import Written, streets
from tests.property.settings import FIXED


@cache
def _known() -> Directory:
    folder = Path(tempfile.mkdtemp())
    try:
        return street(folder / "street")
    finally:
        shutil.rmtree(folder)


def _read_back(written: Written, form: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        write_lists(Path(name), written_lists(written.graph), form=form)  # type: ignore[arg-type]
        read = reading(Path(name))
        assert not read.refused, [(r.file, i.cell, i.finding) for r in read.reports for i in r.errors]
        found = {entity.uid: entity for entity in entities(read)}
        for uid, entity in written.entities.items():
            assert found.get(uid) == entity
        assert found.keys() == written.entities.keys()
        assert "list_provider_created" not in codes(read)


@settings(FIXED, max_examples=max(FIXED.max_examples // 2, 1))
@given(written=streets(_known))
def test_a_street_written_as_csv_is_read_back_the_same(written: Written) -> None:
    _read_back(written, "csv")


@settings(FIXED, max_examples=max(FIXED.max_examples // 20, 1))
@given(written=streets(_known))
def test_a_street_written_as_workbooks_is_read_back_the_same(written: Written) -> None:
    _read_back(written, "xlsx")


@settings(FIXED)
@given(text=st.text(st.sampled_from("=+-@'\t\r＝＋－＠a1 ")))
def test_an_escaped_cell_is_harmless_and_its_escape_is_undone(text: str) -> None:
    assert escape(text)[:1] not in set("=+-@\t\r＝＋－＠")
    assert _unescape(escape(text)) == text
