"""How many instances the properties are tried on, and that the same ones are tried every time."""

import os

from hypothesis import settings

INSTANCES = int(os.environ.get("NEEDLEWORK_INSTANCES", "2000" if os.environ.get("NEEDLEWORK_PROVE") == "1" else "200"))
"""200 of each kind; 2,000 with ``NEEDLEWORK_PROVE=1``; any number with ``NEEDLEWORK_INSTANCES``."""

FIXED = settings(max_examples=INSTANCES, derandomize=True, deadline=None)
"""Settings of every property that is tried on all of them."""

PROVING = os.environ.get("NEEDLEWORK_PROVE") == "1"
"""Whether everything that an instance holds is tried, not some of it drawn at random."""
