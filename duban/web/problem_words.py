"""What each kind of problem means and what helps, in the current language."""

from config.language import _


def meaning_of(code: str) -> str:
    """The kind of problem called ``code``, explained."""
    return {
        "validation": _(
            "A value has a form or a content that cannot be used. The sentence says which and"
            " how to write it."
        ),
        "usage": _(
            "The request names something that does not go together. The sentence says what."
        ),
        "not-signed-in": _(
            "There is no session or token, or it has ended, expired or was revoked. Sign in, "
            "or make a new token."
        ),
        "not-allowed": _(
            "The account or the token's scopes do not cover this. Another role must do it."
        ),
        "not-found": _(
            "There is no such thing, or it belongs to somebody whose things you may not see; "
            "the two are not told apart."
        ),
        "method-not-allowed": _("The address exists, but not for this kind of request."),
        "illegal-transition": _(
            "The finding is in a state that has no such step. Look at it again; the answer "
            "names the steps that it has."
        ),
        "refused": _(
            "A rule of the product forbids it, whoever asks. The sentence names the rule."
        ),
        "breaker": _(
            "A night would tell far more people than was foreseen and waits for a supervisor."
        ),
        "second-person-required": _(
            "Who proposed a change does not approve it. Ask a colleague with that right."
        ),
        "stale-version": _("Somebody changed it after you looked. Read it again, then decide."),
        "precondition-required": _(
            "Send the version that you saw as If-Match, so that nobody's work is overwritten "
            "unseen."
        ),
        "key-missing": _(
            "Send an Idempotency-Key with requests that act, so that a repeated request acts once."
        ),
        "key-reused": _(
            "The same Idempotency-Key came with other contents. Take a new key for each act."
        ),
        "key-in-flight": _(
            "Wait until the first request with this key is done, then ask again; you get its "
            "answer."
        ),
        "too-large": _(
            "The request or a file is larger than is taken here. The sentence says how much is."
        ),
        "calendar-not-covered": _(
            "The State Council's holiday notice of a year is not loaded, so a date cannot be "
            "computed. A clerk loads it under “Rules and calendars”."
        ),
        "rate-limited": _("Too many tries came in a short time. Wait as long as Retry-After says."),
        "unavailable": _(
            "The database, the settings or another service fails just now. Try again; if it "
            "stays so, call the operator."
        ),
        "unexpected": _(
            "A fault on our side. It is written down under the request's number; call us and "
            "name it."
        ),
    }[code]
