"""The error catalogue."""

import pytest

from aiconnected.kit.errors import (
    AppError,
    ErrorCode,
    FieldError,
    Invalid,
    NotFound,
    ProviderError,
    ProviderTimeout,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_has_a_status_of_an_error(code: ErrorCode) -> None:
    assert 400 <= code.status <= 504
    assert code.value == code.name


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (ErrorCode.AUTH_TOKEN_MISSING, 401),
        (ErrorCode.AUTH_ACCOUNT_LOCKED, 403),
        (ErrorCode.AUTHZ_PERMISSION_DENIED, 403),
        (ErrorCode.VAL_REQUIRED, 400),
        (ErrorCode.RES_NOT_FOUND, 404),
        (ErrorCode.RES_CONFLICT, 409),
        (ErrorCode.BIZ_QUOTA_EXCEEDED, 422),
        (ErrorCode.RATE_LIMIT_HOUR, 429),
        (ErrorCode.SRV_DATABASE_ERROR, 500),
    ],
)
def test_a_code_has_the_status_of_its_family_or_its_own(code: ErrorCode, status: int) -> None:
    assert code.status == status


def test_the_docstring_is_the_default_message() -> None:
    assert NotFound().message == "There is no such resource."
    assert str(NotFound("No such call.")) == "No such call."
    assert NotFound().status == 404


def test_an_error_may_name_a_closer_code_and_its_fields() -> None:
    wrong = FieldError(field="limit", code=ErrorCode.VAL_OUT_OF_RANGE, message="1 to 100")

    error = Invalid(code=ErrorCode.VAL_OUT_OF_RANGE, details=[wrong])

    assert error.error_code is ErrorCode.VAL_OUT_OF_RANGE
    assert error.details == (wrong,)
    assert isinstance(error, AppError)


def test_a_provider_error_says_whether_to_try_again() -> None:
    error = ProviderTimeout(provider="deepgram", retryable=True)

    assert (error.provider, error.retryable, error.status) == ("deepgram", True, 504)
    assert isinstance(error, ProviderError)
