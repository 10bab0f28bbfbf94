"""The logger and the metrics of every function: structured lines, no SDK, no permission needed.

Tracing is left to Lambda's active mode: the X-Ray SDK alone costs 185 ms of a cold start.
"""

import logging
import traceback
from types import TracebackType

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from aiconnected.kit.errors import AppError

SERVICE = "control-plane"
NAMESPACE = "Voice"
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(LambdaPowertoolsFormatter):
    """Says where an error came from, not what it says: drivers quote what they refuse."""

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 -- the name of `logging`
        """Kinds and frames of the error and its causes; messages of our own errors alone."""
        chain: list[str] = []
        error = ei[1]
        while error is not None:
            said = f": {error.message}" if isinstance(error, AppError) else ""
            frames = "".join(traceback.format_tb(error.__traceback__))
            chain.append(f"{frames}{type(error).__qualname__}{said}")
            error = error.__cause__ or error.__context__
        return "\ncaused by\n".join(chain)


logger = Logger(
    service=SERVICE, logger_formatter=DiscreetFormatter(serialize_stacktrace=False, utc=True)
)
metrics = Metrics(namespace=NAMESPACE, service=SERVICE)


def configure(level: str) -> None:
    """Have our own packages log as the functions do, with the request's id on every line."""
    logger.setLevel(level)
    for name in ("aiconnected", "chalicelib"):
        package = logging.getLogger(name)
        package.handlers = logger.handlers
        package.setLevel(level)
        package.propagate = False
