"""The numbers of a view are those of its list, and one mail tells them, whoever writes it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from duban.services.accounts import add_account
from duban.services.choose_days import choose_days
from duban.services.mail_views import queue_view_mails
from duban.services.save_view import save_view
from models.message import VIEWS
from models.queries.ask import ask
from models.queries.organizations import organization_named
from models.queries.pages import page, tally
from models.rights import AccountRole
from models.transitions import State
from tests.world import INSTALLED, World, at

FILTERS: tuple[dict[str, list[str]], ...] = (
    {}, {"state": ["all"]}, {"state": ["overdue", "rectified"]}, {"state": ["draft"]},
    {"org": ["a"], "state": ["all"]}, {"org": ["a"]}, {"letter": ["2023-1"], "state": ["all"]},
    {"letter": ["2023-1"]}, {"due_within": ["7"]}, {"due_to": ["2024-02-09"]}, {"text": ["a 2"]},
    {"overdue_from": ["2024-01-27"]}, {"rung": ["1"]}, {"due_from": ["2024-02-10"]},
    {"extended": ["yes"]}, {"explained": ["no"], "state": ["all"]},
)  # fmt: skip


def test_a_view_counts_what_its_list_holds(world: World) -> None:
    one, two, *_rest = world.unit("a", findings=5)
    (later,) = world.unit("b")
    world.issue()
    for finding in (one, two, later):
        world.acknowledge(finding, at("2023-12-27T09:00"))
    world.submit(two, at("2024-01-10T09:00"))
    world.submit(one, at("2024-01-10T09:00"))
    world.accept(one, at("2024-01-11T09:00"))
    world.grant(world.ask(later, "10wd", at("2024-01-20T09:00")), at("2024-01-20T10:00"))
    world.unit("drafts", findings=2)
    now = at("2024-02-02T08:30")
    sums: Counter[State] = Counter()
    with world.database.read() as session:
        for given in FILTERS:
            wanted = ask(session, given, now)
            rows = page(session, wanted, now, limit=50).rows
            found = tally(session, wanted, now, soon=date(2024, 2, 9))
            assert found.states == Counter(row.state for row in rows), given
            assert found.due_soon == sum(row.finding.id == later for row in rows), given
            sums += found.states
    assert set(sums) == {*State} - {State.ISSUED, State.WITHDRAWN}


def test_two_who_write_at_once_write_one_mail(world: World) -> None:
    with world.database.begin() as session:
        account = add_account(
            session, login="li", name="li", role=AccountRole.CLERK, by="test", now=INSTALLED,
            organization=organization_named(session, "commission"), email="li@office.example",
        )  # fmt: skip
        for name in ("late", "open"):
            view = save_view(
                session, account_id=account.id or 0, name=name, query="", shared=False,
                now=INSTALLED,
            )  # fmt: skip
            choose_days(session, account, view, ["1"], now=INSTALLED)

    def write(_n: int) -> int:
        return queue_view_mails(world.database, now=at("2024-01-22T08:30"), settings=world.settings)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(write, range(4))) == [0, 0, 0, 1]
    assert [mail.to for mail in world.messages(VIEWS)] == ["li@office.example"]
