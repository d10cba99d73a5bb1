"""Lines of what has no floor in a database: dates reckoned, ledgers imported."""

from collections.abc import Iterator

from benchmarks.report import Line

IMPORT_SECONDS, IMPORT_MB = 30.0, 400
COMPARED = {
    "one: by the table, from an instant": (
        "one: a precomputed list, from a day",
        "one: pendulum and our calendar, with reasons",
    ),
    "many: by the table": ("many: a precomputed list", None),
}
"""Ways to reckon a deadline, each with the least that it could take and what else is used."""


def deadlines() -> Iterator[Line]:
    """The deadline rule, one by one and in bulk; seconds are those of one deadline."""
    from benchmarks.deadlines import measure

    found = {line["name"]: line for line in measure()}
    aside = {name for floor, peer in COMPARED.values() for name in (floor, peer)}
    for name, line in found.items():
        if name in aside:
            continue
        floor, peer = COMPARED.get(name, (None, None))
        yield Line(
            f"deadline, {name}", line["n"], 0, "sqlite",
            line.get("seconds", line["us_each"] / 1e6),
            found[floor]["us_each"] / 1e6 if floor else None,
            {peer: found[peer]["us_each"] / 1e6} if peer else {},
            peak_mb=line.get("peak_mb"),
        )  # fmt: skip


def imports(rows: int) -> Iterator[Line]:
    """Checking and applying a ledger of so many rows, by the command."""
    from benchmarks.imports import measure

    for found in measure(rows, (".csv",)):
        new = found["name"].endswith("new")
        met = found["seconds"] <= IMPORT_SECONDS and found["peak_mb"] <= IMPORT_MB
        yield Line(
            found["name"], found["n"], 0, found["backend"], found["seconds"],
            peak_mb=found["peak_mb"], met=met if new else None,
            goal=f"<= {IMPORT_SECONDS:g} s, <= {IMPORT_MB} MiB" if new else "",
        )  # fmt: skip
