"""Bringing a ledger in over the API: nothing before it is applied, nothing but what was seen."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select

from config import clock
from duban.services.take_ledger import KEPT, forget_old
from models.finding import Finding
from models.rights import TokenScope
from models.uploaded_ledger import UploadedLedger
from tests.ledger.workbooks import TRAP_GOOD_ROWS, TRAP_REFUSALS, make_trap_ledger
from tests.web.api import Program, program, token_of
from tests.web.site import Site
from tests.world import World

HEAD = "编号,责任单位,存在问题,点评时间\n"
GOOD = HEAD + "K-1,单位a,学习不够,2024-01-12\nK-2,单位b,谈话不够,2024-01-12\n"
MIXED = (
    HEAD + "K-1,单位a,学习更不够,2024-01-12\nK-2,单位b,谈话不够,2024-01-12\n"
    "K-3,单位b,台账不全,2024-01-12\nK-4,单位nowhere,没有单位,2024-01-12\n"
)


@pytest.fixture
def clerk(site: Site, world: World) -> Program:
    for code in ("a", "b"):
        world.unit(code, findings=0)
    return program(site, "li", "clerk")


def upload(
    who: Program, content: bytes | str, name: str = "ledger.csv", **options: Any
) -> httpx.Response:
    """Send a file, with how to read it in the address."""
    data = content.encode() if isinstance(content, str) else content
    key = options.pop("key", None)
    return who.act("/imports", files={"file": (name, data)}, params=options, key=key)


def apply(
    who: Program, number: str, checked: str, key: str | None = None, **body: Any
) -> httpx.Response:
    """Bring in what was looked at."""
    return who.act(f"/imports/{number}/apply", {"checked": checked, **body}, key=key)


def counts(new: int, changed: int, same: int, refused: int) -> dict[str, int]:
    return {"new": new, "changed": changed, "same": same, "refused": refused}


def findings(world: World) -> list[tuple[str | None, str]]:
    with world.database.read() as session:
        return [(one.code, one.text) for one in session.exec(select(Finding).order_by(Finding.id))]  # type: ignore[arg-type]  # a column


def kept(world: World) -> list[Path]:
    return sorted((world.settings.data_dir / "uploads").iterdir())


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_ledger_is_looked_at_row_by_row_and_then_brought_in_once(
    clerk: Program, world: World
) -> None:
    first = upload(clerk, GOOD, "台账.csv", key="one")
    made = first.json()
    assert (first.status_code, made["name"], made["uploaded_by"]) == (201, "台账.csv", "li")
    assert (made["counts"], made["applied_at"]) == (counts(2, 0, 0, 0), None)
    again = upload(clerk, GOOD, "台账.csv", key="one")
    assert (again.json(), again.headers["idempotency-replayed"]) == (made, "true")
    assert refused(upload(clerk, MIXED, "台账.csv", key="one")) == (422, "key-reused")
    assert (findings(world), len(kept(world))) == ([], 1)
    assert clerk.get(f"/imports/{made['id']}").json() == made

    done = apply(clerk, made["id"], made["checked"], key="two")
    assert (done.status_code, done.json()["counts"]) == (200, counts(2, 0, 0, 0))
    assert findings(world) == [("K-1", "学习不够"), ("K-2", "谈话不够")]
    assert clerk.get(f"/imports/{made['id']}").json() == done.json()
    assert done.json()["applied_at"] is not None
    assert kept(world) == []
    assert apply(clerk, made["id"], made["checked"], key="two").json() == done.json()
    assert refused(apply(clerk, made["id"], made["checked"])) == (409, "stale-version")
    assert refused(clerk.get(f"/imports/{made['id']}/rows")) == (404, "not-found")

    mixed = upload(clerk, MIXED).json()
    assert mixed["counts"] == counts(1, 1, 1, 1)
    rows = clerk.get(f"/imports/{mixed['id']}/rows").json()
    assert [(one["status"], one["row"]) for one in rows["items"]] == [
        ("refused", 5), ("changed", 2), ("same", 3), ("new", 4),
    ]  # fmt: skip
    assert rows["total_estimate"] == 4
    (changed,) = clerk.get(f"/imports/{mixed['id']}/rows?status=changed").json()["items"]
    assert (changed["organization"], changed["finding_id"], changed["changes"]) == (
        "单位a", 1, [{"column": "text", "before": "学习不够", "after": "学习更不够"}],
    )  # fmt: skip

    assert refused(apply(clerk, mixed["id"], mixed["checked"])) == (409, "refused")
    assert "“skip_refused”" in apply(clerk, mixed["id"], mixed["checked"]).json()["detail"]
    assert len(findings(world)) == 2
    assert apply(clerk, mixed["id"], mixed["checked"], skip_refused=True).status_code == 200
    assert findings(world) == [("K-1", "学习更不够"), ("K-2", "谈话不够"), ("K-3", "台账不全")]

    listed = clerk.get("/imports?limit=1").json()
    following = clerk.get("/imports", params={"limit": 1, "cursor": listed["next"]}).json()
    assert [one["id"] for one in (*listed["items"], *following["items"])] == [
        mixed["id"], made["id"],
    ]  # fmt: skip
    assert (listed["items"][0]["counts"], following["next"]) == (counts(1, 1, 1, 1), None)
    same = upload(clerk, GOOD.replace("学习", "学习更")).json()
    assert (same["counts"], apply(clerk, same["id"], same["checked"]).json()) == (
        counts(0, 0, 2, 0), same,
    )  # fmt: skip


def test_what_was_looked_at_is_what_is_brought_in(clerk: Program, site: Site, world: World) -> None:
    first, second = upload(clerk, GOOD).json(), upload(clerk, GOOD).json()
    assert first["checked"] == second["checked"]
    apply(clerk, first["id"], first["checked"])
    late = apply(clerk, second["id"], second["checked"])
    assert refused(late) == (409, "stale-version")
    assert "nothing was written" in late.json()["detail"]
    assert clerk.get(f"/imports/{second['id']}").json()["counts"] == counts(0, 0, 2, 0)

    unknown = upload(clerk, MIXED, create_organizations=True).json()
    assert (unknown["counts"], unknown["new_organizations"]) == (
        counts(2, 1, 1, 0), ["单位nowhere"],
    )  # fmt: skip
    # Read in another way it is another check.
    assert refused(apply(clerk, unknown["id"], unknown["checked"])) == (409, "stale-version")
    path = f"/imports/{unknown['id']}/apply?create_organizations=true"
    assert clerk.act(path, {"checked": unknown["checked"]}).status_code == 200
    drafts = clerk.get("/findings?state=draft&org=单位nowhere").json()["items"]
    assert [one["text"] for one in drafts] == ["没有单位"]

    wang = program(site, "wang", "clerk")
    absent = wang.get("/imports/" + "0" * 32).json()["detail"]
    for foreign in (
        wang.get(f"/imports/{second['id']}"),
        wang.get(f"/imports/{second['id']}/rows"),
        apply(wang, second["id"], second["checked"]),
    ):
        assert (refused(foreign), foreign.json()["detail"]) == ((404, "not-found"), absent)
    assert wang.get("/imports").json()["items"] == []
    with world.database.begin() as session:
        forget_old(session, data_dir=world.settings.data_dir, now=clock.now() + KEPT * 2)
    assert clerk.get(f"/imports/{second['id']}").status_code == 404


def test_each_refusal_names_its_place_and_its_remedy(
    clerk: Program, world: World, folder: Path
) -> None:
    data = make_trap_ledger(folder / "trap.xlsx").read_bytes()
    made = upload(clerk, data, "trap.xlsx", create_organizations=True).json()
    assert made["counts"]["new"] == TRAP_GOOD_ROWS
    found, place = [], {"create_organizations": True, "status": "refused", "limit": 3}
    while place.get("cursor", "") is not None:
        page = clerk.get(f"/imports/{made['id']}/rows", params=place).json()
        found += page["items"]
        place["cursor"] = page["next"]
    assert [(one["row"], one["column"], one["code"]) for one in found] == list(TRAP_REFUSALS)
    assert {one["sheet"] for one in found} == {"问题整改台账"}
    assert found[2]["value"] == "2024/2/30"
    assert all(one["reason"] and one["remedy"] for one in found)
    assert not [one for one in found if re.search(r"--[a-z]", one["remedy"])]

    first = clerk.get(f"/imports/{made['id']}/rows?create_organizations=true&limit=1").json()
    world.unit("c", findings=0)
    checked = {"create_organizations": True, "limit": 1, "cursor": first["next"]}
    assert clerk.get(f"/imports/{made['id']}/rows", params=checked).status_code == 200
    upload_good = upload(clerk, data, "trap.xlsx", create_organizations=True).json()
    path = f"/imports/{upload_good['id']}/apply?create_organizations=true"
    clerk.act(path, {"checked": upload_good["checked"], "skip_refused": True})
    stale = clerk.get(f"/imports/{made['id']}/rows", params=checked)
    assert (refused(stale), stale.json()["errors"][0]["pointer"]) == (
        (422, "validation"), "?cursor",
    )  # fmt: skip


def test_how_a_file_is_read_stands_in_the_address(clerk: Program) -> None:
    odd = "甲,乙\nK-1,学习不够\n"
    options = {"organization": "单位a", "header_row": 1, "map": ["code=A", "text=B"]}
    made = upload(clerk, odd, **options).json()
    assert made["counts"] == counts(1, 0, 0, 0)
    (row,) = clerk.get(f"/imports/{made['id']}/rows", params=options).json()["items"]
    assert (row["status"], row["text"], row["organization"]) == ("new", "学习不够", "单位a")


def test_what_cannot_be_read_is_not_kept(clerk: Program, site: Site, world: World) -> None:
    for content, name, options, pointer in (
        ("", "empty.csv", {}, None), (b"\x00\x01" * 50, "a.xlsx", {}, None),
        ("x", "a.exe", {}, None), (GOOD, "a.csv", {"map": "nothing=B"}, None),
        (GOOD, "a.csv", {"sheet": "lost"}, None), (GOOD, "a.csv", {"year": 1}, "?year"),
        (GOOD, "a.csv", {"header_row": "x"}, "?header_row"), (GOOD, "a.csv", {"to": 1}, "?to"),
        (GOOD, "a.csv", {"map": "text"}, "?map.0"), (GOOD, "a.csv", {"meeting": "1"}, "?meeting"),
    ):  # fmt: skip
        answer = upload(clerk, content, name, **options)
        assert refused(answer) == (422, "validation"), (name, options)
        said = [one["pointer"] for one in answer.json().get("errors", ())]
        assert said == ([pointer] if pointer else []), (name, options)
    megabytes = world.settings.web.upload_megabytes
    assert refused(upload(clerk, b"a" * (megabytes * 1024 * 1024 + 1))) == (413, "too-large")
    assert refused(clerk.act("/imports", {"file": "x"})) == (415, "validation")
    assert kept(world) == []
    with world.database.read() as session:
        assert session.exec(select(UploadedLedger)).all() == []
    made = upload(clerk, GOOD).json()
    assert refused(apply(clerk, made["id"], "x")) == (422, "validation")
    looking = Program(site, token_of(site, "li", [TokenScope.READ]))
    assert looking.get(f"/imports/{made['id']}").json() == made
    assert refused(apply(looking, made["id"], made["checked"])) == (403, "not-allowed")
