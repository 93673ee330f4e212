"""Random streets that hypothesis can make smaller: fewer needs and resources of one drawn as a whole."""

from dataclasses import replace

from hypothesis import strategies as st

from graph_schema.assemble import canonical_hash
from graph_schema.model.snapshot import Snapshot
from tests.instances.snapshots import seeded_snapshot

LARGEST_SEED = 10**6


@st.composite
def streets(draw: st.DrawFn, focus: str) -> tuple[int, Snapshot]:
    """A seed and its street; half of the streets lack the last of their needs or resources."""
    seed = draw(st.integers(0, LARGEST_SEED))
    whole = seeded_snapshot(seed, focus)
    if draw(st.booleans()):
        return seed, whole
    needs = whole.needs[: draw(st.integers(1, len(whole.needs)))]
    resources = whole.resources[: draw(st.integers(0, len(whole.resources)))]
    smaller = replace(whole, needs=needs, resources=resources)
    return seed, replace(smaller, hash=canonical_hash(smaller))
