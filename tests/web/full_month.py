"""The demo month, and on its last morning one of everything that a page can show."""

import json
import re
from collections.abc import Iterator
from html import unescape

from config import clock
from duban.demo.district import UNITS
from duban.demo.walk import set_up, walk
from duban.services.catch_up import catch_up
from models.queries.accounts import account_by_login
from tests.services.test_calendar_import import LONG, notice
from tests.web.evidence_files import PDF, png
from tests.web.seen import version
from tests.web.site import Person, Site
from tests.web.unit import hand_in, write

LEDGER_ROWS = 40
REPORT = "党组会专题研究三次，逐条对照整改；建立台账，每周调度，现已办结。"


def live_fully(site: Site) -> None:
    """Live through the month of this service's database, in Chinese, then do everything once."""
    settings, database = site.settings, site.database
    set_up(database, settings)
    walk(
        database,
        settings,
        run=lambda due_at: catch_up(database, as_of=due_at, settings=settings, via="demo"),
    )
    site.account("wlj", "organization", "wlj")
    _report_and_explain(site.signed_in("wlj"), site.signed_in("zjj"))
    _bring_in_and_issue(site.signed_in("clerk"))
    _ask_for_more(site.signed_in("liulin"))
    _keep_own_things(site.signed_in("clerk"), site.signed_in("supervisor"))
    _make_mistakes(site.signed_in("supervisor"), site.signed_in("liulin"))
    _owe_a_code(site)


def _report_and_explain(wlj: Person, zjj: Person) -> None:
    files = [("党组会议记录.pdf", PDF), ("现场照片.png", png(1200, 800))]
    write(wlj, "2023-3-1", REPORT, *files)
    hand_in(wlj, "2023-3")
    wlj.get("/findings/2023-3-2/explain")
    wlj.post(
        "/findings/2023-3-2/explain",
        {"version": version(wlj), "text": "分管领导到任不久，材料正在补充。"},
    )
    write(zjj, "2023-7-1", REPORT, *files)


def _bring_in_and_issue(clerk: Person) -> None:
    _upload(clerk, "\n".join([HEAD, *_ledger_rows()]))
    _press(clerk, f'action="{clerk.page.url.path}/apply"')
    clerk.get("/letters/new?org=liulin&org=qinghe")
    _press(clerk, 'action="/letters"')
    _upload(clerk, f"{HEAD}\nT-1,示例区不存在的单位党组,内容,2024-02-30\nT-2,示例区水利局党组,,")


HEAD = "编号,责任单位,存在问题,点评时间"


def _ledger_rows() -> Iterator[str]:
    for number in range(LEDGER_ROWS):
        unit = UNITS[number % len(UNITS)]
        _category, text = unit.findings[number // len(UNITS) % len(unit.findings)]
        yield f"S-{number},{unit.name},{text}（第{number + 1}项）,2024-02-06"


def _upload(clerk: Person, text: str) -> None:
    clerk.get("/imports/new")
    clerk.post("/imports", files={"file": ("2024年点评问题台账.csv", text.encode())})


def _ask_for_more(liulin: Person) -> None:
    liulin.get("/letters/2024-1/acknowledge")
    _press(liulin, 'action="/letters/2024-1/acknowledge"')
    liulin.get("/findings/2024-1-1/extend")
    liulin.post(
        "/findings/2024-1-1/extend",
        {"version": version(liulin), "days": "10", "reason": "合同清理涉及外出承租人。"},
    )
    liulin.get("/details")
    (contact,) = re.findall(r"/details/contacts/\d+", liulin.page.text)
    liulin.post(
        contact,
        {"name": "刘宁", "email": "liu@liulin.example", "phone": "0000-1234567", "language": "zh"},
    )
    liulin.post("/details/feed", {"act": "new"})


def _keep_own_things(clerk: Person, supervisor: Person) -> None:
    clerk.post("/views", {"name": "每周例会", "query": "state=overdue", "shared": "yes"})
    clerk.post("/views/1/days", {"day": ["1", "5"]})
    clerk.post("/me/tokens", {"name": "统计", "scopes": ["read"], "days": "30"})
    called = {"spoken_with": "陈", "called_at": "2024-02-08T08:15", "text": "答应今天报送"}
    clerk.post("/findings/2023-7-1/calls", called)
    notified = json.dumps(notice(LONG, ("2027-02-14",)))
    clerk.post("/admin/rules/propose", {"data": notified})
    supervisor.post("/views", {"name": "柳林镇", "query": "org=liulin"})


def _make_mistakes(supervisor: Person, liulin: Person) -> None:
    """A withdrawal, granted time and an approved step, each of which can be taken back."""
    liulin.get("/findings/2024-1-3/extend")
    asked = {"version": version(liulin), "days": "5", "reason": "台账正在重新核对。"}
    liulin.post("/findings/2024-1-3/extend", asked)
    supervisor.get("/extensions")
    _press(supervisor, 'action="/extensions/5"', decision="approve")
    supervisor.get("/findings/2024-2-1/withdraw")
    _press(supervisor, 'action="/findings/2024-2-1/withdraw"', reason="与另一问题重复")
    supervisor.get("/escalations")
    (step, *_later) = re.findall(
        r'name="proposal" value="([^"]+)" aria-label="[^"]*2023-3-2', supervisor.page.text
    )
    supervisor.post("/escalations", {"proposal": step, "decision": "approve"})


def _owe_a_code(site: Site) -> None:
    """An account with a second factor; whoever comes in by it still owes the code."""
    site.account("halfway", "clerk")
    with site.database.begin() as session:
        account = account_by_login(session, "halfway")
        assert account is not None
        account.otp_secret, account.otp_confirmed_at = "sealed", clock.now()


def _press(person: Person, form: str, **typed: str) -> None:
    """Send a form of the page with what stands in its hidden fields, and what was typed."""
    _before, _found, after = person.page.text.partition(form)
    assert after, f"{person.page.url.path} has no form {form}: {person.words}"
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', after.partition("</form>")[0]
    ):
        fields.setdefault(name, []).append(unescape(value))
    person.post(re.findall(r'action="([^"]+)"', form)[0], {**fields, **typed})
