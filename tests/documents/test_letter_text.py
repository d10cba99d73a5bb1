"""A letter as a .docx: every word of it, long lists, and texts that are hostile to XML."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from duban.documents.days import letter_day
from duban.documents.fonts import FALLBACKS, font_warning, missing_fonts
from duban.services.write_letter import letter_values, write_letter
from models.finding import Finding
from models.letter import Letter
from tests.command import duban
from tests.world import World, at

HOSTILE = "班子<b>&amp;</b>{{ issuer }}{% for %}{_{ 😀\x1b\x0b\ufffe" + "W" * 300
AS_TEXT = "班子<b>&amp;</b>{{ issuer }}{% for %}{_{ 😀\n" + "W" * 300


def letter_of(world: World) -> Any:
    with world.database.read() as session:
        letter = session.get_one(Letter, 1)
        return Document(
            BytesIO(write_letter(letter_values(session, letter, world.settings), world.settings))
        )


def words(document: Any) -> list[str]:
    return [p.text for p in document.paragraphs if p.text]


def test_every_word_of_a_letter(world: World) -> None:
    first, second = world.unit("a", findings=2)
    with world.database.begin() as session:
        finding = session.get_one(Finding, first)
        finding.text, finding.category, finding.owner = HOSTILE, "作风\r\n建设", None
        finding.requirement = "完成\u2028学习"
    world.issue(at("2024-01-12T10:00"), report_window="P2M")
    world.grant(world.ask(second, "10wd", at("2024-02-01T10:00")), at("2024-02-01T11:00"))
    document = letter_of(world)
    assert words(document) == [
        "关于抓好述责述廉评议会指出问题",
        "整改的提醒函",
        "单位a：",
        "近期召开的述责述廉评议会上，有关领导对贵单位履行全面从严治党责任情况进行点评，"
        "指出需要整改的问题2个。现将问题清单（附件1）随函发送贵单位，请抓好整改，"
        "并将有关事项函告如下：",
        "一、落实整改责任。贵单位主要负责人为整改工作第一责任人。请对照问题清单制定整改方案，"
        "逐项明确整改措施、责任人和完成时间，建立台账，逐项销号。",
        "二、按期完成整改。请于2024年2月18日（含当日）前完成全部问题的整改。"
        "确因客观原因需要延期的，请在期限届满前提出书面申请并说明理由；未经同意，期限不变。",
        "三、如实反馈情况。请于2024年3月12日（含当日）前将书面整改报告和整改情况反馈表（附件2）"
        "报送示例区纪委监委党风室。报告和反馈表由主要负责人签字并加盖单位公章，同时附佐证材料。",
        "四、接受跟踪督办。整改期间将持续跟踪督办，并适时开展“回头看”。对逾期未完成整改、"
        "整改不实的，按照有关规定处理。",
        "收到本函后，请于2024年1月16日（含当日）前将所附回执反馈至党风室，联系电话：0000-0000000。",
        "附件：1．问题清单",
        "2．整改情况反馈表",
        "示例区纪委监委",
        "2024年1月12日",
        "附件1",
        "问题清单",
        "附件2",
        "整改情况反馈表",
        "主要负责人（签字）：",
        "单位（盖章）：",
        "日　期：　　年　　月　　日",
        "回　　执",
        "示例区纪委监委：",
        "《关于抓好述责述廉评议会指出问题整改的提醒函》（示纪函〔2024〕1号）及所附问题清单"
        "（共2个问题），本单位已收到。将按要求组织整改，并按期反馈整改情况。",
        "单位（盖章）：",
        "日　期：　　年　　月　　日",
        "注：请于2024年1月16日（含当日）前反馈至党风室。",
    ]
    found, form, slip = ([[c.text for c in r.cells] for r in t.rows] for t in document.tables)
    assert found == [
        ["序号", "问题", "类别", "整改要求", "时限", "责任人"],
        ["1", AS_TEXT, "作风\n建设", "完成\n学习", "2024年2月18日", ""],
        ["2", "finding text a 2", "", "", "2024年2月18日", ""],
    ]
    assert [row[:2] for row in form[1:]] == [["1", AS_TEXT], ["2", "finding text a 2"]]
    assert slip[0] == ["收件单位", "单位a"]
    head = document.sections[0].first_page_header
    assert [p.text for p in head.paragraphs] == ["示例区纪委监委", "示纪函〔2024〕1号"]
    assert document.core_properties.author == ""


def test_a_long_list_repeats_its_heading_and_a_long_issuer_stays_on_one_line(
    world: World, folder: Any
) -> None:
    world.unit("a", findings=300)
    world.issue()
    site = world.settings.site.model_copy(
        update={"name": "中共示例区纪律检查委员会示例区监察委员会"}
    )
    world.settings = world.settings.model_copy(update={"site": site})
    document = letter_of(world)
    table = document.tables[0]
    assert len(table.rows) == 301
    assert [len(r._tr.xpath("./w:trPr/w:tblHeader")) for r in table.rows] == [1] + [0] * 300
    (run,) = document.sections[0].first_page_header.paragraphs[0].runs
    assert run.font.size.pt * 20 <= 442


@pytest.mark.parametrize(
    ("installed", "missing"),
    [
        (None, []),
        (frozenset[str](), list(FALLBACKS)),
        (frozenset({"Noto Serif CJK SC"}), list(FALLBACKS)),
        (frozenset({"FangSong", "华文中宋", "SimHei", "KaiTi", "SimSun"}), []),
        (frozenset({"FangSong", "华文中宋", "SimHei", "SimSun"}), ["楷体_GB2312"]),
    ],
)
def test_typefaces_that_are_missing_are_named(
    installed: frozenset[str] | None, missing: list[str]
) -> None:
    assert missing_fonts(installed) == missing
    warning = font_warning(installed)
    assert (warning is None) == (missing == [])
    assert all(name in (warning or "") for name in missing)


def test_a_draft_has_no_number_and_the_commands_write_what_the_page_shows(
    world: World, folder: Path
) -> None:
    world.unit("a")
    world.unit("b")
    draft = (
        "letter",
        "preview",
        "--at",
        "2023-12-20T10:00",
        "--meeting",
        "2023-12-19",
        "--to",
        "d",
    )
    assert "2 letters would be issued; name one with --org." in duban(*draft).err
    assert duban(*draft, "--org", "b").code == 0
    document = Document(str(folder / "d"))
    head = document.sections[0].first_page_header
    assert [p.text for p in head.paragraphs] == ["示例区纪委监委", "示纪函〔2023〕　　号"]
    assert words(document)[3].startswith("2023年12月19日召开的述责述廉评议会上")
    world.issue()
    answer = duban("letter", "document", "2023-1", "--to", "l.docx", "--json")
    assert answer.data == {"number": "示纪函〔2023〕1号", "file": "l.docx"}
    assert words(Document(str(folder / "l.docx"))) == words(letter_of(world))
    answer = duban("letter", "document", "2023-1", "--to", "absent/l.docx")
    assert (answer.code, answer.err) == (
        1, "absent/l.docx cannot be written: No such file or directory.\n",
    )  # fmt: skip


def test_days_have_no_zeros_in_front() -> None:
    assert letter_day(at("2024-01-05").date()) == "2024年1月5日"
