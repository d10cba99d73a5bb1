"""The circular (通报) as it ships: which organizations are late with how much, and no more."""

from duban.documents.allowed import Allowed
from duban.documents.begin_paper import begin_paper
from duban.documents.keep_end import keep_end
from duban.documents.page import saved
from duban.documents.seal_place import add_seal_place
from duban.documents.table import Column, add_table, loop_rows
from duban.documents.write import (
    add_annex_note,
    add_body,
    add_lead,
    begin_annex,
)

FILE = "circular.docx"
TITLE = ("关于述责述廉评议会指出问题", "逾期未整改情况的通报")
ALLOWED = Allowed(
    texts=(
        "issuer", "number", "day", "approved_day", "organizations_count", "findings_count",
        "silent_count", "office", "phone",
    ),
    lists={"organizations": ("no", "name", "findings_count", "days_late", "explained")},
)  # fmt: skip
"""``silent_count`` organizations explained nothing; it is empty where all did."""

_LIST = (
    Column("序号", 14, "center"), Column("单位", 70), Column("逾期问题（个）", 24, "center"),
    Column("最长逾期（天）", 24, "center"), Column("说明情况", 24, "center"),
)  # fmt: skip


def circular_template() -> bytes:
    """The template that ships, as a .docx with the tags of ``ALLOWED``."""
    document = begin_paper(*TITLE, addressee="各有关单位党组织")
    add_body(
        document,
        "述责述廉评议会后，{{ issuer }}向有关单位发出提醒函，请其限期整改评议会指出的问题，"
        "并对逾期事项进行了督促。经{{ approved_day }}批准，现将逾期未整改情况通报如下。",
        "截至{{ day }}，共有{{ organizations_count }}家单位的{{ findings_count }}个问题超过整改"
        "时限，尚未报送整改情况{% if silent_count %}，其中{{ silent_count }}家单位至今未说明情况"
        "{% endif %}（见附件）。",
    )
    add_lead(
        document, "一、被通报单位要立即整改。",
        "主要负责人要切实履行第一责任人责任，深入查找原因，逐项明确措施、责任人和完成时间，"
        "并将整改情况书面报送{{ office }}（联系电话：{{ phone }}）。",
    )  # fmt: skip
    add_lead(
        document, "二、各单位要引以为戒。",
        "要对照问题清单全面自查，按期完成整改；确有困难的，应当在时限届满前说明情况、申请延期。",
    )  # fmt: skip
    add_annex_note(document, "逾期未整改情况表")
    add_seal_place(document, "{{ issuer }}", "{{ day }}")
    keep_end(document, 7)
    begin_annex(document, "附件", "逾期未整改情况表")
    cells = [f"{{{{ item.{field} }}}}" for field in ALLOWED.lists["organizations"]]
    add_table(document, _LIST, loop_rows(_LIST, "organizations", cells))
    return saved(document, title="".join(TITLE))
