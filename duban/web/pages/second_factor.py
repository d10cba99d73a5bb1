"""One's own second factor: set up by a first code, removed with the password."""

import segno
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from config.language import _, current_language
from duban.services.queue_account_mail import Post
from duban.services.second_factor import (
    address_of,
    confirm_factor,
    new_offer,
    secret_of,
    take_away_factor,
)
from duban.web.desk import Desk
from duban.web.doors import Open, Pages
from duban.web.password import require_password
from duban.web.problems import NotSignedIn
from models.account import Account
from models.sign_in import SignIn

pages = Pages()


@pages.get("/me/second-factor", Open.TO_HALFWAY)
def form(desk: Desk) -> Response:
    person, key = desk.person, desk.house.key
    if person.owes_code:
        return RedirectResponse("/sign-in/code", 303)
    with desk.reading() as sight:
        account = sight.session.get_one(Account, person.account_id)
        if account.otp_confirmed_at is not None:
            return desk.page("second_factor_on.html", sight, account=account)
        offer = desk.typed("offer", new_offer(person.account_id, key))
        secret = secret_of(offer, person.account_id, key)
        site = sight.settings.site
        issuer = site.name if current_language() == "zh" else site.name_en
        address = address_of(secret, account.login, issuer)
        return desk.page(
            "second_factor_off.html", sight, offer=offer, secret=secret, address=address,
            picture=_picture(address),
        )  # fmt: skip


@pages.post("/me/second-factor", Open.TO_HALFWAY, again=form)
def confirm(desk: Desk) -> Response:
    number = _who_owes_nothing(desk)
    with desk.writing() as sight:
        account = sight.session.get_one(Account, number)
        kept = sight.session.get_one(SignIn, desk.person.session)
        confirm_factor(
            sight.session, account, desk.text("offer"), desk.text("code"), keep=kept,
            key=desk.house.key, now=desk.house.wall_clock(), post=Post(sight.settings, sight.now),
        )  # fmt: skip
    return desk.to("/me", _("The second factor is set up; every other session was ended."))


@pages.post("/me/second-factor/remove", Open.TO_HALFWAY, again=form)
def remove(desk: Desk) -> Response:
    number = _who_owes_nothing(desk)
    require_password(desk, "present")
    with desk.writing() as sight:
        account = sight.session.get_one(Account, number)
        kept = sight.session.get_one(SignIn, desk.person.session)
        take_away_factor(
            sight.session, account, by=account.name, now=desk.house.wall_clock(),
            post=Post(sight.settings, sight.now), keep=kept,
        )  # fmt: skip
    return desk.to("/me", _("The second factor was removed; every other session was ended."))


def _who_owes_nothing(desk: Desk) -> int:
    """The visitor's account; whoever still owes the code may not touch what asks for it.

    Raises:
        NotSignedIn: the code of this session is missing.
    """
    if desk.person.owes_code:
        raise NotSignedIn(_("Give the code of your second factor first."))
    return desk.person.account_id


def _picture(address: str) -> Markup:
    """The address as a QR picture; it is an SVG of our own making."""
    return Markup(
        segno.make(address, micro=False).svg_inline(border=4, light="#fff", omitsize=True)
    )
