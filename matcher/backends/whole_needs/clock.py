"""The deadline, as the steps of the solver look at it."""

from dataclasses import dataclass
from threading import Lock
from time import monotonic


@dataclass(frozen=True, slots=True)
class Clock:
    """
    Time until a moment.

    Parameters
    ----------
    end
        Reading of the monotonic clock in seconds, None for no deadline.
    """

    end: float | None

    @classmethod
    def within(cls, seconds: float | None) -> "Clock":
        """A clock that runs out after that many seconds from now; None or infinite: never."""
        return cls(None if seconds is None or seconds == float("inf") else monotonic() + seconds)

    def left_s(self) -> float:
        """Seconds left, at least 0; infinite without a deadline."""
        return float("inf") if self.end is None else max(0.0, self.end - monotonic())

    def expired(self) -> bool:
        """Whether the time is up."""
        return self.end is not None and monotonic() >= self.end


class Turns:
    """
    The time left, shared out to pieces of work by their sizes; several of them run at a time.

    Parameters
    ----------
    clock
        The whole.
    size
        Sum of the sizes of all pieces.
    abreast
        How many run at a time.
    """

    def __init__(self, clock: Clock, size: int, abreast: int) -> None:
        self._clock, self._size, self._abreast = clock, size, abreast
        self._lock = Lock()

    def take(self, size: int) -> Clock:
        """The clock of the next piece; what pieces before did not use is shared again."""
        with self._lock:
            share = min(1.0, self._abreast * size / max(1, self._size))
            self._size -= size
        return self._clock if self._clock.end is None else Clock.within(self._clock.left_s() * share)
