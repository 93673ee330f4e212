"""What several lists' columns are made of."""

from typing import Any

from graph_schema.lists.columns import Column, Treatment

_PERSONAL_ZH = "个人信息：读取时丢弃，不保存。"
_PERSONAL_EN = "Personal: dropped while reading, never stored."
_HASHED_ZH = "个人信息：读取时换成不可逆的校验值，不保存原文。"
_HASHED_EN = "Personal: replaced by a keyed hash while reading; the text is never stored."


def column(key: str, header: str, synonyms: str = "", **rest: Any) -> Column:
    """A column, its synonyms apart by spaces."""
    return Column(key, header, tuple(synonyms.split()), **rest)


def must(key: str, header: str, synonyms: str = "", **rest: Any) -> Column:
    """A column that a list needs, and each of its rows."""
    return column(key, header, synonyms, required=True, needed=True, **rest)


def personal(key: str, header: str, synonyms: str = "") -> Column:
    """A column that never leaves the reader."""
    return column(key, header, synonyms, treatment=Treatment.DROPPED, help_zh=_PERSONAL_ZH, help_en=_PERSONAL_EN)


def hashed(key: str, header: str, synonyms: str = "", *, example: str = "", required: bool = False) -> Column:
    """A column of which a keyed hash leaves the reader."""
    return column(
        key,
        header,
        synonyms,
        treatment=Treatment.HASHED,
        help_zh=_HASHED_ZH,
        help_en=_HASHED_EN,
        example=example,
        required=required,
    )


COUNTER = column("no", "序号", "序 No. No 行号", treatment=Treatment.IGNORED)
NUMBER = column(
    "number",
    "编号",
    "资源编号 服务编号 需求编号 项目编号 登记编号 单位编号 流水号",
    help_zh="本单位自编的固定编号，如 ZY-2024-001；五位以内的纯数字按序号看待。",
    help_en="The office's own lasting number, as ZY-2024-001; up to five bare digits count as a row counter.",
)
UID = column(
    "uid",
    "系统编号",
    help_zh="由系统导出时写入，请勿改动；新增的行留空。",
    help_en="Written by the export; leave it as it is, and empty in new rows.",
)
NOTE = column("note", "备注", "说明 其他 备注说明", treatment=Treatment.FREE_TEXT)
SYNTHETIC = column(
    "synthetic",
    "数据标注",
    "数据性质",
    choices="synthetic",
    help_zh="合成的演示数据填“合成”。",
    help_en="合成 marks made-up data.",
)
LON = column("lon", "经度", "x 坐标X X坐标 lon lng longitude", example="120.6012")
LAT = column("lat", "纬度", "y 坐标Y Y坐标 lat latitude", example="31.3121")
LONLAT = column("lonlat", "坐标", "经纬度 GPS GPS坐标 坐标位置 地理坐标")
CRS = column(
    "crs",
    "坐标系",
    "坐标系统 坐标类型 坐标来源",
    choices="crs",
    help_zh="填了坐标就必须写明坐标系：WGS-84、CGCS2000、GCJ-02(高德、腾讯)或 BD-09(百度)。",
    help_en="Required beside coordinates: WGS-84, CGCS2000, GCJ-02 (Amap, Tencent) or BD-09 (Baidu).",
    example="GCJ-02",
)
POINT = (LON, LAT, LONLAT, CRS)
PAIRINGS = tuple(
    column(key, header, synonyms, treatment=Treatment.IGNORED)
    for key, header, synonyms in (
        ("paired_with", "对接结果", "匹配结果"),
        ("paired_quantity", "匹配数量", "对接数量"),
        ("paired_reason", "理由", "匹配理由 对接理由"),
        ("unmet_quantity", "未满足数量", "缺口数量"),
        ("unmet_reason", "未满足原因", "未匹配原因"),
        ("messages", "问题", "导入问题"),
    )
)
WINDOWS_HELP = {
    "help_zh": "如：工作日18:00—次日8:00;周末。每月15日 9:00-11:30。几个时段用分号隔开；留空表示随时。",
    "help_en": "As 工作日18:00—次日8:00;周末 or 每月15日 9:00-11:30. Several are separated by ;. Empty means always.",
}
COVERAGE = column(
    "serves",
    "覆盖范围",
    "服务范围 辐射社区 服务区域 惠及社区 覆盖社区 辐射范围 服务社区",
    help_zh="社区名称，用顿号隔开；可写“全街道”“除石路社区外”。留空按步行距离。",
    help_en="Communities separated by 、; 全街道 and 除…外 are understood. Empty: by walking distance.",
    example="石路社区",
)
TARGET = column(
    "target",
    "服务对象",
    "面向人群 受益群体 适用对象 人群类别 面向对象 服务人群",
    choices="target_group",
    example="居民",
)
MODES = column("modes", "服务方式", "方式 服务形式", choices="service_mode")
CATEGORY_HELP = {
    "choices": "category",
    "help_zh": "类别代码或名称，见“可填内容”表。",
    "help_en": "Code or Chinese name; see the sheet of allowed values.",
}
VALIDITY = (
    column("valid_from", "有效期起", "生效日期 有效期开始 起始日期"),
    column("valid_to", "有效期止", "失效日期 有效期至 有效期 截止日期"),
)

AMENITIES_HELP = {
    "help_zh": "如：微波炉、热水壶、桌椅，用顿号隔开。留空按所在阵地的设施。",
    "help_en": "As 微波炉、热水壶. Empty: those of the station it stands at.",
}
RESPONSIBLE = column(
    "responsible",
    "包联小区",
    "包联区域 包联社区 包联网格 责任区 责任小区 包片区域",
    help_zh="长期包联的小区、网格或社区，用顿号隔开。",
    help_en="Areas that it looks after, separated by 、.",
)
SEATS = column(
    "seats",
    "委员会席位",
    "兼职委员 共建委员会 联建委员会 兼职委员单位 所在委员会",
    help_zh="兼任委员的委员会(名录里的党组织)或社区，用顿号隔开。",
    help_en="Committees (party organisations of the directory) or areas that it sits on, separated by 、.",
)
