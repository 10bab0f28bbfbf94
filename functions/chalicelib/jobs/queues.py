"""How messages of a queue reach their job: one at a time, those that fail stay in the queue."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from aiconnected.contracts.envelope import Envelope
from chalicelib.observability import logger, metrics

Job = Callable[[Envelope], object]


def consume(event: Mapping[str, Any], context: object, *, job: Job) -> Mapping[str, Any]:
    """Run `job` for each message of an SQS event; answers which of them stay in the queue.

    A message may come again after it was done: jobs are idempotent.
    """
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def handle(record: SQSRecord) -> None:
        _handle(record, job)

    with processor(
        records=event["Records"], handler=handle, lambda_context=cast("LambdaContext", context)
    ):
        processor.process()  # pyright: ignore[reportUnknownMemberType] -- its tuples are untyped
    return processor.response()


def _handle(record: SQSRecord, job: Job) -> None:
    try:
        envelope = Envelope.model_validate_json(record.body)
        logger.append_keys(message_id=str(envelope.id), message_type=envelope.type)
        job(envelope)
        metrics.add_metric("MessagesDone", "Count", 1)
    except Exception:  # the boundary of one message: the others go on
        logger.exception("job failed")
        metrics.add_metric("MessagesFailed", "Count", 1)
        raise
    finally:
        logger.remove_keys(["message_id", "message_type"])
