"""Coming in: password, second factor, signing out."""

from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from config.language import _
from duban.services.accounts import keep_hash
from duban.services.passwords import is_password
from duban.services.sign_in import (
    close_session,
    give_code,
    note_failure,
    open_session,
    seconds_to_wait,
)
from duban.web.desk import Desk
from duban.web.doors import Open, Pages
from duban.web.problems import RateLimited
from models.account import Account
from models.errors import BadInput
from models.installation import Installation
from models.queries.accounts import account_by_login
from models.rights import AccountRole
from models.sign_in import SignIn

pages = Pages()


@pages.get("/", Open.TO_EVERYBODY)
def start(desk: Desk) -> Response:
    return RedirectResponse(_home(desk), 303)


@pages.get("/sign-in", Open.TO_EVERYBODY)
def form(desk: Desk) -> Response:
    with desk.house.database.read() as session:
        installation = session.get(Installation, 1)
        demo = installation is not None and installation.demo
    from duban.demo.people import DEMO_PASSWORD, demo_people

    return desk.page(
        "sign_in.html",
        following=desk.typed("next", desk.query.get("next", "")),
        oidc=desk.house.settings.oidc.name if desk.house.settings.oidc.issuer else None,
        demo_accounts=demo_people() if demo else [],
        demo_password=DEMO_PASSWORD,
    )


@pages.post("/sign-in", Open.TO_EVERYBODY, again=form)
def sign_in(desk: Desk) -> Response:
    login, password = desk.text("login"), str(desk.form.get("password", ""))
    house, address, now = desk.house, desk.address, desk.house.wall_clock()
    with house.database.read() as session:
        wait = seconds_to_wait(session, login, address, now)
        account = account_by_login(session, login)
        number, stored = (account.id, account.password_hash) if account else (None, None)
        active = account is not None and account.active
    if wait > 0:
        raise RateLimited(
            _("Too many wrong tries; wait {n} seconds and try again.").format(n=wait),
            retry_after=wait, field="password",
        )  # fmt: skip
    known = is_password(password, stored)
    if not known or not active:
        with house.database.begin() as session:
            note_failure(session, login, address, account_id=number, now=now)
        raise BadInput(_("The name or the password is wrong."), field="password")
    with house.database.begin() as session:
        found = session.get_one(Account, number)
        keep_hash(session, found, password)
        token = open_session(
            session, found, settings=house.settings.web, address=address,
            browser=desk.request.headers.get("user-agent", ""), now=now,
        )  # fmt: skip
    answer = RedirectResponse(_following(desk, found.role), 303)
    set_session_cookie(desk, answer, token)
    return answer


def set_session_cookie(desk: Desk, answer: Response, token: str) -> None:
    """Let the browser keep a session until it is closed or the session ends."""
    answer.set_cookie(
        desk.house.cookie, token, httponly=True, samesite="lax", secure=desk.house.secure
    )


@pages.get("/sign-in/code", Open.TO_HALFWAY)
def code_form(desk: Desk) -> Response:
    return desk.page("sign_in_code.html")


@pages.post("/sign-in/code", Open.TO_HALFWAY, again=code_form)
def code(desk: Desk) -> Response:
    person, house, now = desk.person, desk.house, desk.house.wall_clock()
    with house.database.begin() as session:
        account = session.get_one(Account, person.account_id)
        wait = seconds_to_wait(session, account.login, desk.address, now)
        opened = session.get_one(SignIn, person.session)
        taken = wait <= 0 and give_code(
            session, opened, account, desk.text("code"), key=house.key, now=now
        )
        if not taken and wait <= 0:
            note_failure(session, account.login, desk.address, account_id=account.id, now=now)
    if not taken:
        raise BadInput(_("This code is wrong or was used; wait for the next one."), field="code")
    return RedirectResponse("/", 303)


@pages.post("/sign-out", Open.TO_HALFWAY)
def sign_out(desk: Desk) -> Response:
    with desk.house.database.begin() as session:
        account = session.get_one(Account, desk.person.account_id)
        close_session(session, desk.person.session or "", by=account, now=desk.house.wall_clock())
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(desk.house.cookie, secure=desk.house.secure, httponly=True)
    return answer


def _home(desk: Desk) -> str:
    return "/sign-in" if desk.visitor is None else HOMES[desk.visitor.role]


HOMES = {
    AccountRole.CLERK: "/dashboard",
    AccountRole.VERIFIER: "/reviews",
    AccountRole.SUPERVISOR: "/dashboard",
    AccountRole.ORGANIZATION: "/todo",
    AccountRole.ADMINISTRATOR: "/admin",
    AccountRole.AUDITOR: "/log",
}
"""The page on which each role's day begins."""


def _following(desk: Desk, role: AccountRole) -> str:
    """Where somebody wanted to go, if that is a page of ours."""
    wanted = desk.text("next")
    parts = urlsplit(wanted)
    if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc:
        return wanted
    return HOMES[role]
