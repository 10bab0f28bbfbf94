"""Command line of the set-up: `python3.11 -m infra.local.setup demo|test|localstack|sam|clean`.

This module alone runs on any Python 3, because its first words say which one is needed.
"""

import sys

NEEDED = (3, 11)


def main() -> int:
    """Check the interpreter, then hand over to the code that is written for it."""
    if sys.version_info[:2] != NEEDED:
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"missing: Python 3.11 (this is {found}): install it, or name it: make PYTHON=…")
        return 1
    from infra.local.setup import commands  # noqa: PLC0415 -- unreadable to an older Python

    return commands.run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
