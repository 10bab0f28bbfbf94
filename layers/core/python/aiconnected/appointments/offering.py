"""Times on offer: offered and withdrawn."""

from uuid import UUID

from aiconnected.agents.models import Owner
from aiconnected.appointments.errors import SlotKept, SlotNotFound, SlotOffered, SlotOver
from aiconnected.appointments.models import NewSlot, OfferedSlot
from aiconnected.appointments.repository import AppointmentRepository
from aiconnected.appointments.slots import SlotRepository
from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.db import Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page


class SlotService:
    """What can be done with a time on offer, beside booking it."""

    def __init__(
        self,
        slots: SlotRepository,
        *,
        appointments: AppointmentRepository,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._slots, self._appointments = slots, appointments
        self._audit, self._clock = audit, clock

    def page(self, work: Work, wanted: ListQuery) -> Page[OfferedSlot]:
        """Times on offer within the scope."""
        return self._slots.page(work, wanted)

    def get(self, work: Work, slot_id: UUID) -> OfferedSlot:
        """The slot; raises `SlotNotFound`, also for one outside the scope or withdrawn."""
        found = self._slots.by_id(work, slot_id)
        if found is None:
            raise SlotNotFound
        return found

    def offer(self, work: Work, owner: Owner, *, new: NewSlot) -> OfferedSlot:
        """Put a time on offer, for anything unless it names services.

        One that was withdrawn comes back under its id. Raises `SlotOver`, `SlotOffered`.
        """
        if new.starts_at <= self._clock.now():
            raise SlotOver
        slot_id = self._slots.offer(work, owner, slot_id=new_id(), new=new)
        if slot_id is None:
            raise SlotOffered
        offered = self.get(work, slot_id)
        self._record(work, "appointment_slot.offered", owner, slot_id=slot_id)
        return offered

    def withdraw(self, work: Work, slot_id: UUID) -> None:
        """Offer it no more; raises `SlotNotFound`, `SlotKept`."""
        slot = self._slots.lock(work, slot_id)
        if slot is None:
            raise SlotNotFound
        # Asked after the lock: whoever was booking it meanwhile has done so.
        if self._appointments.in_slot(work, slot.tenant_id, slot_id=slot_id) is not None:
            raise SlotKept
        self._slots.withdraw(work, slot, now=self._clock.now())
        owner = Owner(agency_id=slot.agency_id, tenant_id=slot.tenant_id)
        self._record(work, "appointment_slot.withdrawn", owner, slot_id=slot_id)

    def _record(self, work: Work, action: str, owner: Owner, *, slot_id: UUID) -> None:
        change = Change(action=action, resource_type="appointment_slot", resource_id=slot_id)
        self._audit.record(work, change, agency_id=owner.agency_id, tenant_id=owner.tenant_id)
