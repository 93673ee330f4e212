"""All backends by name."""

from collections.abc import Mapping
from types import MappingProxyType

from matcher.backends.base import Backend
from matcher.backends.greedy import GREEDY
from matcher.backends.network_simplex import NETWORK_SIMPLEX

BACKENDS: Mapping[str, Backend] = MappingProxyType({b.name: b for b in (NETWORK_SIMPLEX, GREEDY)})
"""Every backend; the first one is not special, `matcher.solve.solve` names its default."""
