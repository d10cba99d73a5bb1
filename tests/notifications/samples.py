"""A mail and the values of every template."""

from datetime import date

from notifications.mail import Mail
from notifications.render import TEMPLATES
from notifications.values import (
    AccountMail,
    AlarmMail,
    LetterMail,
    Values,
)
from tests.notifications.samples_of_nights import BASE, LETTER, WHEN, values_of_nights


def mail(**changes: object) -> Mail:
    values = {
        "message_id": "a1b2@duban.example", "sender": "duban@duban.example",
        "sender_name": "示例区纪委监委", "reply_to": "office@duban.example",
        "to": "head@a.example", "to_name": "单位负责人", "subject": "[逾期1天] 示纪函〔2023〕12号",
        "text": "正文\n", "html": "<p>正文</p>",
        "headers": {"In-Reply-To": "<t.1.2@duban.example>", "References": "<t.1.2@duban.example>"},
    }  # fmt: skip
    return Mail(**{**values, **changes})  # type: ignore[arg-type]  # a table of overrides


def values_of(template: str) -> list[Values]:
    """Every shape that a template's values can have."""
    if template in ("brief", "overdue", "reminder", "review-late", "views"):
        return values_of_nights(template)
    if template in ("account-changed", "invitation", "reset"):
        return [AccountMail(**BASE, login="zhang", until="2024-02-03 09:00", change="理由", by="甲",
                            at="2024-01-27 09:00")]  # fmt: skip
    if template in ("database-gone", "night-missing"):
        return [AlarmMail(**BASE, expected="2024-01-27 00:10", last_success=last, attempt=attempt, stopped=stopped)
                for last, attempt, stopped in (("", "", False), ("2024-01-26 00:10", "甲", False),
                                               ("2024-01-26 00:10", "甲", True))]  # fmt: skip
    if template == "trouble":
        return [
            AlarmMail(
                **BASE,
                title="甲",
                what="甲",
                since="2024-01-27 00:10",
                remedy="理由",
                effect="理由",
            )
        ]
    if template == "taken-back":
        return [LetterMail(**BASE, letter=LETTER, count=count, what=what, rung="通报", day=day)
                for count, what, day in ((1, "withdrawal", LETTER.last_day), (2, "withdrawal", None),
                                         (1, "extension", LETTER.last_day), (2, "step", None),
                                         (3, "receipt", LETTER.sign_by))]  # fmt: skip
    return [
        LetterMail(**BASE, letter=LETTER, count=count, by="甲", at=WHEN, day=date(2024, 2, 8),
                   old_day=date(2024, 1, 26), granted=granted, overdue=granted, late=late, rung="通报", reason="理由",
                   calendar="http://127.0.0.1:8765/details/feed" if template in ("acknowledged", "issued") else "")
        for count, granted, late in ((1, True, 0), (3, False, 1), (2, True, 2))
    ]  # fmt: skip


ALL = [(template, index, language) for template in TEMPLATES
       for index in range(len(values_of(template))) for language in ("zh", "en")]  # fmt: skip
