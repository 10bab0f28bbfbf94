"""What a failing stack's own logs say: of the services that died, else of those that complain."""

from collections.abc import Iterable

from infra.local.stack.services import Service

_TAIL = 15  # lines shown of a service's log
_LOOK_BACK = 200  # lines in which a complaint counts
_COMPLAINTS = ("Traceback", "CRITICAL", "ERROR")


def diagnosis(services: Iterable[Service]) -> str:
    """The last words of whom to ask; empty when all live and none complains."""
    asked = list(services)
    dead = [service for service in asked if not service.child.alive()]
    complaining = [service for service in asked if _complains(service)]
    verb = "ended" if dead else "says"
    return "\n\n".join(
        f"{service.name} {verb}:\n{service.child.last_words(_TAIL)}"
        for service in dead or complaining
    )


def _complains(service: Service) -> bool:
    log = service.child.last_words(_LOOK_BACK)
    return any(word in log for word in _COMPLAINTS)
