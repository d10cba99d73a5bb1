"""The way in which conversations are gathered is the standard's."""

from email.message import EmailMessage

from tests.mail.threads import base_subject, threads


def mail(number: str, subject: str, references: str = "", reply: str = "") -> EmailMessage:
    made = EmailMessage()
    made["Message-ID"], made["Subject"] = f"<{number}@a.example>", subject
    if references:
        made["References"] = " ".join(f"<{one}@a.example>" for one in references)
    if reply:
        made["In-Reply-To"] = f"<{reply}@a.example>"
    return made


def gathered(*mails: EmailMessage) -> list[list[str]]:
    return [[str(one["Message-ID"])[1] for one in thread] for thread in threads(mails)]


def test_conversations() -> None:
    # Under a mail that was never sent; in the wrong order; by one header or the other.
    assert gathered(mail("a", "x", "r"), mail("b", "y", "r"), mail("c", "z", "s")) == [
        ["a", "b"],
        ["c"],
    ]
    assert gathered(mail("c", "x", "ab"), mail("b", "x", "a"), mail("a", "x")) == [["a", "b", "c"]]
    assert gathered(mail("a", "x"), mail("b", "y", reply="a")) == [["a", "b"]]
    # A ring, and one number twice.
    assert gathered(mail("a", "x", "b"), mail("b", "y", "a")) == [["b", "a"]]
    assert gathered(mail("a", "x"), mail("a", "y")) == [["a"], ["a"]]
    # By what is left of the subject.
    assert gathered(mail("a", "[Overdue] Letter 1"), mail("b", "Re: letter 1"), mail("c", "Letter 2")) == [
        ["a", "b"], ["c"],
    ]  # fmt: skip


def test_base_subjects() -> None:
    assert [base_subject(text) for text in ("[逾期4天] 提醒函", "Re: [x] Fwd: 提醒函 (fwd)", "[x]", "")] == [
        "提醒函", "提醒函", "[x]", "",
    ]  # fmt: skip
