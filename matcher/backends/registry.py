"""All backends by name."""

from collections.abc import Mapping
from types import MappingProxyType

from matcher.backends.base import Backend
from matcher.backends.greedy import GREEDY

BACKENDS: Mapping[str, Backend] = MappingProxyType({b.name: b for b in (GREEDY,)})
"""Every backend; the first one is not special, `matcher.solve.solve` names its default."""
