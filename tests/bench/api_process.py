"""Control-plane requests in this process, one after another, each timed.

The request goes through the whole Lambda handler (Chalice, resolver, validation, logger, metrics)
and touches no database. What the functions log goes nowhere, as Lambda takes it off their hands.
"""

import argparse
import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.stack.lambda_runtime import HTTP_FUNCTION, Context

_PATH = "/api/v1/health"
_WARM_UP = 200  # requests that do not count
_SECONDS = 29.0
# Nothing listens there: a request that asked for it would fail.
SETTINGS = {
    "DATABASE_URL_APP": "postgresql://nobody@127.0.0.1:9/none",
    "DATABASE_URL_PLATFORM": "postgresql://nobody@127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "RECORDINGS_BUCKET": "none",
    "DOCUMENT_ADDED_QUEUE_URL": "http://127.0.0.1:9/document-added",
    "CALL_ENDED_QUEUE_URL": "http://127.0.0.1:9/call-ended",
    "MAIL_REQUESTED_QUEUE_URL": "http://127.0.0.1:9/mail-requested",
    "DOCUMENTS_BUCKET": "none",
    "WEBHOOKS_QUEUE_URL": "http://127.0.0.1:9/webhooks",
    "EVENT_RECEIVED_QUEUE_URL": "http://127.0.0.1:9/event-received",
    "STRIPE_WEBHOOK_SECRETS": "none",
    "JWT_KEYS_SECRET_ID": "none",
    "KMS_KEY_ID": "none",
    "PUBLIC_APP_URL": "http://127.0.0.1:9",
    "MAIL_FROM": "none@example.com",
    "PUBLIC_API_URL": "http://127.0.0.1:9",
    "PUBLIC_REALTIME_WS_URL": "ws://127.0.0.1:9",
    "OPENAI_API_KEY": "none",
    "TWILIO_ACCOUNT_SID": "none",
    "TWILIO_AUTH_TOKEN": "none",
    "AWS_DEFAULT_REGION": "us-east-1",
}
Handler = Callable[[Mapping[str, Any], Context], Mapping[str, Any]]


def _event() -> dict[str, Any]:
    """What API Gateway sends for a GET of the health route."""
    return {
        "resource": _PATH,
        "path": _PATH,
        "httpMethod": "GET",
        "headers": {"accept": "application/json", "host": "bench"},
        "multiValueHeaders": {"accept": ["application/json"], "host": ["bench"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "bench",
            "stage": "api",
            "httpMethod": "GET",
            "path": _PATH,
            "resourcePath": _PATH,
            "requestId": str(uuid.uuid4()),
            "identity": {"sourceIp": "127.0.0.1", "userAgent": "bench"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


def _bare(event: Mapping[str, Any], _: Context) -> Mapping[str, Any]:
    """A handler that does nothing: what the loop around it takes by itself."""
    return {"statusCode": 200, "body": "", "path": event["path"]}


def _timed(handler: Handler, *, count: int) -> list[float]:
    """Microseconds of each request; raises RuntimeError at an answer that is not 200."""
    took: list[float] = []
    for _ in range(_WARM_UP + count):
        event = _event()
        context = Context(HTTP_FUNCTION, str(uuid.uuid4()), time.monotonic() + _SECONDS)
        began = time.perf_counter()
        answer = handler(event, context)
        took.append((time.perf_counter() - began) * 1e6)
        if answer["statusCode"] != 200:
            raise RuntimeError(f"{_PATH} answered {answer['statusCode']}")
    return took[_WARM_UP:]


def main() -> None:
    """Print the microseconds of each request, ours and the bare loop's, as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--requests", type=int, required=True)
    count: int = arguments.parse_args().requests
    result = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    os.environ.update(SETTINGS)
    import app as functions  # noqa: PLC0415 -- reads its settings from the environment

    bare = _timed(_bare, count=count)
    ours = _timed(functions.app, count=count)
    with result:
        json.dump({"ours": ours, "bare": bare}, result)


if __name__ == "__main__":
    main()
