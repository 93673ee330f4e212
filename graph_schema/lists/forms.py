"""The seven lists and their columns: ONE declaration."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from graph_schema.lists.columns import Column, ListForm, ListKind, Treatment

_PERSONAL_ZH = "个人信息：读取时丢弃，不保存。"
_PERSONAL_EN = "Personal: dropped while reading, never stored."
_HASHED_ZH = "个人信息：读取时换成不可逆的校验值，不保存原文。"
_HASHED_EN = "Personal: replaced by a keyed hash while reading; the text is never stored."


def _column(key: str, header: str, synonyms: str = "", **rest: Any) -> Column:
    return Column(key, header, tuple(synonyms.split()), **rest)


def _must(key: str, header: str, synonyms: str = "", **rest: Any) -> Column:
    return _column(key, header, synonyms, required=True, needed=True, **rest)


def _personal(key: str, header: str, synonyms: str = "") -> Column:
    return _column(key, header, synonyms, treatment=Treatment.DROPPED, help_zh=_PERSONAL_ZH, help_en=_PERSONAL_EN)


def _hashed(key: str, header: str, synonyms: str = "", example: str = "") -> Column:
    return _column(
        key,
        header,
        synonyms,
        treatment=Treatment.HASHED,
        help_zh=_HASHED_ZH,
        help_en=_HASHED_EN,
        example=example,
    )


_COUNTER = _column("no", "序号", "序 No. No 行号", treatment=Treatment.IGNORED)
_NUMBER = _column(
    "number",
    "编号",
    "资源编号 服务编号 需求编号 项目编号 登记编号 单位编号 流水号",
    help_zh="本单位自编的固定编号，如 ZY-2024-001；五位以内的纯数字按序号看待。",
    help_en="The office's own lasting number, as ZY-2024-001; up to five bare digits count as a row counter.",
)
_UID = _column(
    "uid",
    "系统编号",
    help_zh="由系统导出时写入，请勿改动；新增的行留空。",
    help_en="Written by the export; leave it as it is, and empty in new rows.",
)
_NOTE = _column("note", "备注", "说明 其他 备注说明", treatment=Treatment.FREE_TEXT)
_SYNTHETIC = _column(
    "synthetic",
    "数据标注",
    "数据性质",
    choices="synthetic",
    help_zh="合成的演示数据填“合成”。",
    help_en="合成 marks made-up data.",
)
_LON = _column("lon", "经度", "x 坐标X X坐标 lon lng longitude", example="120.6012")
_LAT = _column("lat", "纬度", "y 坐标Y Y坐标 lat latitude", example="31.3121")
_LONLAT = _column("lonlat", "坐标", "经纬度 GPS GPS坐标 坐标位置 地理坐标")
_CRS = _column(
    "crs",
    "坐标系",
    "坐标系统 坐标类型 坐标来源",
    choices="crs",
    help_zh="填了坐标就必须写明坐标系：WGS-84、CGCS2000、GCJ-02(高德、腾讯)或 BD-09(百度)。",
    help_en="Required beside coordinates: WGS-84, CGCS2000, GCJ-02 (Amap, Tencent) or BD-09 (Baidu).",
    example="GCJ-02",
)
_POINT = (_LON, _LAT, _LONLAT, _CRS)
_PAIRINGS = tuple(
    _column(key, header, synonyms, treatment=Treatment.IGNORED)
    for key, header, synonyms in (
        ("paired_with", "对接结果", "匹配结果"),
        ("paired_quantity", "匹配数量", "对接数量"),
        ("paired_reason", "理由", "匹配理由 对接理由"),
        ("unmet_quantity", "未满足数量", "缺口数量"),
        ("unmet_reason", "未满足原因", "未匹配原因"),
        ("messages", "问题", "导入问题"),
    )
)
_WINDOWS_HELP = {
    "help_zh": "如：工作日18:00—次日8:00;周末。每月15日 9:00-11:30。几个时段用分号隔开；留空表示随时。",
    "help_en": "As 工作日18:00—次日8:00;周末 or 每月15日 9:00-11:30. Several are separated by ;. Empty means always.",
}
_COVERAGE = _column(
    "serves",
    "覆盖范围",
    "服务范围 辐射社区 服务区域 惠及社区 覆盖社区 辐射范围 服务社区",
    help_zh="社区名称，用顿号隔开；可写“全街道”“除石路社区外”。留空按步行距离。",
    help_en="Communities separated by 、; 全街道 and 除…外 are understood. Empty: by walking distance.",
    example="石路社区",
)
_TARGET = _column(
    "target",
    "服务对象",
    "面向人群 受益群体 适用对象 人群类别 面向对象 服务人群",
    choices="target_group",
    example="居民",
)
_MODES = _column("modes", "服务方式", "方式 服务形式", choices="service_mode")
_CATEGORY_HELP = {
    "choices": "category",
    "help_zh": "类别代码或名称，见“可填内容”表。",
    "help_en": "Code or Chinese name; see the sheet of allowed values.",
}
_VALIDITY = (
    _column("valid_from", "有效期起", "生效日期 有效期开始 起始日期"),
    _column("valid_to", "有效期止", "失效日期 有效期至 有效期 截止日期"),
)

DIRECTORY = ListForm(
    ListKind.DIRECTORY,
    "名录",
    "directory",
    ("名录", "区划", "组织架构"),
    (
        _COUNTER,
        _must("type", "类型", "区域类型 层级类型 类别 级别", choices="directory_type", example="社区"),
        _must(
            "name", "名称", "区域名称 全称 地名 组织名称 社区名称 小区名称 网格名称 阵地名称", example="石路社区居委会"
        ),
        _column("aliases", "别名", "简称 曾用名 又名 俗称 其他名称", example="石路社区、石路"),
        _column(
            "parent", "上级", "上级名称 所属 所属区域 隶属 所属社区 上级组织 所在社区 上级区域", example="金阊街道"
        ),
        _column("members", "管辖/成员", "管辖 成员 管辖社区 管辖范围 下辖 成员社区 包含 管辖成员"),
        _column("based_at", "驻地", "所在工作站 所在阵地 依托阵地"),
        _column("number", "编码", "代码 区划代码 编号 网格编码 统计代码", example="320508019034"),
        _column("code_year", "编码年份", "代码年份", example="2020"),
        *_POINT,
        _column("households", "户数", "总户数 居民户数", example="1200"),
        _column("population", "人口", "人口数 常住人口 人数 总人口", example="3100"),
        _column("share_60plus", "60岁以上占比", "老龄化率 老年人占比 60岁以上比例 老龄占比", example="31%"),
        _column("built_year", "建成年份", "建成时间 建造年代 建成年代 建造年份"),
        _column("housing_type", "房屋类型", "小区类型 住房类型 房屋性质", choices="housing_type"),
        _column("has_property_mgmt", "有无物业", "是否有物业 物业管理 有无物业公司", choices="yes_no"),
        _column("tier", "层级", "阵地层级"),
        _column("functions", "功能", "阵地功能"),
        _column("amenities", "设施", "配套设施 设备设施"),
        _column("windows", "开放时间", "服务时间 开放时段", **_WINDOWS_HELP),
        _column("length_m", "长度(米)", "长度"),
        _personal("contact", "联系人", "负责人 站长 枢纽长 书记 网格员 网格长"),
        _personal("phone", "联系电话", "电话 手机 联系方式"),
        _SYNTHETIC,
        _UID,
        _column("note", "备注", "说明", treatment=Treatment.IGNORED),
    ),
)

UNIT = ListForm(
    ListKind.UNIT,
    "单位名单",
    "units",
    ("单位", "共建单位"),
    (
        _COUNTER,
        _must("name", "单位名称", "共建单位 驻区单位 成员单位 名称 单位全称 结对单位", example="示例文化有限公司"),
        _column("short_name", "单位简称", "简称"),
        _column("aliases", "别名", "曾用名 其他名称"),
        _column("type", "单位类型", "单位性质 类别 类型 性质", choices="organization_type", example="非公企业"),
        _column("uscc", "统一社会信用代码", "信用代码 机构代码 社会信用代码", example="91350100M000100Y43"),
        _column("address", "地址", "单位地址 坐落 位置 所在地 地点 办公地址", example="石路社区金门路1号"),
        *_POINT,
        _column("checked_in", "报到社区", "双报到社区 所属社区 社区 结对社区 联系社区", example="石路社区"),
        _column("status", "单位状态", "状态 存续状态", choices="organization_status"),
        _column("members", "队员人数", "志愿者人数 队伍人数 人数"),
        _column("hours", "每月服务时长(小时)", "月服务时长 每月小时数"),
        _column("agreement", "协议编号", "协议号 共建协议编号 协议书编号", example="GJ-2024-001"),
        _column("partner", "协议对象", "协议方 签约方 协议社区 签订对象", example="石路社区"),
        _column("signed_on", "签订日期", "签约日期 签订时间 签约时间", example="2024-03-01"),
        _column("agreed_until", "到期日期", "协议到期 到期时间 协议期限 协议有效期", example="2027-02-28"),
        _column("scope", "协议内容", "共建内容 协议事项"),
        _personal("contact", "联系人", "联络员 负责人 经办人 法定代表人 法人 书记"),
        _personal("phone", "联系电话", "电话 手机 联系方式 手机号码"),
        _SYNTHETIC,
        _UID,
        _column("note", "备注", "说明", treatment=Treatment.IGNORED),
    ),
)

_PROVIDER_SYNONYMS = "共建单位 责任单位 提供单位 资源单位 驻区单位 成员单位 权属单位 产权单位 资源提供单位 所属单位"

RESOURCE = ListForm(
    ListKind.RESOURCE,
    "资源清单",
    "resources",
    ("资源", "资产"),
    (
        _COUNTER,
        _NUMBER,
        _must("provider", "单位名称", _PROVIDER_SYNONYMS, example="示例文化有限公司"),
        _column("provider_type", "单位类型", "单位性质", choices="organization_type"),
        _column("uscc", "统一社会信用代码", "信用代码 机构代码 社会信用代码"),
        _must("name", "资源名称", "可提供资源 共享资源 资源项目 资产名称 资源内容 资源", example="二楼会议室"),
        _column("category", "资源类别", "资源类型 类别 类型 分类", required=True, **_CATEGORY_HELP, example="会议室"),
        _column("kind", "资源形态", "资源形式 资源性质", choices="resource_kind"),
        _column(
            "total",
            "数量",
            "总数 总量 规模 容量 车位数 泊位数 车位数量 资源数量 数量规模",
            shared_quantity=True,
            help_zh="一共有多少，可写 近1000个、20余间。",
            help_en="All there is; 近1000个 and 20余间 are understood.",
            example="1间",
        ),
        _column(
            "offered",
            "可提供数量",
            "开放数量 共享数量 可共享数量 拿出数量 可提供车位数 可用数量",
            shared_quantity=True,
            help_zh="拿出来共享的部分；留空等于数量。",
            help_en="The part given to the street; empty: all of it.",
        ),
        _column("unit", "计量单位", "单位(计量) 数量单位 单位"),
        _column("area_m2", "面积(㎡)", "面积 建筑面积 使用面积 场地面积", shared_quantity=True),
        _column("seats", "可容纳人数", "容纳人数 可容纳 座位数", shared_quantity=True),
        _column("area", "所属社区", "所在社区 社区"),
        _column("address", "地址", "地点 坐落 位置 所在地 存放地点 资源地址 具体位置", example="石路社区金门路1号"),
        *_POINT,
        _column(
            "windows",
            "开放时间",
            "可提供时间 服务时间 使用时段 共享时段 开放时段 可用时间 共享时间 时间 时段",
            **_WINDOWS_HELP,
            example="工作日18:00-21:00;周末9:00-17:00",
        ),
        _column("guard_min", "提前腾退(分钟)", "提前腾退 预留时间 提前离场"),
        _COVERAGE,
        _TARGET,
        _MODES,
        _column(
            "conditions",
            "使用条件",
            "共享方式 收费标准 是否收费 有偿/无偿 有偿无偿 收费情况",
            treatment=Treatment.FREE_TEXT,
        ),
        _column("unit_cost", "单价(元)", "单价 费用 单位成本"),
        _column("status", "使用状态", "现状 闲置情况 使用现状 资源状态 状态", choices="resource_status"),
        _column("idle_since", "闲置时间", "闲置起始 闲置日期 闲置开始时间"),
        _column("surveyed_on", "摸排日期", "摸排时间 调查日期 核实日期 更新日期"),
        *_VALIDITY,
        _personal("contact", "联系人", "联络员 负责人 经办人"),
        _personal("phone", "联系电话", "电话 手机 联系方式"),
        _NOTE,
        _SYNTHETIC,
        _UID,
        *_PAIRINGS,
    ),
)

SERVICE = ListForm(
    ListKind.SERVICE,
    "服务清单",
    "services",
    ("服务", "活动"),
    (
        _COUNTER,
        _NUMBER,
        _must("name", "服务名称", "服务项目 服务内容 活动名称 服务事项 名称", example="免费理发"),
        _must(
            "provider",
            "服务单位",
            "承办单位 服务团队 提供单位 单位名称 共建单位 服务队伍 责任单位",
            example="示例志愿服务队",
        ),
        _column("provider_type", "单位类型", "单位性质", choices="organization_type"),
        _column("category", "服务类别", "类别 服务类型 类型 分类", **_CATEGORY_HELP, example="理发"),
        _column(
            "windows",
            "服务时间",
            "活动时间 时间 频次 开放时间 服务频次",
            **_WINDOWS_HELP,
            example="每月15日 9:00-11:30",
        ),
        _column(
            "total", "名额", "限额 服务名额 每次名额 数量 人数上限 可服务人数", shared_quantity=True, example="30人"
        ),
        _column("offered", "可提供名额", "开放名额 可提供数量", shared_quantity=True),
        _column("unit", "计量单位", "名额单位 单位(计量) 单位"),
        _column("area", "所属社区", "所在社区 社区"),
        _column("address", "服务地点", "地点 活动地点 地址 位置", example="石路社区党群服务站"),
        *_POINT,
        _MODES,
        _COVERAGE,
        _TARGET,
        _column("staff", "服务人员数", "志愿者人数 人员数"),
        _column("conditions", "预约方式", "报名方式 预约", treatment=Treatment.FREE_TEXT),
        _column("unit_cost", "单价(元)", "单价 费用 收费标准"),
        _column("guard_min", "提前腾退(分钟)", "提前腾退"),
        _column("kind", "资源形态", "资源形式", choices="resource_kind"),
        _column("status", "服务状态", "状态 使用状态", choices="resource_status"),
        _column("surveyed_on", "摸排日期", "核实日期 更新日期"),
        *_VALIDITY,
        _personal("contact", "服务人员", "联系人 负责人 联络员 志愿者"),
        _personal("phone", "联系电话", "电话 手机 联系方式"),
        _NOTE,
        _SYNTHETIC,
        _UID,
        *_PAIRINGS,
    ),
)

REGISTRATION = ListForm(
    ListKind.REGISTRATION,
    "批次登记表",
    "registrations",
    ("登记", "报名", "批次"),
    (
        _COUNTER,
        _column("number", "登记编号", "编号 流水号 登记号"),
        _must("resource", "资源名称", "登记资源 申请资源 资源 停车场", example="地下停车位"),
        _column("provider", "单位名称", "提供单位 共建单位 产权单位"),
        _must("batch", "批次", "批次号 登记批次 期数", example="第一批"),
        _column("cap", "批次上限", "批次名额 上限 名额"),
        _column("status", "批次状态", "状态 放行状态", choices="batch_status", example="未放行"),
        _column("released_on", "放行日期", "放行时间 启用日期"),
        _column("opens_on", "登记开始", "登记开始日期 报名开始"),
        _column("closes_on", "登记截止", "登记截止日期 报名截止"),
        _must("area", "所属社区", "社区 居住社区 小区 居住小区", example="石路社区"),
        _column("rank", "登记顺序", "排序 顺位 名次 顺序号"),
        _hashed("registrant", "登记人", "姓名 车主 申请人 车主姓名 户主"),
        _hashed("phone", "电话", "联系电话 手机 手机号 手机号码 联系方式"),
        _hashed("plate", "车牌", "车牌号 车牌号码 号牌 车辆号牌", example="苏E·0A001"),
        _personal("identity", "身份证号", "身份证 证件号码 证件号"),
        _personal("home", "住址", "家庭住址 门牌 详细地址 房号"),
        _SYNTHETIC,
        _UID,
        _column("note", "备注", "说明", treatment=Treatment.IGNORED),
        *_PAIRINGS,
    ),
)

NEED = ListForm(
    ListKind.NEED,
    "需求清单",
    "needs",
    ("需求", "诉求", "心愿"),
    (
        _COUNTER,
        _NUMBER,
        _must(
            "area",
            "所属社区",
            "社区 小区 网格 提出单位 需求单位 申报单位 所在社区 社区名称 提出社区 需求社区 申报社区 上报社区 反映社区",
            example="石路社区",
        ),
        _must(
            "name",
            "需求名称",
            "需求内容 诉求 群众诉求 心愿内容 微心愿 需求事项 具体需求 问题描述 诉求内容 需求 "
            "需求项目 需求描述 群众需求",
            example="小区夜间停车位不足",
        ),
        _column(
            "category",
            "需求类别",
            "需求类型 问题类别 服务类别 大类/小类 小类 类别 类型 分类",
            required=True,
            **_CATEGORY_HELP,
            example="PRK01",
        ),
        _column("kind", "需求性质", "诉求性质", choices="need_kind"),
        _column("quantity", "需求数量", "数量 缺口 缺口数 所需数量", shared_quantity=True, example="40个"),
        _column("unit", "计量单位", "数量单位 单位(计量) 单位"),
        _column("households", "受益户数", "户数 涉及户数 惠及户数 影响户数", shared_quantity=True),
        _column("persons", "惠及人数", "人数 受益人数 涉及人数 覆盖人数", shared_quantity=True),
        _column("urgency", "紧急程度", "轻重缓急 优先级 急难愁盼 紧急度", choices="urgency", example="急"),
        _column("flags", "重点难点热点", "问题性质 标记 重难热点", choices="need_flag"),
        _column(
            "windows",
            "需求时间",
            "期望时间 使用时间 需要时间 期望时段 需求时段 时间要求 服务时间 时间 时段",
            help_zh="需要服务的时段(只能一个)或日期，如 工作日19:00-次日7:00；留空表示任何时段都可以。",
            help_en="ONE window in which it is needed, or a date. Empty: any time will do.",
        ),
        _column("needed_from", "开始日期", "起始日期 需求起始 开始时间"),
        _column("needed_by", "完成时限", "办理时限 截止日期 期限 截止时间 完成时间"),
        _TARGET,
        _MODES,
        _column("address", "地址", "地点 具体位置 位置 详细地址", example="石路社区彩香路"),
        *_POINT,
        _column("source", "需求来源", "收集渠道 来源 问题来源 诉求来源", example="走访"),
        _column("raised_on", "提出日期", "提出时间 收集时间 收集日期 登记日期 反映时间"),
        _column("exists_since", "问题起始", "存在时间 起始时间 存在年限"),
        _column("provider", "对接单位", "认领单位 承接单位 拟对接单位 责任单位"),
        _column("progress", "办理情况", "完成情况 进展 办理结果 是否销号 状态 办理状态", treatment=Treatment.FREE_TEXT),
        _column("visibility", "公开范围", "是否公开 公开方式", choices="visibility"),
        _personal("contact", "提出人", "反映人 联系人 申请人 姓名 求助人"),
        _personal("phone", "联系电话", "电话 手机 联系方式"),
        _NOTE,
        _SYNTHETIC,
        _UID,
        *_PAIRINGS,
    ),
)

PROJECT = ListForm(
    ListKind.PROJECT,
    "项目清单",
    "projects",
    ("项目", "实事"),
    (
        _COUNTER,
        _NUMBER,
        _must("name", "项目名称", "名称 项目", example="五街十巷微改造"),
        _column("content", "项目内容", "主要内容 实施内容 建设内容 内容", treatment=Treatment.FREE_TEXT),
        _column("level", "项目类别", "项目层级 类别 级别 项目类型", example="街道项目"),
        _column("area", "所属社区", "社区 实施社区 实施地点 申报社区"),
        _must("lead", "牵头单位", "主办单位 责任单位 实施单位 承办单位 申报单位", example="示例文化有限公司"),
        _column("support", "配合单位", "协办单位 参与单位 共建单位 支持单位"),
        _column("budget", "预算(万元)", "预算 投入资金 经费 资金 项目经费 预算金额", shared_quantity=True, example="5"),
        _column("funding", "资金来源", "经费来源"),
        _column("starts_on", "启动时间", "计划启动 开始时间 启动日期 开工时间"),
        _column(
            "due",
            "完成时限",
            "完成时间 时间节点 实施周期 完成日期 计划完成 起止时间 实施时间 项目周期",
            example="2024年6月底",
        ),
        _column("beneficiaries", "受益人数", "惠及群众 覆盖人群 惠及人数 受益人次", shared_quantity=True),
        _column("progress", "进度", "完成情况 成效 进展 项目进展", treatment=Treatment.FREE_TEXT),
        _personal("contact", "责任人", "负责人 项目负责人 联系人"),
        _personal("phone", "联系电话", "电话 手机 联系方式"),
        _SYNTHETIC,
        _UID,
        _column("note", "备注", "说明", treatment=Treatment.IGNORED),
    ),
)

FORMS: Mapping[ListKind, ListForm] = MappingProxyType(
    {form.kind: form for form in (DIRECTORY, UNIT, RESOURCE, SERVICE, REGISTRATION, NEED, PROJECT)}
)
