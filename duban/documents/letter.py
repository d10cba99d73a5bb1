"""The reminder letter (提醒函) as it ships: the template that an office may edit."""

from docx.document import Document

from duban.documents import measures as m
from duban.documents import styles
from duban.documents.allowed import Allowed
from duban.documents.begin_paper import begin_paper
from duban.documents.days import BLANK_DAY
from duban.documents.page import saved
from duban.documents.seal_place import add_seal_place
from duban.documents.table import Column, add_table, loop_rows
from duban.documents.write import (
    add,
    add_addressee,
    add_annex_note,
    add_blank,
    add_body,
    add_lead,
    begin_annex,
)

FILE = "letter.docx"
TITLE = ("关于抓好述责述廉评议会指出问题", "整改的提醒函")
ALLOWED = Allowed(
    texts=(
        "issuer", "number", "addressee", "issued_day", "meeting_day", "findings_count",
        "last_day", "report_day", "sign_day", "provisional", "office", "phone",
    ),
    lists={"findings": ("no", "text", "category", "requirement", "last_day", "owner")},
)  # fmt: skip
"""What a letter tells; ``meeting_day`` may be empty, ``provisional`` is empty for a sure date."""

_LIST = (
    Column("序号", 12, "center"), Column("问题", 43), Column("类别", 20, "center"),
    Column("整改要求", 25), Column("时限", 39, "center"), Column("责任人", 17, "center"),
)  # fmt: skip
_FORM = (
    Column("序号", 12, "center"), Column("问题", 46), Column("整改措施", 30),
    Column("整改结果", 26), Column("佐证材料", 22), Column("完成日期", 20),
)  # fmt: skip


def letter_template() -> bytes:
    """The template that ships, as a .docx with the tags of ``ALLOWED``."""
    document = begin_paper(*TITLE)
    _text(document)
    add_annex_note(document, "问题清单", "整改情况反馈表")
    add_seal_place(document, "{{ issuer }}", "{{ issued_day }}")
    _list_of_findings(document)
    _feedback_form(document)
    _slip(document)
    return saved(document, title="".join(TITLE))


def _text(document: Document) -> None:
    add_body(
        document,
        "{% if meeting_day %}{{ meeting_day }}{% else %}近期{% endif %}召开的述责述廉评议会上，"
        "有关领导对贵单位履行全面从严治党责任情况进行点评，指出需要整改的问题"
        "{{ findings_count }}个。现将问题清单（附件1）随函发送贵单位，请抓好整改，"
        "并将有关事项函告如下：",
    )
    add_lead(
        document, "一、落实整改责任。",
        "贵单位主要负责人为整改工作第一责任人。请对照问题清单制定整改方案，逐项明确整改措施、"
        "责任人和完成时间，建立台账，逐项销号。",
    )  # fmt: skip
    add_lead(
        document, "二、按期完成整改。",
        "请于{{ last_day }}（含当日）前完成全部问题的整改。确因客观原因需要延期的，"
        "请在期限届满前提出书面申请并说明理由；未经同意，期限不变。"
        "{% if provisional %}上述日期所在年度的放假安排尚未公布，如公布后期限需要顺延，"
        "另行通知，不会提前。{% endif %}",
    )  # fmt: skip
    add_lead(
        document, "三、如实反馈情况。",
        "请于{{ report_day }}（含当日）前将书面整改报告和整改情况反馈表（附件2）报送"
        "{{ issuer }}{{ office }}。报告和反馈表由主要负责人签字并加盖单位公章，"
        "同时附佐证材料。",
    )  # fmt: skip
    add_lead(
        document, "四、接受跟踪督办。",
        "整改期间将持续跟踪督办，并适时开展“回头看”。对逾期未完成整改、"
        "整改不实的，按照有关规定处理。",
    )  # fmt: skip
    add_body(
        document,
        "收到本函后，请于{{ sign_day }}（含当日）前将所附回执反馈至{{ office }}，"
        "联系电话：{{ phone }}。",
    )


def _list_of_findings(document: Document) -> None:
    begin_annex(document, "附件1", "问题清单")
    fields = ("no", "text", "category", "requirement", "last_day", "owner")
    cells = [f"{{{{ item.{field} }}}}" for field in fields]
    add_table(document, _LIST, loop_rows(_LIST, "findings", cells))


def _feedback_form(document: Document) -> None:
    begin_annex(document, "附件2", "整改情况反馈表")
    cells = ["{{ item.no }}", "{{ item.text }}", "", "", "", ""]
    add_table(document, _FORM, loop_rows(_FORM, "findings", cells), height=24)
    add_blank(document)
    _signed(document, "主要负责人（签字）：", "单位（盖章）：")


def _slip(document: Document) -> None:
    begin_annex(document, "", "回　　执")
    add_addressee(document, "{{ issuer }}")
    add_body(
        document,
        f"《{''.join(TITLE)}》（{{{{ number }}}}）及所附问题清单"
        "（共{{ findings_count }}个问题），本单位已收到。将按要求组织整改，并按期反馈整改情况。",
    )
    add_blank(document)
    columns = (Column("收件单位", 40, "center"), Column("{{ addressee }}", 116))
    blanks = [["收件人", ""], ["收件日期", BLANK_DAY], ["联系电话", ""]]
    add_table(document, columns, blanks, height=11)
    add_blank(document)
    _signed(document, "单位（盖章）：")
    add_blank(document)
    add(document, styles.FLUSH, "注：请于{{ sign_day }}（含当日）前反馈至{{ office }}。")


def _signed(document: Document, *places: str) -> None:
    for place in (*places, f"日　期：{BLANK_DAY}"):
        add(document, styles.FLUSH, place).paragraph_format.left_indent = m.BODY * 13
