"""What the product's letters say. A secret stands behind `#`, which no server's log ever sees."""

from aiconnected.mail.models import Letter

_NOT_YOU = "If this was not you, ignore this mail: nothing happens without the link."


def address_to_verify(token: str) -> Letter:
    """To somebody who has signed up."""
    return Letter(
        subject="Confirm your email address",
        paragraphs=(
            "Confirm this address to open your account. The link works once, for 24 hours.",
            _NOT_YOU,
        ),
        action="Confirm address",
        path=f"/verify-email#token={token}",
    )


def account_exists() -> Letter:
    """To somebody who has signed up, or asked for a confirmation, with a confirmed address."""
    return Letter(
        subject="You have an account already",
        paragraphs=(
            "Somebody has just asked for an account with this address, and it has one already.",
            "If it was you, sign in, or choose another password where you do.",
        ),
        action="Sign in",
        path="/login",
    )


def password_to_reset(token: str) -> Letter:
    """To somebody who has forgotten the password."""
    return Letter(
        subject="Choose another password",
        paragraphs=(
            "Somebody has asked for another password. The link works once, for an hour.",
            _NOT_YOU,
        ),
        action="Choose password",
        path=f"/reset-password#token={token}",
    )


def password_changed() -> Letter:
    """To somebody whose password has just been changed, by whoever."""
    return Letter(
        subject="Your password was changed",
        paragraphs=(
            "The password of your account was changed a moment ago, and everybody was signed out.",
            "If this was not you, choose another one at once and tell your administrator.",
        ),
    )


def invitation(token: str, *, place: str) -> Letter:
    """To somebody who is to work with `place`: the name of an agency or of a client."""
    return Letter(
        subject=f"You are invited to {place}",
        paragraphs=(
            f"You are invited to work with {place}. The link works once, for seven days.",
            "If you do not know why, ignore this mail.",
        ),
        action="Accept invitation",
        path=f"/accept-invitation#token={token}",
    )


def callback_due(number: str, *, name: str, reason: str) -> Letter:
    """To a client that has promised somebody a call."""
    about = f" It is about: {reason}" if reason else ""
    return Letter(
        subject="Somebody waits for your call",
        paragraphs=(f"Please call {name or 'the customer'} back at {number}.{about}",),
    )
