"""What an import wrote into a finding that was there before, cell by cell, so it can be undone."""

from sqlmodel import Field, SQLModel


class CellChange(SQLModel, table=True):
    """One cell: what stood there, and what an import put in its place."""

    __tablename__ = "cell_changes"

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="import_batches.id", index=True)
    finding_id: int
    field: str = Field(max_length=32)
    before: str | None = None
    after: str | None = None
