"""One schedule: the table in the code, the deployments, and what APScheduler is given."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import ScheduleSettings
from flows.schedule import ZONE, Scheduled, schedule

ROOT = Path(__file__).parents[2]


@pytest.fixture
def deployments() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    return found


def test_the_deployments_say_the_same_as_the_table(deployments: list[dict[str, Any]]) -> None:
    assert [
        (
            d["entrypoint"].rpartition(":")[2].replace("_", "-"),
            tuple(s["cron"] for s in d["schedules"]),
        )
        for d in deployments
        if "schedules" in d
    ] == [(entry.name, entry.crons) for entry in schedule(ScheduleSettings())]
    assert {s["timezone"] for d in deployments for s in d.get("schedules", ())} == {ZONE}


def test_what_is_scheduled_is_a_singleton_and_all_is_on_the_one_pool(
    deployments: list[dict[str, Any]],
) -> None:
    singleton = {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    assert [(d["name"], d.get("concurrency_limit"), d["work_pool"]) for d in deployments] == [
        ("nightly", singleton, {"name": "duban"}),
        ("mail", singleton, {"name": "duban"}),
        ("night-worker", None, {"name": "duban"}),
    ]


def test_the_times_can_be_set() -> None:
    assert schedule(ScheduleSettings(nightly="01:05", mail="07:00")) == (
        Scheduled("nightly-check", ("5 1 * * *",)),
        Scheduled("send-mail", ("0 7 * * *", "*/15 * * * *")),
    )
