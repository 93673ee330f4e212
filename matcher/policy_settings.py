"""Every figure of a policy as data: where it stands in the file, what it may be, and why it is what it is."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "whole", "seconds", "switch", "choice", "table"]

LARGEST_TERM_S = 86_400
"""A day: a term above it would mean a rule, not a preference."""
OUTSIDE = "outside"
"""Ring beyond the last level."""
FAIRNESS_MODES = ("weighed", "strict", "off")
ANY_RING = ""
"""In `Policy.ring_first`: no ring comes before the others."""
FREE = -1
"""In `Policy.most_changes`: published pairings may change as they like."""

DEFAULT_RINGS = (("grid", 0), ("community", 60), ("branch", 180), ("street", 420), (OUTSIDE, 900))
DEFAULT_GROUPS = (
    ("ELDER80", 300),
    ("ELDER_ALONE", 300),
    ("ELDER_FRAIL", 300),
    ("DISABLED", 300),
    ("CHILD_LEFT", 300),
    ("EXTREME_HARDSHIP", 300),
    ("ELDER60", 180),
    ("LOW_INCOME", 180),
)
"""Extra worth of a need by who it is for; of several the largest counts."""


@dataclass(frozen=True, slots=True)
class Setting:
    """
    One figure.

    Parameters
    ----------
    name
        Field of `Policy`, and key in the file.
    group
        Table of the file that it stands in; for a table of its own, its name.
    low, high
        Range of a number, both included; of each entry of a table.
    choices
        What a choice may be.
    comment
        One Chinese sentence: what it is, in which unit, and why this figure.
    """

    name: str
    group: str
    kind: Kind
    comment: str
    low: float = 0
    high: float = LARGEST_TERM_S
    choices: tuple[str, ...] = ()


def _seconds(name: str, group: str, comment: str, low: int = 0) -> Setting:
    return Setting(name, group, "seconds", comment, low)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "walk_speed_mps",
        "walking",
        "number",
        "步行速度，米/秒。1.1 是平常步速：15 分钟约走 990 米，与“15 分钟约 1 公里”的规划口径一致。",
        0.1,
        10,
    ),
    Setting(
        "elder_speed_mps",
        "walking",
        "number",
        "60 岁以上老人的步行速度，米/秒。0.8 时 15 分钟约走 720 米，接近老人舒适步行半径 800 米。",
        0.1,
        10,
    ),
    Setting(
        "detour",
        "walking",
        "number",
        "没有路网时，步行距离 = 直线距离 × 此系数。1.3 是街区路网的常见绕行系数。",
        1,
        5,
    ),
    _seconds(
        "default_limit_s", "walking", "类别没写步行上限、又要居民自己走过去时的上限，秒。900 即一刻钟生活圈。", 60
    ),
    Setting(
        "rings",
        "rings",
        "table",
        "就近原则：同网格、同社区、同联动支部（片区）、同街道、街道外，各加多少秒。先近后远，不许内圈比外圈贵。",
    ),
    Setting(
        "ring_first",
        "nearness",
        "choice",
        '先满足哪一圈以内的：写 "grid" 是先网格内、"community" 是先社区内，够不着再往外；空着是只按上面的秒数比远近。',
    ),
    _seconds(
        "substitution_s",
        "terms",
        "完全不合适的替代品的代价，秒；合适度 0.6 的算 40%，即 240 秒：宁可多走 4 分钟，也先用对口的。",
    ),
    _seconds(
        "agreement_elsewhere_s",
        "terms",
        "单位签了共建协议、但不是和需求所在地签的：1 分钟，只用来在相近的选择里分先后。",
    ),
    _seconds("agreement_none_s", "terms", "单位没有有效的共建协议：2 分钟。有协议的更可靠，但不值得让居民多走很多路。"),
    _seconds("first_time_s", "terms", "单位以前没为该社区办成过事：1 分钟。合作过的沟通快，但新单位也要有机会。"),
    Setting("fresh_days", "terms", "whole", "摸排后多少天内算新鲜。90 天即一个季度，与季度专题会同步。", 0, 36_500),
    _seconds("stale_s_per_day", "terms", "过了新鲜期，每天加的代价，秒。"),
    _seconds(
        "stale_most_s", "terms", "陈旧代价的上限，秒；从未摸排过的也按此计。3 分钟：旧信息要核实，但不等于不可用。"
    ),
    _seconds("own_area_s", "terms", "提供者包联（负责）别处而不是需求所在地：2 分钟。名单里没有包联关系时不起作用。"),
    _seconds("paired_s", "terms", "提供者没有和需求所在地的党组织结对：2 分钟。名单里没有结对关系时不起作用。"),
    _seconds("seat_s", "terms", "提供者不是需求所在地委员会的成员：1 分钟。名单里没有兼职委员时不起作用。"),
    _seconds(
        "money_s_per_yuan", "terms", "每一元经费折合多少秒步行。6 即 10 元抵 1 分钟：钱要省，但不为省钱让居民走远路。"
    ),
    _seconds("money_most_s", "terms", "经费折合的上限，秒。30 分钟：再贵也只是偏好，花不花得起由经费余额决定。"),
    _seconds("key_s", "priority", "同一紧急程度里，重点问题值得多走多少秒：10 分钟。"),
    _seconds("hard_s", "priority", "同一紧急程度里，难点问题值得多走多少秒：5 分钟。"),
    _seconds("hot_s", "priority", "同一紧急程度里，热点问题值得多走多少秒：5 分钟。"),
    _seconds("households_s", "priority", "惠及户数每翻一番，加多少秒：1 分钟。按翻番计，大社区不会永远压过小社区。"),
    _seconds("persons_s", "priority", "惠及人数每翻一番，加多少秒：1 分钟；户数和人数都写了的取大的一项。"),
    _seconds("beneficiaries_most_s", "priority", "惠及面加秒的上限：15 分钟。"),
    _seconds("waiting_s_per_day", "priority", "从提出之日起每等一天加多少秒。10 秒时等 6 天抵 1 分钟。"),
    _seconds("waiting_most_s", "priority", "等待加秒的上限：30 分钟，约等半年封顶。"),
    _seconds("elderly_share_s", "priority", "所在地 60 岁以上比例为 100% 时加多少秒；比例 30% 的加 30%。只用汇总数。"),
    _seconds("no_property_s", "priority", "所在小区没有物业：5 分钟，这样的地方自己能动用的力量少。"),
    _seconds("old_building_s", "priority", "所在小区是老房子：5 分钟。"),
    Setting(
        "old_building_years",
        "priority",
        "whole",
        "建成多少年算老房子。30 年大致是 2000 年前建成的老旧小区口径。",
        1,
        200,
    ),
    Setting(
        "target_groups",
        "priority_groups",
        "table",
        "需求面向这些人群时加多少秒（人群代码见清单说明）；下级人群随上级，一项需求有几个人群时取最大的。",
    ),
    Setting(
        "fairness_mode",
        "fairness",
        "choice",
        '公平："weighed" 折成步行分钟一起比（默认），"strict" 先拉平各社区再看其他代价，"off" 不考虑。',
        choices=FAIRNESS_MODES,
    ),
    Setting(
        "community_min",
        "fairness",
        "whole",
        "最缺的社区多得一个名额，值得别处多走几分钟。10 分钟：明显照顾薄弱社区，又不让别处的人走太远。",
        0,
        600,
    ),
    Setting(
        "neighbourhood_min",
        "fairness",
        "whole",
        "社区内最缺的小区（网格）多得一个名额，值得别处多走几分钟：5 分钟。",
        0,
        600,
    ),
    Setting("fairness_pieces", "fairness", "whole", "把缺口比例分成几档。10 即每 10% 一档，档数越多拉得越匀。", 1, 50),
    _seconds(
        "renew_gap_s",
        "fairness",
        "逐条更新的方案沿用上次精确求解的缺口价格；与最优的可证差距平均每个名额超过几秒就该重新求解。10 秒：几步路。",
    ),
    Setting(
        "agreement_required",
        "rules",
        "switch",
        "是否只许有有效共建协议的单位提供。默认不要求，多数街道的清单里并非家家都签了协议。",
    ),
    _seconds(
        "floor_s",
        "rules",
        "本年还没有一件办成的支部，本期又没排上的代价，秒；0 是不要求。要求“每个支部每年至少一件”时可写 86400。",
    ),
    _seconds("switch_s", "rules", "同一个人在多个岗位之间换，每多一个岗位的代价，秒：5 分钟，定人定岗更熟。"),
    Setting(
        "most_changes",
        "rules",
        "whole",
        "已公布的配对最多改几对；-1 是不限。公布后再改要重新通知，能不改就不改。",
        FREE,
        1_000_000,
    ),
    Setting(
        "emergency",
        "emergency",
        "switch",
        "应急模式：放宽提供者的限额、不计远近圈层；每次运行都会记下来。平时是 false。",
    ),
    Setting(
        "emergency_load_factor", "emergency", "number", "应急模式下，同意应急动用的资源可以用到平时限额的几倍。", 1, 100
    ),
)
"""In the order of the file; the fields of `Policy` are these."""

BY_NAME = {setting.name: setting for setting in SETTINGS}
GROUPS = tuple(dict.fromkeys(setting.group for setting in SETTINGS))
"""Tables of the file, in order."""
TABLES = tuple(setting.name for setting in SETTINGS if setting.kind == "table")
