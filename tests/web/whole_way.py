"""The whole way of two letters: brought in, issued, received, reported, returned, closed, decided.

Everybody acts with hands of one kind; what controls are called is looked up in the language of
the test, so that the way is the same in both.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import openpyxl
from playwright.sync_api import FilePayload

from config.language import _ as called
from config.language import current_language
from config.language import ngettext as counted
from duban.web.pages.issuing import issue_words
from tests.web.evidence_files import PDF, png
from tests.web.hands import Hands
from tests.web.seen import set_clock
from tests.web.site import PASSWORD, Site
from tests.world import World

LEDGER = (
    ("编号", "责任单位", "存在问题", "点评时间"),
    ("K-1", "单位a", "学习不够", "2023-12-20"),
    ("K-2", "单位b", "谈话不够", "2023-12-20"),
)
PEOPLE = (
    ("li", "clerk", "commission"),
    ("zhang", "organization", "a"),
    ("zhou", "verifier", "commission"),
    ("sun", "supervisor", "commission"),
)
FIRST, SECOND, LACK = "集中学习四次。", "集中学习五次,签到表附后。", "缺少签到表。"
FILES = (
    FilePayload(name="小结.pdf", mimeType="application/pdf", buffer=PDF),
    FilePayload(name="照片.png", mimeType="image/png", buffer=png(9, 9)),
)


@dataclass
class WholeWay:
    """Four people at their windows, and the world that they change."""

    site: Site
    world: World
    window: Callable[[], Hands]
    windows: list[Hands] = field(default_factory=list)

    def go(self) -> None:
        """Everything, in the order of the days; what each page should say is asked on the way."""
        for code in ("a", "b"):
            self.world.unit(code, findings=0)
        for login, role, where in PEOPLE:
            self.site.account(login, role, where, current_language())
        self.issue(self.of_office("li", "2023-12-26T17:30"))
        zhang = self.acknowledge("2023-12-27T09:12")
        self.report(zhang, "2024-01-10T10:00")
        zhou = self.of_office("zhou", "2024-01-11T09:00")
        self.send_back(zhou)
        self.report_again(zhang, "2024-01-12T10:00")
        self.close(zhou, "2024-01-15T09:00")
        for day in ("2024-01-27", "2024-02-02"):
            self.world.night(day)
        self.decide(self.of_office("sun", "2024-02-02T09:00"))

    def of_office(self, login: str, when: str) -> Hands:
        """Somebody of the commission, who has signed in already and sees their first page."""
        set_clock(self.world, when)
        hands = self._sit_down()
        token = self.site.signed_in(login).client.cookies["duban"]
        hands.visit.context.add_cookies(
            [{"name": "duban", "value": token, "url": self.site.address}]
        )
        hands.open("/")
        return hands

    def issue(self, clerk: Hands) -> None:
        """A spreadsheet is brought in, and each organization gets a letter."""
        clerk.press(called("Letters"))
        clerk.press(called("Import a ledger"))
        clerk.choose(called("Ledger file"), spreadsheet())
        clerk.press(called("Check the file"))
        clerk.press(counted("Bring in {n} row", "Bring in {n} rows", 2).format(n=2))
        clerk.press(called("Preview letters"))
        clerk.press(issue_words(2, 4))
        told = counted("{n} letter is issued", "{n} letters are issued", 2).format(n=2)
        assert clerk.heading == told

    def acknowledge(self, when: str) -> Hands:
        """From the mail to the receipt in three acts: open the link, sign in, confirm."""
        set_clock(self.world, when)
        (mail,) = [one for one in self.world.messages("issued") if one.to == "contact@a.example"]
        link = re.findall(r"http\S+", mail.text)[0]
        unit = self._sit_down(locale={"zh": "zh-CN", "en": "en-GB"}[current_language()])
        unit.open(link.replace(self.site.settings.site.base_url, self.site.address))
        unit.write(called("Sign-in name"), "zhang")
        unit.write(called("Password"), PASSWORD)
        unit.press(called("Sign in"))
        one = "On behalf of {organization} I confirm receipt of letter {number} ({n} finding)."
        many = "On behalf of {organization} I confirm receipt of letter {number} ({n} findings)."
        ours = {"zh": "单位a", "en": "Unit a"}[current_language()]
        declared = counted(one, many, 1).format(organization=ours, number="示纪函〔2023〕1号", n=1)
        assert declared in unit.words
        unit.press(called("Acknowledge receipt"))
        assert unit.acts == 3
        assert "2023-1-1/2" in unit.words
        return unit

    def report(self, unit: Hands, when: str) -> None:
        """A draft, two files, a look at it all, the declaration: the report is in."""
        set_clock(self.world, when)
        unit.press(called("To do"))
        unit.press(called("Report on finding {reference}").format(reference="2023-1-1"))
        unit.write(called("Measures and results"), FIRST)
        unit.press(called("Save draft"))
        unit.choose(called("Files, one or several"), *FILES)
        unit.press(called("Upload files"))
        self._hand_in(unit)

    def send_back(self, verifier: Hands) -> None:
        """The oldest report is opened and returned with what it lacks."""
        verifier.press(called("Begin with the oldest"), key="j")
        verifier.unfold(called("Return"), key="2")
        verifier.write(called("What is missing"), LACK)
        verifier.press(called("Return the report"))
        assert called("No report waits for us.") in verifier.words

    def report_again(self, unit: Hands, when: str) -> None:
        """The reason stands on top of the tasks; the text is there to go on with."""
        set_clock(self.world, when)
        unit.press(called("To do"))
        assert LACK in unit.words
        unit.press(called("Report on finding {reference}").format(reference="2023-1-1"))
        assert LACK in unit.words
        unit.write(called("Measures and results"), SECOND)
        unit.press(called("Save draft"))
        self._hand_in(unit)

    def close(self, verifier: Hands, when: str) -> None:
        """The second report is accepted: one key where there are keys."""
        set_clock(self.world, when)
        verifier.press(called("Review queue"))
        verifier.press(called("Begin with the oldest"), key="j")
        assert SECOND in verifier.words
        verifier.press(called("Accept and close"), key="1")
        assert called("No report waits for us.") in verifier.words

    def decide(self, supervisor: Hands) -> None:
        """The figures lead to what is late; the closed finding is there; the proposal is approved."""
        assert supervisor.figures == ["1", "1", "0", "0", "1"]
        supervisor.press(f"{called('Overdue')} 1")
        assert supervisor.findings == ["2023-2-1"]
        supervisor.press(called("Ledger"))
        supervisor.tick(called("Closed"))
        supervisor.press(called("Apply filter"))
        assert supervisor.findings == ["2023-1-1"]
        supervisor.press("2023-1-1")
        assert supervisor.state == called("Closed")
        supervisor.press(called("Dashboard"))
        proposals = counted("{n} proposal to escalate", "{n} proposals to escalate", 1)
        supervisor.press(proposals.format(n=1))
        supervisor.tick("2023-2-1")
        supervisor.press(called("Approve what is ticked"))
        assert called("No proposal waits for a decision.") in supervisor.words

    def _hand_in(self, unit: Hands) -> None:
        unit.press(called("Check and submit"))
        declared = called(
            "The head of {organization} has approved this report; the evidence is true."
        )
        unit.tick(declared.partition("{organization}")[2])
        unit.press(called("Submit report"))

    def _sit_down(self, **options: str) -> Hands:
        self.windows.append(self.window(**options))
        return self.windows[-1]


def spreadsheet() -> FilePayload:
    """The clerk's ledger as a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in LEDGER:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return FilePayload(name="台账.xlsx", mimeType="application/octet-stream", buffer=out.getvalue())
