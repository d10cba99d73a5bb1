"""The nightly check: a condition, never a window; each rung once; every finding accounted for."""

from datetime import date

from sqlmodel import col, select

from duban.services.account_run import account_of
from duban.services.catch_up import catch_up
from duban.services.preview_night import preview_night
from models.nightly_run import NightlyRun
from models.outcomes import Outcome
from models.queries.runs import run_named
from tests.world import World, at


def test_each_rung_once_for_each_person_and_one_digest_a_night(world: World) -> None:
    first, second = world.unit("a", findings=2)
    world.issue()
    world.acknowledge(first, at("2023-12-27T09:00"))
    world.nights("2023-12-27", "2024-01-27")
    assert world.notices() == [
        (finding, "2024-01-26", rung, person)
        for finding in (first, second)
        for rung, people in (
            ("due-1", ("a-contact", "a-head")),
            ("due-3", ("a-contact", "a-head")),
            ("due-7", ("a-contact",)),
            ("urge", ("a-contact", "a-head")),
        )
        for person in people
    ]
    digests = [(m.queued_at, m.to) for m in world.messages("digest")]
    assert digests == [
        (at("2024-01-19"), "contact@a.example"),
        (at("2024-01-23"), "contact@a.example"),
        (at("2024-01-23"), "head@a.example"),
        (at("2024-01-25"), "contact@a.example"),
        (at("2024-01-25"), "head@a.example"),
        (at("2024-01-27"), "contact@a.example"),
        (at("2024-01-27"), "head@a.example"),
    ]


def test_a_second_run_changes_nothing(world: World) -> None:
    world.unit("a")
    world.issue()
    world.nights("2023-12-27", "2024-01-27")
    before = (world.notices(), world.history(1))
    again = world.night("2024-01-27")
    assert (world.notices(), world.history(1)) == before
    assert again.counts == {
        "open": 1, "changed": 0, "noticed": 0, "held": 0, "failed": 0, "none": 1,
        "waiting-for-us": 0, "lapsed": 0, "messages": 0, "proposals": 0, "collapsed": 0,
    }  # fmt: skip


def test_the_account_holds_every_open_finding_once(world: World) -> None:
    (silent,), (working,), (waiting,), (mute,) = (
        world.unit("silent"), world.unit("working"), world.unit("waiting"),
        world.unit("mute", roles=()),
    )  # fmt: skip
    world.issue()
    world.acknowledge(working, at("2023-12-27T09:00"))
    world.submit(waiting, at("2023-12-28T09:00"))
    run = world.night("2023-12-29")
    assert run.counts == {
        "open": 4, "changed": 0, "noticed": 1, "held": 1, "failed": 0, "none": 2,
        "waiting-for-us": 1, "lapsed": 0, "messages": 1, "proposals": 0, "collapsed": 0,
    }  # fmt: skip
    with world.database.read() as session:
        account = account_of(session, run_named(session, str(run.run_id)), world.rules(session))
        assert [(e.finding.id, e.outcome, e.reason, e.rungs) for e in account] == [
            (silent, "noticed", None, ("receipt",)),
            (working, "none", "not-due", ()),
            (waiting, "none", "awaiting-our-review", ()),
            (mute, "held", "no-working-address", ()),
        ]


def test_reminders_keep_off_rest_days_and_urging_does_not(world: World) -> None:
    # Issued on 9 January: D-7 and the day after due fall on Fridays and Saturdays.
    (finding,) = world.unit("a")
    world.issue(at("2024-01-04T10:00"))  # due on Sunday 4 February, a make-up working day
    world.acknowledge(finding, at("2024-01-05T10:00"))
    told = {}
    for report in world.nights("2024-01-26", "2024-02-06"):
        if report.counts["noticed"] or report.counts["changed"]:
            told[str(report.business_date)] = report.counts["lapsed"]
    # D-7 is Sunday 28 January and waits for Monday; D-1 is Saturday and waits for Sunday the 4th.
    assert told == {"2024-01-29": 0, "2024-02-01": 0, "2024-02-04": 0, "2024-02-05": 1}


def test_an_extension_starts_a_fresh_ladder(world: World) -> None:
    (finding,) = world.unit("a", roles=("head",))
    world.issue()
    world.acknowledge(finding, at("2023-12-27T09:00"))
    world.nights("2023-12-28", "2024-01-23")
    world.grant(world.ask(finding, "10wd", at("2024-01-23T10:00")), at("2024-01-23T11:00"))
    world.nights("2024-01-24", "2024-02-09")
    # Nobody else is there, so the head hears what is for the contact person too.
    assert world.notices() == [
        (finding, "2024-01-26", "due-3", "a-head"),
        (finding, "2024-01-26", "due-7", "a-head"),
        (finding, "2024-02-08", "due-1", "a-head"),
        (finding, "2024-02-08", "due-3", "a-head"),
        (finding, "2024-02-08", "due-7", "a-head"),
        (finding, "2024-02-08", "urge", "a-head"),
    ]


def test_a_report_that_waits_for_us_is_never_reminded(world: World) -> None:
    (finding,) = world.unit("a")
    world.issue()
    world.submit(finding, at("2024-01-10T10:00"))
    world.nights("2024-01-11", "2024-02-08")
    # Three working days for our own review, then our supervisors hear of it.
    assert [(n[2], n[3]) for n in world.notices()] == [("review-late", "commission-supervisor")]
    assert world.proposals() == []


def test_an_undecided_request_in_time_holds_urging_and_proposals(world: World) -> None:
    (finding,) = world.unit("a")
    world.issue()
    world.acknowledge(finding, at("2023-12-27T09:00"))
    world.nights("2023-12-27", "2024-01-25")
    world.ask(finding, "10wd", at("2024-01-25T10:00"))
    world.nights("2024-01-26", "2024-02-03")
    assert world.finding(finding).state == "overdue"
    assert [rung for _f, _d, rung, _p in world.notices() if rung == "urge"] == []
    assert world.proposals() == []
    with world.database.read() as session:
        items = account_of(session, run_named(session, "2024-02-02"), world.rules(session))
        assert [(i.outcome, i.reason) for i in items] == [("held", "extension-pending")]


def test_after_an_outage_dates_are_true_and_reminders_collapse(world: World) -> None:
    (finding,) = world.unit("a", roles=("contact", "head"))
    world.issue()
    world.acknowledge(finding, at("2023-12-27T09:00"))
    world.nights("2023-12-02", "2024-01-10")
    report = catch_up(world.database, as_of=at("2024-02-08"), settings=world.settings, via="test")
    assert report is not None
    assert world.history(finding)[-1] == ("lapse", "overdue", "2024-01-27T00:00")
    assert world.proposals() == [
        (finding, "2024-01-26", "circular", "2024-02-02"),
        (finding, "2024-01-26", "summons", "2024-02-08"),
    ]
    assert world.notices() == [
        (finding, "2024-01-26", "urge", "a-contact"),
        (finding, "2024-01-26", "urge", "a-head"),
    ]
    with world.database.read() as session:
        rows = session.exec(select(NightlyRun).order_by(col(NightlyRun.business_date))).all()
        missed = [(str(r.business_date), r.covered_by) for r in rows if r.state == "missed"]
    assert missed == [
        (str(date(2024, 1, 10 + n) if n < 22 else date(2024, 2, n - 21)), report.run_id)
        for n in range(1, 29)
    ]
    assert (
        catch_up(world.database, as_of=at("2024-02-08"), settings=world.settings, via="t") is None
    )


def test_before_due_only_the_latest_true_reminder_is_sent(world: World) -> None:
    (finding,) = world.unit("a", roles=("contact",))
    world.issue()
    world.acknowledge(finding, at("2023-12-27T09:00"))
    report = world.night("2024-01-24")
    assert report.counts["collapsed"] == 1
    assert world.notices() == [(finding, "2024-01-26", "due-3", "a-contact")]


def test_a_preview_is_the_night_itself_and_writes_nothing(world: World) -> None:
    first, late = world.unit("b", findings=2)
    world.unit("a", findings=2)
    (mute,) = world.unit("mute", roles=())
    world.issue()
    world.submit(late, at("2024-01-10T10:00"))
    with world.database.read() as session:
        preview = preview_night(session, world.rules(session), at("2024-01-29"))
        planned = {item.row.finding.id: (item.outcome, list(item.rungs)) for item in preview.items}
        told = {item.row.finding.id: item.to for item in preview.items}
        first_two = preview_night(session, world.rules(session), at("2024-01-29"), limit=2)
    assert (world.notices(), world.finding(1).state) == ([], "issued")
    assert ([*first_two.items], first_two.more) == ([*preview.items[:2]], 3)
    report = world.night("2024-01-29")
    assert preview.counts == report.counts
    with world.database.read() as session:
        account = account_of(session, run_named(session, str(report.run_id)), world.rules(session))
        assert {e.finding.id: (e.outcome, list(e.rungs)) for e in account} == planned
    assert {one: outcome for one, (outcome, _rungs) in planned.items()} == {
        one: Outcome.NOTICED if one == late else Outcome.CHANGED for one in range(1, 6)
    }
    heard = {
        one: tuple(sorted({who for finding, _on, _rung, who in world.notices() if finding == one}))
        for one in planned
    }
    assert told == heard
    assert [told[one] for one in (first, late, mute)] == [
        ("b-contact", "b-head"), ("commission-supervisor",), (),
    ]  # fmt: skip


def test_people_who_share_an_address_get_one_mail(world: World) -> None:
    (one,) = world.unit("a", roles=("contact", "head", "leader-in-charge"))
    with world.database.begin() as session:
        session.connection().exec_driver_sql(
            "UPDATE contacts SET email = 'Office@a.example' WHERE name = 'a-contact'"
        )
        session.connection().exec_driver_sql(
            "UPDATE contacts SET email = 'office@A.example' WHERE name = 'a-head'"
        )
    world.issue()
    assert [m.to for m in world.messages("issued")] == ["Office@a.example"]
    world.acknowledge(one, at("2023-12-27T09:00"))
    report = world.night("2024-01-27")
    assert report.counts["messages"] == 2
    assert [m.to for m in world.messages("digest")] == [
        "Office@a.example", "leader-in-charge@a.example",
    ]  # fmt: skip
    assert [n[2:] for n in world.notices()] == [
        ("urge", "a-contact"), ("urge", "a-leader-in-charge"),
    ]  # fmt: skip
