"""The event sources: queues and schedules, fed to the app's handlers as Lambda would feed them.

`python -m infra.local.stack.events --beat FILE`; the file is made once every source is listening.
"""

import argparse
import logging
import os
import threading
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.stack.lambda_runtime import Container, InvocationFailed, TimedOut, fork_server

logger = logging.getLogger(__name__)

_WAIT = 10  # seconds of a long poll
_TIMEOUT = 55.0  # seconds of a job: less than the queue's visibility
_PAUSE = 1.0  # seconds after a queue could not be read
_UNITS = {"MINUTES": 60.0, "HOURS": 3600.0, "DAYS": 86400.0}


def pump(container: Container, sqs: Any, *, name: str, url: str, batch: int) -> int:  # noqa: ANN401
    """One poll of a queue: what the handler did not fail is deleted. How many messages came."""
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=min(batch, 10),
        WaitTimeSeconds=_WAIT,
        AttributeNames=["All"],
        MessageAttributeNames=["All"],
    )
    messages = answer.get("Messages", [])
    if not messages:
        return 0
    failed = _failures(container, name, messages, queue=url.rpartition("/")[2])
    done = [m for m in messages if m["MessageId"] not in failed]
    if done:
        entries = [{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(done)]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    return len(messages)


def _failures(container: Container, name: str, messages: list[Any], *, queue: str) -> set[str]:
    """Ids that stay in the queue; a handler that raises fails its whole batch."""
    event = {"Records": [_record(message, queue) for message in messages]}
    try:
        answer = container.invoke(name, event, seconds=_TIMEOUT) or {}
    except (InvocationFailed, TimedOut):
        logger.exception("job failed: %s", name)
        return {message["MessageId"] for message in messages}
    return {item["itemIdentifier"] for item in answer.get("batchItemFailures", [])}


def _record(message: Any, queue: str) -> dict[str, Any]:  # noqa: ANN401
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{queue}",
        "awsRegion": "us-east-1",
    }


def _poll(container: Container, source: Any, url: str, listening: threading.Barrier) -> None:  # noqa: ANN401
    sqs = boto3.client("sqs")
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
    period = rate.value * _UNITS[rate.unit.rstrip("S") + "S"]
    listening.wait()
    while True:  # the first time at once: what the last run left over is waiting
        try:
            container.invoke(source.name, {"source": "aws.events", "detail": {}}, seconds=_TIMEOUT)
        except InvocationFailed:
            logger.exception("schedule failed: %s", source.name)
        time.sleep(period)


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
