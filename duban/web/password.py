"""Asking for a password once more, before somebody changes what guards the own account."""

from config.language import _
from duban.services.passwords import is_password
from duban.services.sign_in import note_failure, seconds_to_wait
from duban.web.desk import Desk
from duban.web.problems import RateLimited
from models.account import Account
from models.errors import BadInput


def require_password(desk: Desk, field: str) -> None:
    """Refuse to go on unless ``field`` holds the visitor's present password.

    Raises:
        RateLimited: too many were wrong, here or at the sign-in.
        BadInput: it is wrong, or the account has none.
    """
    house, now = desk.house, desk.house.wall_clock()
    with house.database.read() as session:
        account = session.get_one(Account, desk.person.account_id)
        login, stored = account.login, account.password_hash
        wait = seconds_to_wait(session, login, desk.address, now)
    if wait > 0:
        raise RateLimited(
            _("Too many wrong tries; wait {n} seconds and try again.").format(n=wait),
            retry_after=wait, field=field,
        )  # fmt: skip
    if is_password(str(desk.form.get(field, "")), stored):
        return
    with house.database.begin() as session:
        note_failure(session, login, desk.address, account_id=desk.person.account_id, now=now)
    raise BadInput(_("The present password is wrong."), field=field)


def new_password(desk: Desk) -> str:
    """What was typed twice into ``password`` and ``again``.

    Raises:
        BadInput: the two differ.
    """
    password = str(desk.form.get("password", ""))
    if password != str(desk.form.get("again", "")):
        raise BadInput(_("The two passwords differ; type the same one twice."), field="again")
    return password
