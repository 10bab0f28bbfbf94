"""When people may be called (G10): by the clock where they are, not by the client's own."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from aiconnected.tenants.settings import OutboundSettings

EARLIEST, LATEST = time(8), time(21)
_UNKNOWN = "Etc/Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingHours:
    """Calls begin from `earliest` until before `latest`, on these weekdays (0 is Monday)."""

    earliest: time = EARLIEST
    latest: time = LATEST
    weekdays: frozenset[int] = frozenset(range(7))

    @classmethod
    def of(cls, settings: OutboundSettings) -> "CallingHours":
        """A client's own; what it has not chosen is the default."""
        weekdays = settings.weekdays
        return cls(
            earliest=time.fromisoformat(settings.earliest) if settings.earliest else EARLIEST,
            latest=time.fromisoformat(settings.latest) if settings.latest else LATEST,
            weekdays=frozenset(range(7)) if weekdays is None else frozenset(weekdays),
        )

    def permit(self, now: datetime, *, zones: tuple[str, ...]) -> bool:
        """Whether a call may begin, in every zone where the person may be."""
        return all(self._open(now.astimezone(ZoneInfo(zone))) for zone in zones)

    def _open(self, local: datetime) -> bool:
        return local.weekday() in self.weekdays and self.earliest <= local.time() < self.latest


def zones_of(number: str, *, otherwise: str) -> tuple[str, ...]:
    """Names of the zones in which a number (E.164) may ring; `otherwise` when none is known."""
    import phonenumbers  # noqa: PLC0415 -- its tables take a while to load
    from phonenumbers import timezone  # noqa: PLC0415

    try:
        found = timezone.time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        found = ()
    known = tuple(zone for zone in found if zone != _UNKNOWN)
    return known or (otherwise,)
