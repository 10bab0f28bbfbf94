"""Values of the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something done to a resource. `changes` maps a field to its value before and after.

    Secrets and what callers said never go in here.
    """

    action: str  # noun.verb_in_the_past
    resource_type: str
    resource_id: UUID | None = None
    changes: Mapping[str, tuple[object, object]] = field(
        default_factory=dict[str, tuple[object, object]]
    )
    reason: str = ""


def differences(
    before: object, changes: Mapping[str, object]
) -> dict[str, tuple[object, object]]:
    """What `changes` would really change of `before`, by field: old and new value."""
    pairs = {name: (getattr(before, name), value) for name, value in changes.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
