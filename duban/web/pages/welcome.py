"""Links that let somebody in: an invitation or a reset sets a password, and nothing else."""

from starlette.background import BackgroundTask
from starlette.responses import Response

from config.language import _
from duban.services.accounts import account_of_link
from duban.services.invite import enter_by_link, forgotten
from duban.services.queue_account_mail import Post
from duban.web.desk import Desk
from duban.web.doors import Open, Pages
from duban.web.house import House
from duban.web.password import new_password
from duban.web.sight import sight_of
from models.errors import BadInput, NotFound, RefusedByRule
from models.queries.scope import NOTHING

pages = Pages()


@pages.get("/welcome/{token}", Open.TO_EVERYBODY)
def welcome(desk: Desk, token: str) -> Response:
    with desk.house.database.read() as session:
        try:
            link, account = account_of_link(session, token, now=desk.house.wall_clock())
        except (NotFound, RefusedByRule) as error:
            return desk.page(
                "welcome_ended.html", status=404 if isinstance(error, NotFound) else 410,
                sentence=error.message,
            )  # fmt: skip
        return desk.page("welcome.html", account=account, link=link)


@pages.post("/welcome/{token}", Open.TO_EVERYBODY, again=welcome)
def enter(desk: Desk, token: str) -> Response:
    password = new_password(desk)
    with desk.writing() as sight:
        enter_by_link(
            sight.session, token, password, now=desk.house.wall_clock(),
            post=Post(sight.settings, sight.now),
        )  # fmt: skip
    return desk.to("/sign-in", _("The password is set; sign in with it."))


@pages.get("/forgotten", Open.TO_EVERYBODY)
def forgotten_form(desk: Desk) -> Response:
    return desk.page("forgotten.html")


@pages.post("/forgotten", Open.TO_EVERYBODY, again=forgotten_form)
def ask(desk: Desk) -> Response:
    login = desk.text("login")
    if not login:
        raise BadInput(_("Write your sign-in name."), field="login")
    answer = desk.page("forgotten_sent.html")
    # After the answer: neither its words nor its time tell whether there is such an account.
    answer.background = BackgroundTask(_send, desk.house, login)
    return answer


def _send(house: House, login: str) -> None:
    with house.database.begin() as session:
        sight = sight_of(session, house.settings, NOTHING, house.wall_clock())
        post = Post(house.settings, sight.now)
        forgotten(session, login, now=house.wall_clock(), post=post)
