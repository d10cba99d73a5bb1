"""What everybody can do for themselves: language, keys, password, second factor, sessions."""

from starlette.responses import Response

from duban.web.desk import Desk
from duban.web.doors import Open, Pages

pages = Pages()


@pages.get("/me", Open.TO_SIGNED_IN)
def me(desk: Desk) -> Response:
    with desk.reading() as sight:
        return desk.page("me.html", sight)
