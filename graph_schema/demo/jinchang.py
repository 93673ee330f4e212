"""
The Jinchang scenario: one street's lists as files, and what stands planted in them.

Names of the street, its communities, its linked branches and one unit are public; coordinates, figures and all other
units are synthetic and say so in their column 数据标注.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from graph_schema.demo.list_asks import need_files, projects_file, registration_files
from graph_schema.demo.list_offers import PARKING_QUANTITY, resource_files, services_file
from graph_schema.demo.list_places import directory_file, units_file
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
        Where; the sheet is empty for CSV, the cell as a spreadsheet program names it.
    code
        The message that it must get.
    """

    file: str
    sheet: str
    cell: str
    code: str


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
