"""The document as a page for people, without a foreign host and without scripts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from duban.web.desk import Desk
from duban.web.house import House


@dataclass(frozen=True)
class Line:
    """A field or a parameter: its name, its type in words, and what it is."""

    name: str
    kind: str
    needed: bool
    words: str


@dataclass(frozen=True)
class Entry:
    """One operation as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    parameters: list[Line]
    body: list[Line]
    answer: str
    statuses: list[str]


def documentation(request: Request, house: House, document: dict[str, Any]) -> Response:
    """The page of the document."""
    desk = Desk(request, house, None)
    about = document["info"]["description"].replace("`", "").strip().split("\n\n")
    address = document["servers"][0]["url"]
    groups: dict[str, list[Entry]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            entry = _entry(document, method.upper(), address + path, operation)
            groups[operation["tags"][0]].append(entry)
    shapes = {
        name: (schema.get("description", ""), list(_fields(schema)))
        for name, schema in sorted(document["components"]["schemas"].items())
        if "properties" in schema
    }
    return desk.page(
        "api_docs.html", groups=groups, shapes=shapes, about=about, address=address,
        tags={tag["name"]: tag["description"] for tag in document["tags"]},
    )  # fmt: skip


def _entry(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> Entry:
    parameters = [
        Line(one["name"], f"{one['in']}, {_asked(one['schema'])}", one["required"],
             one.get("description", ""))
        for one in operation.get("parameters", ())
    ]  # fmt: skip
    body: list[Line] = []
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        body += _fields(document["components"]["schemas"].get(name, {}))
    success = next(status for status in operation["responses"] if status.startswith("2"))
    kind, content = next(iter(operation["responses"][success]["content"].items()))
    told = _kind(content["schema"]) if kind == "application/json" else kind
    return Entry(
        operation["operationId"], method, path, operation["summary"], parameters, body,
        told, sorted(operation["responses"]),
    )  # fmt: skip


def _fields(schema: dict[str, Any]) -> Iterator[Line]:
    needed = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        yield Line(name, _kind(field), name in needed, field.get("description", ""))


def _asked(schema: dict[str, Any]) -> str:
    """The type of a parameter; one that may be left out is not told as null."""
    return _kind(schema).removesuffix(" | null")


def _kind(schema: dict[str, Any]) -> str:
    """A type in words: ``string``, ``FindingShape``, ``list of Trouble``, ``integer or null``."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    return str(schema.get("format") or schema.get("type", "object"))
