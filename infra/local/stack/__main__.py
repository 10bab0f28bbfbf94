"""A stack without a screen, for tests: `python -m infra.local.stack --name NAME` until SIGTERM."""

import argparse
import logging
import sys

from infra.local.stack.layout import Layout
from infra.local.stack.supervisor import StackError, Supervisor

logger = logging.getLogger("infra.local.stack")


def main() -> int:
    """1, with the failing service's last words, when the stack does not come up."""
    arguments = argparse.ArgumentParser(prog="infra.local.stack", description=__doc__)
    arguments.add_argument("--name", required=True)
    arguments.add_argument("--instant", action="store_true", help="vendors without models")
    arguments.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of the planes that differs from the stack's",
    )
    options = arguments.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    settings = dict(item.split("=", 1) for item in options.set)
    stack = Supervisor(
        Layout(name=options.name), default_ports=False, instant=options.instant, settings=settings
    )
    try:
        stack.up(lambda step: logger.info("up: %s", step))
        stack.watch()
    except StackError as exc:
        logger.error("%s", exc)  # noqa: TRY400 -- the text is for the operator, the trace is not
        return 1
    finally:
        stack.down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
