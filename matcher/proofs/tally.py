"""What a check found wrong: how many conditions of each kind, and the first in words."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(slots=True)
class Tally:
    """Counts failures by kind and keeps the first in words."""

    counts: Counter[str] = field(default_factory=Counter)
    first: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing failed."""
        return not self.counts

    def note(self, kind: str, sentence: str, count: int = 1) -> None:
        """Count ``count`` failures, at least one, which the sentence tells of."""
        self.counts[kind] += count
        self.first = self.first or sentence

    def note_each(self, kind: str, wrong: npt.NDArray[np.bool_], sentence: str, *columns: npt.NDArray[Any]) -> None:
        """Count the true entries of ``wrong``; ``sentence`` is filled with the first one's values."""
        count = int(np.count_nonzero(wrong))
        if count:
            i = int(np.argmax(wrong))
            self.note(kind, sentence.format(*(int(c[i]) for c in columns)), count)
