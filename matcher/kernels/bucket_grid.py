"""Pairs of points within a radius, found through square cells that hold the origins."""

import numba
import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@numba.njit(cache=True, nogil=True)
def fill_cells(column: Int64, row: Int64, n_columns: int, cell_start: Int64, cell_origin: Int32) -> None:
    """
    Sort origins by cell, keeping their order within one: a counting sort.

    ``cell_start`` (n_cells + 1,) is zero before and CSR after; ``cell_origin`` (n_origins,) is filled.
    """
    for o in range(len(column)):
        cell_start[row[o] * n_columns + column[o] + 1] += 1
    for cell in range(1, len(cell_start)):
        cell_start[cell] += cell_start[cell - 1]
    cursor = cell_start[:-1].copy()
    for o in range(len(column)):
        cell = row[o] * n_columns + column[o]
        cell_origin[cursor[cell]] = o
        cursor[cell] += 1


@numba.njit(cache=True, nogil=True)
def find_pairs(
    target_xy: Float64,
    cell_xy: Float64,
    cell_origin: Int32,
    cell_start: Int64,
    n_columns: int,
    n_rows: int,
    left: float,
    bottom: float,
    cell_size: float,
    radius: float,
    only_count: bool,  # noqa: FBT001 - a kernel's switch
    cursor: Int64,
    pair_target: Int32,
) -> int:
    """
    Count the pairs of each origin, or write them; returns their number.

    Targets are visited in their order, so every origin's row of targets is ascending without a sort.

    Parameters
    ----------
    cell_xy
        Coordinates of the origins in the order of ``cell_origin``: a cell is read in one stretch.
    cursor
        Counting: zero before, pairs of each origin after, shape ``(n_origins,)``. Writing: start of each origin's row.
    pair_target
        Filled when writing.
    """
    radius_squared = radius * radius
    n_pairs = 0
    for t in range(len(target_xy)):
        x = target_xy[t, 0]
        y = target_xy[t, 1]
        first_column = max(0, int(np.floor((x - radius - left) / cell_size)))
        last_column = min(n_columns - 1, int(np.floor((x + radius - left) / cell_size)))
        first_row = max(0, int(np.floor((y - radius - bottom) / cell_size)))
        last_row = min(n_rows - 1, int(np.floor((y + radius - bottom) / cell_size)))
        if first_column > last_column:
            continue
        for row in range(first_row, last_row + 1):
            # The cells of a row lie one behind the other.
            begin = cell_start[row * n_columns + first_column]
            end = cell_start[row * n_columns + last_column + 1]
            for i in range(begin, end):
                dx = cell_xy[i, 0] - x
                dy = cell_xy[i, 1] - y
                if dx * dx + dy * dy <= radius_squared:
                    o = cell_origin[i]
                    if not only_count:
                        pair_target[cursor[o]] = t
                    cursor[o] += 1
                    n_pairs += 1
    return n_pairs
