"""How often the properties of places, time and walks are tried, and that the same is tried every time."""

import os

from hypothesis import settings

FIXED = settings(max_examples=int(os.environ.get("NEEDLEWORK_INSTANCES", "200")), derandomize=True, deadline=None)
"""200 instances by default; ``NEEDLEWORK_INSTANCES`` asks for more."""
