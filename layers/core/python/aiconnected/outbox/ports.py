"""What the outbox asks of the outside: a queue that takes messages."""

from typing import Protocol

from aiconnected.contracts.envelope import Envelope


class Publisher(Protocol):
    """Brings an envelope to the queue of its type."""

    def publish(self, envelope: Envelope) -> None:
        """Hand over the message, at least once; raises ProviderError when the queue did not."""
        ...
