"""Reports in writing and evidence, on both databases; and what a failed transaction leaves."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest

from config import clock
from duban.services.draft_report import mark_of, save_draft
from duban.services.explain_delay import explain
from duban.services.keep_evidence import (
    INCOMING,
    evidence_folder,
    keep_evidence,
    kept_file,
    receive_file,
    remove_evidence,
)
from duban.services.submit import submit_drafts
from duban.services.sweep_evidence import unknown_files
from models.errors import BadInput, IllegalTransition, RefusedByRule
from models.finding import Finding
from models.queries.evidence import drafts_of, evidence_on
from models.queries.scope import Scope
from models.queries.todo import closed_letters, work_of
from tests.command import duban
from tests.world import UNIT, World, at

NOW = at("2024-01-15T10:00")


def write(world: World, finding_id: int, text: str) -> None:
    with world.database.begin() as session:
        finding = session.get_one(Finding, finding_id)
        seen = mark_of(drafts_of(session, [finding_id]).get(finding_id))
        save_draft(session, finding, text, seen=seen, by="zhang", now=NOW)


def keep(world: World, finding_id: int, name: str, data: bytes, folder: Path) -> int:
    with (
        receive_file(io.BytesIO(data), name, folder=folder, megabytes=1) as received,
        world.database.begin() as session,
    ):
        finding = session.get_one(Finding, finding_id)
        kept = keep_evidence(session, finding, received, folder=folder, by="zhang", now=NOW)
        return kept.id or 0


def submit_all(world: World, *ids: int) -> list[str]:
    with world.database.begin() as session:
        findings = [session.get_one(Finding, one) for one in ids]
        made = submit_drafts(session, findings, now=NOW, actor=UNIT, rules=world.rules(session))
        return [one.report for one in made]


def test_each_finding_gets_its_own_report_and_evidence(world: World) -> None:
    first, second = world.unit("a", findings=2)
    world.issue()
    folder = evidence_folder(world.settings.data_dir)
    write(world, first, "one")
    write(world, second, "two")
    keep(world, second, "a.txt", b"minutes", folder)
    assert submit_all(world, first, second) == ["one", "two"]
    with world.database.read() as session:
        assert drafts_of(session, [first, second]) == {}
        (file,) = evidence_on(session, second)
        assert file.submission_id is not None
        assert kept_file(file, folder).read_bytes() == b"minutes"
    assert len(world.messages("submitted")) == 1


def test_nothing_is_handed_in_where_one_report_is_missing(world: World) -> None:
    first, second = world.unit("a", findings=2)
    world.issue()
    write(world, first, "one")
    write(world, second, "  ")
    with pytest.raises(BadInput):
        submit_all(world, first, second)
    assert world.finding(first).state == "issued"


def test_what_is_handed_in_stays(world: World) -> None:
    (finding_id,) = world.unit("a")
    world.issue()
    folder = evidence_folder(world.settings.data_dir)
    write(world, finding_id, "one")
    file = keep(world, finding_id, "a.txt", b"minutes", folder)
    submit_all(world, finding_id)
    with pytest.raises(IllegalTransition):
        write(world, finding_id, "two")
    with pytest.raises(IllegalTransition):
        keep(world, finding_id, "b.txt", b"more", folder)
    world.send_back(finding_id, at("2024-01-16T10:00"))
    with pytest.raises(RefusedByRule), world.database.begin() as session:
        finding = session.get_one(Finding, finding_id)
        (kept,) = evidence_on(session, finding_id)
        assert kept.id == file
        remove_evidence(session, finding, kept, folder)


def test_only_a_delay_is_explained(world: World) -> None:
    (finding_id,) = world.unit("a")
    world.issue()
    with world.database.begin() as session:
        finding = session.get_one(Finding, finding_id)
        with pytest.raises(IllegalTransition):
            explain(session, finding, "why", by="zhang", now=at("2024-01-26T23:59"))
        said = explain(session, finding, " why ", by="zhang", now=at("2024-01-27T00:00"))
        assert said.text == "why"
        with pytest.raises(BadInput):
            explain(session, finding, "x" * 5_001, by="zhang", now=at("2024-01-27T00:00"))


def test_what_is_to_do_and_what_is_closed(world: World) -> None:
    first, second = world.unit("a", findings=2)
    (third,) = world.unit("b")
    world.issue()
    world.submit(first, NOW)
    write(world, second, "two")
    with world.database.read() as session:
        scope = Scope(organization=world.finding(first).organization_id)
        (work,) = work_of(session, NOW, scope=scope)
        assert [task.reference for task in work.theirs] == ["2023-1-2"]
        assert [task.reference for task in work.waiting] == ["2023-1-1"]
        assert (work.unwritten, work.received) == ([], False)
        assert closed_letters(session, scope=scope, limit=5) == []
    world.submit(third, NOW)
    world.accept(third, NOW)
    with world.database.read() as session:
        scope = Scope(organization=world.finding(third).organization_id)
        (closed,) = closed_letters(session, scope=scope, limit=5)
        assert (closed.reference, closed.rectified, closed.withdrawn) == ("2023-2", 1, 0)


def test_what_nobody_knows_is_swept(world: World) -> None:
    (finding_id,) = world.unit("a")
    world.issue()
    folder = evidence_folder(world.settings.data_dir)
    keep(world, finding_id, "a.txt", b"known", folder)
    (known,) = [path for path in folder.rglob("*") if path.is_file()]
    orphan, cut = known.with_name("0" * 32), folder / INCOMING / "1"
    young = known.with_name("2" * 32)
    for path in (orphan, cut, young):
        path.write_bytes(b"x")
    old = (clock.now() - timedelta(days=2)).timestamp()
    for path in (known, orphan, cut):
        os.utime(path, (old, old))
    with world.database.read() as session:
        assert unknown_files(session, folder, now=clock.now()) == sorted([orphan, cut])
    done = duban("evidence", "sweep", "--yes")
    assert (done.code, done.out) == (0, "2 unknown files, 2 bytes.\n")
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted([known, young])
