"""`python -m bench`: run the benchmarks and print them as a table.

Each figure stands beside its target and its floor: the same rows written by the bare driver, with
neither engine nor SQLAlchemy, in the same run on the same machine. PostgreSQL is the server that
the tests find (tests/postgres.py). Exit code 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from bench.feeds import feeds
from bench.firing import firing
from bench.lateness import lateness
from bench.load import load
from bench.replanning import replanning
from bench.season import season
from bench.step import steps
from bench.table import Figure, show
from tests.postgres import NoPostgres, find_server

# What was asked for, and the URL of a PostgreSQL server or None → what was measured.
PARTS: dict[str, Callable[[argparse.Namespace, str | None], list[Figure]]] = {
    "step": lambda _, postgres: steps(postgres),
    "firing": lambda options, postgres: firing(options.due, postgres),
    "lateness": lambda _, postgres: lateness(postgres),
    "load": lambda options, postgres: load(options.due, postgres),
    "feeds": lambda *_: feeds(),
    "replanning": lambda options, postgres: replanning(options.running, postgres),
    "season": lambda options, postgres: season(options.scale, postgres),
}


def main() -> int:
    """Run what was asked for; 0 when every target was met."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only",
        choices=PARTS,
        help="run one part only",
    )
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--scale", type=int, default=134, help="the large season: 30 concepts × N")
    parser.add_argument("--due", type=int, default=10_000, help="timers that are due at once")
    parser.add_argument(
        "--running", type=int, default=4_020, help="instances that run when the calendar changes"
    )
    options = parser.parse_args()
    server = None
    if not options.sqlite_only:
        try:
            server = find_server()
        except NoPostgres as reason:
            print(f"PostgreSQL is not measured: there is none.\n{reason}", file=sys.stderr)
    figures: list[Figure] = []
    try:
        for name, part in PARTS.items():
            if options.only in (None, name):
                figures += part(options, server.url if server else None)
    finally:
        if server is not None:
            server.stop()
    show(figures)
    return 1 if any(figure.missed for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
