"""Data keys from AWS KMS, or from whoever speaks its protocol (`AWS_ENDPOINT_URL`)."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Protocol, cast

from aiconnected.kit.errors import ProviderError
from aiconnected.sealing.errors import SealBroken
from aiconnected.sealing.ports import DataKey

# The caller's doing or a broken seal: a second try would end the same way.
_BROKEN = {"InvalidCiphertextException", "IncorrectKeyException"}
_FINAL = {"NotFoundException", "DisabledException", "AccessDeniedException", "ValidationException"}


class _Client(Protocol):
    """What we use of boto3's KMS client, which ships no types."""

    def generate_data_key(
        self,
        *,
        KeyId: str,  # noqa: N803 -- these names are boto3's
        KeySpec: str,  # noqa: N803
        EncryptionContext: Mapping[str, str],  # noqa: N803
    ) -> dict[str, bytes]: ...

    def decrypt(
        self,
        *,
        KeyId: str,  # noqa: N803
        CiphertextBlob: bytes,  # noqa: N803
        EncryptionContext: Mapping[str, str],  # noqa: N803
    ) -> dict[str, bytes]: ...


class KmsKeys:
    """KeyService over one symmetric key, named by id, ARN or alias."""

    def __init__(self, key_id: str) -> None:
        self._key_id = key_id
        self._made: _Client | None = None

    def generate(self, context: Mapping[str, str]) -> DataKey:
        """A new AES-256 key, wrapped for `context`."""
        with _translated():
            answer = self._client().generate_data_key(
                KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=context
            )
        return DataKey(plain=answer["Plaintext"], wrapped=answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, *, context: Mapping[str, str]) -> bytes:
        """The plain key; raises `SealBroken` when it was not wrapped by our key for `context`."""
        with _translated():
            answer = self._client().decrypt(
                KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext=context
            )
        return answer["Plaintext"]

    def _client(self) -> _Client:
        if self._made is None:
            import boto3  # noqa: PLC0415 -- 0.3 s to import
            from botocore.config import Config  # noqa: PLC0415

            config = Config(
                connect_timeout=2,
                read_timeout=5,
                retries={"mode": "standard", "total_max_attempts": 3},
            )
            self._made = cast(
                "_Client",
                boto3.client("kms", config=config),  # pyright: ignore[reportUnknownMemberType] -- no types
            )
        return self._made


@contextmanager
def _translated() -> Generator[None]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- see `_client`

    try:
        yield
    except ClientError as exc:
        answer = cast("Mapping[str, Mapping[str, str]]", exc.response)  # boto3 ships no types
        code = answer.get("Error", {}).get("Code", "")
        if code in _BROKEN:
            raise SealBroken from exc
        raise ProviderError(
            "The key service failed.", provider="kms", retryable=code not in _FINAL
        ) from exc
    except BotoCoreError as exc:
        raise ProviderError("The key service failed.", provider="kms", retryable=True) from exc
