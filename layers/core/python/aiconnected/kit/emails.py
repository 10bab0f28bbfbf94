"""Email addresses in the one form in which they are kept and compared."""

import re

from aiconnected.kit.errors import ErrorCode, Invalid

# One @, something on both sides, a dot in the domain: the mail that verifies it is the real check.
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets


class InvalidEmail(Invalid):
    """This is not an email address."""

    code = ErrorCode.VAL_INVALID_EMAIL


def normal_email(text: str) -> str:
    """The address as it is kept: lower case, no blanks around; raises `InvalidEmail`."""
    email = text.strip().lower()
    if len(email) > _LONGEST or not _EMAIL.fullmatch(email):
        raise InvalidEmail
    return email
