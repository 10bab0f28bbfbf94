"""Reading `.local/stack.json`, the description a running stack leaves of itself."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from infra.local.cli.errors import StackNotRunning

DEFAULT = Path(".local/stack.json")


class _Part(BaseModel):
    """A reader takes what it needs and ignores the rest."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class User(_Part):
    """A demo login."""

    email: str
    password: str
    role: str
    agency: str | None = None
    tenant: str | None = None


class Number(_Part):
    """A phone number and the client it belongs to."""

    number: str
    tenant: str


class CarrierLogin(_Part):
    """Our account at the carrier."""

    account_sid: str = ""
    auth_token: str = ""


class Vendor(_Part):
    """A vendor-compatible server: origins."""

    url: str
    control_url: str


class Stack(_Part):
    """What the commands need of a running stack; URLs are origins, `twilio_ws_url` is whole."""

    api_url: str
    twilio_ws_url: str
    realtime_url: str = ""
    supervisor_url: str = ""
    database_url: str = ""
    users: tuple[User, ...]
    numbers: tuple[Number, ...]
    vendors: dict[str, Vendor] = {}
    twilio: CarrierLogin = CarrierLogin()

    def vendor(self, name: str) -> str:
        """Origin of a vendor-compatible server; raises StackNotRunning."""
        if name not in self.vendors:
            raise StackNotRunning(f"the stack names no {name} server")
        return self.vendors[name].url

    def reader(self, number: str) -> User | None:
        """A login that may read the calls to `number`, with their bills if there is one.

        The agency's, who see the money; else the client's own, else any.
        """
        tenants = {owned.tenant for owned in self.numbers if owned.number == number}
        agency = (user for user in self.users if user.role == "agency_admin")
        own = (user for user in self.users if user.tenant in tenants)
        return next(agency, next(own, next(iter(self.users), None)))


def read(path: Path) -> Stack:
    """Raises StackNotRunning when there is no description, or it is not one."""
    try:
        return Stack.model_validate_json(path.read_bytes())
    except FileNotFoundError as exc:
        raise StackNotRunning(f"no stack is running here ({path} is missing): make up") from exc
    except (OSError, ValidationError) as exc:
        raise StackNotRunning(f"{path} does not describe a stack: {exc}") from exc
