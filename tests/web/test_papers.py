"""Urging notice, closing slip, circular and brief: what each says, when, and to whom."""

from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from docx import Document
from sqlmodel import select

from duban.services.decide_escalation import decide
from duban.services.explain_delay import explain
from models.escalation import Escalation
from models.finding import Finding
from tests.command import duban
from tests.web.api import program
from tests.web.seen import set_clock
from tests.web.site import Person, Site
from tests.world import SUPERVISOR, World, at

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def rows(document: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def words(document: Any) -> list[str]:
    return [p.text for p in document.paragraphs if p.text.strip()]


def taken(person: Person, path: str, name: str) -> Any:
    answer = person.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, DOCX)
    assert quote(name, safe="") in answer.headers["content-disposition"]
    return Document(BytesIO(answer.content))


def of_cli(*arguments: str) -> Any:
    assert duban(*arguments, "--to", "paper.docx").code == 0
    return Document("paper.docx")


@pytest.fixture
def lived(world: World) -> World:
    """a is late with two findings and explained one, b is closed, c is late; approved on 5 Feb."""
    _a1, a2, a3 = world.unit("a", findings=3)
    b1, b2 = world.unit("b", findings=2)
    world.unit("c")
    world.issue()
    world.submit(b1, at("2024-01-20T09:00"))
    world.submit(b2, at("2024-01-29T09:00"))
    world.accept(b1, at("2024-01-22T09:00"))
    world.accept(b2, at("2024-01-31T09:00"))
    world.submit(a3, at("2024-01-20T09:00"))
    with world.database.begin() as session:
        explain(session, session.get_one(Finding, a2), "rain", by="unit",
                now=at("2024-01-30T09:00"))  # fmt: skip
    world.night("2024-02-05")
    with world.database.begin() as session:
        ids = [one.id or 0 for one in session.exec(select(Escalation)) if one.level == 2]
        assert len(ids) == 3
        decide(session, ids, True, now=at("2024-02-05T09:00"), actor=SUPERVISOR,
               rules=world.rules(session), heard_by="by telephone")  # fmt: skip
    set_clock(world, "2024-02-06T10:00")
    return world


def test_urging_notice_and_closing_slip(site: Site, lived: World) -> None:
    unit = site.person("zhang", "organization", "a")
    unit.get("/letters/2023-1")
    assert "Download urging notice (.docx)" in unit.words
    assert "Download closing slip (.docx)" not in unit.words
    notice = taken(unit, "/letters/2023-1/urging-notice", "催办通知-2023-1.docx")
    said = words(notice)
    assert said[:4] == [
        "关于尽快完成逾期问题整改的",
        "催办通知",
        "单位a：",
        "2023年12月26日，示例区纪委监委以提醒函（示纪函〔2023〕1号）请贵单位限期整改述责述廉评议会"
        "指出的问题。截至2024年2月6日，贵单位仍有2个问题超过整改时限，尚未报送整改情况，"
        "其中时间最长的已逾期11天（见附件）。现就有关事项通知如下：",
    ]
    assert said[-5:] == [
        "附件：逾期问题清单", "示例区纪委监委", "2024年2月6日", "附件", "逾期问题清单",
    ]  # fmt: skip
    head = notice.sections[0].first_page_header
    assert [p.text for p in head.paragraphs] == ["示例区纪委监委", "示纪函〔2023〕1号（催办）"]
    assert rows(notice) == [
        ["序号", "问题", "整改要求", "整改时限", "逾期天数", "说明情况"],
        ["1", "finding text a 1", "", "2024.1.26", "11", "未说明"],
        ["2", "finding text a 2", "", "2024.1.26", "11", "已说明"],
    ]
    same = of_cli("letter", "urging-notice", "1")
    assert (words(same), rows(same)) == (said, rows(notice))
    assert unit.get("/letters/2023-3/urging-notice").status_code == 404
    for path, why in (
        ("/letters/2023-1/closing-slip", "3 findings of letter 示纪函〔2023〕1号 are still open;"),
        ("/escalations/circulars/2024-02-05", "There is no such page."),
        ("/dashboard/brief", "There is no such page."),
    ):
        unit.get(path)
        assert (unit.page.status_code in (404, 409), why in unit.words) == (True, True), path
    refused = duban("letter", "urging-notice", "2", "--to", "no.docx")
    assert (refused.code, Path("no.docx").exists()) == (7, False)
    assert refused.err.startswith("Nothing of letter 示纪函〔2023〕2号 is overdue,")

    unit = site.person("li", "organization", "b")
    unit.get("/letters/2023-2")
    assert "Download closing slip (.docx)" in unit.words
    slip = taken(unit, "/letters/2023-2/closing-slip", "办结单-2023-2.docx")
    assert words(slip) == [
        "问题整改办结单",
        "单位b：",
        "2023年12月26日，示例区纪委监委以提醒函（示纪函〔2023〕2号）请贵单位整改述责述廉评议会指出的"
        "问题。经审核，函中所列2个问题均已整改，至2024年1月31日全部销号，其中按期整改1个、"
        "逾期整改1个。该函所列事项办结。",
        "请贵单位巩固整改成果，健全长效机制。对整改不实或者问题反弹的，经“回头看”发现后重新督办。",
        "示例区纪委监委",
        "2024年2月6日",
    ]
    assert rows(slip) == [
        ["序号", "问题", "整改时限", "报送日期", "销号日期", "结果"],
        ["1", "finding text b 1", "2024.1.26", "2024.1.20", "2024.1.22", "按期"],
        ["2", "finding text b 2", "2024.1.26", "2024.1.29", "2024.1.31", "逾期"],
    ]
    assert rows(of_cli("letter", "closing-slip", "2")) == rows(slip)
    assert duban("letter", "closing-slip", "1", "--to", "no.docx").code == 7


def test_circular_and_brief_name_no_finding(site: Site, lived: World) -> None:
    supervisor = site.person("chen", "supervisor")
    supervisor.get("/escalations")
    assert 'href="/escalations/circulars/2024-02-05"' in supervisor.page.text
    circular = taken(supervisor, "/escalations/circulars/2024-02-05", "通报-2024-02-05.docx")
    assert words(circular)[3:5] == [
        "述责述廉评议会后，示例区纪委监委向有关单位发出提醒函，请其限期整改评议会指出的问题，"
        "并对逾期事项进行了督促。经2024年2月5日批准，现将逾期未整改情况通报如下。",
        "截至2024年2月6日，共有2家单位的3个问题超过整改时限，尚未报送整改情况，"
        "其中2家单位至今未说明情况（见附件）。",
    ]
    assert rows(circular) == [
        ["序号", "单位", "逾期问题（个）", "最长逾期（天）", "说明情况"],
        ["1", "单位a", "2", "11", "未说明"],
        ["2", "单位c", "1", "11", "未说明"],
    ]
    assert rows(of_cli("escalation", "circular", "--on", "2024-02-05")) == rows(circular)
    refused = duban("escalation", "circular", "--on", "2024-02-04", "--to", "no.docx")
    assert (refused.code, refused.err[:47]) == (
        7,
        "No circular was approved on Sun 2024-02-04; a s",
    )

    supervisor.get("/dashboard")
    assert '<option value="2024-01" selected>Jan 2024</option>' in supervisor.page.text
    brief = taken(supervisor, "/dashboard/brief?month=2024-01", "整改情况月报-2024-01.docx")
    assert words(brief)[1] == "（2024年1月，截至2024年2月6日10:00）"
    assert rows(brief)[1:] == [
        ["4个", "3个", "1个", "0个", "2个", "0个"],
        ["单位", "未办结", "逾期", "最长逾期", "退回", "原定时限", "现行时限"],
        ["单位a", "3", "2", "11天", "0", "0/3", "0/3"],
        ["单位c", "1", "1", "11天", "0", "0/1", "0/1"],
        ["单位b", "0", "0", "–", "0", "1/2", "1/2"],
    ]
    told = duban("stats", "brief", "--month", "2024-01", "--to", "brief.docx", "--json")
    assert (told.data["on_time_by_present"], told.data["their_days"], told.data["our_days"]) == (
        {"in_time": 1, "n": 6, "closed_late": 1, "still_open": 4},
        {"median": 25.0, "n": 3}, {"median": 2.0, "n": 2},
    )  # fmt: skip
    assert rows(Document("brief.docx")) == rows(brief)
    answer = program(site, "api-li", "clerk").get("/stats/month?month=2024-01").json()
    assert {**answer, "as_of": told.data["as_of"], "file": "brief.docx"} == told.data
    assert answer["as_of"] == "2024-02-06T02:00:00Z"
    said = duban("stats", "brief").out
    assert "On time by the first date: 1/6 (16.7%)" in said
    for document in (circular, brief):
        assert "finding text" not in str((words(document), rows(document)))
    assert supervisor.get("/dashboard/brief?month=2024-13").status_code == 422
    assert duban("stats", "brief", "--month", "2024").code == 1


def test_an_offices_own_template_of_each_paper(lived: World, folder: Path) -> None:
    """The templates that ship can be written, and a broken one is refused with its name."""
    told = {}
    for paper in ("letter", "urging-notice", "circular", "closing-slip"):
        told[paper] = duban("letter", "template", "--paper", paper, "--to", f"{paper}.docx").code
    assert told == dict.fromkeys(told, 0)
    (folder / "duban.toml").write_text(f'[documents]\ntemplates = "{folder.as_posix()}"\n')
    assert duban("config", "check").code == 0
    own = Document("urging-notice.docx")
    own.add_paragraph("另请电话联系{{ phone }}。")
    own.save("urging-notice.docx")
    (folder / "papers").mkdir()
    assert duban("letter", "urging-notice", "1", "--to", "papers/n.docx").code == 0
    assert words(Document("papers/n.docx"))[-1] == "另请电话联系0000-0000000。"
    own.add_paragraph("{{ secret }}")
    own.save("urging-notice.docx")
    refused = duban("letter", "urging-notice", "1", "--to", "papers/x.docx")
    assert (refused.code, "urging-notice.docx" in refused.err) == (9, True)
    assert duban("letter", "template", "--paper", "summons", "--to", "x.docx").code == 6
