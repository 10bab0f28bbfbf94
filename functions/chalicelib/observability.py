"""The logger and the metrics of every function: structured lines, no SDK, no permission needed.

Tracing is left to Lambda's active mode: the X-Ray SDK alone costs 185 ms of a cold start.
"""

import logging

from aws_lambda_powertools import Logger, Metrics

SERVICE = "control-plane"
NAMESPACE = "Voice"

logger = Logger(service=SERVICE)
metrics = Metrics(namespace=NAMESPACE, service=SERVICE)


def configure(level: str) -> None:
    """Have our own packages log as the functions do, with the request's id on every line."""
    logger.setLevel(level)
    for name in ("aiconnected", "chalicelib"):
        package = logging.getLogger(name)
        package.handlers = logger.handlers
        package.setLevel(level)
        package.propagate = False
