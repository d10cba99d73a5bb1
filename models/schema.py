"""Creating and upgrading the tables, with Alembic; imported only when needed."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, make_url

from models.database import Database, make_engine


def alembic_config(connection: Connection) -> Config:
    """Alembic pointed at our migrations and at ``connection``."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> Database:
    """Bring the database at ``url`` to ``revision``, creating the file where there is none."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(url)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.upgrade(alembic_config(connection), revision)
    return Database(engine)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to ``revision``."""
    engine = database.engine
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.downgrade(alembic_config(connection), revision)
