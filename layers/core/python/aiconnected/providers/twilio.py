"""Twilio's REST API with its own client: numbers bought and given back, calls placed."""

import logging
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from requests.exceptions import RequestException, Timeout
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from aiconnected.calls.errors import CarrierRefused
from aiconnected.calls.ports import Dialling
from aiconnected.kit.errors import (
    AppError,
    ErrorCode,
    FieldError,
    Invalid,
    ProviderError,
    ProviderTimeout,
)
from aiconnected.numbers.errors import NotForSale
from aiconnected.numbers.ports import AvailableNumber, NumberSearch, Webhooks

if TYPE_CHECKING:
    from twilio.rest.api.v2010.account.available_phone_number_country.local import LocalInstance

logger = logging.getLogger(__name__)

NAME = "twilio"
DEADLINE_S = 8.0  # of one request; API Gateway ends ours after 29 s
_BAD_REQUEST, _NOT_FOUND, _TOO_MANY, _SERVER_ERROR = 400, 404, 429, 500


class TwilioRest:
    """Fills `numbers.ports.NumberMarket` and `calls.ports.Dialler`."""

    def __init__(self, *, account_sid: str, auth_token: str, base_url: str) -> None:
        http = TwilioHttpClient(timeout=DEADLINE_S)
        self._client = Client(account_sid, auth_token, http_client=http)
        self._client.api.base_url = base_url

    def search(self, wanted: NumberSearch) -> list[AvailableNumber]:
        """Local numbers with voice."""
        given = {
            "area_code": wanted.area_code,
            "contains": wanted.contains,
            "in_region": wanted.state,
        }
        narrowed: dict[str, Any] = {name: value for name, value in given.items() if value}
        with _asking(refused=_not_understood, gone=_no_such_country):
            found = self._client.available_phone_numbers(wanted.country).local.list(
                voice_enabled=True, limit=wanted.limit, page_size=wanted.limit, **narrowed
            )
        return [_available(each) for each in found]

    def buy(self, number: str, *, friendly_name: str, webhooks: Webhooks) -> str:
        """Order exactly this number."""
        with _asking(refused=NotForSale):
            bought = self._client.incoming_phone_numbers.create(
                phone_number=number,
                friendly_name=friendly_name or number,
                voice_url=webhooks.voice_url,
                voice_method="POST",
                status_callback=webhooks.status_url,
                status_callback_method="POST",
            )
        return _sid(bought.sid)

    def find(self, number: str) -> str | None:
        """By the number itself."""
        with _asking():
            found = self._client.incoming_phone_numbers.list(phone_number=number, limit=1)
        return _sid(found[0].sid) if found else None

    def give_back(self, external_id: str) -> None:
        """Release the number; one that is gone is fine."""
        try:
            with _asking():
                self._client.incoming_phone_numbers(external_id).delete()
        except _Gone:
            logger.info("number is gone already", extra={"external_id": external_id})

    def dial(self, dialling: Dialling) -> str:
        """Place the call; Twilio asks `connect_url` when somebody answers."""
        with _asking(refused=CarrierRefused):
            call = self._client.calls.create(
                to=dialling.to,
                from_=dialling.from_,
                url=dialling.connect_url,
                method="POST",
                status_callback=dialling.status_url,
                status_callback_method="POST",
                status_callback_event=["completed"],
                timeout=dialling.ring_seconds,
            )
        return _sid(call.sid)


class _Gone(ProviderError):
    """Twilio does not have it."""

    def __init__(self) -> None:
        super().__init__(provider=NAME, retryable=False)


class _Unexpected(ProviderError):
    """Twilio's answer is not what its documentation says."""

    def __init__(self) -> None:
        super().__init__(provider=NAME, retryable=False)


def _sid(sid: str | None) -> str:
    if sid is None:
        raise _Unexpected
    return sid


def _available(found: "LocalInstance") -> AvailableNumber:
    # Declared as text, and a mapping of what the number can do to whether it can.
    capabilities = cast("Mapping[str, bool]", found.capabilities or {})
    return AvailableNumber(
        number=str(found.phone_number),
        locality=found.locality,
        state=found.region,
        country=str(found.iso_country),
        capabilities=tuple(sorted(name for name, has in capabilities.items() if has)),
    )


def _not_understood() -> AppError:
    return Invalid("The carrier does not understand this search.")


def _no_such_country() -> AppError:
    code = ErrorCode.VAL_INVALID_ENUM
    message = "The carrier has no numbers of this country."
    return Invalid(code=code, details=[FieldError(field="country", code=code, message=message)])


@contextmanager
def _asking(
    *, refused: Callable[[], AppError] | None = None, gone: Callable[[], AppError] = _Gone
) -> Generator[None]:
    """Our errors for Twilio's: `refused` for a 400, `gone` for a 404."""
    try:
        yield
    except TwilioException as exc:
        status = _status(exc)
        if status == _BAD_REQUEST and refused is not None:
            raise refused() from exc
        if status == _NOT_FOUND:
            raise gone() from exc
        retryable = not _BAD_REQUEST <= status < _SERVER_ERROR or status == _TOO_MANY
        raise ProviderError(provider=NAME, retryable=retryable) from exc
    except Timeout as exc:
        raise ProviderTimeout(provider=NAME, retryable=True) from exc
    except RequestException as exc:
        raise ProviderError(provider=NAME, retryable=True) from exc


def _status(error: TwilioException) -> int:
    """Of the answer behind an error; 0 when there was none. A page's error carries it whole."""
    if isinstance(error, TwilioRestException):
        return int(error.status)
    answers = [each for each in error.args if isinstance(each, Response)]
    return answers[0].status_code if answers else 0
