"""Walking networks for tests and benchmarks: a city of blocks with gaps and crooked streets."""

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from graph_schema.streets import along_curve
from matcher.travel import WalkingNetwork


def network_of(
    node_xy: npt.NDArray[np.float64],
    segments: npt.NDArray[np.int64],
    length_m: npt.NDArray[np.float64],
) -> WalkingNetwork:
    """The CSR form of undirected segments."""
    source, target = np.concatenate((segments, segments[:, ::-1])).reshape(-1, 2).T
    order = np.lexsort((target, source))
    start = np.zeros(len(node_xy) + 1, np.int64)
    np.cumsum(np.bincount(source, minlength=len(node_xy)), out=start[1:])
    return WalkingNetwork(
        node_xy,
        start,
        target[order].astype(np.int32),
        np.concatenate((length_m, length_m))[order],
    )


def city(blocks: int, seed: int, block_m: float = 60.0) -> WalkingNetwork:
    """``blocks`` crossings a side, 12 % of the segments missing, numbered as a street file is when it has been read."""
    random = np.random.default_rng(seed)
    node_xy = block_m * np.stack(np.meshgrid(np.arange(blocks), np.arange(blocks)), -1).reshape(-1, 2)
    order = along_curve(*node_xy.T)
    node_xy = node_xy[order]
    number = np.empty(blocks * blocks, np.int64)
    number[order] = np.arange(blocks * blocks)
    number = number.reshape(blocks, blocks)
    segments = np.concatenate(
        (
            np.stack((number[:, :-1], number[:, 1:]), -1).reshape(-1, 2),
            np.stack((number[:-1], number[1:]), -1).reshape(-1, 2),
        ),
    )
    segments = segments[random.random(len(segments)) < 0.88]
    return network_of(node_xy, segments, block_m * random.uniform(1.0, 1.5, len(segments)))


def nearby(
    origins_xy: npt.NDArray[np.float64], targets_xy: npt.NDArray[np.float64], radius_m: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Pairs at most ``radius_m`` apart in a straight line, CSR by origin, targets ascending."""
    found = cKDTree(origins_xy).sparse_distance_matrix(cKDTree(targets_xy), radius_m, output_type="ndarray")
    found = found[np.lexsort((found["j"], found["i"]))]
    start = np.zeros(len(origins_xy) + 1, np.int64)
    np.cumsum(np.bincount(found["i"], minlength=len(origins_xy)), out=start[1:])
    return start, found["j"].astype(np.int32)
