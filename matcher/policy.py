"""What a plan prefers: every figure with its reason, in seconds of walking-equivalent."""

import hashlib
from dataclasses import dataclass
from typing import Any

from matcher.errors import refused
from matcher.policy_settings import (
    ANY_RING,
    DEFAULT_GROUPS,
    DEFAULT_RINGS,
    FREE,
    OUTSIDE,
    SETTINGS,
    Setting,
)
from matcher.policy_text import read_policy_text, written_policy
from matcher.travel import DETOUR_FACTOR, ELDER_SPEED_MPS, WALK_SPEED_MPS

MINUTE_S = 60
METRES_A_MINUTE = 60
"""A speed above this many times a walk's was perhaps written in metres a minute."""


@dataclass(frozen=True, slots=True)
class Policy:
    """
    What a plan prefers. Immutable; validated once, here.

    Each cost is the walk that somebody would take instead. The steps between urgency classes, above fairness and above
    the rings that come first are no settings: they are derived from the largest cost, so that no preference ever
    outweighs what comes before it. What each may be, and why it is what it is, stands in `policy_settings.SETTINGS`.

    Parameters
    ----------
    walk_speed_mps, elder_speed_mps
        Metres a second; needs for people of 60 and over walk at the second.
    detour
        Walk over straight line where there is no street network, >= 1.
    default_limit_s
        Walking limit when people walk although their category names none.
    rings
        (level, seconds), innermost first, not falling, the last is ``outside``.
    ring_first
        Level of the rings within which everything is given before anything is given beyond; empty for none.
    substitution_s
        Cost of a substitute of fitness 0; one of fitness w costs (1 - w) of it.
    agreement_elsewhere_s, agreement_none_s
        Cost when the provider's agreement is with somebody else, and when none is in force.
    first_time_s
        Cost when the provider has never served the need's community.
    fresh_days, stale_s_per_day, stale_most_s
        A survey costs nothing for so many days, then so much a day, up to a limit that a resource never surveyed has.
    own_area_s, paired_s, seat_s
        Cost when the provider does not look after the need's area (包联), is not paired (结对) with its party
        organisation, does not sit on its committee; each only where the street's lists know such ties.
    money_s_per_yuan, money_most_s
        Cost of a yuan that a unit costs, and the most that money counts.
    key_s, hard_s, hot_s, households_s, persons_s, beneficiaries_most_s, waiting_s_per_day, waiting_most_s
        Extra worth of a unit of a need within its urgency class: flags, each doubling of households or persons
        (whichever is more), days since it was raised.
    elderly_share_s, no_property_s, old_building_s, old_building_years
        The same by the profile of its area.
    target_groups
        The same by who it is for: (code, seconds), the largest counts, narrower groups follow wider ones.
    fairness_mode, community_min, neighbourhood_min, fairness_pieces
        ``weighed``: a place in the worst-served community (neighbourhood) is worth up to so many minutes of walking
        elsewhere. ``strict``: shares of what is short are evened out before any cost is looked at. ``off``. Shares are
        told apart in so many pieces.
    renew_gap_s
        Proven gap of a live plan, in seconds for each unit asked, above which an exact solve is due; 0: above none.
    agreement_required
        Whether a provider without an agreement in force may serve at all.
    floor_s
        Cost of each branch without any pairing this year, 0 when nobody asks for one.
    switch_s
        Cost of each post that a person holds.
    most_changes
        Published pairings that may change, -1 for any.
    emergency, emergency_load_factor
        Whether rings cost nothing and loads of resources that may be used in an emergency grow by the factor.

    Raises
    ------
    InvalidPolicyError
        If a value is out of range; the message names it.
    """

    walk_speed_mps: float = WALK_SPEED_MPS
    elder_speed_mps: float = ELDER_SPEED_MPS
    detour: float = DETOUR_FACTOR
    default_limit_s: int = 900
    rings: tuple[tuple[str, int], ...] = DEFAULT_RINGS
    ring_first: str = ANY_RING
    substitution_s: int = 600
    agreement_elsewhere_s: int = 60
    agreement_none_s: int = 120
    first_time_s: int = 60
    fresh_days: int = 90
    stale_s_per_day: int = 1
    stale_most_s: int = 180
    own_area_s: int = 120
    paired_s: int = 120
    seat_s: int = 60
    money_s_per_yuan: int = 6
    money_most_s: int = 1800
    key_s: int = 600
    hard_s: int = 300
    hot_s: int = 300
    households_s: int = 60
    persons_s: int = 60
    beneficiaries_most_s: int = 900
    waiting_s_per_day: int = 10
    waiting_most_s: int = 1800
    elderly_share_s: int = 600
    no_property_s: int = 300
    old_building_s: int = 300
    old_building_years: int = 30
    target_groups: tuple[tuple[str, int], ...] = DEFAULT_GROUPS
    fairness_mode: str = "weighed"
    community_min: int = 10
    neighbourhood_min: int = 5
    fairness_pieces: int = 10
    renew_gap_s: int = 10
    agreement_required: bool = False
    floor_s: int = 0
    switch_s: int = 300
    most_changes: int = FREE
    emergency: bool = False
    emergency_load_factor: float = 2.0

    def __post_init__(self) -> None:
        for setting in SETTINGS:
            value = getattr(self, setting.name)
            if setting.kind == "switch":
                _check_switch(setting, value)
            elif setting.kind in {"number", "whole", "seconds"}:
                check_number(setting.name, setting, value)
            elif setting.choices:
                _check_choice(setting, value, setting.choices)
        self._check_rings()
        self._check_groups()

    def _check_rings(self) -> None:
        _check_table("rings", self.rings)
        levels = [level for level, _ in self.rings]
        if not levels or levels[-1] != OUTSIDE or len(set(levels)) != len(levels):
            raise refused(code="policy.rings.last", key="rings", value=levels, last=OUTSIDE)
        before = 0
        for level, seconds in self.rings:
            check_number(f"rings.{level}", _RINGS, seconds)
            if seconds < before:
                raise refused(code="policy.rings.falling", key=f"rings.{level}", value=seconds, before=before)
            before = seconds
        if self.ring_first not in {ANY_RING, *levels[:-1]}:
            raise refused(
                code="policy.choice", key="ring_first", value=_shown(self.ring_first), choices=["", *levels[:-1]]
            )

    def _check_groups(self) -> None:
        _check_table("target_groups", self.target_groups)
        codes = [code for code, _ in self.target_groups]
        if len(set(codes)) != len(codes):
            raise refused(code="policy.groups.twice", key="priority_groups", value=codes)
        for code, seconds in self.target_groups:
            check_number(f"priority_groups.{code}", _GROUPS, seconds)

    def to_toml(self) -> str:
        """The policy as a file that an office can read and edit; the same policy gives the same text."""
        return written_policy({setting.name: getattr(self, setting.name) for setting in SETTINGS})

    @classmethod
    def from_toml(cls, text: str) -> "Policy":
        """
        The policy in a file's text; what it leaves out has its default.

        Keys stand in their tables; a file of an earlier version, in which all stand at the top, is read too.

        Raises
        ------
        InvalidPolicyError
            If the text is not TOML, names something unknown, or a value is out of range.
        """
        return cls(**read_policy_text(text))

    @property
    def hash(self) -> str:
        """SHA-256 hex of the policy's text."""
        return hashlib.sha256(self.to_toml().encode()).hexdigest()


_RINGS = next(setting for setting in SETTINGS if setting.name == "rings")
_GROUPS = next(setting for setting in SETTINGS if setting.name == "target_groups")


def check_number(key: str, setting: Setting, value: Any) -> None:
    """
    Refuse what is no number, or outside a setting's range.

    Raises
    ------
    InvalidPolicyError
        With a guess at what was meant: a number in quotes, a fraction, minutes for seconds.
    """
    low, high = setting.low, setting.high
    told = {"key": _where(key, setting), "value": _shown(value), "low": low, "high": high}
    if isinstance(value, str):
        raise refused(code="policy.number.quoted", **told)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refused(code="policy.number.kind", **told)
    if setting.kind != "number" and not isinstance(value, int):
        raise refused(code="policy.number.fraction", **told)
    if low <= value <= high:
        return
    if setting.kind in {"seconds", "table"} and 0 < value < low <= value * MINUTE_S <= high:
        raise refused(code="policy.number.minutes", **told, meant=value * MINUTE_S)
    if setting.name.endswith("_mps") and low <= value / METRES_A_MINUTE <= high:
        raise refused(code="policy.number.metres_a_minute", **told, meant=round(value / METRES_A_MINUTE, 2))
    raise refused(code="policy.number.range", **told)


def _check_switch(setting: Setting, value: Any) -> None:
    if not isinstance(value, bool):
        raise refused(code="policy.switch", key=_where(setting.name, setting), value=_shown(value))


def _check_choice(setting: Setting, value: Any, choices: tuple[str, ...]) -> None:
    if value not in choices:
        key = _where(setting.name, setting)
        raise refused(code="policy.choice", key=key, value=_shown(value), choices=list(choices))


def _check_table(name: str, rows: Any) -> None:
    pairs = isinstance(rows, tuple) and all(isinstance(row, tuple) and len(row) == 2 for row in rows)  # noqa: PLR2004
    if not pairs or not all(isinstance(code, str) for code, _ in rows):
        raise refused(code="policy.table", key=name, value=_shown(rows))


def _where(key: str, setting: Setting) -> str:
    return key if setting.kind == "table" else f"{setting.group}.{key}"


def _shown(value: Any) -> str:
    """A value as TOML would have it, where it has it at all."""
    return str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
