"""Which passwords are good enough: long, and not among those that are guessed first."""

from collections.abc import Iterable

from aiconnected.kit.errors import ErrorCode, FieldError, Invalid

SHORTEST = 12
_JUDGED = 72  # characters: judging takes longer the more there are
_SAFELY_UNGUESSABLE = 3  # of 4, zxcvbn's scale: 10^8 guesses and more


class WeakPassword(Invalid):
    """This password is too easy to guess."""

    def __init__(self, message: str, *, code: ErrorCode, field: str) -> None:
        super().__init__(code=code, details=[FieldError(field=field, code=code, message=message)])


def check_password(password: str, *, known: Iterable[str], field: str = "password") -> None:
    """Raises `WeakPassword`. `known` is what anybody knows of the person, such as the address."""
    if len(password) < SHORTEST:
        message = f"A password has at least {SHORTEST} characters."
        raise WeakPassword(message, code=ErrorCode.VAL_TOO_SHORT, field=field)
    from zxcvbn import zxcvbn  # noqa: PLC0415 -- its dictionaries take 50 ms to load

    words = [part for text in known for part in (text, *text.split("@")) if part]
    if password.lower() in {word.lower() for word in words}:
        message = "Choose something else than your own address."
        raise WeakPassword(message, code=ErrorCode.VAL_INVALID_FORMAT, field=field)
    judged = zxcvbn(password[:_JUDGED], user_inputs=words)
    if judged["score"] < _SAFELY_UNGUESSABLE:
        message = judged["feedback"]["warning"] or "This is among the first that are guessed."
        raise WeakPassword(message, code=ErrorCode.VAL_INVALID_FORMAT, field=field)
