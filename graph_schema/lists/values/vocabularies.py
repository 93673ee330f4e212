"""Closed vocabularies of the lists: the office's words for each value of an enumeration, the first one written."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from graph_schema.lists.cells import Cell, key_of
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.model.needs import NeedKind, NeedStatus, TeamRole, Urgency, Visibility
from graph_schema.model.places import HousingType
from graph_schema.model.providers import OrganizationKind
from graph_schema.model.resources import ResourceKind, ResourceStatus
from graph_schema.taxonomy import load_skills

Vocabulary = Mapping[str, tuple[str, ...]]
"""Value -> words, the first of which an export writes."""


def _of(words: Mapping[str, str]) -> Vocabulary:
    return MappingProxyType({value: tuple(text.split()) for value, text in words.items()})


VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType(
    {
        "yes_no": _of({"yes": "有 是 √ ✓ y yes 已有 同意 true 1", "no": "无 否 × ✗ 没有 n no 未有 不同意 false 0"}),
        "synthetic": _of({"yes": "合成 合成数据 演示数据 演示 示范 synthetic 是", "no": "真实 否 真实数据 实际"}),
        "crs": _of(
            {
                "WGS-84": "WGS-84",
                "CGCS2000": "CGCS2000 国家2000 天地图",
                "GCJ-02": "GCJ-02 高德 腾讯 火星坐标",
                "BD-09": "BD-09 百度",
            }
        ),
        "housing_type": _of(
            {
                HousingType.COMMODITY: "商品房 商品房小区 商品住宅",
                HousingType.RESETTLEMENT: "安置房 安置 安置小区 拆迁安置 动迁房 动迁安置",
                HousingType.OLD: "老旧小区 老旧 老小区 老旧住宅 老新村",
                HousingType.EMPLOYER: "单位自管 单位自管房 单位宿舍 家属院 单位房 房改房",
            }
        ),
        "organization_type": _of(
            {
                OrganizationKind.GOVERNMENT: "机关 党政机关 机关单位 行政机关 政府机关 政府部门",
                OrganizationKind.INSTITUTION: "事业单位 事业",
                OrganizationKind.STATE_OWNED: "国企 国有企业 央企 国有控股企业 国有",
                OrganizationKind.PRIVATE: "非公企业 民企 民营企业 私营企业 非公 企业 公司 两新组织 外资企业",
                OrganizationKind.SOCIAL: "社会组织 社会团体 社团 民非 公益组织 社会服务机构 商会 协会 基金会",
                OrganizationKind.SCHOOL: "学校 幼儿园 中学 小学 大学 院校 教育机构",
                OrganizationKind.HOSPITAL: "医院 医疗机构 卫生院 诊所 社区卫生服务中心 卫生服务中心 学校医院",
                OrganizationKind.PROPERTY_MANAGER: "物业 物业公司 物业企业 物业服务企业",
                OrganizationKind.OWNERS_COMMITTEE: "业委会 物管会 业主委员会 物业管理委员会 自管会",
                OrganizationKind.MERCHANT: "商户 商家 商铺 店铺 个体工商户 个体户 爱心商户 爱心商铺",
                OrganizationKind.VOLUNTEER_TEAM: "志愿团队 志愿服务队 志愿者队伍 志愿者团队 志愿队 志愿服务团队",
                OrganizationKind.RESIDENTS_COMMITTEE: "居委会 居民委员会 社区居委会 村委会 社区",
                OrganizationKind.OTHER: "其他 其它",
            }
        ),
        "organization_status": _of(
            {
                "active": "正常 在业 存续 活跃 有效 在营",
                "inactive": "停业 歇业 不活跃 暂停 休眠",
                "defunct": "注销 吊销 已注销 撤销 解散 已撤销",
            }
        ),
        "resource_kind": _of(
            {
                ResourceKind.SPACE: "空间 车位 场位 停车位",
                ResourceKind.VENUE: "场地 场馆 阵地 场所 会议室",
                ResourceKind.PERSON: "人员 人力 志愿者 队伍",
                ResourceKind.SKILL: "技能 专长 人才 专家",
                ResourceKind.GOODS: "物资 物品 实物 捐赠物资",
                ResourceKind.FUND: "资金 经费 捐款",
                ResourceKind.EQUIPMENT: "设备 设施 器材 工具 车辆",
                ResourceKind.SERVICE: "服务 服务项目",
                ResourceKind.IDLE_ASSET: "闲置资产 闲置 闲置房屋 闲置空间 资产",
            }
        ),
        "resource_status": _of(
            {
                ResourceStatus.IDLE: "闲置 空闲 空置 未使用 闲置中",
                ResourceStatus.OFFERED: "已开放 开放 可共享 共享 共享中 开放共享 可用 可提供 已共享 正常",
                ResourceStatus.IN_USE: "在用 使用中 已占用 占用 自用",
                ResourceStatus.SUSPENDED: "暂停 停用 维修中 暂停开放 待维修 暂停使用",
                ResourceStatus.REPURPOSED: "已改造 改造 已改作他用 改作他用",
                ResourceStatus.WITHDRAWN: "已撤回 撤回 收回 已收回 取消 已取消 待处置",
            }
        ),
        "service_mode": _of(
            {
                "at_home": "上门 上门服务 入户 上门办理 到家",
                "counter": "坐班 到店 现场 窗口 到场 现场办理 坐班值班 驻点 定点",
                "proxy": "代办 帮办 代办帮办 帮办代办",
                "delivery": "配送 送餐 送货 送餐上门 送菜上门",
                "dine_in": "堂食 集中就餐 就餐",
                "online": "线上 网络 电话 在线 远程",
                "loan": "借用 借阅 租借 出借",
            }
        ),
        "urgency": _of(
            {
                Urgency.URGENT: "急 紧急 特急 加急 高 急迫 很急 非常紧急 一级 急需",
                Urgency.HARD: "难 较急 较高 较紧急 难点 二级 难题",
                Urgency.WORRYING: "愁 中 一般 普通 中等 三级 常规 正常",
                Urgency.HOPED: "盼 低 不急 缓 较低 四级 期盼 可缓 不紧急",
            }
        ),
        "need_flag": _of({"key": "重点 重点问题", "hard": "难点 难点问题", "hot": "热点 热点问题"}),
        "need_kind": _of(
            {
                NeedKind.NEED: "需求 服务需求 一般需求",
                NeedKind.COMPLAINT: "诉求 投诉 热线工单 工单 投诉举报",
                NeedKind.MICRO_WISH: "微心愿 心愿",
                NeedKind.PROJECT_NEED: "项目需求 项目",
                NeedKind.POST: "岗位 岗位需求 志愿岗位",
            }
        ),
        "visibility": _of(
            {
                Visibility.PUBLIC: "公开 是 对外公开 社会公开",
                Visibility.INTERNAL: "内部 内部公开 工作人员",
                Visibility.PRIVATE: "不公开 否 保密 不宜公开 私密",
            }
        ),
        "batch_status": _of(
            {
                "released": "已放行 放行 已启用 已开放 已批准 启用",
                "waiting": "未放行 待放行 等待 登记中 未启用 待启用 未开放 已登记",
            }
        ),
        "team_role": _of({TeamRole.LEAD: "牵头 主办 牵头单位 负责", TeamRole.SUPPORT: "配合 协办 参与 协助 配合单位"}),
        "person_role": _of(
            {
                "vanguard": "海棠先锋 先锋 红色先锋",
                "party_member": "党员 在职党员 中共党员 党员志愿者",
                "grid_worker": "网格员 网格长 专职网格员 兼职网格员",
                "property_staff": "物业人员 物业 物业员工 物业工作人员",
                "resident": "居民骨干 居民 热心居民 热心群众 群众 楼栋长",
                "gig_worker": "新就业群体 新业态 新业态新就业群体 快递员 外卖员 骑手",
                "instructor": "指导员 党建指导员",
                "hub_head": "枢纽长 站长 驿站站长",
                "volunteer": "志愿者 志愿服务者 先锋志愿者",
                "expert": "能人 专家 律师 医生 老师 企业负责人",
            }
        ),
        "vanguard_kind": _of({word: word for word in ("党员", "网格员", "物业人员", "居民骨干", "新就业群体")}),
        "skill": MappingProxyType({skill.code: (skill.name_zh, *skill.synonyms) for skill in load_skills()}),
    }
)

AREA_TYPES: Vocabulary = _of(
    {
        "subdistrict": "街道 镇 乡 街道办事处 镇街",
        "community": "社区 村 行政村 社区居委会 居委会 城市社区",
        "grid": "网格 网格单元 基础网格",
        "neighborhood": "小区 居民小区 住宅小区 新村 小区院落",
        "building": "楼栋 楼 幢 楼宇 单元楼",
        "point": "地点 点位 地名 地标",
        "street": "街巷 道路 街 路 大街",
        "lane": "巷 弄 里弄 巷弄",
        "river_walk": "滨河步道 步道 河道",
        "pool": "片区 片区大党委 片区型大党委 资源池 联盟",
        "province": "省 自治区 直辖市",
        "city": "市 地级市",
        "county": "区 县 市辖区 县级市",
    }
)
"""Types of directory rows that are not stations or party organisations."""

STATION_WORDS = (
    ("linkage", ("联动工作站",)),
    ("street", ("街道党群服务中心", "街道中心", "街道党群中心")),
    ("community", ("社区党群服务中心", "社区中心", "党群服务中心", "社区党群中心")),
    ("neighborhood", ("小区党群服务站", "小区驿站", "小区站")),
    ("grid", ("网格驿站", "先锋枢纽", "网格站", "枢纽")),
    ("community", ("工作站", "驿站", "党群服务站", "党群服务驿站", "服务站", "阵地", "站点", "暖新驿站", "服务驿站")),
)
"""(tier, types of directory rows that are stations of it); the first word that the type equals, else ends with."""

PARTY_ENDINGS = (
    "大工委",
    "工委",
    "党工委",
    "党委",
    "大党委",
    "党组",
    "党总支",
    "总支",
    "党支部",
    "支部",
    "党小组",
    "党组织",
    "党员中心户",
    "委员会",
)
"""Ends of a directory row's type by which it is a party organisation."""


def parse_choice(cell: Cell, vocabulary: str) -> str:
    """
    The value that a cell's word stands for.

    Raises
    ------
    UnreadableValueError
        If it is none of the vocabulary's words; the finding names those that are written.
    """
    found = choice_of(cell.text, vocabulary)
    if found is None:
        allowed = [words[0] for words in VOCABULARIES[vocabulary].values()]
        raise UnreadableValueError(code="list_unknown_word", value=cell.raw, allowed=allowed)
    return found


def choice_of(text: str, vocabulary: str) -> str | None:
    """The value that a word stands for, ``None`` when it is none of the vocabulary's."""
    return _values_by_key(vocabulary).get(key_of(text) or text.strip())


@cache
def _values_by_key(vocabulary: str) -> Mapping[str, str]:
    """Value of each word in the form it is compared in; of two values with one word the first."""
    values: dict[str, str] = {}
    for value, words in VOCABULARIES[vocabulary].items():
        for word in words:
            values.setdefault(key_of(word) or word, str(value))
    return values


def word_of(value: str, vocabulary: str) -> str:
    """The word that an export writes for a value; the value itself when the vocabulary lacks it."""
    words = VOCABULARIES[vocabulary].get(value)
    return words[0] if words else value


_STATUS_WORDS: tuple[tuple[NeedStatus, tuple[str, ...]], ...] = (
    (
        NeedStatus.OPEN,
        (
            "未办",
            "未完成",
            "未解决",
            "未对接",
            "待办",
            "待对接",
            "待解决",
            "待处理",
            "待认领",
            "点单",
            "未开始",
            "未销号",
            "否",
        ),
    ),
    (NeedStatus.PARTLY_MATCHED, ("部分",)),
    (NeedStatus.DUPLICATE, ("重复",)),
    (NeedStatus.DRAFT, ("草稿",)),
    (NeedStatus.SUBMITTED, ("已提交", "待审核")),
    (NeedStatus.REJECTED, ("不予受理", "不予", "退回", "已撤销", "作废", "无法办理")),
    (NeedStatus.RESOLVED_OTHER_WAY, ("其他方式解决", "自行解决", "另行解决", "其他途径解决")),
    (NeedStatus.RESOLVED, ("已完成", "办结", "已解决", "销号", "已清单", "完成", "已办", "解决")),
    (NeedStatus.VERIFIED, ("议单", "协商中", "审核中", "立案")),
    (
        NeedStatus.MATCHED,
        ("接单", "派单", "已对接", "已认领", "办理中", "进行中", "推进中", "处理中", "实施中", "正在"),
    ),
)


def status_word(status: NeedStatus) -> str:
    """A word that `need_status` reads as this state."""
    return next(words[0] for known, words in _STATUS_WORDS if known is status)


def need_status(progress: str) -> NeedStatus:
    """State of a need as its progress column words it; open when nothing says otherwise."""
    key = key_of(progress)
    for status, words in _STATUS_WORDS:
        if any(word in key for word in words):
            return status
    return NeedStatus.OPEN
