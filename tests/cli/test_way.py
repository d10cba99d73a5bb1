"""The whole way by the command: set up, import, issue, receive, report, verify, escalate."""

from hashlib import sha256
from pathlib import Path

from tests.command import Answer, duban
from tests.ledger.tables import write

LEDGER = [
    ["编号", "责任单位", "存在问题", "点评时间"],
    ["T-1", "示例区教育局党组", "警示教育开展不够经常", "2023-12-26"],
    ["T-2", "示例区水利局党组", "二级机构人员管理不够严格", "2023-12-26"],
]
SILENT = ("--json", "--yes")


def ask(*words: object) -> Answer:
    answer = duban(*words, *SILENT)
    assert answer.code == 0, answer.err
    return answer


def test_from_an_empty_folder_to_an_approved_circular(vacant: str, folder: Path) -> None:
    ask("init")
    write(folder / "ledger.xlsx", LEDGER)
    for code, name in (("jy", "示例区教育局党组"), ("slj", "示例区水利局党组")):
        ask("org", "add", code, name, "--group", "区直部门")
        ask(
            "org",
            "contact",
            "add",
            code,
            "负责人",
            "--role",
            "head",
            "--email",
            f"head@{code}.example",
        )
    ask("import", "ledger", "apply", "ledger.xlsx", "--by", "clerk")
    preview = ask("letter", "preview", "--at", "2023-12-26T17:30").data
    assert [plan["organization"] for plan in preview["letters"]] == [
        "示例区教育局党组", "示例区水利局党组",
    ]  # fmt: skip
    assert (preview["finish"]["last_day"], preview["sign_by"]) == ("2024-01-26", "2023-12-28")
    issued = ask("letter", "issue", "--at", "2023-12-26T17:30", "--by", "clerk").data
    assert [letter["number"] for letter in issued["letters"]] == [
        "示纪函〔2023〕1号", "示纪函〔2023〕2号",
    ]  # fmt: skip

    ask("letter", "acknowledge", "1", "--at", "2023-12-27T09:00", "--by", "unit")
    ask("finding", "submit", "1-1", "--report", "done", "--at", "2024-01-20T10:00", "--by", "unit")
    accepted = ask("finding", "accept", "2023-1-1", "--at", "2024-01-22T10:00", "--by", "verifier")
    (done,) = accepted.data["findings"]
    assert (done["state"], done["on_time"]) == ("rectified", True)

    ask("run", "nightly", "--as-of", "2024-01-27T00:10")
    ask("run", "nightly", "--as-of", "2024-02-02T00:10")
    status = ask("status", "--as-of", "2024-02-02T09:00").data
    assert {k: status[k] for k in ("open", "overdue", "due_soon", "waiting_for_us", "proposals")} == {
        "open": 1, "overdue": 1, "due_soon": 0, "waiting_for_us": 0, "proposals": 1,
    }  # fmt: skip
    (proposal,) = ask("escalation", "list").data["proposals"]
    assert (proposal["rung"], proposal["effective_on"]) == ("circular", "2024-02-02")
    ask("escalation", "approve", proposal["id"], "--by", "supervisor", "--at", "2024-02-02T10:00")
    assert ask("escalation", "list").data["count"] == 0
    assert [m["template"] for m in ask("mail", "list", "--to", "head@slj.example").data["mails"]] == [
        "escalated", "issued", "digest",
    ]  # fmt: skip
    assert ask("finding", "show", "2-1").data["rung"] == 2


def test_a_report_brings_references_to_its_evidence(vacant: str, folder: Path) -> None:
    ask("init")
    ask("org", "add", "jy", "示例区教育局党组")
    write(folder / "ledger.xlsx", LEDGER[:2])
    ask("import", "ledger", "apply", "ledger.xlsx")
    ask("letter", "issue", "--at", "2023-12-26T17:30")
    (folder / "制度.txt").write_text("evidence", encoding="utf-8")
    ask("finding", "submit", "1-1", "--report", "done", "--evidence", "制度.txt", "--by", "unit",
        "--at", "2024-01-10T10:00")  # fmt: skip
    (report,) = ask("finding", "show", "1-1").data["submissions"]
    assert [(e["name"], e["size"], e["sha256"][:8]) for e in report["evidence"]] == [
        ("制度.txt", 8, sha256(b"evidence").hexdigest()[:8])
    ]


def test_dry_run_writes_nothing(vacant: str) -> None:
    ask("init")
    answer = duban("org", "add", "jy", "示例区教育局党组", "--dry-run")
    assert (answer.code, "nothing was written" in answer.err) == (0, True)
    assert [o["code"] for o in ask("org", "list").data["organizations"]] == ["commission"]
