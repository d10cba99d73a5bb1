"""The digests that are due unfold before anything leaves, some at a time.

So what only reminds is known before the first mail is claimed, and no transaction is long.
"""

from duban.services.mailing import Mailing
from duban.services.unfold_digest import parts_of, unfold
from duban.services.write_night_mail import true_lines
from models.message import DIGEST, NO_LONGER_TRUE, MessageState
from models.queries.courtesies import digests_due

AT_ONCE = 200


def unfold_due(mailing: Mailing) -> int:
    """Unfold every digest that may leave now; how many of them had nothing true to say."""
    if DIGEST not in mailing.templates():
        return 0
    void, found = 0, AT_ONCE
    while found == AT_ONCE:
        with mailing.database.begin() as session, session.no_autoflush:
            digests = digests_due(session, mailing.now, AT_ONCE)
            found = len(digests)
            for digest in digests:
                lines = true_lines(session, digest, now=mailing.now, rules=mailing.rules)
                if lines:
                    unfold(session, digest, parts_of(lines), mailing.now)
                else:
                    digest.guard = {**digest.guard, "lines": []}
                    digest.state, digest.answer = MessageState.CANCELLED, NO_LONGER_TRUE
                    void += 1
                session.add(digest)
    return void
