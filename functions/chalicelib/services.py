"""The services of the control plane: the shared wiring, its settings, and the relay's first try."""

from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError
from aiconnected.wiring.control import ControlServices
from aiconnected.wiring.mails import MailServices
from aiconnected.wiring.outward import OutwardServices
from chalicelib.observability import logger
from chalicelib.settings import Settings


class Services(ControlServices, MailServices, OutwardServices):
    """One set for a container. A test fills in what it wants by assigning before the first use."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        super().__init__(settings, clock=clock)
        self.settings = settings

    def relay_soon(self) -> None:
        """Send what has just been committed. If that fails, the sweep does it within a minute."""
        try:
            self.relay.run()
        except AppError as exc:
            logger.warning("relay waits for the sweep", extra={"code": exc.error_code})
