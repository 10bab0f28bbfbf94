"""Brings a database up or down: `python -m aiconnected.db.migrate up|down [revision]`.

With `migrations/` the only place that knows Alembic: product code never imports it.
`DATABASE_URL_OWNER` names a login that may make roles (a superuser, locally).
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config


def up(url: str, target: str = "head") -> None:
    """Run the revisions up to `target`."""
    command.upgrade(_config(url), target)


def down(url: str, target: str = "base") -> None:
    """Undo the revisions after `target`; data they held is lost."""
    command.downgrade(_config(url), target)


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    # Not an option: its `%` of an encoded password would be taken for interpolation.
    config.attributes["url"] = "postgresql+psycopg://" + url.partition("://")[2]
    return config


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m aiconnected.db.migrate")
    directions = parser.add_subparsers(dest="direction", required=True)
    directions.add_parser("up").add_argument("target", nargs="?", default="head")
    directions.add_parser("down").add_argument("target")
    chosen = parser.parse_args(arguments)
    run = up if chosen.direction == "up" else down
    run(os.environ["DATABASE_URL_OWNER"], chosen.target)


if __name__ == "__main__":
    main()
