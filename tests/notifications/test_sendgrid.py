"""Mail by SendGrid's library against a real HTTP server and SendGrid's own description."""

import json
from typing import Any

import jsonschema
import pytest

from notifications.render import TEMPLATES, render
from notifications.transports import Failure, SendFailed
from notifications.transports.sendgrid import SendGridTransport
from tests.notifications.samples import WHEN, mail, values_of
from tests.notifications.servers import SendGrid, free_port, http_server
from tests.shared_data import shared


@pytest.fixture(scope="module")
def description() -> jsonschema.Draft202012Validator:
    """The schema of ``POST /v3/mail/send``, as its publisher describes it."""
    document = json.loads(shared("sendgrid/tsg_mail_v3.json").read_text())
    operation = document["paths"]["/v3/mail/send"]["post"]
    assert operation["requestBody"] == {"$ref": "#/components/requestBodies/PostMailSend"}
    body = document["components"]["requestBodies"]["PostMailSend"]
    schema = {**body["content"]["application/json"]["schema"], "components": document["components"]}
    return jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def send(state: SendGrid, **changes: object) -> tuple[str, dict[str, str], Any]:
    SendGridTransport("SG.key", state.url).send(mail(**changes), WHEN)
    (request,) = state.requests
    return request


def test_the_request_is_what_the_description_asks_for(
    description: jsonschema.Draft202012Validator,
) -> None:
    with http_server(SendGrid()) as state:
        path, headers, body = send(state)
    assert (path, headers["Authorization"]) == ("/v3/mail/send", "Bearer SG.key")
    assert list(description.iter_errors(body)) == []
    assert body == {
        "from": {"email": "duban@duban.example", "name": "示例区纪委监委"},
        "reply_to": {"email": "office@duban.example"},
        "subject": "[逾期1天] 示纪函〔2023〕12号",
        "personalizations": [
            {
                "to": [{"email": "head@a.example", "name": "单位负责人"}],
                "custom_args": {"oid": "a1b2"},
                "headers": {
                    "Message-ID": "<a1b2@duban.example>",
                    "In-Reply-To": "<t.1.2@duban.example>",
                    "References": "<t.1.2@duban.example>",
                },
            }
        ],
        "content": [
            {"type": "text/plain", "value": "正文\n"},
            {"type": "text/html", "value": "<p>正文</p>"},
        ],
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
            "subscription_tracking": {"enable": False},
        },
    }


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_fits_the_description(
    description: jsonschema.Draft202012Validator, template: str
) -> None:
    for language in ("zh", "en"):
        found = render(template, values_of(template)[0], language)  # type: ignore[arg-type]  # both are languages
        with http_server(SendGrid()) as state:
            body = send(state, subject=found.subject, text=found.text, html=found.html)[2]
        assert list(description.iter_errors(body)) == []


def test_the_description_refuses_what_is_wrong(
    description: jsonschema.Draft202012Validator,
) -> None:
    with http_server(SendGrid()) as state:
        body = send(state)[2]
    del body["personalizations"][0]["to"]
    assert [error.validator for error in description.iter_errors(body)] == ["required"]


@pytest.mark.parametrize(
    ("status", "failure"),
    [(400, Failure.PERMANENT), (413, Failure.PERMANENT), (401, Failure.UNREACHABLE),
     (403, Failure.UNREACHABLE), (429, Failure.UNREACHABLE), (500, Failure.IN_DOUBT)],
)  # fmt: skip
def test_what_each_answer_means(status: int, failure: Failure) -> None:
    with http_server(SendGrid(status=status)) as state, pytest.raises(SendFailed) as caught:
        send(state)
    assert (caught.value.failure, caught.value.message[:3]) == (failure, str(status))


def test_the_answer_names_the_mail() -> None:
    with http_server(SendGrid()) as state:
        receipt = SendGridTransport("SG.key", state.url).send(mail(), WHEN)
    assert (receipt.provider_id, receipt.answer) == ("sg-1", "202")


def test_nobody_is_there_and_silence_is_doubt() -> None:
    with pytest.raises(SendFailed) as caught:
        SendGridTransport("SG.key", f"http://127.0.0.1:{free_port()}").send(mail(), WHEN)
    assert caught.value.failure is Failure.UNREACHABLE
    with http_server(SendGrid(delay=1)) as state, pytest.raises(SendFailed) as caught:
        SendGridTransport("SG.key", state.url, answer_seconds=0.2).send(mail(), WHEN)
    assert caught.value.failure is Failure.IN_DOUBT
