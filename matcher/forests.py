"""
Sums along and below the chains of a forest whose parents have larger numbers than their children.

Whatever is summed, the caller sees to it that no sum leaves 64 bits.
"""

import numpy as np
import numpy.typing as npt

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


def sums_above(above: Int32, own: Int64) -> Int64:
    """
    Of each node, the sum of ``own`` over itself and all nodes above it, shape ``(n_nodes,)``.

    Every round doubles how far a node has looked up, so a chain of any length takes few rounds.
    """
    total = own.copy()
    jump = above.copy()
    live = np.flatnonzero(jump >= 0)
    while len(live):
        total[live] += total[jump[live]]
        jump[live] = jump[jump[live]]
        live = live[jump[live] >= 0]
    return total


def sums_below(above: Int32, own: Int64) -> Int64:
    """Of each node, the sum of ``own`` over itself and all nodes below it, shape ``(n_nodes,)``."""
    total = own.copy()
    depth = sums_above(above, np.ones(len(above), np.int64))
    order = np.argsort(-depth, kind="stable")
    ends = np.flatnonzero(np.diff(depth[order], append=0))
    lo = 0
    for hi in ends.tolist():
        level = order[lo : hi + 1]
        level = level[above[level] >= 0]
        np.add.at(total, above[level], total[level])
        lo = hi + 1
    return total


def at_leaves(of_leaf: Int32, values: Int64) -> Int64:
    """Value of the node directly above each leaf, 0 where there is none."""
    found: Int64 = np.append(values, 0)[of_leaf]  # -1, no node, is the last entry
    return found


def from_leaves(of_leaf: Int32, values: Int64, n_nodes: int) -> Int64:
    """Sum of the leaves directly below each node, shape ``(n_nodes,)``."""
    total = np.zeros(n_nodes + 1, np.int64)
    np.add.at(total, of_leaf, values)  # -1, no node, is the last entry
    return total[:-1]
