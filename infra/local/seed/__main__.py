"""`python -m infra.local.seed`: seeds a database, prints its logins and numbers."""

import json
import os
import sys
from dataclasses import asdict

from aiconnected.db import Database
from infra.local.seed.seed import seed


def main() -> None:
    """Seed, and print what `stack.json` takes over."""
    database = Database.single(os.environ["DATABASE_URL_APP"], os.environ["DATABASE_URL_PLATFORM"])
    try:
        json.dump(asdict(seed(database)), sys.stdout, indent=2)
    finally:
        database.close()


if __name__ == "__main__":
    main()
