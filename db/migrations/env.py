"""Run by Alembic with a connection that db/migrate.py has opened, locked and will commit."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from db.tables.all import metadata


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    # Revisions must not change when a library's classes do, so they name plain SQLAlchemy types.
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=_render,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
