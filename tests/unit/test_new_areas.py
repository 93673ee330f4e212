"""What an import makes of a street or communities that nobody knows: created when asked, never out of a slip."""

from pathlib import Path
from typing import Any, cast

import pytest

from api.errors import RefusedInputError
from api.services.importing import ImportReport, ImportRequest, import_lists
from api.services.new_areas import new_areas
from graph_schema.lists.findings import Severity, finding
from graph_schema.lists.report import ListIssue, ListReport
from graph_schema.model.directory import Directory
from graph_schema.model.places import AdminDivision
from graph_schema.stores.base import GraphStore, ImportOutcome
from tests.instances.list_files import AT, DIRECTORY_HEADER, DIRECTORY_ROWS, HASH_KEY, NEED_HEADER, street, write_csv


class Streets:
    """A store of one street or none that remembers what is written."""

    def __init__(self, *known: Directory) -> None:
        self.known = {directory.street_uid: directory for directory in known}
        self.written: list[str] = []

    def streets(self) -> tuple[AdminDivision, ...]:
        areas = [area for directory in self.known.values() for area in directory.areas if area.uid in self.known]
        return tuple(area for area in areas if isinstance(area, AdminDivision))

    def directory(self, uid: str) -> Directory:
        return self.known[uid]

    def apply_import(self, batch: Any, progress: object = None) -> ImportOutcome:
        del progress
        self.written += [row.entity.name for row in batch.rows if isinstance(row.entity, AdminDivision)]
        return ImportOutcome(len(batch.rows), 0, 0, None)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return street(tmp_path_factory.mktemp("known"))


def imported(store: Streets, *paths: Path, **asked: Any) -> ImportReport:
    request = ImportRequest(paths=paths, **asked)
    return import_lists(cast("GraphStore", store), request, hash_key=HASH_KEY, now=AT, actor="tests")


def needs(folder: Path, *areas: str, quantity: str = "2间", name: str = "需求.csv") -> Path:
    rows = [(area, f"活动场地{number}", "会议室", quantity, "急") for number, area in enumerate(areas)]
    return write_csv(folder / name, [NEED_HEADER, *rows])


def counted(**names: int) -> list[ListReport]:
    """Reports in which each of some names is unknown so many times."""
    issues = tuple(
        ListIssue(
            finding("list_unknown_area", column="所属社区", value=name, near=[]), "a", "s", None, 2, Severity.ERROR
        )
        for name, count in names.items()
        for _ in range(count)
    )
    return [ListReport("a", "s", None, issues=issues)]


def test_a_street_that_is_not_there_is_refused_with_the_names_that_are_near(tmp_path: Path, known: Directory) -> None:
    store = Streets(known)
    file = needs(tmp_path, "石路社区")
    for dry_run in (True, False):
        with pytest.raises(RefusedInputError) as refused:
            imported(store, file, street="金闾街道", dry_run=dry_run)
        assert refused.value.finding.code == "cli.street_near"
        assert refused.value.finding.params["near"] == ["金阊街道"]
    with pytest.raises(RefusedInputError) as refused:
        imported(Streets(), file, street="金阊街道")
    assert refused.value.finding.code == "cli.street_to_make"
    assert store.written == []


def test_a_street_is_not_created_beside_one_of_the_same_name_without_its_ending(
    tmp_path: Path, known: Directory
) -> None:
    store = Streets(known)
    with pytest.raises(RefusedInputError) as refused:
        imported(store, needs(tmp_path, "石路社区"), street="金阊", create_areas=True)
    assert refused.value.finding.params == {"asked": "金阊", "name": "金阊街道"}


def test_a_directory_list_brings_the_street_that_is_asked_for(tmp_path: Path) -> None:
    store = Streets()
    imported(store, write_csv(tmp_path / "名录.csv", [DIRECTORY_HEADER, *DIRECTORY_ROWS]), street="金阊街道")
    assert "金阊街道" in store.written


def test_nothing_is_created_when_every_file_is_refused(tmp_path: Path) -> None:
    store = Streets()
    report = imported(store, needs(tmp_path, "东湖社区", quantity="若干"), street="示范街道", create_areas=True)
    assert report.refused == ("需求.csv",)
    assert (report.outcomes, report.areas.created, store.written) == ((), (), [])


def test_communities_of_a_refused_file_alone_are_not_created(tmp_path: Path) -> None:
    store = Streets()
    good, bad = needs(tmp_path, "东湖社区"), needs(tmp_path, "南山社区", quantity="若干", name="坏.csv")
    report = imported(store, good, bad, street="示范街道", create_areas=True)
    assert report.areas.created == ("东湖社区",)
    assert store.written == ["示范街道", "东湖社区"]


def test_a_dry_run_lists_the_communities_that_would_be_created(tmp_path: Path, known: Directory) -> None:
    store = Streets(known)
    report = imported(store, needs(tmp_path, "东湖社区", "石路社区"), create_areas=True, dry_run=True)
    assert report.areas.created == ("东湖社区",)
    assert store.written == []


def test_a_name_one_character_from_a_known_community_is_held_back_as_an_error(tmp_path: Path, known: Directory) -> None:
    store = Streets(known)
    report = imported(store, needs(tmp_path, "桃花屋社区", "东湖社区"), create_areas=True)
    assert report.areas.held_back == (("桃花屋社区", "桃花坞社区居委会"),)
    assert report.refused == ("需求.csv",)
    near = {
        issue.finding.params["value"]: issue.finding.params["near"]
        for found in report.reading.reports
        for issue in found.errors
    }
    assert near["桃花屋社区"][0] == "桃花坞社区居委会"
    assert store.written == []


def test_two_names_in_one_cell_are_told_and_make_no_community(tmp_path: Path, known: Directory) -> None:
    store = Streets(known)
    for cell in ("石路社区、石幢社区", "东湖社区，南山社区", "石路；石幢"):
        report = imported(store, needs(tmp_path, f"{cell}"), create_areas=True)
        (issue,) = [issue for report in report.reading.reports for issue in report.errors]
        assert issue.finding.code == "list_several_areas"
        assert len(issue.finding.params["parts"]) == 2
        assert (report.areas.created, store.written) == ((), [])


@pytest.mark.parametrize(
    ("names", "created", "held_back"),
    [
        pytest.param({"柳岸社区": 3, "柳按社区": 1}, ["柳岸社区"], ["柳按社区"], id="once beside often"),
        pytest.param({"柳岸社区": 2, "柳按社区": 2}, ["柳岸社区", "柳按社区"], [], id="both often"),
        pytest.param({"第一社区": 3, "第二社区": 1}, ["第一社区", "第二社区"], [], id="numbered"),
        pytest.param({"石路东社区": 3, "石路西社区": 1}, ["石路东社区", "石路西社区"], [], id="by direction"),
        pytest.param({"桃花坞社区": 3, "桃坞社区": 1}, ["桃花坞社区"], ["桃坞社区"], id="left out"),
        pytest.param({"柳岸": 2, "柳岸社区": 1}, ["柳岸社区"], [], id="with and without its ending"),
        pytest.param({"东湖社区": 3, "南山社区": 1}, ["东湖社区", "南山社区"], [], id="others"),
    ],
)
def test_of_names_that_nobody_knows_slips_are_held_back(
    names: dict[str, int], created: list[str], held_back: list[str]
) -> None:
    found = new_areas(counted(**names), ())
    assert list(found.created) == sorted(created)
    assert [name for name, _ in found.held_back] == held_back


def test_templates_that_nobody_filled_in_are_passed_over_in_a_folder_and_an_error_by_name(
    known: Directory, tmp_path: Path
) -> None:
    blank = write_csv(
        tmp_path / "需求清单模板.csv", [("序号", *NEED_HEADER), ("示例", "石路社区", "停车", "PRK01", "4个", "急")]
    )
    needs(tmp_path, "石路社区")
    report = imported(Streets(known), tmp_path)
    assert (report.refused, report.blank) == ((), (blank.name,))
    assert len(report.outcomes) == 1
    named = imported(Streets(known), blank)
    assert (named.refused, named.blank) == ((blank.name,), ())
