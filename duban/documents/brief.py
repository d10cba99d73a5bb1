"""The monthly brief (整改情况月报): one month on one page, for those who never sign in."""

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Length, Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from duban.documents import measures as m
from duban.documents import styles
from duban.documents.brief_words import as_of_words, sentences
from duban.documents.days import letter_day
from duban.documents.fit_rows import PADDING, lines_of, rows_that_fit
from duban.documents.page import new_document, saved
from duban.documents.parts import element, put
from duban.documents.plain_text import plain
from duban.documents.table import Column, add_table
from duban.documents.write import add, add_lead, add_title
from models.calendar import civil_date
from models.month_figures import MonthFigures
from models.ranking import NOTHING
from models.transitions import Event

TITLE = "述责述廉评议会问题整改情况月报"
TOP, BOTTOM = Mm(28), Mm(24)
"""Less than of a letter: nothing but this page's own text stands on it."""
SIZE, LINE, GAP = Pt(14), Pt(22), Pt(6)
LONGEST_NAME = 36
_FIGURES = tuple(
    Column(heading, 26, "center")
    for heading in ("未办结", "其中逾期", "待审核", "本月交办", "本月销号", "本月退回")
)
_ORGANIZATIONS = (
    Column("单位", 56), Column("未办结", 16, "center"), Column("逾期", 14, "center"),
    Column("最长逾期", 20, "center"), Column("退回", 12, "center"),
    Column("原定时限", 19, "center"), Column("现行时限", 19, "center"),
)  # fmt: skip
_FIXED = Pt(29) + 5 * LINE + 3 * GAP + Pt(3 * 19) + LINE
"""Title, lines around it and the tables, headings and the six figures, and a line to spare."""


def make_brief(figures: MonthFigures, *, issuer: str, office: str) -> bytes:
    """The brief as a .docx of one page; the organizations that do not fit are counted."""
    document = new_document()
    section = document.sections[0]
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    add_title(document, TITLE)
    below = _smaller(add(document, styles.FLUSH, as_of_words(figures)))
    below.alignment, below.paragraph_format.space_after = WD_ALIGN_PARAGRAPH.CENTER, GAP
    _tight(add_table(document, _FIGURES, [[f"{n}个" for n in _six(figures)]]))
    said = sentences(figures)
    for number, (heading, text) in enumerate(said):
        add_lead(document, heading, text)
        _smaller(document.paragraphs[-1]).paragraph_format.space_before = Pt(0) if number else GAP
    taken = sum(lines_of(f"　　{''.join(one)}", m.TEXT_WIDTH, SIZE) for one in said)
    room = Length(m.PAGE_HEIGHT - TOP - BOTTOM - _FIXED - taken * LINE)
    _add_organizations(document, figures, room)
    _smaller(add(document, styles.FLUSH, "供领导参阅。")).paragraph_format.space_before = GAP
    for line in (_short(plain(issuer + office)), letter_day(civil_date(figures.as_of))):
        _smaller(add(document, styles.SIGNATURE, line))
    return saved(document, title=f"{TITLE}（{figures.month}）")


def _six(figures: MonthFigures) -> tuple[int, ...]:
    total, acts = figures.total, figures.acts
    return (
        total.open, total.overdue, total.in_review, figures.findings,
        acts.get(Event.ACCEPT, 0), acts.get(Event.RETURN, 0),
    )  # fmt: skip


def _add_organizations(document: Document, figures: MonthFigures, room: Length) -> None:
    rows = [
        [
            _short(plain(one.organization.name)), str(one.open), str(one.overdue),
            f"{one.days_late}天" if one.overdue else NOTHING, str(one.returned),
            one.by_original.words, one.by_present.words,
        ]
        for one in figures.organizations
    ]  # fmt: skip
    words = "逾期多的在前，末两列为按期办结数/本月到期数。"
    add_lead(document, "四、单位情况。", words if rows else "没有未办结和本月到期的问题。")
    _smaller(document.paragraphs[-1])
    if not rows:
        return
    shown = rows_that_fit(_ORGANIZATIONS, rows, room, left_out=LINE)
    _tight(add_table(document, _ORGANIZATIONS, rows[:shown]))
    if left := len(rows) - shown:
        _smaller(add(document, styles.FLUSH, f"（以下略{left}家）"))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _tight(table: Table) -> None:
    """Less room around the texts of cells than in a letter."""
    sides = (("top", PADDING), ("left", Pt(2.85)), ("bottom", PADDING), ("right", Pt(2.85)))
    margins = [element(f"w:{side}", w=m.twips(Length(size)), type="dxa") for side, size in sides]
    put(table._tbl.tblPr, element("w:tblCellMar", *margins))


def _smaller(paragraph: Paragraph) -> Paragraph:
    """A paragraph in 四号, its lines closer together than those of a letter."""
    paragraph.paragraph_format.line_spacing = LINE
    put(paragraph._p.get_or_add_pPr(), element("w:snapToGrid", val="0"))
    for run in paragraph.runs:
        run.font.size = SIZE
    return paragraph
