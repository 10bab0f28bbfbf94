"""Telephone numbers in E.164, the only form in which they are kept and compared (G7)."""

from aiconnected.kit.errors import ErrorCode, Invalid


class InvalidPhone(Invalid):
    """This is not a telephone number."""

    code = ErrorCode.VAL_INVALID_PHONE


def e164(text: str, *, region: str = "US") -> str:
    """`text` as +15551234567; national forms are read as of `region`. Raises `InvalidPhone`."""
    # Its metadata takes a while to load, and only some requests carry a number.
    import phonenumbers  # noqa: PLC0415

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as exc:
        raise InvalidPhone from exc
    if not phonenumbers.is_possible_number(number):
        raise InvalidPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
