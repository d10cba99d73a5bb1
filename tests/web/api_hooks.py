"""For Schemathesis: acts name the present version and a new key, so that they reach the service,
and one account asks after the other.

It is read by the program ``schemathesis`` (``test_openapi.py``), where it runs by itself.
"""

import os
from itertools import count
from typing import Any

import requests
import schemathesis

KEY, VERSION, ACCOUNT = "Idempotency-Key", "If-Match", "Authorization"
ACCOUNTS = os.environ["API_ACCOUNTS"].split(",")
NAMES = {"findings": ("2023-1-1", "2023-1-2", "2023-1-3", "5"), "letters": ("2023-1",),
         "organizations": ("a",), "extensions": ("1",), "runs": ("1",), "views": ("1",)}  # fmt: skip
_numbers = count(1)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Ask by turns for each account; let every second well-formed request be about something that is there."""
    number = next(_numbers)
    headers = kwargs.get("headers") or {}
    if headers.get(ACCOUNT) in ACCOUNTS:  # where it was taken away, that is what is tried
        kwargs["headers"] = {**headers, ACCOUNT: ACCOUNTS[number % len(ACCOUNTS)]}
    if case.meta is None or case.meta.generation.mode.value != "positive" or number % 2:
        return
    names = NAMES.get(case.path.split("/")[1], ())
    for name in case.path_parameters or {}:
        if names:
            case.path_parameters[name] = names[number // 2 % len(names)]
    if case.headers is not None and KEY in case.headers:
        case.headers[KEY] = f"key-{number}"
    if case.headers is not None and VERSION in case.headers:
        there = (
            case.formatted_path
            if case.method in ("PATCH", "DELETE")
            else case.formatted_path[: case.formatted_path.rindex("/")]
        )
        address = f"{case.operation.base_url}{there}"
        seen = requests.get(address, headers=dict(kwargs.get("headers") or {}), timeout=30)
        if "etag" in seen.headers:
            case.headers[VERSION] = seen.headers["etag"]
