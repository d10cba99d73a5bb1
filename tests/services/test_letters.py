"""One letter for each organization; numbers without gaps, also when clerks race."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import Session, select

from duban.services.issue_letters import Chosen, Terms, issue_letters, plan_letters
from models.errors import CalendarNotCovered, NotFound, StaleVersion
from models.letter import Letter
from tests.command import duban
from tests.world import CLERK, ISSUED, World, at


def test_findings_are_grouped_and_numbered(world: World) -> None:
    world.unit("a", findings=2)
    world.unit("b", findings=3)
    assert world.issue() == ["示纪函〔2023〕1号", "示纪函〔2023〕2号"]
    world.unit("c")
    assert world.issue(at("2024-01-02T09:00")) == ["示纪函〔2024〕1号"]


def test_a_preview_shows_date_and_reason_and_writes_nothing(world: World) -> None:
    world.unit("a")
    with world.database.read() as session:
        (plan,) = plan_letters(session, at=at("2024-01-12T10:00"), rules=world.rules(session),
                               terms=Terms())  # fmt: skip
        shown = (str(plan.finish.last_day), [step.code for step in plan.finish.steps][-2:])
    assert shown == ("2024-02-18", ["make-up-day", "last-day"])
    assert world.issue() == ["示纪函〔2023〕1号"]


def test_finish_by_and_report_back_by_are_two_dates(world: World) -> None:
    world.unit("a")
    world.issue(window="P1M", report_window="P15D")
    with world.database.read() as session:
        letter = session.exec(select(Letter)).one()
        assert (str(letter.last_day), str(letter.report_by)) == ("2024-01-26", "2024-01-10")


def test_without_drafts_there_is_nothing_to_issue(world: World) -> None:
    with pytest.raises(NotFound):
        world.issue()


def test_a_refusing_policy_writes_no_letter(world: World) -> None:
    file = Path("policy.toml")
    file.write_text(
        '[deadline]\nuncovered = "refuse"\n[[rung]]\ncode = "x"\nlevel = 1\nkind = "notice"\n'
        'counts = "due"\nat = "+1d"\nto = ["head"]\n'
    )
    policy = world.settings.policy.model_copy(update={"file": file})
    world.settings = world.settings.model_copy(update={"policy": policy})
    world.unit("a")
    with pytest.raises(CalendarNotCovered):
        world.issue(at("2026-12-20T10:00"))
    assert world.issue(at("2026-10-20T10:00")) == ["示纪函〔2026〕1号"]


def test_a_district_that_began_on_paper_goes_on_counting(world: World) -> None:
    assert duban("letter", "number-from", 57, "--year", 2023).code == 0
    world.unit("a")
    assert world.issue() == ["示纪函〔2023〕57号"]
    again = duban("letter", "number-from", 80, "--year", 2023, "--json")
    assert (again.code, again.problem["detail"]) == (
        7, "The letters of 2023 are numbered already, up to 57.",
    )  # fmt: skip


def test_what_came_in_after_the_preview_is_not_issued_unseen(world: World) -> None:
    seen = world.unit("a")
    world.unit("b")
    with pytest.raises(StaleVersion), world.database.begin() as session:
        issue_letters(session, now=ISSUED, actor=CLERK, rules=world.rules(session), terms=Terms(),
                      seen=seen)  # fmt: skip
    assert world.issue() == ["示纪函〔2023〕1号", "示纪函〔2023〕2号"]


def test_fifty_racing_clerks_leave_no_gap_and_share_no_number(world: World) -> None:
    """Each fifth of them loses the connection before the commit."""
    clerks = 50
    for n in range(clerks):
        world.unit(f"u{n}", roles=())
    barrier = Barrier(clerks)

    def issue_one(n: int) -> list[str]:
        barrier.wait(timeout=60)
        try:
            with world.database.begin() as session:
                numbers = [letter.number for letter in _issue(session, world, n)]
                if n % 5 == 3:
                    raise LookupError
                return numbers
        except LookupError:
            return []

    with ThreadPoolExecutor(clerks) as pool:
        issued = [number for found in pool.map(issue_one, range(clerks)) for number in found]
    assert sorted(issued) == sorted(f"示纪函〔2023〕{n}号" for n in range(1, 41))


def _issue(session: Session, world: World, n: int) -> list[Letter]:
    from models.queries.organizations import organization_named

    organization = organization_named(session, f"u{n}")
    return issue_letters(session, now=ISSUED, actor=CLERK, rules=world.rules(session),
                         terms=Terms(), chosen=Chosen((organization.id or 0,)))  # fmt: skip


def test_only_the_chosen_findings_are_issued(world: World) -> None:
    first, second = world.unit("a", findings=2)
    world.unit("b")
    issued = duban(
        "letter", "issue", "--finding", f"#{second}", "--at", "2024-01-12", "--yes", "--json"
    )
    assert [(x["number"], x["organization"], x["findings"]) for x in issued.data["letters"]] == [
        ("示纪函〔2024〕1号", "单位a", 1)
    ]
    assert [world.finding(one).state for one in (first, second)] == ["draft", "issued"]
    again = duban("letter", "preview", "--finding", "1-1", "--json")
    assert (again.code, again.problem["code"]) == (7, "refused")
    assert (
        duban("letter", "issue", "--org", "b", "--at", "2024-01-12", "--yes", "--json").data[
            "count"
        ]
        == 1
    )
    assert world.finding(first).state == "draft"
