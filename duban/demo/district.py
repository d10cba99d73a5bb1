"""An invented district: ten organizations and the 24 findings of a review meeting."""

from dataclasses import dataclass
from datetime import date

MEETING_ON = date(2023, 12, 26)


@dataclass(frozen=True)
class Unit:
    """An organization of the demo and what leaders pointed out to it."""

    code: str
    name: str
    name_en: str
    kind: str
    group: str
    findings: tuple[tuple[str, str], ...]


DEPARTMENTS, TOWNS = "区直部门", "镇街道"

UNITS = (
    Unit("jy", "示例区教育局党组", "Education Bureau", "group", DEPARTMENTS, (
        ("主体责任", "警示教育开展不够经常，全年仅集中学习两次，覆盖面不足。"),
        ("作风", "校外供餐监管会议议而不决，责任分工未落到人。"),
        ("班子队伍", "对新任校级干部廉政谈话不够及时。"),
    )),
    Unit("nyncj", "示例区农业农村局党组", "Agriculture Bureau", "group", DEPARTMENTS, (
        ("主体责任", "清廉村居建设力度不够，示范点培育进度缓慢。"),
        ("廉洁", "惠农补贴发放公示不够规范。"),
    )),
    Unit("wlj", "示例区文旅局党组", "Culture and Tourism Bureau", "group", DEPARTMENTS, (
        ("作风", "重点文旅项目调度流于形式，问题销号不及时。"),
        ("主体责任", "党组会专题研究全面从严治党次数不足。"),
    )),
    Unit("slj", "示例区水利局党组", "Water Resources Bureau", "group", DEPARTMENTS, (
        ("班子队伍", "二级机构人员管理不够严格，外出报备制度执行不到位。"),
        ("廉洁", "小型工程招标资料归档不完整。"),
    )),
    Unit("jtj", "示例区交通运输局党组", "Transport Bureau", "group", DEPARTMENTS, (
        ("纪律", "公务用车使用登记不完整。"),
        ("主体责任", "廉政风险点排查更新不及时。"),
    )),
    Unit("wjj", "示例区卫生健康局党组", "Health Bureau", "group", DEPARTMENTS, (
        ("廉洁", "医用耗材采购内控制度执行不严。"),
        ("作风", "基层反映的报销堵点办理拖延。"),
    )),
    Unit("zjj", "示例区住房和城乡建设局党组", "Housing Bureau", "group", DEPARTMENTS, (
        ("主体责任", "对下属单位监督提醒不够，责任层层递减。"),
        ("作风", "老旧小区改造投诉回复不及时。"),
        ("纪律", "重大事项请示报告不够规范。"),
    )),
    Unit("scjg", "示例区市场监督管理局党组", "Market Regulation Bureau", "group", DEPARTMENTS, (
        ("纪律", "执法案卷评查问题整改不彻底。"),
        ("班子队伍", "年轻干部监督管理措施不够具体。"),
    )),
    Unit("liulin", "示例区柳林镇党委", "Liulin Town", "committee", TOWNS, (
        ("主体责任", "村级小微权力清单更新不及时。"),
        ("作风", "驻村走访记录雷同，服务群众不够扎实。"),
        ("廉洁", "村集体资产出租合同管理不规范。"),
    )),
    Unit("qinghe", "示例区清河镇党委", "Qinghe Town", "committee", TOWNS, (
        ("主体责任", "镇党委听取村支书述责述廉不够经常。"),
        ("纪律", "村务公开内容不够完整。"),
        ("作风", "便民服务中心窗口值守不到位。"),
    )),
)  # fmt: skip
