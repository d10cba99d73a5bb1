"""Acts: several findings at once, one mail a letter; written down later than they happened."""

import pytest
from sqlmodel import Session, select

from duban.services.acknowledge import acknowledge
from duban.services.decide_escalation import decide
from duban.services.review import accept
from duban.services.submit import submit
from duban.services.withdraw import withdraw
from models.errors import BadInput, IllegalTransition, RefusedByRule
from models.escalation import Escalation
from models.finding import Finding
from models.transition_log import TransitionRecord
from tests.world import SUPERVISOR, UNIT, VERIFIER, World, at


def findings(session: Session, ids: list[int]) -> list[Finding]:
    return [session.get_one(Finding, one) for one in ids]


def test_several_findings_are_one_act_and_one_mail_a_letter(world: World) -> None:
    ids = world.unit("a", findings=3) + world.unit("b", findings=2)
    world.issue()
    with world.database.begin() as session:
        submit(session, findings(session, ids), report="r", now=at("2024-01-10T10:00"), actor=UNIT,
               rules=world.rules(session))  # fmt: skip
    with world.database.begin() as session:
        accept(session, findings(session, ids), now=at("2024-01-11T10:00"), actor=VERIFIER,
               rules=world.rules(session))  # fmt: skip
    assert [world.finding(one).state for one in ids] == ["rectified"] * 5
    assert [(m.to, m.text.splitlines()[0]) for m in world.messages("submitted")] == [
        ("contact@a.example", "Report received: Letter 2023-1, 3 findings."),
        ("contact@b.example", "Report received: Letter 2023-2, 2 findings."),
    ]
    assert [m.to for m in world.messages("closed")] == [
        "contact@a.example", "contact@b.example", "head@a.example", "head@b.example",
    ]  # fmt: skip


def test_one_finding_that_cannot_leaves_all_as_they_were(world: World) -> None:
    ids = world.unit("a", findings=2)
    world.issue()
    world.submit(ids[0], at("2024-01-10T10:00"))
    with pytest.raises(Exception, match="not possible"), world.database.begin() as session:
        accept(session, findings(session, ids), now=at("2024-01-11T10:00"), actor=VERIFIER,
               rules=world.rules(session))  # fmt: skip
    assert [world.finding(one).state for one in ids] == ["submitted", "issued"]


def test_a_paper_report_entered_later_was_never_overdue(world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    world.nights("2023-12-27", "2024-02-02")
    assert world.proposals() != []
    with world.database.begin() as session:
        submit(session, findings(session, [one]), report="on paper", now=at("2024-02-03T10:00"),
               at=at("2024-01-25T16:00"), actor=UNIT, rules=world.rules(session))  # fmt: skip
    found = world.finding(one)
    assert (found.state, found.overdue_at, found.submitted_at) == (
        "submitted", None, at("2024-01-25T16:00"),
    )  # fmt: skip
    with world.database.read() as session:
        records = session.exec(select(TransitionRecord)).all()
        assert [(r.event, r.effective_at, r.recorded_at) for r in records] == [
            ("issue", at("2023-12-26T17:30"), at("2023-12-26T17:30")),
            ("lapse", at("2024-01-27T00:00"), at("2024-01-27")),
            ("submit", at("2024-01-25T16:00"), at("2024-02-03T10:00")),
        ]
        # What was proposed meanwhile has lost its ground, and nobody has to decide it.
        assert [e.state for e in session.exec(select(Escalation))] == ["dropped"]
    world.accept(one, at("2024-02-05T10:00"))
    assert world.finding(one).on_time is True


def test_nothing_happens_before_what_it_follows_from(world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    with pytest.raises(BadInput, match=r"2023-12-25 09:00 lies before .* 2023-12-26 17:30"):
        world.acknowledge(one, at("2023-12-25T09:00"))
    world.submit(one, at("2024-01-10T10:00"))
    with pytest.raises(BadInput, match="lies before"):
        world.accept(one, at("2024-01-09T10:00"))


@pytest.mark.parametrize("act", ["accept", "extend", "withdraw"])
def test_proposals_that_lost_their_ground_are_dropped(world: World, act: str) -> None:
    from duban.services.withdraw import withdraw

    (one,) = world.unit("a")
    world.issue()
    world.nights("2024-01-27", "2024-02-02")
    if act == "accept":
        world.submit(one, at("2024-02-03T10:00"))
        world.accept(one, at("2024-02-04T10:00"))
    elif act == "extend":
        world.grant(world.ask(one, "P1M", at("2024-02-03T10:00")), at("2024-02-04T10:00"))
    else:
        with world.database.begin() as session:
            withdraw(session, findings(session, [one]), reason="wrong unit", actor=SUPERVISOR,
                     now=at("2024-02-04T10:00"), rules=world.rules(session))  # fmt: skip
    with pytest.raises(RefusedByRule, match="no longer needed"), world.database.begin() as session:
        decide(session, [1], True, now=at("2024-02-05T10:00"), actor=SUPERVISOR,
               rules=world.rules(session))  # fmt: skip


def test_nobody_escalates_what_waits_for_our_review(world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    world.nights("2024-01-27", "2024-02-02")
    world.submit(one, at("2024-02-03T10:00"))
    with pytest.raises(RefusedByRule, match="not overdue now"), world.database.begin() as session:
        decide(session, [1], True, now=at("2024-02-04T10:00"), actor=SUPERVISOR,
               rules=world.rules(session))  # fmt: skip
    world.send_back(one, at("2024-02-05T10:00"))
    with world.database.begin() as session:
        (decided,) = decide(session, [1], True, now=at("2024-02-06T10:00"), actor=SUPERVISOR,
                            rules=world.rules(session))  # fmt: skip
        assert (decided.state, decided.decided_by) == ("approved", "supervisor")


def test_a_receipt_after_an_extension_names_the_new_day(world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    world.grant(world.ask(one, "10wd", at("2024-01-04T10:00")), at("2024-01-05T10:00"))
    with world.database.begin() as session:
        acknowledge(session, findings(session, [one]), now=at("2024-01-08T10:00"), actor=UNIT,
                    rules=world.rules(session))  # fmt: skip
    (mail,) = world.messages("acknowledged")
    assert "This does not change the due date: Thu 8 Feb 2024 (inclusive)" in mail.text


@pytest.mark.parametrize(
    ("returned", "overdue"), [("2024-01-26T10:00", False), ("2024-01-27T10:00", True)]
)
def test_a_return_says_whether_the_finding_is_overdue_now(
    world: World, returned: str, overdue: bool
) -> None:
    (one,) = world.unit("a")
    world.issue()
    world.submit(one, at("2024-01-25T10:00"))
    world.send_back(one, at(returned))
    (mail,) = world.messages("returned")
    assert ("the returned work is overdue" in mail.text) is overdue
    assert world.finding(one).state == ("overdue" if overdue else "acknowledged")


def test_the_letter_goes_to_the_head_too(world: World) -> None:
    world.unit("a", roles=("contact", "head", "leader-in-charge"))
    world.issue()
    assert [m.to for m in world.messages("issued")] == ["contact@a.example", "head@a.example"]
    assert world.messages("issued")[0].text.splitlines()[0] == (
        "Acknowledge by 28 Dec (inclusive): Letter 2023-1 to Unit a."
    )


def test_an_act_never_precedes_the_return_or_reopening_that_it_answers(world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    world.submit(one, at("2024-01-20T10:00"))
    world.send_back(one, at("2024-01-22T10:00"))
    with pytest.raises(BadInput, match="2024-01-22 10:00"):
        world.submit(one, at("2024-01-21T10:00"))
    world.submit(one, at("2024-01-23T10:00"))
    assert world.finding(one).submitted_at == at("2024-01-23T10:00")


def test_an_extension_is_decided_after_it_was_asked_for(world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    request = world.ask(one, "10wd", at("2024-01-20T10:00"))
    with pytest.raises(BadInput, match="2024-01-20 10:00"):
        world.grant(request, at("2024-01-19T10:00"))
    world.grant(request, at("2024-01-21T10:00"))
    assert [event for event, *_rest in world.history(one)] == ["issue", "extend"]


def test_a_report_that_waits_cannot_be_extended_and_what_can_be_done_is_said(
    world: World,
) -> None:
    (one,) = world.unit("a")
    world.issue()
    world.submit(one, at("2024-01-20T10:00"))
    with pytest.raises(IllegalTransition) as caught:
        world.ask(one, "10wd", at("2024-01-21T10:00"))
    assert caught.value.details["allowed"] == ["accept", "return", "withdraw"]


def test_whoever_was_told_of_a_letter_is_told_of_its_withdrawal(world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    with world.database.begin() as session:
        withdraw(session, findings(session, [one]), reason="twice", now=at("2024-01-10T10:00"),
                 actor=SUPERVISOR, rules=world.rules(session))  # fmt: skip
    told = {name: [m.to for m in world.messages(name)] for name in ("issued", "withdrawn")}
    everyone = ["contact@a.example", "head@a.example"]
    assert told == {"issued": everyone, "withdrawn": everyone}


def test_more_time_is_not_asked_for_before_the_return_that_it_answers(world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    world.submit(one, at("2024-01-20T10:00"))
    world.send_back(one, at("2024-01-22T10:00"))
    with pytest.raises(BadInput, match="2024-01-22 10:00"):
        world.ask(one, "10wd", at("2024-01-21T10:00"))
    assert world.ask(one, "10wd", at("2024-01-23T10:00")) > 0
