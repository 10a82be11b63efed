"""`kelisim migrate`: bring the database to the present schema."""

from __future__ import annotations

import click

from service import bootstrap, settings


@click.command()
def migrate() -> None:
    """Create or upgrade the database that DATABASE_URL names (default: var/kelisim.sqlite3)."""
    chosen = settings.read()
    bootstrap.migrate_database(chosen)
    click.echo(f"{chosen.database_label} has the present schema.")
