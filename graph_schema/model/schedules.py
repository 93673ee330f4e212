"""When something is open or needed: one standing window with its recurrence, and the minutes it makes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from graph_schema.model.errors import InvalidValueError

DAY_MIN = 1440
"""Minutes of a day. China keeps no summer time, so each local day has exactly these."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""RFC 5545 weekday names; the index is the number used in ``Schedule.byday``."""

LONGEST_INTERVAL = 1000
EVERY_LUNAR_MONTH = 0


class DayKind(StrEnum):
    """
    Which days of the recurrence count.

    ``WORKDAY`` and ``RESTDAY`` follow the statutory calendar: an adjusted workday on a Sunday is a workday, a
    holiday on a Tuesday a rest day. ``WEEKEND`` is what 周末 says: calendar Saturday and Sunday, adjusted or not.
    """

    EVERY = "every"
    WORKDAY = "workday"
    RESTDAY = "restday"
    WEEKEND = "weekend"


class HolidayPolicy(StrEnum):
    """
    What becomes of an occurrence that meets a rest day which the schedule does not itself ask for.

    ``KEEP`` leaves it, ``SHIFT`` moves it to the next workday, ``SKIP`` drops it. A schedule that names the weekday
    (by ``byday`` or ``DayKind.WEEKEND``) or asks for rest days means ordinary weekends; only a named holiday
    disturbs it.
    """

    KEEP = "keep"
    SHIFT = "shift"
    SKIP = "skip"


class Frequency(StrEnum):
    """How often a schedule recurs (RFC 5545 ``FREQ``; ``ONCE`` is a single date)."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Schedule:
    """
    One standing window and the local days on which it starts. Immutable; validated once, here.

    A day belongs to the recurrence when it passes every part that is given (as RFC 5545 limits): frequency and
    interval, ``byday``, ``bymonthday``, ``bymonth``, ``day_kind``, ``starts_on``, ``until``, ``lunar``. The first
    Saturday of a month is therefore ``byday=(5,), bymonthday=(1, …, 7)``. Sequences are kept sorted, each value once.

    Parameters
    ----------
    freq
        How often; ``WEEKLY`` needs ``byday``, ``MONTHLY`` ``bymonthday`` or ``byday``, ``YEARLY`` ``bymonth`` with
        one of these, ``ONCE`` ``starts_on``. ``lunar`` replaces these for ``MONTHLY`` and ``YEARLY``.
    opens_min, closes_min
        Minutes after local midnight of the day it starts, ``0 <= opens_min < 1440``,
        ``opens_min < closes_min <= 2880``. Above 1440 the window crosses midnight.
    interval
        Every how many days, weeks (Monday first), months or years, 1..1000, counted from ``starts_on``, which is
        required above 1.
    byday
        Weekdays, 0 = Monday .. 6 = Sunday. Empty: any.
    bymonthday
        Days of the month 1..31, or -31..-1 counted from its end. Empty: any. A month without the day has none.
    bymonth
        Months 1..12. Empty: any.
    day_kind
        Which of these days count, see `DayKind`.
    starts_on, until
        First and last local date, both included; ``None``: without bound.
    lunar
        Month and day of the Chinese lunar calendar, days 1..30. Month 1..12 with ``YEARLY`` (leap months do not
        repeat it); month 0, every lunar month, with ``MONTHLY``. Day 30 means the last day of a month that has 29.
    holiday_policy
        See `HolidayPolicy`. ``SHIFT`` contradicts ``RESTDAY`` and ``WEEKEND``.

    Raises
    ------
    InvalidValueError
        If a part is out of range or the parts contradict each other; the message names the part and its value.
    """

    freq: Frequency
    opens_min: int
    closes_min: int
    interval: int = 1
    byday: tuple[int, ...] = ()
    bymonthday: tuple[int, ...] = ()
    bymonth: tuple[int, ...] = ()
    day_kind: DayKind = DayKind.EVERY
    starts_on: dt.date | None = None
    until: dt.date | None = None
    lunar: tuple[int, int] | None = None
    holiday_policy: HolidayPolicy = HolidayPolicy.KEEP

    def __post_init__(self) -> None:
        for name in ("byday", "bymonthday", "bymonth"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        self._check_ranges()
        self._check_frequency()
        self._check_agreement()

    def _check_ranges(self) -> None:
        if not 0 <= self.opens_min < DAY_MIN:
            msg = f"opens_min is {self.opens_min}, outside 0..{DAY_MIN - 1}. Maybe the window starts on the next day."
            raise InvalidValueError(msg)
        if not self.opens_min < self.closes_min <= 2 * DAY_MIN:
            msg = (
                f"closes_min is {self.closes_min}, not after opens_min {self.opens_min} or above {2 * DAY_MIN}. "
                f"Maybe it closes on the next day: add {DAY_MIN}."
            )
            raise InvalidValueError(msg)
        if not 1 <= self.interval <= LONGEST_INTERVAL:
            msg = f"interval is {self.interval}, outside 1..{LONGEST_INTERVAL}."
            raise InvalidValueError(msg)
        _check_each("byday", self.byday, lambda day: 0 <= day < len(WEEKDAYS), "0 (Monday) to 6 (Sunday)")
        _check_each("bymonthday", self.bymonthday, lambda day: 1 <= abs(day) <= 31, "1..31 or -31..-1")  # noqa: PLR2004 - days of a month
        _check_each("bymonth", self.bymonth, lambda month: 1 <= month <= 12, "1..12")  # noqa: PLR2004 - months of a year
        if self.lunar is not None:
            month, day = self.lunar
            lowest = EVERY_LUNAR_MONTH if self.freq is Frequency.MONTHLY else 1
            highest = EVERY_LUNAR_MONTH if self.freq is Frequency.MONTHLY else 12
            if not lowest <= month <= highest or not 1 <= day <= 30:  # noqa: PLR2004 - days of a lunar month
                msg = f"lunar is {self.lunar}, outside months {lowest}..{highest} (freq {self.freq}) or days 1..30."
                raise InvalidValueError(msg)

    def _check_frequency(self) -> None:
        day_is_given = bool(self.byday or self.bymonthday)
        complete = {
            Frequency.DAILY: True,
            Frequency.WEEKLY: bool(self.byday),
            Frequency.MONTHLY: day_is_given or self.lunar is not None,
            Frequency.YEARLY: (day_is_given and bool(self.bymonth)) or self.lunar is not None,
            Frequency.ONCE: self.starts_on is not None,
        }
        if not complete[self.freq]:
            msg = (
                f"A {self.freq} schedule does not say on which day. "
                "Maybe byday, bymonthday, bymonth or starts_on is missing."
            )
            raise InvalidValueError(msg)
        if self.lunar is not None and self.freq not in {Frequency.MONTHLY, Frequency.YEARLY}:
            msg = f"lunar is {self.lunar} with freq {self.freq}. Maybe yearly was meant."
            raise InvalidValueError(msg)

    def _check_agreement(self) -> None:
        if self.lunar is not None and (self.byday or self.bymonthday or self.bymonth or self.interval > 1):
            msg = f"lunar is {self.lunar} together with parts of the civil calendar. Maybe these are two schedules."
            raise InvalidValueError(msg)
        if self.interval > 1 and self.starts_on is None:
            msg = f"interval is {self.interval} without starts_on, so its first period is unknown."
            raise InvalidValueError(msg)
        if self.freq is Frequency.ONCE and (
            self.byday or self.bymonthday or self.bymonth or self.until or self.interval > 1
        ):
            msg = f"A schedule for {self.starts_on} alone has parts of a recurrence. Maybe it is not once."
            raise InvalidValueError(msg)
        if self.starts_on is not None and self.until is not None and self.until < self.starts_on:
            msg = f"until is {self.until}, before starts_on {self.starts_on}. Maybe the two are swapped."
            raise InvalidValueError(msg)
        if self.holiday_policy is HolidayPolicy.SHIFT and self.day_kind in {DayKind.RESTDAY, DayKind.WEEKEND}:
            msg = f"holiday_policy is shift, to a workday, but day_kind is {self.day_kind}. Maybe skip was meant."
            raise InvalidValueError(msg)

    def to_text(self) -> str:
        """
        The one canonical text of this schedule, in the form of an RFC 5545 rule.

        Parts in a fixed order, defaults left out; times are ``HH:MM`` after midnight of the first day, so 08:00 of
        the next day is ``32:00``.
        """
        parts = {
            "FREQ": self.freq.upper(),
            "INTERVAL": str(self.interval) if self.interval > 1 else "",
            "BYMONTH": ",".join(map(str, self.bymonth)),
            "BYMONTHDAY": ",".join(map(str, self.bymonthday)),
            "BYDAY": ",".join(WEEKDAYS[day] for day in self.byday),
            "DTSTART": f"{self.starts_on:%Y%m%d}".zfill(8) if self.starts_on else "",
            "UNTIL": f"{self.until:%Y%m%d}".zfill(8) if self.until else "",
            "X-LUNAR": f"{self.lunar[0]}-{self.lunar[1]}" if self.lunar else "",
            "X-DAYKIND": self.day_kind.upper() if self.day_kind is not DayKind.EVERY else "",
            "X-HOLIDAY": self.holiday_policy.upper() if self.holiday_policy is not HolidayPolicy.KEEP else "",
            "X-OPENS": _clock(self.opens_min),
            "X-CLOSES": _clock(self.closes_min),
        }
        return ";".join(f"{key}={value}" for key, value in parts.items() if value)

    @classmethod
    def from_text(cls, text: str) -> Schedule:
        """
        The schedule whose `to_text` is ``text``.

        Raises
        ------
        InvalidValueError
            If the text is not canonical: a part unknown, twice, unreadable, out of order or at its default.
        """
        fields: dict[str, object] = {}
        for part in text.split(";"):
            key, _, value = part.partition("=")
            if key not in _READERS:
                msg = f"Schedule text {text!r} has the part {part!r}, which is unknown."
                raise InvalidValueError(msg)
            name, read = _READERS[key]
            try:
                fields[name] = read(value)
            except (ValueError, IndexError) as error:
                msg = f"Schedule text {text!r} has the part {part!r}, whose value cannot be read."
                raise InvalidValueError(msg) from error
        missing = {"freq", "opens_min", "closes_min"} - fields.keys()
        if missing:
            msg = f"Schedule text {text!r} lacks {', '.join(sorted(missing))}."
            raise InvalidValueError(msg)
        schedule = cls(**fields)  # type: ignore[arg-type]  # each reader gives its field's type
        if schedule.to_text() != text:
            msg = f"Schedule text {text!r} is not canonical. Maybe {schedule.to_text()!r} was meant."
            raise InvalidValueError(msg)
        return schedule


def _check_each(name: str, values: tuple[int, ...], fits: Callable[[int], bool], allowed: str) -> None:
    for value in values:
        if not fits(value):
            msg = f"{name} has {value}, allowed is {allowed}."
            raise InvalidValueError(msg)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _read_clock(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _read_date(text: str) -> dt.date:
    return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _read_numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


def _read_weekdays(text: str) -> tuple[int, ...]:
    return tuple(WEEKDAYS.index(name) for name in text.split(","))


def _read_lunar(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


_READERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "FREQ": ("freq", lambda text: Frequency(text.lower())),
    "INTERVAL": ("interval", int),
    "BYMONTH": ("bymonth", _read_numbers),
    "BYMONTHDAY": ("bymonthday", _read_numbers),
    "BYDAY": ("byday", _read_weekdays),
    "DTSTART": ("starts_on", _read_date),
    "UNTIL": ("until", _read_date),
    "X-LUNAR": ("lunar", _read_lunar),
    "X-DAYKIND": ("day_kind", lambda text: DayKind(text.lower())),
    "X-HOLIDAY": ("holiday_policy", lambda text: HolidayPolicy(text.lower())),
    "X-OPENS": ("opens_min", _read_clock),
    "X-CLOSES": ("closes_min", _read_clock),
}


@dataclass(frozen=True, slots=True, eq=False)
class IntervalSet:
    """
    Minutes that are open, as half-open intervals. Immutable; equal and hashed by content.

    Parameters
    ----------
    bounds
        Starts and ends in minutes since the horizon's first local midnight, shape ``(k, 2)``, int64; each start
        below its end, sorted, and with a gap between neighbours. `IntervalSet.of` makes this of any intervals.

    Raises
    ------
    InvalidValueError
        If the bounds are not of this form.
    """

    bounds: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        bounds = np.array(self.bounds, dtype=np.int64)  # a copy: the caller's array stays his
        if bounds.size == 0:
            bounds = bounds.reshape(0, 2)
        if bounds.ndim != 2 or bounds.shape[1] != 2:  # noqa: PLR2004 - start and end
            msg = f"bounds has shape {bounds.shape}, expected (k, 2)."
            raise InvalidValueError(msg)
        if (np.diff(bounds.ravel()) <= 0).any():
            i = int(np.flatnonzero(np.diff(bounds.ravel()) <= 0)[0]) // 2
            msg = (
                f"bounds[{i}] is {bounds[i].tolist()}: empty, unsorted or touching the next. Maybe use IntervalSet.of."
            )
            raise InvalidValueError(msg)
        bounds.flags.writeable = False
        object.__setattr__(self, "bounds", bounds)

    @classmethod
    def of(cls, intervals: Iterable[tuple[int, int]] | npt.NDArray[np.int64]) -> IntervalSet:
        """The union of any intervals ``(start, end)``; empty ones (start at or after end) are dropped."""
        given = np.array(intervals if isinstance(intervals, np.ndarray) else list(intervals), dtype=np.int64)
        given = given.reshape(-1, 2)
        given = given[given[:, 0] < given[:, 1]]
        if len(given) == 0:
            return cls(given)
        given = given[np.argsort(given[:, 0], kind="stable")]
        reached = np.maximum.accumulate(given[:, 1])
        opens_anew = np.append(True, given[1:, 0] > reached[:-1])
        first = np.flatnonzero(opens_anew)
        last = np.append(first[1:], len(given)) - 1
        return cls(np.column_stack((given[first, 0], reached[last])))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IntervalSet) and np.array_equal(self.bounds, other.bounds)

    def __hash__(self) -> int:
        return hash(self.bounds.tobytes())

    def __len__(self) -> int:
        return len(self.bounds)

    def __repr__(self) -> str:
        return f"IntervalSet({self.bounds.tolist()})"

    @property
    def total_min(self) -> int:
        """Minutes in all intervals together."""
        return int((self.bounds[:, 1] - self.bounds[:, 0]).sum())

    def contains(self, other: IntervalSet) -> bool:
        """Whether every minute of ``other`` is in this set; true of an empty ``other``."""
        if len(other) == 0:
            return True
        if len(self) == 0:
            return False
        holder = np.searchsorted(self.bounds[:, 0], other.bounds[:, 0], side="right") - 1
        return bool((holder >= 0).all() and (other.bounds[:, 1] <= self.bounds[holder, 1]).all())

    def intersect(self, other: IntervalSet) -> IntervalSet:
        """The minutes in both sets."""
        kept: list[tuple[int, int]] = []
        mine, theirs = self.bounds.tolist(), other.bounds.tolist()
        i = j = 0
        while i < len(mine) and j < len(theirs):
            kept.append((max(mine[i][0], theirs[j][0]), min(mine[i][1], theirs[j][1])))
            if mine[i][1] < theirs[j][1]:
                i += 1
            else:
                j += 1
        return IntervalSet.of(kept)

    def clip(self, start_min: int, end_min: int) -> IntervalSet:
        """The minutes from ``start_min`` up to, not including, ``end_min``."""
        return IntervalSet.of(np.clip(self.bounds, start_min, end_min))

    def shrink(self, guard_min: int) -> IntervalSet:
        """
        Each interval ended ``guard_min`` earlier, because the owner comes back at its end.

        Parameters
        ----------
        guard_min
            Minutes taken off each interval's end, >= 0; intervals of no more than these vanish.

        Raises
        ------
        InvalidValueError
            If ``guard_min`` is below 0.
        """
        if guard_min < 0:
            msg = f"guard_min is {guard_min}, below 0."
            raise InvalidValueError(msg)
        return IntervalSet.of(np.column_stack((self.bounds[:, 0], self.bounds[:, 1] - guard_min)))
