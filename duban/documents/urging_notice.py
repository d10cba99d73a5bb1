"""The urging notice (催办通知) as it ships: to one organization, about what is late."""

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

FILE = "urging-notice.docx"
TITLE = ("关于尽快完成逾期问题整改的", "催办通知")
ALLOWED = Allowed(
    texts=(
        "issuer", "number", "letter", "addressee", "issued_day", "day", "findings_count",
        "days_late", "office", "phone",
    ),
    lists={"findings": ("no", "text", "requirement", "last_day", "days_late", "explained")},
)  # fmt: skip
"""``letter`` is the number of the reminder letter, ``day`` that of this notice."""

_LIST = (
    Column("序号", 12, "center"), Column("问题", 51), Column("整改要求", 27),
    Column("整改时限", 26, "center"), Column("逾期天数", 20, "center"),
    Column("说明情况", 20, "center"),
)  # fmt: skip


def urging_notice_template() -> bytes:
    """The template that ships, as a .docx with the tags of ``ALLOWED``."""
    document = begin_paper(*TITLE)
    add_body(
        document,
        "{{ issued_day }}，{{ issuer }}以提醒函（{{ letter }}）请贵单位限期整改述责述廉评议会"
        "指出的问题。截至{{ day }}，贵单位仍有{{ findings_count }}个问题超过整改时限，尚未报送"
        "整改情况，其中时间最长的已逾期{{ days_late }}天（见附件）。现就有关事项通知如下：",
    )
    add_lead(
        document, "一、立即完成整改。",
        "请贵单位主要负责人切实履行第一责任人责任，对逾期问题逐项查找原因，明确责任人和完成时间，"
        "抓紧整改，完成一项、报送一项。",
    )  # fmt: skip
    add_lead(
        document, "二、书面说明情况。",
        "请将逾期原因和整改进展书面报送{{ issuer }}{{ office }}。申请延期未经同意的，"
        "原定时限不变。",
    )  # fmt: skip
    add_lead(
        document, "三、自觉接受监督。",
        "对仍未整改又不说明情况的，将按照有关规定予以通报。",
    )  # fmt: skip
    add_body(document, "联系电话：{{ phone }}。")
    add_annex_note(document, "逾期问题清单")
    add_seal_place(document, "{{ issuer }}", "{{ day }}")
    keep_end(document, 8)
    begin_annex(document, "附件", "逾期问题清单")
    fields = ("no", "text", "requirement", "last_day", "days_late", "explained")
    cells = [f"{{{{ item.{field} }}}}" for field in fields]
    add_table(document, _LIST, loop_rows(_LIST, "findings", cells))
    return saved(document, title="".join(TITLE))
