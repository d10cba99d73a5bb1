"""Urging and the questions around the ledger, on both databases."""

from duban.services.note_call import note_call
from duban.services.save_view import save_view
from duban.services.urge import Skip, plan_urging, urge
from models.account import Account
from models.letter import Letter
from models.message import URGED
from models.queries.ledger_page import choices, last_acts
from models.queries.scope import EVERYTHING, Scope
from models.queries.search import search
from models.queries.story import story_of
from models.queries.urgings import rows_by_id
from models.queries.views import views_for
from models.rights import AccountRole
from models.transitions import Event
from tests.world import CLERK, INSTALLED, World, at

NOW = at("2024-02-08T09:00")


def test_one_mail_a_letter_person_and_day(world: World) -> None:
    ids = [*world.unit("a", findings=2), *world.unit("b")]
    world.issue()
    plans = []
    for when in (NOW, at("2024-02-08T23:00"), at("2024-02-09T00:01")):
        with world.database.begin() as session:
            rows = rows_by_id(session, ids, when, scope=EVERYTHING)
            done = urge(session, rows, now=when, actor=CLERK, rules=world.rules(session))
            plans.append((done.organizations, len(done.findings), done.mails))
    assert plans == [(2, 3, 4), (0, 0, 0), (2, 3, 4)]
    assert [mail.guard["findings"] for mail in world.messages(URGED)][:4:2] == [[1, 2], [1, 2]]


def test_what_a_night_urged_is_left_alone_that_day(world: World) -> None:
    ids = world.unit("a")
    world.issue()
    world.night("2024-01-27")
    found = []
    for when in ("2024-01-27T09:00", "2024-01-28T09:00"):
        with world.database.read() as session:
            rows = rows_by_id(session, ids, at(when), scope=EVERYTHING)
            plan = plan_urging(session, rows, now=at(when), rules=world.rules(session))
            found.append([why for _row, why in plan.skipped])
    assert found == [[Skip.TOLD_TODAY], []]


def test_the_questions_around_the_ledger(world: World) -> None:
    (one,) = world.unit("a")
    world.unit("b")
    world.issue()
    world.acknowledge(one, at("2023-12-27T09:00"))
    with world.database.begin() as session:
        account = Account(login="li", name="li", role=AccountRole.CLERK, created_at=INSTALLED,
                          organization_id=world.commission_id)  # fmt: skip
        session.add(account)
        session.flush()
        number = account.id or 0
        save_view(session, account_id=number, name="late", query="state=overdue", shared=True,
                  now=NOW)  # fmt: skip
        note_call(session, session.get_one(Letter, 1), spoken_with="Zhang", text="agreed",
                  called_at=NOW, now=NOW, by="li")  # fmt: skip
    with world.database.read() as session:
        (row,) = rows_by_id(session, [1, 2], NOW, scope=Scope(organization=2))
        hits = search(session, "UNIT", NOW, scope=EVERYTHING)
        story = story_of(session, row.finding, NOW)
        assert (row.reference, [each.code for each in hits.organizations]) == (
            "2023-1-1",
            ["a", "b"],
        )
        assert {key: act.event for key, act in last_acts(session, [1, 2]).items()} == {
            1: Event.ACKNOWLEDGE, 2: Event.ISSUE,
        }  # fmt: skip
        assert [each.code for each in choices(session, 2, scope=EVERYTHING)] == ["commission", "a"]
        assert [(one.view.name, one.owner) for one in views_for(session, 99)] == [("late", "li")]
        assert [one.spoken_with for one in story.calls] == ["Zhang"]
        assert [
            len(found)
            for found in (
                search(session, "2023-1", NOW, scope=EVERYTHING).letters,
                search(session, "1-1", NOW, scope=EVERYTHING).findings,
                search(session, "#1", NOW, scope=Scope(organization=3)).findings,
                search(session, "示纪函〔2023〕1号", NOW, scope=EVERYTHING).letters,
            )
        ] == [1, 1, 0, 1]
