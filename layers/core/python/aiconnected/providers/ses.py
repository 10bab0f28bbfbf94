"""Mails through AWS SES, or through whoever speaks its protocol (`AWS_ENDPOINT_URL`)."""

from collections.abc import Mapping, Sequence
from email.utils import formataddr
from typing import Protocol, cast

from aiconnected.kit.errors import ProviderError
from aiconnected.mail.models import Mail

# The mail itself is refused: a second try would end the same way.
_FINAL = {"MessageRejected", "InvalidParameterValue", "MailFromDomainNotVerifiedException"}


class _Client(Protocol):
    """What we use of boto3's SES client, which ships no types."""

    def send_email(
        self,
        *,
        Source: str,  # noqa: N803 -- these names are boto3's
        Destination: Mapping[str, Sequence[str]],  # noqa: N803
        Message: Mapping[str, object],  # noqa: N803
        ReplyToAddresses: Sequence[str],  # noqa: N803
    ) -> object: ...


class SesMailer:
    """Mailer over one address whose identity SES has verified."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._made: _Client | None = None

    def send(self, mail: Mail) -> None:
        """Hand the mail over; raises `ProviderError`."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- see `_client`

        try:
            self._client().send_email(
                Source=_source(mail.sender_name, self._address),
                Destination={"ToAddresses": [mail.to]},
                Message={
                    "Subject": _content(mail.subject),
                    "Body": {"Text": _content(mail.text), "Html": _content(mail.html)},
                },
                ReplyToAddresses=[mail.reply_to] if mail.reply_to else [],
            )
        except ClientError as exc:
            answer = cast("Mapping[str, Mapping[str, str]]", exc.response)  # boto3 ships no types
            code = answer.get("Error", {}).get("Code", "")
            raise ProviderError(
                "The mail was refused.", provider="ses", retryable=code not in _FINAL
            ) from exc
        except BotoCoreError as exc:
            raise ProviderError("The mail failed.", provider="ses", retryable=True) from exc

    def _client(self) -> _Client:
        if self._made is None:
            import boto3  # noqa: PLC0415 -- 0.3 s to import
            from botocore.config import Config  # noqa: PLC0415

            config = Config(
                connect_timeout=2,
                read_timeout=10,
                retries={"mode": "standard", "total_max_attempts": 2},
            )
            self._made = cast(
                "_Client",
                boto3.client("ses", config=config),  # pyright: ignore[reportUnknownMemberType] -- no types
            )
        return self._made


def _source(name: str, address: str) -> str:
    """`name` beside the address, as SES takes it: encoded words where it is not ASCII."""
    return formataddr((name, address)) if name else address


def _content(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
