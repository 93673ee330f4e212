"""
The Jinchang scenario: one street's lists as files, and what stands planted in them.

Names of the street, its communities, its linked branches and one unit are public; coordinates, figures and all other
units are synthetic and say so in their column 数据标注.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from graph_schema.demo.figures import ARTICLE_FIGURES
from graph_schema.demo.list_asks import need_files, projects_file, registration_files
from graph_schema.demo.list_offers import PARKING_QUANTITY, resource_files, services_file
from graph_schema.demo.list_places import directory_file, units_file
from graph_schema.demo.people import vanguards_file
from graph_schema.demo.scene import Scene
from graph_schema.demo.sheets import ListFile

SCENARIO = "jinchang-2020"
AS_OF = datetime(2020, 8, 28, 1, 0, tzinfo=UTC)
"""Nine in the morning of the day the article of 2020 appeared; the plan of the scenario is for this moment."""
HORIZON_DAYS = 90
SERVICE_YEAR = 2020

PARKING_FILE = "05_资源清单_企业.csv"
"""The file that holds the number of shared parking spaces."""


@dataclass(frozen=True, slots=True)
class Planted:
    """
    One row that is wrong on purpose.

    Parameters
    ----------
    file, sheet, cell
        Where; the sheet is empty for CSV, the cell as a spreadsheet program names it, empty where the whole row is
        meant.
    row
        Row as a spreadsheet program counts.
    code
        The message that it must get.
    """

    file: str
    sheet: str
    cell: str
    row: int
    code: str


PLANTED = (
    Planted("02_共建单位.xlsx", "共建单位", "D10", 10, "list_bad_uscc"),
    Planted("03_资源清单_机关事业.xlsx", "资源清单", "E14", 14, "list_unknown_category"),
    Planted("03_资源清单_机关事业.xlsx", "资源清单", "J15", 15, "list_coordinates_swapped"),
    Planted("03_资源清单_机关事业.xlsx", "资源清单", "J16", 16, "list_no_crs"),
    Planted("04_资源清单_社会组织学校医院.xlsx", "资源", "E9", 9, "list_vague_quantity"),
    Planted("04_资源清单_社会组织学校医院.xlsx", "资源", "K10", 10, "list_unknown_word"),
    Planted("05_资源清单_企业.csv", "", "J13", 13, "list_unknown_area"),
    Planted("05_资源清单_企业.csv", "", "I14", 14, "list_bad_window"),
    Planted("05_资源清单_企业.csv", "", "F15", 15, "list_offered_above_total"),
    Planted("06_服务清单.csv", "", "E7", 7, "list_bad_window"),
    Planted("07_需求清单_走访.xlsx", "需求清单", "B17", 17, "list_unknown_area"),
    Planted("07_需求清单_走访.xlsx", "需求清单", "C18", 18, "list_empty_cell"),
    Planted("07_需求清单_走访.xlsx", "需求清单", "J19", 19, "list_no_such_day"),
    Planted("08_需求清单_热线窗口.csv", "", "E11", 11, "list_negative"),
    Planted("08_需求清单_热线窗口.csv", "", "", 12, "list_same_key"),
    Planted("09_项目清单.xlsx", "项目清单", "H10", 10, "list_bad_money"),
    Planted("09_项目清单.xlsx", "项目清单", "F11", 11, "list_empty_cell"),
    Planted("11_车位登记_第二批.csv", "", "E23", 23, "list_unknown_area"),
)
"""Every flaw in the lists, in the order of files and rows."""


def list_files(parking: str = PARKING_QUANTITY) -> tuple[ListFile, ...]:
    """
    Every list of the street, in the order of their numbers.

    Parameters
    ----------
    parking
        What stands in the cell for the number of shared parking spaces.
    """
    return (
        directory_file(),
        units_file(),
        *resource_files(parking),
        services_file(),
        *need_files(),
        projects_file(),
        *registration_files(),
        vanguards_file(),
    )


def write_lists(folder: Path, parking: str = PARKING_QUANTITY) -> tuple[Path, ...]:
    """
    The lists as files in a folder, which is made if need be; the same bytes on any day and machine.

    Parameters
    ----------
    folder
        Where they go; files of the same names are replaced.
    parking
        What stands in the cell for the number of shared parking spaces.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(file.write(folder) for file in list_files(parking))


SCENE = Scene(
    name=SCENARIO,
    title_zh="金阊街道联动支部（2020）：错时共享车位分批安排，每月 15 日服务日",
    title_en="Jinchang, linked branches (2020): shared parking in batches, a service day on each 15th",
    as_of=AS_OF,
    horizon_days=HORIZON_DAYS,
    files=list_files,
    articles=ARTICLE_FIGURES,
)
