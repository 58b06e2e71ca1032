"""How a migration runs: with the engine that the application gives it."""

from typing import Any, Literal

from alembic import context

from dialogue.store.base import UtcDateTime
from dialogue.store.schema import METADATA


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration names the plain type that a column has in the database, never a class of the application."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run() -> None:
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            compare_type=True,
            render_item=render,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
