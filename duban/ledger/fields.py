"""The columns of a ledger and the headings under which districts write them."""

import re
import unicodedata
from enum import StrEnum
from functools import cache


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
    Field.CODE: "问题编号 清单编号 台账编号 问题序号 编号 编码 问题号 序号 顺序号 序 项号 号",
    Field.ORGANIZATION: "责任单位 整改责任单位 整改单位 责任党组织 被评议单位 被评议党组织 "
    "被点评单位 述责述廉单位 评议对象 牵头单位 牵头责任单位 主责单位 主办单位 承办单位 责任主体 "
    "责任部门 整改责任主体 责任单位及责任人 被督办单位 督办对象 发函对象 收函单位 所在单位 "
    "被检查单位 被巡察单位 党组织名称 单位名称 党组织 党委党组 单位 部门 乡镇 镇街 部门单位",
    Field.TEXT: "问题描述 问题内容 具体问题 问题清单 存在问题 存在的问题 存在的主要问题 主要问题 "
    "反馈问题 点评问题 评议问题 提出的问题 指出的问题 领导点评问题 领导点评指出的问题 发现的问题 "
    "发现问题 查找问题 检查发现问题 问题表现 具体表现 问题具体表现 问题详情 问题事项 问题及表现 "
    "整改问题 整改事项 督办事项 提醒事项 问题线索摘要 问题 点评意见 点评内容 反馈意见 内容",
    Field.CATEGORY: "问题类别 问题类型 问题分类 所属类别 类别 类型 分类 问题属性 问题性质",
    Field.SOURCE: "问题来源 来源 问题出处 会议名称 评议会名称 发现途径 发现方式",
    Field.RAISED_BY: "点评领导 评议领导 提出领导 提出人 点评人 反馈人 指出人 发现人 检查人",
    Field.REQUIREMENT: "整改要求 整改目标 工作要求 目标要求 整改标准 整改建议 意见建议 处理意见",
    Field.MEASURES: "整改措施 具体措施 具体整改措施 工作措施 措施 整改举措 拟采取措施",
    Field.OWNER: "责任人 整改责任人 直接责任人 具体责任人 联系人 经办人 责任人员",
    Field.LEAD: "责任领导 牵头领导 分管领导 包抓领导 挂点领导 主要负责人 负责人 牵头人 第一责任人",
    Field.CO_ORGANIZATIONS: "配合单位 协办单位 协助单位 配合部门 参与单位 责任科室",
    Field.MEETING_ON: "会议日期 会议时间 评议日期 评议时间 评议会日期 点评时间 反馈日期 反馈时间 "
    "交办日期 交办时间 发现日期 发现时间 检查日期 检查时间 提出时间 提出日期 发函日期 日期",
    Field.DUE: "整改时限 整改期限 完成时限 完成期限 办理时限 办结时限 整改完成时限 计划完成时间 "
    "计划完成时限 拟完成时间 要求完成时间 完成时间 完成日期 整改时间 整改截止时间 截止日期 "
    "时限 期限 限期 时间节点 时间要求",
    Field.REMARK: "备注 备考 说明 其他",
    Field.PROGRESS: "整改情况 整改进展 整改进展情况 整改完成情况 整改落实情况 落实情况 完成情况 "
    "进展情况 工作进展 进展 进度 整改进度 整改结果 整改成效 整改状态 办理情况 办理结果 办结情况 "
    "是否完成 是否办结 是否销号 是否整改到位 是否整改 是否完成整改 销号情况 销号时间 销号 办结时间 "
    "实际完成时间 实际完成日期 完成进度 佐证材料 证明材料 验收情况 验收意见 验收人 审核意见 状态",
}  # fmt: skip
ENGLISH = {
    Field.CODE: "finding reference number;finding reference numbers;reference number;"
    "finding number;finding id;issue id;"
    "finding no;issue no;reference;ref;code;number;no;id;item;s n;seq",
    Field.ORGANIZATION: "responsible organization;responsible organisation;responsible unit;"
    "responsible department;responsible party;responsible agency;organization;organisation;"
    "organization name;organisation name;audited entity;auditee;auditee name;unit;department;"
    "agency;entity",
    Field.TEXT: "finding description;description of finding;finding text;text of finding;"
    "audit finding;issue description;description of issue;problem description;problem;finding;"
    "findings;issue;issues;observation;observations;deficiency;description;finding title;title;"
    "summary;text",
    Field.CATEGORY: "finding category;finding type;issue type;category;type;classification",
    Field.SOURCE: "finding source;source;origin;meeting;meeting name",
    Field.RAISED_BY: "raised by;reported by;pointed out by;identified by;auditor;reporter;leader",
    Field.REQUIREMENT: "requirement;requirements;recommendation;recommendations;target",
    Field.MEASURES: "corrective action;corrective actions;corrective action plan;action plan;"
    "planned action;remediation;mitigation;measure;measures;action;actions",
    Field.OWNER: "responsible person;person responsible;contact person;owner;assignee;contact",
    Field.LEAD: "responsible leader;leader in charge;lead;leader responsible;head",
    Field.CO_ORGANIZATIONS: "supporting organization;supporting unit;supporting units;"
    "cooperating unit;cooperating units",
    Field.MEETING_ON: "meeting date;date of meeting;date raised;raised on;date found;found on;"
    "date identified;finding date;issue date;date",
    Field.DUE: "due date;due on;due;deadline;target date;completion date;planned completion date;"
    "anticipated completion date",
    Field.REMARK: "remark;remarks;note;notes;comment;comments",
    Field.PROGRESS: "status;progress;state;result;actual completion date;completed;closed on",
}  # fmt: skip

_QUESTION = re.compile(r"是否.*|.*(数量|个数|总数|条数|占比|比例|率)")
_ENGLISH_QUESTION = re.compile(r"(if|is|are|was|were|did|does|do|has|have) .*")


def normal(heading: str) -> str:
    """A heading without spaces, punctuation and width, in lower case, to compare by."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(c for c in text if unicodedata.category(c)[0] in "LN")


def field_of(heading: str) -> tuple[Field, int] | None:
    """The field that a heading names and how far the match is from perfect (0 is best)."""
    plain = unicodedata.normalize("NFKC", heading)
    without_brackets = re.sub(r"[(\[【〔].*?[)\]】〕]", "", plain)
    for distance, text in enumerate((plain, without_brackets)):
        exact = _exact().get(normal(text))
        if exact is not None:
            return exact[0], exact[1] + distance
    if re.search(r"[a-z]", plain, re.IGNORECASE) and plain.isascii():
        return _english(without_brackets)
    return _chinese(normal(without_brackets))


def _chinese(heading: str) -> tuple[Field, int] | None:
    # The head of a Chinese compound stands last: 问题整改责任人 is a person, not a problem.
    ends = [word for word in _chinese_words() if heading.endswith(word)]
    if ends and not (_QUESTION.fullmatch(heading) and max(map(len, ends)) < len(heading)):
        longest = max(ends, key=len)
        return _exact()[longest][0], 100 + len(heading) - len(longest)
    if _QUESTION.fullmatch(heading):
        return None
    starts = [word for word in _chinese_words() if heading.startswith(word)]
    if starts and len(heading) <= len(max(starts, key=len)) + 6:
        longest = max(starts, key=len)
        return _exact()[longest][0], 200 + len(heading) - len(longest)
    return None


def _english(heading: str) -> tuple[Field, int] | None:
    words = " ".join(re.findall(r"[a-z0-9]+", heading.casefold()))
    if _ENGLISH_QUESTION.fullmatch(words):
        return None
    # One word alone at the end proves little: “other findings” may be yes or no.
    ends = [w for w in _english_phrases() if words.endswith(" " + w)]
    if not ends:
        return None
    longest = max(ends, key=len)
    return _exact()[normal(longest)][0], 100 + len(words) - len(longest)


@cache
def _exact() -> dict[str, tuple[Field, int]]:
    table: dict[str, tuple[Field, int]] = {}
    for field, words in CHINESE.items():
        for rank, word in enumerate(words.split()):
            table.setdefault(normal(word), (field, rank))
    for field, phrases in ENGLISH.items():
        for rank, phrase in enumerate(phrases.split(";")):
            table.setdefault(normal(phrase), (field, rank))
        table.setdefault(normal(field.value), (field, 0))
    return table


@cache
def _chinese_words() -> tuple[str, ...]:
    return tuple(w for words in CHINESE.values() for w in words.split() if len(w) > 1)


@cache
def _english_phrases() -> tuple[str, ...]:
    return tuple(p for ps in ENGLISH.values() for p in ps.split(";") if " " in p)
