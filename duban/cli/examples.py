"""Lines to begin from, shown first in the help."""

from config.language import _


def examples() -> tuple[str, ...]:
    """Every example, in the order of the help; those with words of people are translated."""
    return (
        "duban status",
        "duban status --check --quiet",
        "duban status --as-of 2024-01-27T09:00",
        "duban demo run --fresh",
        "duban init",
        "duban init --config /etc/duban/duban.toml",
        "duban up",
        "duban up --no-prefect",
        "duban import ledger check ledger.xlsx",
        _('duban import ledger apply ledger.xlsx --by "Li Na"'),
        "duban ledger export --to ledger.xlsx",
        "duban import ledger check ledger.xlsx --conflicts theirs",
        "duban import calendar check 2027.json",
        "duban letter preview --window P1M",
        _('duban letter issue --org jy --by "Li Na"'),
        "duban letter document 12 --to letter.docx",
        "duban letter template --to letter.docx",
        "duban letter acknowledge 12 --at 2024-01-15T10:00",
        _('duban letter annul 12 --reason "confirmed for another letter" --by "Li Na"'),
        "duban receipt check receipt-2023-12-1-2.txt",
        "duban letter urging-notice 12 --to urging-notice.docx",
        "duban letter closing-slip 12 --to closing-slip.docx",
        "duban escalation circular --on 2024-02-02 --to circular.docx",
        "duban stats brief --month 2024-01 --to brief.docx",
        "duban finding list --state overdue --csv",
        "duban finding why 12-3",
        _('duban finding return 12-3 12-4 --reason "evidence is missing" --by "Li Na"'),
        _('duban finding reinstate 12-3 --reason "withdrawn by mistake" --by "Wang Wei"'),
        "duban extension list",
        _('duban extension approve 3 --by "Wang Wei"'),
        _('duban extension revoke 3 --reason "asked for 12-4" --by "Wang Wei"'),
        "duban escalation list --json=id,reference,level",
        _('duban escalation approve 4 5 --by "Wang Wei"'),
        _('duban escalation rescind 4 --reason "the report was on paper" --by "Wang Wei"'),
        _('duban org add jy "Education Bureau" --group bureaus'),
        _('duban org contact add jy "Zhang San" --email zhang@jy.example'),
        "duban org contact set 7 --email new@jy.example",
        "duban run preview",
        "duban run show 2024-01-27",
        "duban run watch",
        _('duban run confirm 2024-01-27 --by "Wang Wei"'),
        "duban mail list --state refused",
        "duban mail read",
        "duban mail resend 53497c9072d6",
        "duban calendar due 2024-01-12 --window P1M",
        "duban calendar coverage",
        "duban db check",
        "duban db upgrade",
        "duban config show",
        "duban config check",
        "duban config check --policy new.toml",
        "duban version --json",
        "duban help exit-codes",
        "duban help glossary",
    )


def examples_of(words: str) -> list[str]:
    """The examples of a command; of a group, those of every command in it."""
    if words == "duban":
        return ["duban status", "duban finding list --state overdue", "duban help glossary"]
    return [line for line in examples() if f"{line} ".startswith(f"{words} ")]
