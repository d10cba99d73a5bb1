"""Coming in through the identity provider; an administrator linked the account beforehand."""

import hmac

from starlette.responses import RedirectResponse, Response

from config.language import _
from duban.services.account_log import log_event
from duban.services.sign_in import open_session
from duban.web.desk import Desk
from duban.web.doors import Open, Pages
from duban.web.oidc import LASTS, Attempt, Provider
from duban.web.pages.sign_in import HOMES, set_session_cookie
from models.errors import BadInput, NotAllowed
from models.queries.accounts import account_by_subject

pages = Pages()

BACK = "/sign-in/oidc/back"
COOKIE = "duban_oidc"


@pages.get("/sign-in/oidc", Open.TO_EVERYBODY)
def begin(desk: Desk) -> Response:
    attempt = Attempt.begin(desk.house.wall_clock())
    answer = RedirectResponse(_provider(desk).address(attempt), 303)
    answer.set_cookie(
        COOKIE, attempt.sealed(desk.house.key), max_age=LASTS, path=BACK, httponly=True,
        samesite="lax", secure=desk.house.secure,
    )  # fmt: skip
    return answer


@pages.get(BACK, Open.TO_EVERYBODY)
def back(desk: Desk) -> Response:
    provider, house, now = _provider(desk), desk.house, desk.house.wall_clock()
    attempt = Attempt.opened(desk.request.cookies.get(COOKIE, ""), house.key, now)
    state, issuer = desk.query.get("state", ""), desk.query.get("iss", provider.issuer)
    begun_here = attempt is not None and hmac.compare_digest(attempt.state.encode(), state.encode())
    if attempt is None or not begun_here or issuer != provider.issuer:
        raise BadInput(
            _("This sign-in was not begun in this browser, or took too long; begin again.")
        )
    if not (code := desk.query.get("code", "")):
        raise NotAllowed(_("The identity provider did not let you in; begin again, or call us."))
    subject = provider.subject(code, attempt, now)
    answer = _enter(desk, provider.issuer, subject)
    answer.delete_cookie(COOKIE, path=BACK, httponly=True, secure=house.secure)
    return answer


def _provider(desk: Desk) -> Provider:
    settings = desk.house.settings
    return Provider(settings.oidc, settings.site.base_url + BACK)


def _enter(desk: Desk, issuer: str, subject: str) -> Response:
    """A session for the account that is known by this subject; none is ever made for it."""
    house, now = desk.house, desk.house.wall_clock()
    token = None
    with house.database.begin() as session:
        account = account_by_subject(session, issuer, subject)
        if account is None or not account.active:
            log_event(
                session, "sign-in.refused", now=now, address=desk.address,
                account_id=account.id if account else None,
            )  # fmt: skip
        else:
            token = open_session(
                session, account, settings=house.settings.web, address=desk.address,
                browser=desk.request.headers.get("user-agent", ""), now=now,
            )  # fmt: skip
    if account is None or token is None:
        raise NotAllowed(
            _("No account here is linked with this identity; ask the administrator to link yours.")
        )
    answer = RedirectResponse(HOMES[account.role], 303)
    set_session_cookie(desk, answer, token)
    return answer
