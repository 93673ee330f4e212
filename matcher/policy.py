"""What a plan prefers: every figure with its reason, in seconds of walking-equivalent."""

import hashlib
import json
import tomllib
from dataclasses import dataclass, fields
from typing import Any

from matcher.errors import InvalidPolicyError
from matcher.travel import DETOUR_FACTOR, ELDER_SPEED_MPS, WALK_SPEED_MPS

LARGEST_TERM_S = 86_400
"""A day: a term above it would mean a rule, not a preference."""
OUTSIDE = "outside"
"""Ring beyond the last level."""

DEFAULT_RINGS = (("grid", 0), ("community", 60), ("branch", 180), ("street", 420), (OUTSIDE, 900))


@dataclass(frozen=True, slots=True)
class Policy:
    """
    What a plan prefers. Immutable; validated once, here.

    Each cost is the walk that somebody would take instead. The steps between urgency classes are no setting: they
    are derived from the largest cost, so that no preference ever outweighs urgency.

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
    substitution_s
        Cost of a substitute of fitness 0; one of fitness w costs (1 - w) of it.
    agreement_elsewhere_s, agreement_none_s
        Cost when the provider's agreement is with somebody else, and when none is in force.
    agreement_required
        Whether a provider without an agreement in force may serve at all.
    first_time_s
        Cost when the provider has never served the need's community.
    fresh_days, stale_s_per_day, stale_most_s
        A survey costs nothing for so many days, then so much a day, up to a limit that a resource never surveyed has.

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
    substitution_s: int = 600
    agreement_elsewhere_s: int = 60
    agreement_none_s: int = 120
    agreement_required: bool = False
    first_time_s: int = 60
    fresh_days: int = 90
    stale_s_per_day: int = 1
    stale_most_s: int = 180

    def __post_init__(self) -> None:
        for name in ("walk_speed_mps", "elder_speed_mps"):
            _check_range(name, getattr(self, name), 0.1, 10, float)
        _check_range("detour", self.detour, 1, 5, float)
        _check_range("default_limit_s", self.default_limit_s, 60, LARGEST_TERM_S, int)
        _check_range("fresh_days", self.fresh_days, 0, 36_500, int)
        for name in _SECONDS:
            _check_range(name, getattr(self, name), 0, LARGEST_TERM_S, int)
        _check_switch("agreement_required", self.agreement_required)
        self._check_rings()

    def _check_rings(self) -> None:
        levels = [level for level, _ in self.rings]
        if not levels or levels[-1] != OUTSIDE or len(set(levels)) != len(levels):
            msg = f"rings are {levels}: each level stands once and the last is {OUTSIDE!r}."
            raise InvalidPolicyError(msg)
        before = 0
        for level, seconds in self.rings:
            _check_range(f"rings.{level}", seconds, 0, LARGEST_TERM_S, int)
            if seconds < before:
                msg = f"rings.{level} is {seconds}, below {before} of the ring inside it."
                raise InvalidPolicyError(msg)
            before = seconds

    def to_toml(self) -> str:
        """The policy as a file that an office can read and edit; the same policy gives the same text."""
        lines = ["# 配对方案的偏好。所有代价都折算成“多走多少秒路”；改一个数，就是说愿意为它多走多久。"]
        for field in fields(self):
            if field.name == "rings":
                continue
            lines += ["", f"# {_COMMENTS[field.name]}", f"{field.name} = {_toml(getattr(self, field.name))}"]
        lines += ["", f"# {_COMMENTS['rings']}", "[rings]"]
        lines += [f"{_key(level)} = {seconds}" for level, seconds in self.rings]
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, text: str) -> "Policy":
        """
        The policy in a file's text; what it leaves out has its default.

        Raises
        ------
        InvalidPolicyError
            If the text is not TOML, names something unknown, or a value is out of range.
        """
        try:
            values: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            msg = f"The policy is not TOML: {error}."
            raise InvalidPolicyError(msg) from error
        known = [field.name for field in fields(cls)]
        for name in values:
            if name not in known:
                msg = f"The policy names {name!r}. Maybe one of: {', '.join(known)}."
                raise InvalidPolicyError(msg)
        if "rings" in values:
            if not isinstance(values["rings"], dict):
                msg = f"rings is {values['rings']!r}, expected a table of levels and seconds."
                raise InvalidPolicyError(msg)
            values["rings"] = tuple(values["rings"].items())
        return cls(**values)

    @property
    def hash(self) -> str:
        """SHA-256 hex of the policy's text."""
        return hashlib.sha256(self.to_toml().encode()).hexdigest()


_SECONDS = (
    "substitution_s",
    "agreement_elsewhere_s",
    "agreement_none_s",
    "first_time_s",
    "stale_s_per_day",
    "stale_most_s",
)

_COMMENTS = {
    "walk_speed_mps": "步行速度，米/秒。1.1 是平常步速：15 分钟约走 990 米，与“15 分钟约 1 公里”的规划口径一致。",
    "elder_speed_mps": "60 岁以上老人的步行速度，米/秒。0.8 时 15 分钟约走 720 米，接近老人舒适步行半径 800 米。",
    "detour": "没有路网时，步行距离 = 直线距离 × 此系数。1.3 是街区路网的常见绕行系数。",
    "default_limit_s": "类别没写步行上限、又要居民自己走过去时的上限，秒。900 即一刻钟生活圈。",
    "substitution_s": "完全不合适的替代品的代价，秒；合适度 0.6 的算 40%，即 240 秒：宁可多走 4 分钟，也先用对口的。",
    "agreement_elsewhere_s": "单位签了共建协议、但不是和需求所在地签的：1 分钟，只用来在相近的选择里分先后。",
    "agreement_none_s": "单位没有有效的共建协议：2 分钟。有协议的更可靠，但不值得让居民多走很多路。",
    "agreement_required": "是否只许有有效共建协议的单位提供。默认不要求，多数街道的清单里并非家家都签了协议。",
    "first_time_s": "单位以前没为该社区办成过事：1 分钟。合作过的沟通快，但新单位也要有机会。",
    "fresh_days": "摸排后多少天内算新鲜。90 天即一个季度，与季度专题会同步。",
    "stale_s_per_day": "过了新鲜期，每天加的代价，秒。",
    "stale_most_s": "陈旧代价的上限，秒；从未摸排过的也按此计。3 分钟：旧信息要核实，但不等于不可用。",
    "rings": "就近原则：同网格、同社区、同联动支部（片区）、同街道、街道外，各加多少秒。先近后远，不许内圈比外圈贵。",
}


def _check_range(name: str, value: float, low: float, high: float, kind: type) -> None:
    numbers = (int, float) if kind is float else (int,)
    if isinstance(value, bool) or not isinstance(value, numbers) or not low <= value <= high:
        msg = f"{name} is {value!r}, expected a {'whole ' if kind is int else ''}number from {low} to {high}."
        raise InvalidPolicyError(msg)


def _check_switch(name: str, value: object) -> None:
    if not isinstance(value, bool):
        msg = f"{name} is {value!r}, expected true or false."
        raise InvalidPolicyError(msg)


def _toml(value: float | bool) -> str:  # noqa: FBT001 - a value to write, not a switch
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _key(level: str) -> str:
    if level.isascii() and level.replace("_", "").replace("-", "").isalnum():
        return level
    return json.dumps(level, ensure_ascii=False).replace("\x7f", "\\u007f")  # a JSON string is a TOML one but for DEL
