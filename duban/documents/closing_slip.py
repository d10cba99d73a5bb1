"""The closing slip (办结单) as it ships: everything that a letter asked for is closed."""

from duban.documents.allowed import Allowed
from duban.documents.begin_paper import begin_paper
from duban.documents.keep_end import keep_end
from duban.documents.page import saved
from duban.documents.seal_place import add_seal_place
from duban.documents.table import Column, add_table, loop_rows
from duban.documents.write import add_blank, add_body

FILE = "closing-slip.docx"
TITLE = ("问题整改办结单",)
ALLOWED = Allowed(
    texts=(
        "issuer", "number", "letter", "addressee", "issued_day", "day", "closed_day",
        "findings_count", "in_time_count", "late_count", "withdrawn_count",
    ),
    lists={"findings": ("no", "text", "last_day", "reported_day", "closed_day", "in_time")},
)  # fmt: skip
"""``closed_day`` is when the last finding was closed; a count of nothing is empty."""

_LIST = (
    Column("序号", 12, "center"), Column("问题", 58), Column("整改时限", 24, "center"),
    Column("报送日期", 24, "center"), Column("销号日期", 24, "center"),
    Column("结果", 14, "center"),
)  # fmt: skip


def closing_slip_template() -> bytes:
    """The template that ships, as a .docx with the tags of ``ALLOWED``."""
    document = begin_paper(*TITLE)
    add_body(
        document,
        "{{ issued_day }}，{{ issuer }}以提醒函（{{ letter }}）请贵单位整改述责述廉评议会指出的"
        "问题。经审核，函中所列{{ findings_count }}个问题均已整改，至{{ closed_day }}全部销号"
        "{% if in_time_count %}，其中按期整改{{ in_time_count }}个{% endif %}"
        "{% if late_count %}{% if in_time_count %}、{% else %}，其中{% endif %}"
        "逾期整改{{ late_count }}个{% endif %}。"
        "{% if withdrawn_count %}另有{{ withdrawn_count }}个问题已经撤回，不再要求整改。{% endif %}"
        "该函所列事项办结。",
    )
    add_blank(document)
    cells = [f"{{{{ item.{field} }}}}" for field in ALLOWED.lists["findings"]]
    add_table(document, _LIST, loop_rows(_LIST, "findings", cells))
    add_blank(document)
    add_body(
        document,
        "请贵单位巩固整改成果，健全长效机制。对整改不实或者问题反弹的，经“回头看”发现后重新督办。",
    )
    add_seal_place(document, "{{ issuer }}", "{{ day }}", blank=1)
    keep_end(document, 4)
    return saved(document, title="".join(TITLE))
