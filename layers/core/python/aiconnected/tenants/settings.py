"""What a tenant chooses for itself (PRD 18.6), section by section; None is the default."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class GreetingSettings:
    """How calls are greeted."""

    delay_ms: int | None = None  # between answering and the first word; default 0
    interruptible: bool | None = None  # default true
    repeat_callers_by_name: bool | None = None  # default false


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSettings:
    """Whether calls are recorded, and what callers are told of it."""

    enabled: bool | None = None  # default: as the agent's version says
    consent: str | None = None  # none, announce or ask; default announce
    announcement: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """Days until something is destroyed; default: as long as the client is one."""

    recordings_days: int | None = None
    transcripts_days: int | None = None
    calls_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSettings:
    """Where callers are connected with a person. The number itself is the tenant's own column."""

    number: str | None = None  # E.164
    ring_seconds: int | None = None  # default 20
    whisper: str | None = None  # said to whoever takes the call, before it is joined


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterHoursSettings:
    """What happens outside the business hours."""

    behaviour: str | None = None  # answer, take_message, transfer or close; default answer
    message: str | None = None
    transfer_number: str | None = None  # E.164; default: the usual one


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundSettings:
    """When people may be called, in their own zone, as HH:MM; default 08:00 to 21:00."""

    earliest: str | None = None
    latest: str | None = None
    weekdays: tuple[int, ...] | None = None  # 0 is Monday; default all


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationSettings:
    """Whom to write to."""

    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettings:
    """All sections."""

    greeting: GreetingSettings = field(default_factory=GreetingSettings)
    recording: RecordingSettings = field(default_factory=RecordingSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    transfer: TransferSettings = field(default_factory=TransferSettings)
    after_hours: AfterHoursSettings = field(default_factory=AfterHoursSettings)
    outbound: OutboundSettings = field(default_factory=OutboundSettings)
    notifications: NotificationSettings = field(default_factory=NotificationSettings)


def read_settings(kept: Mapping[str, object], *, transfer_number: str | None) -> TenantSettings:
    """Settings as they are kept; what another version of this code kept beside is left out."""
    return TenantSettings(
        greeting=_section(GreetingSettings, kept.get("greeting")),
        recording=_section(RecordingSettings, kept.get("recording")),
        retention=_section(RetentionSettings, kept.get("retention")),
        transfer=_section(TransferSettings, kept.get("transfer"), number=transfer_number),
        after_hours=_section(AfterHoursSettings, kept.get("after_hours")),
        outbound=_section(OutboundSettings, kept.get("outbound")),
        notifications=_section(NotificationSettings, kept.get("notifications")),
    )


def kept_settings(settings: TenantSettings) -> dict[str, object]:
    """Settings as they are kept: only what is not the default, without the column's number."""
    sections = cast("dict[str, dict[str, object]]", asdict(settings))
    sections["transfer"].pop("number")
    kept = {
        name: {key: _plain(value) for key, value in section.items() if value not in {None, ()}}
        for name, section in sections.items()
    }
    return {name: section for name, section in kept.items() if section}


def _section(kind: type[T], kept: object, **given: object) -> T:
    names = {each.name for each in fields(cast("type[TenantSettings]", kind))}
    section = cast("Mapping[str, object]", kept if isinstance(kept, Mapping) else {})
    known = {name: _frozen(value) for name, value in section.items() if name in names}
    return kind(**known | given)


def _frozen(value: object) -> object:
    return tuple(cast("list[object]", value)) if isinstance(value, list) else value


def _plain(value: object) -> object:
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value
