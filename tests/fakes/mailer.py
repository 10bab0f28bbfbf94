"""A mailer that keeps what it is given."""

import re
from dataclasses import dataclass, field

from aiconnected.kit.errors import ProviderError
from aiconnected.mail.models import Mail


@dataclass(slots=True)
class FakeMailer:
    """Fills `aiconnected.mail.ports.Mailer`, unless it is told to fail."""

    sent: list[Mail] = field(default_factory=list[Mail])
    away: bool = False

    def send(self, mail: Mail) -> None:
        if self.away:
            raise ProviderError(provider="fake", retryable=True)
        self.sent.append(mail)

    @property
    def token(self) -> str:
        """The secret in the link of the last mail."""
        found = re.search(r"#token=([\w-]+)", self.sent[-1].text)
        assert found, self.sent[-1].text
        return found[1]
