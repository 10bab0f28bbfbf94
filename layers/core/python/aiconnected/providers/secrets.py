"""Secrets from AWS Secrets Manager, or from whoever speaks its protocol (`AWS_ENDPOINT_URL`)."""

from typing import Protocol, cast

from aiconnected.kit.errors import ProviderError


class _Client(Protocol):
    """What we use of boto3's client, which ships no types."""

    def get_secret_value(self, *, SecretId: str) -> dict[str, object]: ...  # noqa: N803 -- boto3's name


def read_secret(secret_id: str) -> str:
    """The secret's current text; raises `ProviderError`."""
    import boto3  # noqa: PLC0415 -- 0.3 s to import
    from botocore.config import Config  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3})
    try:
        client = cast(
            "_Client",
            boto3.client("secretsmanager", config=config),  # pyright: ignore[reportUnknownMemberType] -- no types
        )
        return str(client.get_secret_value(SecretId=secret_id)["SecretString"])
    except (BotoCoreError, ClientError) as exc:
        raise ProviderError(
            "The secret cannot be read.",
            provider="secretsmanager",
            retryable=not isinstance(exc, ClientError),
        ) from exc
