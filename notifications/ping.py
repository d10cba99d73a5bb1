"""A ping to a monitor on another machine, which raises the alarm when pings stay out."""

import ssl

from config.language import _
from models.errors import DubanError

LONGEST_WAIT = 10
"""Seconds for the connection, and again for the answer."""


class PingFailed(DubanError):
    """The monitor did not say that it heard; the message says why and never where it is."""

    code = "ping-failed"


def ping(url: str) -> None:
    """Ask for the address and say nothing else.

    Raises:
        PingFailed: nobody answered, or something else than that all is well.
    """
    import httpx

    try:
        with (
            # Neither a proxy of the environment nor a .netrc: what is asked leaves as it is.
            httpx.Client(
                timeout=LONGEST_WAIT, verify=ssl.create_default_context(), trust_env=False
            ) as client,
            client.stream("GET", url, headers={"User-Agent": "duban"}) as answer,
        ):
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:  # or a name that cannot be
        raise PingFailed(f"{type(error).__name__}: {error}") from error
    # A redirect is no answer of the monitor: what wants a sign-in gives one.
    if not 200 <= status < 300:
        raise PingFailed(_("the answer was {status}").format(status=status))
