"""What can go wrong with a speech vendor, in words that a record may hold."""

from collections.abc import Generator
from contextlib import contextmanager

from deepgram.core.api_error import ApiError
from websockets.exceptions import ConnectionClosed, InvalidHandshake

_RETRYABLE_STATUS = frozenset({408, 425, 429})


class VendorFailure(Exception):
    """A vendor failed. `code` is safe to store: no personal data, no key, no text."""

    def __init__(self, code: str, *, retryable: bool = True) -> None:
        super().__init__(code)
        self.code, self.retryable = code, retryable


@contextmanager
def as_failure() -> Generator[None]:
    """Turn what the vendor's client raises into `VendorFailure`.

    The client's own error holds the request's headers and with them the key, so it is not chained.
    """
    try:
        yield
    except ApiError as exc:
        status = exc.status_code or 0
        retryable = status in _RETRYABLE_STATUS or status >= 500  # noqa: PLR2004 -- RFC 9110 §15.6
        raise VendorFailure(f"http_{status}", retryable=retryable) from None
    except ConnectionClosed as exc:
        raise VendorFailure(f"closed_{exc.rcvd.code if exc.rcvd else 1006}") from exc
    except TimeoutError as exc:
        raise VendorFailure("timeout") from exc
    except (OSError, InvalidHandshake) as exc:
        raise VendorFailure("unreachable") from exc
