"""What mail asks of the outside: somebody who carries it."""

from typing import Protocol

from aiconnected.mail.models import Mail


class Mailer(Protocol):
    """Hands mails over, from an address that is its own."""

    def send(self, mail: Mail) -> None:
        """Hand it over; raises `ProviderError`."""
        ...
