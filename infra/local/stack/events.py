"""The event sources: queues and schedules, fed to the app's handlers as Lambda would feed them.

`python -m infra.local.stack.events --beat FILE`; the file is made once every source is listening.
"""

import argparse
import logging
import os
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypedDict, cast

from boto3.session import Session
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.stack.lambda_runtime import Container, InvocationFailed, TimedOut, fork_server

logger = logging.getLogger(__name__)

_WAIT = 10  # seconds of a long poll
_TIMEOUT = 55.0  # seconds of a job: less than the queue's visibility
_PAUSE = 1.0  # seconds after a queue could not be read
_LARGEST_BATCH = 10  # of one poll, SQS's own limit
_UNITS = {"MINUTE": 60.0, "HOUR": 3600.0, "DAY": 86400.0}


class Message(TypedDict, total=False):
    """A message as SQS hands it out."""

    MessageId: str
    ReceiptHandle: str
    Body: str
    MD5OfBody: str
    Attributes: dict[str, str]


class Queue(Protocol):
    """What is used of boto3's SQS client, which ships no types."""

    def receive_message(self, **parameters: Any) -> dict[str, Any]: ...  # noqa: ANN401
    def delete_message_batch(self, **parameters: Any) -> dict[str, Any]: ...  # noqa: ANN401


class Function(Protocol):
    """A container, or what stands for one in a test."""

    def invoke(self, function: str, event: Mapping[str, Any], *, seconds: float) -> Any: ...  # noqa: ANN401


def pump(container: Function, sqs: Queue, *, name: str, url: str, batch: int) -> int:
    """One poll of a queue: what the handler did not fail is deleted. How many messages came."""
    received = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=min(batch, _LARGEST_BATCH),
        WaitTimeSeconds=_WAIT,
        AttributeNames=["All"],
        MessageAttributeNames=["All"],
    )
    messages = cast("list[Message]", received.get("Messages", []))
    if not messages:
        return 0
    failed = _failures(container, name, messages=messages, queue=url.rpartition("/")[2])
    entries = [
        {"Id": str(index), "ReceiptHandle": message.get("ReceiptHandle")}
        for index, message in enumerate(messages)
        if message.get("MessageId") not in failed
    ]
    if entries:
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    return len(messages)


def _failures(
    container: Function, name: str, *, messages: Sequence[Message], queue: str
) -> set[str]:
    """Ids that stay in the queue; a handler that raises fails its whole batch."""
    event = {"Records": [_record(message, queue) for message in messages]}
    try:
        answer = container.invoke(name, event, seconds=_TIMEOUT)
    except (InvocationFailed, TimedOut):
        logger.exception("job failed: %s", name)
        return {message.get("MessageId", "") for message in messages}
    failures = cast("dict[str, list[dict[str, str]]]", answer or {}).get("batchItemFailures", [])
    return {item["itemIdentifier"] for item in failures}


def _record(message: Message, queue: str) -> dict[str, Any]:
    return {
        "messageId": message.get("MessageId"),
        "receiptHandle": message.get("ReceiptHandle"),
        "body": message.get("Body"),
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {},
        "md5OfBody": message.get("MD5OfBody"),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{queue}",
        "awsRegion": "us-east-1",
    }


def seconds(value: int, unit: str) -> float:
    """Length of a `rate(value unit)`, in either number of the unit."""
    return value * _UNITS[unit.upper().rstrip("S")]


def _poll(container: Container, source: Any, url: str, listening: threading.Barrier) -> None:  # noqa: ANN401
    # The default session is not for several threads.
    sqs = cast("Queue", Session().client("sqs"))  # pyright: ignore[reportUnknownMemberType] -- untyped
    container.start()
    listening.wait()
    while True:
        try:
            pump(container, sqs, name=source.name, url=url, batch=source.batch_size)
        except (BotoCoreError, ClientError) as exc:
            logger.warning("queue is away: %s: %s", source.name, type(exc).__name__)
            time.sleep(_PAUSE)


def _tick(container: Container, source: Any, listening: threading.Barrier) -> None:  # noqa: ANN401
    rate = source.schedule_expression
    period = seconds(rate.value, rate.unit)
    listening.wait()
    while True:  # the first time at once: what the last run left over is waiting
        try:
            container.invoke(source.name, _scheduled(source.name), seconds=_TIMEOUT)
        except InvocationFailed:
            logger.exception("schedule failed: %s", source.name)
        time.sleep(period)


def _scheduled(name: str) -> dict[str, Any]:
    """EventBridge's event of a rule that fires by the clock."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "region": "us-east-1",
        "resources": [f"arn:aws:events:us-east-1:000000000000:rule/{name}"],
        "detail": {},
    }


def main() -> None:
    """One container and one thread for each source, until killed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--beat", type=Path, required=True)
    options = arguments.parse_args()
    logging.basicConfig(level=logging.INFO)
    import app as functions  # noqa: PLC0415 -- its sources; needs the settings in the environment

    context = fork_server()
    sources = functions.app.event_sources
    listening = threading.Barrier(len(sources) + 1)
    for source in sources:
        container = Container(context)
        queue = getattr(source, "queue", None)
        if queue:
            target, extra = _poll, (container, source, _url(queue), listening)
        else:
            target, extra = _tick, (container, source, listening)
        threading.Thread(target=target, args=extra, name=source.name, daemon=True).start()
    listening.wait()
    options.beat.touch()
    threading.Event().wait()


def _url(queue: str) -> str:
    """Address of a queue by its name, from the settings: `*_QUEUE_URL`."""
    for name, value in os.environ.items():
        if name.endswith("_QUEUE_URL") and value.rpartition("/")[2] == queue:
            return value
    raise LookupError(queue)


if __name__ == "__main__":
    main()
