"""How Alembic gets at the database: `service.persistence.schema` hands over its connection.

Developers run Alembic by itself to draft a revision: `alembic -x url=sqlite:///x.sqlite3 revision
--autogenerate -m "what changes"`, with this folder as `script_location`.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from service.persistence.databases import engine_for, parsed
from service.persistence.tables import metadata


def run(connection: Connection) -> None:
    """Run the revisions in the connection's own transaction, which the caller commits."""
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True
    )
    context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = parsed(context.get_x_argument(as_dictionary=True)["url"])
    with engine_for(url, durable=True).begin() as own:
        run(own)
