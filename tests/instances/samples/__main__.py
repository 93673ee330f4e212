"""Writes the workbooks that the samples in the old format are converted from."""

import datetime as dt
from pathlib import Path

import xlsxwriter

FOLDER = Path(__file__).parent


def main() -> None:
    """A list with a title, two header rows, merged cells, a date and a computed number; one with an error value."""
    with xlsxwriter.Workbook(FOLDER / "需求清单.xlsx") as book:
        day = book.add_format({"num_format": "yyyy/m/d"})
        page = book.add_worksheet("需求清单")
        page.merge_range("A1:F1", "金阊街道需求清单(示例)")
        page.merge_range("A2:A3", "所属社区")
        page.merge_range("B2:D2", "需求情况")
        page.write_row("B3", ["需求名称", "需求类别", "需求数量"])
        page.merge_range("E2:E3", "紧急程度")
        page.merge_range("F2:F3", "完成时限")
        page.merge_range("A4:A5", "石路社区")
        page.write_row("B4", ["夜间停车位不足", "PRK01"])
        page.write_formula("D4", "=12+8", None, 20)
        page.write("E4", "急")
        page.write_datetime("F4", dt.datetime(2024, 6, 30), day)  # noqa: DTZ001 - the format has no zone
        page.write_row("B5", ["楼道灯不亮", "路灯", "３盏", "盼", "长期"])
        page.write_row("A6", ["合计", "", "", 23])
    with xlsxwriter.Workbook(FOLDER / "错误值.xlsx") as book:
        page = book.add_worksheet("需求")
        page.write_row("A1", ["所属社区", "需求名称", "需求类别", "需求数量", "紧急程度"])
        page.write_row("A2", ["石路社区", "夜间停车位不足", "PRK01", "", "急"])
        page.write_formula("D2", "=1/0", None, "#DIV/0!")


if __name__ == "__main__":
    main()
