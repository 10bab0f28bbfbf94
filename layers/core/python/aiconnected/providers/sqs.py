"""Publisher of job messages on SQS, or on whoever speaks its protocol (`AWS_ENDPOINT_URL`)."""

from collections.abc import Mapping
from typing import Protocol, cast

from aiconnected.contracts.envelope import Envelope
from aiconnected.kit.errors import ProviderError


class _Client(Protocol):
    """What we use of boto3's SQS client, which ships no types."""

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> object: ...  # noqa: N803 -- boto3's names


class SqsPublisher:
    """Publisher that knows one queue URL for each message type."""

    def __init__(self, queues: Mapping[str, str]) -> None:
        """`queues` maps an envelope's type to the URL of its queue."""
        self._queues = dict(queues)
        self._made: _Client | None = None

    def publish(self, envelope: Envelope) -> None:
        """Send the envelope as the message's body; a type without a queue is not retryable."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- see `_client`

        queue = self._queues.get(envelope.type)
        if queue is None:
            raise ProviderError(f"No queue takes {envelope.type}.", provider="sqs", retryable=False)
        try:
            self._client().send_message(QueueUrl=queue, MessageBody=envelope.model_dump_json())
        except (BotoCoreError, ClientError) as exc:
            raise ProviderError("The queue failed.", provider="sqs", retryable=True) from exc

    def _client(self) -> _Client:
        if self._made is None:
            import boto3  # noqa: PLC0415 -- 0.3 s to import
            from botocore.config import Config  # noqa: PLC0415

            config = Config(
                connect_timeout=2,
                read_timeout=5,
                retries={"mode": "standard", "total_max_attempts": 2},
            )
            self._made = cast(
                "_Client",
                boto3.client("sqs", config=config),  # pyright: ignore[reportUnknownMemberType] -- no types
            )
        return self._made
