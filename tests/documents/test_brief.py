"""The monthly brief: what it says, and that it is one page whatever there is to say."""

import os
import subprocess
from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest
from docx import Document

from duban.documents.brief import make_brief
from duban.documents.stand_ins import font_rules
from duban.documents.to_pdf import office_program
from models.month import Month
from models.month_figures import Days, MonthFigures, OfOne
from models.organization import Organization, OrganizationKind
from models.ranking import OnTime
from models.transitions import Event
from tests.world import at

LONG = "示例区生态环境保护综合行政执法大队机关及直属事业单位联合委员会（临时）Party Group"


def figures(organizations: int, *, times: int = 1, name: str = "示例区第{n}局党组") -> MonthFigures:
    """A month of so many organizations, every number of it ``times`` as large."""
    of_one = [
        OfOne(
            organization(n, name), 10 * times, 5 * times, 7 * times,
            times, 2 * times, OnTime(times, 2 * times, 3 * times), OnTime(4 * times, 0, times),
        )
        for n in range(1, organizations + 1)
    ]  # fmt: skip
    acts = {Event.ACCEPT: 11 * times, Event.RETURN: 2 * times, Event.EXTEND: times}
    return MonthFigures(
        Month(2024, 1), at("2024-02-01T09:00"), of_one, 9 * times, 24 * times, acts,
        {2: times, 3: 2 * times}, Days(12 * times, 15.5), Days(9 * times, 2.0), 3 * times,
    )  # fmt: skip


def organization(n: int, name: str) -> Organization:
    return Organization(
        code=str(n), name=name.format(n=n), kind=OrganizationKind.GROUP,
        created_at=at("2023-12-01"),
    )  # fmt: skip


def brief(month: MonthFigures) -> bytes:
    return make_brief(month, issuer="示例区纪委监委", office="党风室")


def test_every_word_of_a_brief() -> None:
    document = Document(BytesIO(brief(figures(2))))
    assert [p.text for p in document.paragraphs] == [
        "述责述廉评议会问题整改情况月报",
        "（2024年1月，截至2024年2月1日09:00）",
        "一、按期情况。按原定时限本月到期12个，按期办结2个（按期率16.7%）、逾期办结4个、"
        "尚未办结6个；按延期后的现行时限本月到期10个，按期办结8个（按期率80.0%）、"
        "逾期办结0个、尚未办结2个。",
        "二、用时情况。单位自交办或者退回至报送，每次用时中位数15.5天（共12次）；"
        "本机关自收到报告至作出审核决定，每次用时中位数2天（共9次），超过审核时限尚未审核3个。",
        "三、督办情况。现有2家单位存在逾期；本月同意延期1个，批准通报1个、约谈2个、移送0个。",
        "四、单位情况。逾期多的在前，末两列为按期办结数/本月到期数。",
        "供领导参阅。",
        "示例区纪委监委党风室",
        "2024年2月1日",
    ]
    assert [[cell.text for cell in row.cells] for table in document.tables for row in table.rows] == [
        ["未办结", "其中逾期", "待审核", "本月交办", "本月销号", "本月退回"],
        ["20个", "10个", "2个", "24个", "11个", "2个"],
        ["单位", "未办结", "逾期", "最长逾期", "退回", "原定时限", "现行时限"],
        ["示例区第1局党组", "10", "5", "7天", "2", "1/6", "4/5"],
        ["示例区第2局党组", "10", "5", "7天", "2", "1/6", "4/5"],
    ]  # fmt: skip


@pytest.mark.usefixtures("office")
def test_a_brief_is_one_page(folder: Path) -> None:
    months = {
        "none": figures(0), "three": figures(3), "many": figures(200),
        "long": figures(200, times=1_000, name=LONG),
    }  # fmt: skip
    for name, month in months.items():
        Path(f"{name}.docx").write_bytes(brief(month))
    print_all(folder)
    told = {}
    for name in months:
        with pdfplumber.open(f"{name}.pdf") as printed:
            text = printed.pages[-1].extract_text().replace(" ", "")
            told[name] = (len(printed.pages), text.splitlines()[-1])
    assert told == dict.fromkeys(months, (1, "2024年2月1日"))
    rows = {
        name: sum(len(table.rows) - 1 for table in Document(f"{name}.docx").tables[1:])
        for name in months
    }
    assert rows == {"none": 0, "three": 3, "many": 12, "long": 4}
    left = [p.text for p in Document("many.docx").paragraphs if p.text.startswith("（以下略")]
    assert left == ["（以下略188家）"]


def print_all(folder: Path) -> None:
    """Every .docx of the folder as a PDF, by one process: beginning costs the most."""
    program = office_program()
    assert program is not None
    subprocess.run(
        [program, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
         "--convert-to", "pdf:writer_pdf_Export", *sorted(map(str, folder.glob("*.docx")))],
        env={**os.environ, "HOME": str(folder), **font_rules(folder)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=True,
    )  # fmt: skip
