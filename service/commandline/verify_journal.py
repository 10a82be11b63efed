"""`kelisim verify-journal`: is every entry where and as it was written?"""

from __future__ import annotations

import click

from service import bootstrap, settings
from service.errors import WrongInput


@click.command("verify-journal")
def verify_journal() -> None:
    """Follow the hash chain of the whole journal; exit 1 at the first broken link.

    The last hash is printed: kept elsewhere, it shows a journal that was written anew.
    """
    chosen = settings.read()
    with bootstrap.open_database(chosen.database_url, migrate=False) as store:
        count, broken, last = bootstrap.first_broken_entry(store)
    if broken is not None:
        raise WrongInput(
            f"The journal is broken at entry {broken}: it was changed, cut off, removed or put in. "
            "Restore it from a backup and compare."
        )
    click.echo(f"{count} entries, the chain is whole; its last hash is {last}.")
