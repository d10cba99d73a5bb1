"""The columns of a ledger and the headings under which districts write them."""

from enum import StrEnum


class Field(StrEnum):
    """A column that Duban knows; ``PROGRESS`` is known so as not to be taken for another."""

    CODE = "code"
    ORGANIZATION = "organization"
    TEXT = "text"
    CATEGORY = "category"
    SOURCE = "source"
    RAISED_BY = "raised_by"
    REQUIREMENT = "requirement"
    MEASURES = "measures"
    OWNER = "owner"
    LEAD = "lead"
    CO_ORGANIZATIONS = "co_organizations"
    MEETING_ON = "meeting_on"
    DUE = "ledger_due"
    REMARK = "remark"
    PROGRESS = "progress"


# Within a field the earlier heading wins where a ledger has several of them.
CHINESE = {
    Field.CODE: "问题编号 督办编号 事项编号 清单编号 台账编号 问题序号 编号 编码 问题号 序号 "
    "顺序号 序 项号 号",
    Field.ORGANIZATION: "牵头单位 牵头部门 整改牵头单位 牵头责任单位 主责单位 主责部门 主办单位 "
    "主办部门 被审计单位 受检单位 被检单位 被通报单位 责任党支部 单位名 责任单位 整改责任单位 "
    "整改单位 责任党组织 被评议单位 被评议党组织 被点评单位 受评单位 被评单位 述责述廉单位 "
    "述责单位 述职单位 述责对象 述责述廉对象 评议对象 承办单位 责任主体 整改主体 整改责任主体 "
    "责任部门 责任党委 责任党组 责任单位及责任人 责任单位和责任人 责任单位责任人 "
    "责任单位及责任领导 被督办单位 督办对象 发函对象 收函单位 所在单位 被检查单位 被巡察单位 "
    "党组织名称 党委党组名称 党组党委名称 单位名称 党组织 党委党组 单位 部门 乡镇 镇街 镇街道 "
    "乡镇街道 街道 部门单位",
    Field.TEXT: "问题描述 存问 问题内容 具体问题 问题清单 存在问题 存在的问题 存在的主要问题 "
    "主要问题 反馈问题 点评问题 评议问题 提出的问题 指出的问题 领导点评问题 领导点评指出的问题 "
    "发现的问题 发现问题 查找问题 检查发现问题 问题表现 具体表现 问题具体表现 问题详情 问题事项 "
    "问题及表现 不足之处 存在不足 主要不足 不足 问题及不足 问题情况 情况描述 问题简述 问题摘要 "
    "点评指出问题 测评反馈问题 点评指出的问题 整改问题 整改事项 督办事项 提醒事项 问题 点评意见 "
    "点评内容 反馈意见 事项 内容",
    Field.CATEGORY: "问题类别 问题类型 问题分类 所属类别 类别 类型 分类 问题属性 问题性质",
    Field.SOURCE: "问题来源 来源 问题出处 会议名称 评议会名称 发现途径 发现方式",
    Field.RAISED_BY: "点评领导 点评区领导 现场点评领导 评议领导 提出领导 提出人 点评人 反馈人 "
    "指出人 发现人 检查人",
    Field.REQUIREMENT: "整改要求 整改目标 工作要求 目标要求 整改标准 整改建议 意见建议 处理意见",
    Field.MEASURES: "整改措施 具体措施 具体整改措施 工作措施 措施 整改举措 拟采取措施 整改内容",
    Field.OWNER: "责任人 整改责任人 直接责任人 具体责任人 联系人 经办人 责任人员",
    Field.LEAD: "责任领导 牵头领导 分管领导 包抓领导 挂点领导 主要负责人 负责人 牵头人 "
    "第一责任人",
    Field.CO_ORGANIZATIONS: "配合单位 协办部门 协同部门 协同单位 协办单位 协助单位 配合部门 "
    "参与单位 责任科室",
    Field.MEETING_ON: "会议日期 会议时间 评议日期 评议时间 评议会日期 点评时间 反馈日期 "
    "反馈时间 交办日期 交办时间 发现日期 发现时间 检查日期 检查时间 提出时间 提出日期 发函日期 "
    "日期",
    Field.DUE: "整改时限 整改期限 完成时限 完成期限 办理时限 办结时限 整改完成时限 计划完成时间 "
    "计划完成时限 拟完成时间 要求完成时间 完成时间 完成日期 整改时间 整改截止时间 截止日期 时限 "
    "期限 限期 时间节点 时间要求",
    Field.REMARK: "备注 备考 说明 其他",
    Field.PROGRESS: "整改情况 整改进展 整改进展情况 整改完成情况 整改落实情况 落实情况 完成情况 "
    "进展情况 工作进展 进展 进度 整改进度 整改结果 整改成效 整改状态 办理情况 办理结果 办结情况 "
    "是否完成 是否办结 是否销号 是否整改到位 是否整改 是否完成整改 销号情况 销号时间 销号 "
    "办结时间 实际完成时间 实际完成日期 销号日期 签收日期 签收时间 签收人 填报日期 填报时间 "
    "填表日期 审核日期 验收日期 催办日期 回头看日期 整改类型 完成进度 佐证材料 证明材料 "
    "验收情况 验收意见 验收人 审核意见 状态",
}  # fmt: skip
ENGLISH = {
    Field.CODE: "car no;ncr no;finding reference number;finding reference numbers;"
    "reference number;finding number;finding id;issue id;finding no;issue no;reference;ref;code;"
    "number;no;id;item;s n;seq",
    Field.ORGANIZATION: "audited unit;responsible body;responsible dept;dept;division;"
    "assignment group;owner department;owning department;business unit;responsible organization;"
    "responsible organisation;responsible unit;responsible department;responsible party;"
    "responsible agency;organization;organisation;organization name;organisation name;"
    "audited entity;auditee;auditee name;unit;department;agency;entity",
    Field.TEXT: "finding description;description of finding;finding text;text of finding;"
    "nonconformity;nonconformance;non conformity;audit observation;audit issue;issue title;"
    "short description;audit finding;finding details;finding detail;finding observation;"
    "observation finding;issue summary;issue details;risk description;description of risk;"
    "issue description;description of issue;problem description;problem;finding;findings;issue;"
    "issues;observation;observations;deficiency;description;finding title;title;summary;text",
    Field.CATEGORY: "finding category;finding type;issue type;category;type;classification",
    Field.SOURCE: "finding source;source;origin;meeting;meeting name",
    Field.RAISED_BY: "raised by;reported by;pointed out by;identified by;auditor;reporter;leader",
    Field.REQUIREMENT: "requirement;requirements;recommendation;recommendations;target",
    Field.MEASURES: "agreed action;management action;management response;corrective action;"
    "corrective actions;corrective action plan;action plan;planned action;remediation;"
    "mitigation;measure;measures;action;actions",
    Field.OWNER: "assigned to;action owner;responsible person;person responsible;contact person;"
    "owner;assignee;contact",
    Field.LEAD: "responsible leader;leader in charge;lead;leader responsible;head",
    Field.CO_ORGANIZATIONS: "supporting organization;supporting unit;supporting units;"
    "cooperating unit;cooperating units",
    Field.MEETING_ON: "meeting date;date of meeting;date raised;raised on;date found;found on;"
    "date identified;finding date;issue date;date",
    Field.DUE: "agreed action date;due date;due on;due;deadline;target date;completion date;"
    "planned completion date;anticipated completion date",
    Field.REMARK: "remark;remarks;note;notes;comment;comments",
    Field.PROGRESS: "status;progress;state;result;actual completion date;completed;closed on",
}  # fmt: skip

TRADITIONAL = str.maketrans(
    "責單問題實際號類別領導評議會時間見內容舉標準進驗證聯繫經辦點發現檢處協參與備註說黨組織"
    "黨員屬關聯產業務範圍報計劃數據據觀認為對應區鎮鄉街體總結級層門頭狀態廳長員監督紀廉風",
    "责单问题实际号类别领导评议会时间见内容举标准进验证联系经办点发现检处协参与备注说党组织"
    "党员属关联产业务范围报计划数据据观认为对应区镇乡街体总结级层门头状态厅长员监督纪廉风",
)
"""Headings in traditional characters are compared as simplified ones."""

LEADING = frozenset({"牵头", "主责", "主办", "主要", "责任", "lead"})
PARTS_OF_TEXT = frozenset({"描述", "表现", "内容", "具体表现", "情况", "摘要", "详情", "具体问题"})
"""What stands under a group heading of findings and is their text."""

KINDS_OF_UNITS = frozenset(
    {
        "乡镇",
        "镇街",
        "镇街道",
        "乡镇街道",
        "街道",
        "部门",
        "部门单位",
        "区直单位",
        "直属单位",
        "党委党组",
    }
)
SUPPORTING = frozenset({"配合", "协办", "协助", "参与", "support"})
"""What stands under a group heading of organizations instead of a unit's own name."""
