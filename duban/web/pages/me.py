"""What everybody can do for themselves: language, keys, password, sessions."""

from starlette.responses import Response

from config.language import _, as_language, set_language
from duban.services.change_account import end_sessions, renew_password, set_habits
from duban.services.queue_account_mail import Post
from duban.services.sign_in import has_ended, open_session
from duban.web.desk import Desk
from duban.web.doors import Open, Pages
from duban.web.gate import LANGUAGE_COOKIE
from duban.web.pages.sign_in import set_session_cookie
from duban.web.password import new_password, require_password
from models.account import Account
from models.errors import NotFound
from models.organization import Organization
from models.queries.accounts import sessions_of

pages = Pages()


@pages.get("/me", Open.TO_SIGNED_IN)
def me(desk: Desk) -> Response:
    now = desk.house.wall_clock()
    with desk.reading() as sight:
        account = sight.session.get_one(Account, desk.person.account_id)
        opened = [
            one
            for one in sessions_of(sight.session, desk.person.account_id, now)
            if not has_ended(one, account, sight.settings.web, now)
        ]
        return desk.page(
            "me.html", sight, account=account, opened=opened,
            organization=sight.session.get_one(Organization, account.organization_id),
        )  # fmt: skip


@pages.post("/me/habits", Open.TO_SIGNED_IN, again=me)
def habits(desk: Desk) -> Response:
    language = desk.text("language")
    with desk.writing() as sight:
        account = sight.session.get_one(Account, desk.person.account_id)
        set_habits(sight.session, account, language=language, keys_off=bool(desk.text("keys_off")))
    set_language(as_language(language))
    answer = desk.to("/me", _("Your choices are kept."))
    # What was chosen for this browser alone gives way to what is chosen for the account.
    answer.delete_cookie(LANGUAGE_COOKIE, secure=desk.house.secure, httponly=True)
    return answer


@pages.post("/me/sessions/end", Open.TO_SIGNED_IN)
def end_one(desk: Desk) -> Response:
    wanted, person, now = desk.text("session"), desk.person, desk.house.wall_clock()
    with desk.writing() as sight:
        mine = sessions_of(sight.session, person.account_id, now)
        if wanted not in [one.token_hash for one in mine]:
            raise NotFound(_("This session has ended already."))
        account = sight.session.get_one(Account, person.account_id)
        end_sessions(sight.session, account, by=person.name, now=now, only=wanted)
    return desk.to("/me", _("The session was ended."))


@pages.post("/me/sessions/end-others", Open.TO_SIGNED_IN)
def end_others(desk: Desk) -> Response:
    person = desk.person
    with desk.writing() as sight:
        account = sight.session.get_one(Account, person.account_id)
        end_sessions(
            sight.session, account, by=person.name, now=desk.house.wall_clock(),
            but=person.session,
        )  # fmt: skip
    return desk.to("/me", _("Every other session was ended."))


@pages.get("/me/password", Open.TO_SIGNED_IN)
def password_form(desk: Desk) -> Response:
    with desk.reading() as sight:
        account = sight.session.get_one(Account, desk.person.account_id)
        return desk.page("my_password.html", sight, account=account)


@pages.post("/me/password", Open.TO_SIGNED_IN, again=password_form)
def change_password(desk: Desk) -> Response:
    person, now = desk.person, desk.house.wall_clock()
    require_password(desk, "present")
    password = new_password(desk)
    with desk.writing() as sight:
        account = sight.session.get_one(Account, person.account_id)
        renew_password(
            sight.session, account, password, now=now, post=Post(sight.settings, sight.now)
        )
        token = open_session(
            sight.session, account, settings=sight.settings.web, address=desk.address,
            browser=desk.request.headers.get("user-agent", ""), now=now,
            second_factor=person.second_factor_at is not None,
        )  # fmt: skip
    answer = desk.to("/me", _("The password was changed; every other session was ended."))
    set_session_cookie(desk, answer, token)
    return answer
