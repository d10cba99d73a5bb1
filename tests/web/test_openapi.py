"""The document says what the service does: thousands of requests made from it, none unforeseen."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx

from duban.web.api.service import all_operations
from tests.web.api import program
from tests.web.site import Site
from tests.world import World, at

ROLES = (("clerk", "commission"), ("organization", "a"), ("supervisor", "commission"))
"""Who asks by turns, and of which organization."""
LEAST = 1_000
"""So many requests at least; of each account a third."""
RULES = """
[checks.positive_data_acceptance]
enabled = false
[checks.missing_required_header]
expected-statuses = [400, 401, 403, 404, 415, 422, 428]
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 412, 415, 422, 428]
"""
"""A date that is well formed may still be one that nobody can use, so acceptance is not asked."""
HOOKS = Path(__file__).with_name("api_hooks.py")


def test_requests_made_from_the_document(site: Site, world: World, folder: Path) -> None:
    world.unit("a", findings=4)
    world.issue()
    world.unit("b")
    world.ask(2, "10wd", at("2024-01-05T10:00"))
    world.submit(3, at("2024-01-05T10:00"))
    world.night("2024-02-20")
    accounts = [f"Bearer {program(site, role, role, place).token}" for role, place in ROLES]
    (folder / "schemathesis.toml").write_text(RULES)
    ran = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", f"{site.address}/api/v1/openapi.json",
         "-H", f"Authorization: {accounts[0]}", "-H", "Accept-Language: en",
         "--phases", "examples,coverage,fuzzing", "-n", "1", "--seed", "1", "--continue-on-failure"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        env=os.environ | {"SCHEMATHESIS_HOOKS": HOOKS.stem, "PYTHONPATH": str(HOOKS.parent),
                          "API_ACCOUNTS": ",".join(accounts)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-6_000:] + ran.stderr[-2_000:]
    counted = re.search(r"(\d+) generated, (\d+) passed", ran.stdout)
    assert counted is not None
    assert int(counted[1]) == int(counted[2]) >= LEAST


def test_the_document_is_whole(site: Site) -> None:
    document = httpx.get(f"{site.address}/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "/api/v1"}]
    assert document["security"] == [{"token": []}]
    told = [
        (method.upper(), path, operation["operationId"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    made = [(one.method, one.path, one.name) for one in all_operations()]
    assert sorted(told) == sorted(made)
    assert len({name for _method, _path, name in made}) == len(made)
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for methods in document["paths"].values():
        for operation in methods.values():
            refusals = {s: r for s, r in operation["responses"].items() if s >= "400"}
            assert {"400", "401", "404", "422", "500", "503"} <= set(refusals)
            assert all(refusal["content"] == problem for refusal in refusals.values())


def test_the_page_is_shown_where_the_settings_say_so(site: Site, world: World) -> None:
    assert httpx.get(f"{site.address}/api/v1/docs").status_code == 404
    from tests.web.site import running

    settings = world.settings
    web = settings.web.model_copy(update={"api_docs": True})
    with running(world.database, settings.model_copy(update={"web": web})) as open_site:
        page = httpx.get(f"{open_site.address}/api/v1/docs")
    assert page.status_code == 200
    for operation in all_operations():
        assert f"{operation.method} /api/v1{operation.path}" in page.text
    assert not re.search(r'(src|href)="(https?:)?//', page.text)
