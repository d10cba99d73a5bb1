"""The API as one application, to be mounted under ``/api/v1``."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from duban.web.api import (
    accounts,
    calendar,
    changes,
    decisions,
    exports,
    figures,
    findings,
    imports,
    letters,
    logs,
    mails,
    month,
    nights,
    on_findings,
    on_organizations,
    organizations,
    pictures,
    views,
)
from duban.web.api.openapi import document_of
from duban.web.api.operations import Operation
from duban.web.api.page import documentation
from duban.web.api.refusals import add_refusals
from duban.web.api.strict import StrictRoute
from duban.web.house import House

ADDRESS = "/api/v1"
TAKES_FILES = (f"{ADDRESS}/findings/{{reference}}/evidence", f"{ADDRESS}/imports")
"""What the gate lets larger bodies through to."""


def all_operations() -> list[Operation]:
    """Every operation, in the order of the document."""
    files = (findings, on_findings, letters, exports, imports, views, organizations,
             on_organizations, decisions, nights, mails, figures, pictures, month, calendar,
             changes, accounts, logs)  # fmt: skip
    return [operation for file in files for operation in file.operations.all]


class Api(FastAPI):
    """A FastAPI application that also answers HEAD where it answers GET."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; the server leaves the body of an answer to HEAD away."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await super().__call__(scope, receive, send)


def make_api(house: House) -> FastAPI:
    """The API of one service."""
    api = Api(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    api.state.house = house
    api.router.route_class = StrictRoute
    for operation in all_operations():
        api.add_api_route(
            operation.path,
            operation.handler,
            methods=[operation.method],
            response_model=operation.answer,
            response_class=Response if operation.answer is None else JSONResponse,
            status_code=operation.status,
            responses=operation.responses,
            tags=[operation.tag],
            summary=operation.summary,
            operation_id=operation.name,
            openapi_extra={"parameters": list(operation.parameters)},
        )
    document = document_of(api, ADDRESS)

    async def tell_document(_request: Request) -> Response:
        return JSONResponse(document)

    async def show_document(request: Request) -> Response:
        return documentation(request, house, document)

    api.add_route("/openapi.json", tell_document, include_in_schema=False)
    if house.settings.web.api_docs:
        api.add_route("/docs", show_document, include_in_schema=False)
    add_refusals(api)
    return api
