"""What a check found wrong: how many conditions of each kind, and the first in words."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(slots=True)
class Tally:
    """Counts failures by kind and keeps the first in words."""

    primal: int = 0
    dual: int = 0
    slackness: int = 0
    first: str = field(default="")

    @property
    def clean(self) -> bool:
        """Whether nothing failed."""
        return not (self.primal or self.dual or self.slackness)

    def note(self, kind: str, wrong: npt.NDArray[np.bool_], sentence: str, *columns: npt.NDArray[Any]) -> None:
        """Count the true entries of ``wrong``; ``sentence`` is filled with the first one's values."""
        count = int(np.count_nonzero(wrong))
        if count == 0:
            return
        setattr(self, kind, getattr(self, kind) + count)
        if not self.first:
            i = int(np.argmax(wrong))
            self.first = sentence.format(*(int(c[i]) for c in columns))
