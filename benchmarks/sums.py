"""The sums that the product keeps beside its findings, made from all of them at once."""

from models.finding import RUNS

SUMS = {
    "finding_counts": """
        SELECT organization_id, state, acknowledged_at IS NOT NULL AS received, provisional,
            escalated, count(*) AS n
        FROM findings GROUP BY 1, 2, 3, 4, 5""",
    "due_counts": f"SELECT last_day, count(*) AS n FROM findings WHERE {RUNS} GROUP BY 1",
}
"""By table its rows."""

KEYS = {
    "finding_counts": ("organization_id", "state", "received", "provisional", "escalated"),
    "due_counts": ("last_day",),
}


def fill_sum(table: str) -> str:
    """SQL: its rows into the empty table."""
    return f"INSERT INTO {table}({', '.join(KEYS[table])}, n) {SUMS[table]}"


def wrong_rows(table: str) -> str:
    """SQL: the rows of a table that the findings belie, and those that are missing."""
    return f"""(
        SELECT 1 FROM {table} AS kept FULL JOIN ({SUMS[table]}) AS counted
        USING ({", ".join(KEYS[table])}) WHERE COALESCE(kept.n, 0) <> COALESCE(counted.n, 0)
    ) AS wrong"""
