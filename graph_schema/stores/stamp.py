"""When, by whom and for which scratch owner something is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stamp:
    """When and by whom something is done, and for which scratch owner."""

    at: datetime
    actor: str
    scratch: str | None
