"""Acts over the API: on the version that was seen, and each once."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from duban.services.answer_once import AT_WORK_FOR, KEPT_FOR
from models.api_token import IdempotentAnswer
from models.submission import Submission
from models.transitions import State
from tests.web.api import Program, program
from tests.web.site import Site
from tests.world import World

ONE = "/findings/2023-1-1"
LETTER = "/letters/2023-1"
RECEIPT = f"{LETTER}/acknowledge"
REPORT = {"report": "done"}


@pytest.fixture
def unit(site: Site, world: World) -> Program:
    """The organization, with one finding that was issued to it."""
    world.unit("a")
    world.issue()
    return program(site, "unit", "organization", "a")


def code(answer: object) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined]  # an httpx answer


def reports(world: World) -> int:
    with world.database.read() as session:
        return len(session.exec(select(Submission)).all())


def answers(world: World) -> list[IdempotentAnswer]:
    with world.database.read() as session:
        found = list(session.exec(select(IdempotentAnswer)))
        for row in found:
            session.expunge(row)
        return found


def test_a_way_from_letter_to_close(site: Site, world: World, unit: Program) -> None:
    verifier = program(site, "verifier", "verifier")
    supervisor = program(site, "supervisor", "supervisor")
    letter = unit.act(RECEIPT, seen=LETTER)
    assert (letter.status_code, letter.json()["acknowledged"]) == (200, 1)
    asked = unit.act(f"{ONE}/extensions", {"period": "10wd", "reason": "longer"}, seen=ONE)
    assert (asked.status_code, asked.json()["granted"]) == (201, None)
    number = asked.json()["id"]
    granted = supervisor.act(f"/extensions/{number}/approve", seen=f"/extensions/{number}")
    # The world's letters are of 2023: over for long by the clock of the service.
    assert code(granted) == (409, "refused")
    declined = supervisor.act(
        f"/extensions/{number}/decline", {"reason": "no"}, seen=f"/extensions/{number}"
    )
    assert (declined.status_code, declined.json()["granted"]) == (200, False)
    said = unit.act(f"{ONE}/explanations", {"text": "rain"}, seen=ONE)
    assert (said.status_code, said.json()["text"]) == (201, "rain")
    handed_in = unit.act(f"{ONE}/submissions", REPORT, seen=ONE)
    assert (handed_in.status_code, handed_in.json()["decision"]) == (201, None)
    back = verifier.act(f"{ONE}/returns", {"reason": "more"}, seen=ONE)
    assert (back.status_code, back.json()["decision"]) == (201, "returned")
    unit.act(f"{ONE}/submissions", REPORT, seen=ONE)
    closed = verifier.act(f"{ONE}/acceptances", seen=ONE)
    assert (closed.status_code, closed.json()["decision"]) == (201, "accepted")
    assert closed.headers["etag"] == verifier.get(ONE).headers["etag"]
    assert verifier.get(ONE).json()["state"] == "rectified"


def test_no_version_no_act(unit: Program, world: World) -> None:
    for header in ({}, {"if-match": "*"}, {"if-match": ""}, {"if-match": "1"}):
        answer = unit.act(f"{ONE}/submissions", REPORT, headers=header)
        assert code(answer) == (428, "precondition-required")
    assert reports(world) == 0


def test_a_stale_version_does_nothing(unit: Program, world: World) -> None:
    for header in ('"0"', '"999"', 'W/"1"', '"0", "x"'):
        answer = unit.act(f"{ONE}/submissions", REPORT, headers={"if-match": header})
        assert code(answer) == (412, "stale-version")
    assert reports(world) == 0
    assert unit.act(f"{ONE}/submissions", REPORT, headers={"if-match": '"1"'}).status_code == 201


def test_no_key_no_act(unit: Program, world: World) -> None:
    tag = unit.get(ONE).headers["etag"]
    for key in (None, "", "x" * 256, "two words", "\u00e9"):
        headers = {"if-match": tag} | ({} if key is None else {"idempotency-key": key})
        answer = unit.client.post(
            f"{ONE}/submissions", json=REPORT, headers={k: v.encode() for k, v in headers.items()}
        )
        assert code(answer) == (400, "key-missing")
    assert reports(world) == 0
    assert unit.act(f"{ONE}/submissions", REPORT, seen=ONE, key="x" * 255).status_code == 201


def test_the_same_again_is_answered_the_same(unit: Program, world: World) -> None:
    tag = {"if-match": unit.get(ONE).headers["etag"]}
    first = unit.act(f"{ONE}/submissions", REPORT, key="k", headers=tag)
    again = unit.act(f"{ONE}/submissions", REPORT, key="k", headers=tag)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert reports(world) == 1


def test_a_key_belongs_to_one_request(unit: Program) -> None:
    unit.act(f"{ONE}/submissions", REPORT, key="k", seen=ONE)
    for path, body in ((f"{ONE}/submissions", {"report": "other"}), (f"{ONE}/acceptances", None)):
        assert code(unit.act(path, body, key="k", seen=ONE)) == (422, "key-reused")


def test_a_key_belongs_to_one_account(site: Site, world: World, unit: Program) -> None:
    other = program(site, "other", "organization", "a")
    unit.act(RECEIPT, key="k", seen=LETTER)
    answer = other.act(RECEIPT, key="k", seen=LETTER)
    assert (answer.status_code, answer.json()["acknowledged"]) == (200, 0)
    assert len(answers(world)) == 2


def test_a_refused_request_may_be_sent_again(unit: Program, world: World) -> None:
    assert code(unit.act(f"{ONE}/submissions", {"report": " "}, key="k", seen=ONE))[0] == 422
    assert code(unit.act(f"{ONE}/submissions", REPORT, key="k", headers={"if-match": '"9"'})) == (
        412, "stale-version",
    )  # fmt: skip
    assert answers(world) == []
    assert unit.act(f"{ONE}/submissions", REPORT, key="k", seen=ONE).status_code == 201


def test_while_the_first_is_at_work_the_second_waits(unit: Program, world: World) -> None:
    unit.act(RECEIPT, key="k", seen=LETTER)
    with world.database.begin() as session:
        row = session.exec(select(IdempotentAnswer)).one()
        row.status = None
        session.add(row)
    answer = unit.act(RECEIPT, key="k", seen=LETTER)
    assert code(answer) == (409, "key-in-flight")
    assert answer.headers["retry-after"] == "1"


def test_what_a_dead_process_left_is_taken_over(unit: Program, world: World) -> None:
    unit.act(RECEIPT, key="k", seen=LETTER)
    with world.database.begin() as session:
        row = session.exec(select(IdempotentAnswer)).one()
        row.status, row.started_at = None, row.started_at - AT_WORK_FOR
        session.add(row)
    answer = unit.act(RECEIPT, key="k", seen=LETTER)
    assert (answer.status_code, answer.json()["acknowledged"]) == (200, 0)
    assert "idempotency-replayed" not in answer.headers


def test_keys_are_kept_for_seven_days(unit: Program, world: World) -> None:
    unit.act(RECEIPT, key="k", seen=LETTER)
    for back, replayed in ((KEPT_FOR - timedelta(minutes=1), True), (timedelta(minutes=2), False)):
        with world.database.begin() as session:
            row = session.exec(select(IdempotentAnswer)).one()
            row.started_at -= back
            session.add(row)
        answer = unit.act(RECEIPT, key="k", seen=LETTER)
        assert ("idempotency-replayed" in answer.headers) is replayed


def test_a_crash_in_the_middle_leaves_neither(
    unit: Program, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_arguments: object) -> bool:
        raise RuntimeError("the power went out")

    monkeypatch.setattr("duban.web.api.desk.keep_answer", crash)
    answer = unit.act(f"{ONE}/submissions", REPORT, key="k", seen=ONE)
    assert code(answer) == (500, "unexpected")
    assert (reports(world), answers(world)) == (0, [])


def test_two_at_once_act_once(unit: Program, world: World) -> None:
    tag = {"if-match": unit.get(ONE).headers["etag"]}
    for key in ("same", None):
        found: list[int] = []

        def send(key: str | None = key, found: list[int] = found) -> None:
            found.append(unit.act(f"{ONE}/submissions", REPORT, key=key, headers=tag).status_code)

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(found) <= ({201, 409} if key else {412, 409})
    assert reports(world) == 1


def test_letters_are_previewed_and_issued(site: Site, world: World) -> None:
    world.unit("a", findings=2)
    clerk = program(site, "clerk", "clerk")
    plan = clerk.client.post("/letters/preview", json={"terms": {"window": "P1M"}}).json()
    assert (plan["count"], plan["seen"]) == (1, [1, 2])
    other = clerk.act("/letters", {"seen": [2, 1]})
    assert code(other) == (409, "stale-version")
    issued = clerk.act("/letters", {"terms": {"window": "P1M"}, "seen": plan["seen"]})
    assert issued.status_code == 201
    assert [letter["findings"] for letter in issued.json()["items"]] == [2]
    assert code(clerk.act("/letters", {"seen": plan["seen"]})) == (404, "not-found")


def test_a_draft_may_be_mended_and_nothing_else(site: Site, world: World) -> None:
    (one,) = world.unit("a")
    clerk, path = program(site, "clerk", "clerk"), f"/findings/{one}"
    mended = clerk.act(path, {"text": "better"}, method="PATCH", seen=path)
    assert (mended.status_code, mended.json()["text"], mended.json()["version"]) == (
        200, "better", 1,
    )  # fmt: skip
    assert clerk.get(path).headers["etag"] == mended.headers["etag"]
    world.issue()
    assert code(clerk.act(path, {"text": "worse"}, method="PATCH", seen=path)) == (409, "refused")


def test_a_night_is_run_and_its_mail_sent_again(site: Site, world: World) -> None:
    world.unit("a")
    world.issue()
    clerk = program(site, "clerk", "clerk")
    ran = clerk.act("/runs", key="night")
    assert (ran.status_code, ran.json()["state"]) == (201, "completed")
    assert clerk.act("/runs", key="night").json()["id"] == ran.json()["id"]
    number = ran.json()["id"]
    items = clerk.get(f"/runs/{number}/items").json()["items"]
    assert [(item["reference"], item["outcome"]) for item in items] == [("2023-1-1", "changed")]
    mail = clerk.get("/messages").json()["items"][0]["id"]
    path = f"/messages/{mail}"
    assert code(clerk.act(f"{path}/resend", seen=path)) == (409, "refused")


def test_evidence_goes_along_with_the_report(unit: Program, world: World) -> None:
    tag = {"if-match": unit.get(ONE).headers["etag"]}
    file = {"file": ("photo.txt", b"what was done", "text/plain")}
    first = unit.act(f"{ONE}/evidence", key="k", headers=tag, files=file)
    assert (first.status_code, first.json()["submission_id"]) == (201, None)
    again = unit.act(f"{ONE}/evidence", key="k", headers=tag, files=file)
    assert again.headers["idempotency-replayed"] == "true"
    other = {"file": ("photo.txt", b"something else", "text/plain")}
    assert code(unit.act(f"{ONE}/evidence", key="k", headers=tag, files=other)) == (
        422, "key-reused",
    )  # fmt: skip
    handed_in = unit.act(f"{ONE}/submissions", REPORT, seen=ONE)
    assert [one["name"] for one in handed_in.json()["evidence"]] == ["photo.txt"]


def test_who_may_not_act(site: Site, world: World, unit: Program) -> None:
    clerk = program(site, "clerk", "clerk")
    refused = {
        clerk: (f"{ONE}/submissions", REPORT, ONE),
        unit: (f"{ONE}/acceptances", None, ONE),
    }
    for who, (path, body, seen) in refused.items():
        assert code(who.act(path, body, seen=seen)) == (403, "not-allowed")
    for path in ("/runs", "/escalations/1/approve", "/messages/1/resend"):
        assert code(unit.act(path)) == (404, "not-found")
    assert world.finding(1).state is State.ISSUED
