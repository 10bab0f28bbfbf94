"""Carrier connections: made and described by people; tokens and states come from the carrier."""

from collections.abc import Mapping
from uuid import UUID

from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.auth.models import Place, Principal
from aiconnected.auth.places import Places
from aiconnected.calls.models import Carrier
from aiconnected.carrier_connections.errors import (
    ConnectionInUse,
    ConnectionNameTaken,
    ConnectionNotFound,
    CredentialOfAnother,
)
from aiconnected.carrier_connections.models import (
    CarrierConnection,
    ConnectionStatus,
    NewConnection,
)
from aiconnected.carrier_connections.repository import ConnectionRepository
from aiconnected.credentials.errors import CredentialNotFound
from aiconnected.credentials.service import CredentialService
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected


class ConnectionService:
    """What can be done with a connection. Its secret is a credential, which it names."""

    def __init__(
        self,
        connections: ConnectionRepository,
        *,
        credentials: CredentialService,
        places: Places,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._connections, self._credentials, self._places = connections, credentials, places
        self._audit, self._clock = audit, clock

    def get(self, work: Work, connection_id: UUID) -> CarrierConnection:
        """The connection; raises `ConnectionNotFound`."""
        connection = self._connections.by_id(work, connection_id)
        if connection is None:
            raise ConnectionNotFound
        return connection

    def page(self, work: Work, wanted: ListQuery) -> Page[CarrierConnection]:
        """Connections within the scope."""
        return self._connections.page(work, wanted)

    def add(
        self,
        work: Work,
        new: NewConnection,
        *,
        by: Principal,
        agency_id: UUID | None = None,
        tenant_id: UUID | None = None,
    ) -> CarrierConnection:
        """Keep a connection of an agency, or of a client.

        Raises what `Places.of` raises, `CredentialOfAnother`, `ConnectionNameTaken`.
        """
        at = self._places.of(work, by, agency_id=agency_id, tenant_id=tenant_id)
        self._check_credential(work, new.credential_id, at=at, carrier=new.carrier)
        connection_id = new_id()
        try:
            with work.savepoint():
                self._connections.insert(work, connection_id, at=at, new=new)
        except UniqueViolation as exc:
            raise ConnectionNameTaken from exc
        connection = self.get(work, connection_id)
        named: dict[str, tuple[object, object]] = {"name": (None, new.name)}
        self._record(work, "carrier_connection.created", connection, named)
        return connection

    def change(
        self,
        work: Work,
        connection_id: UUID,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> CarrierConnection:
        """The connection with `changes` by field; with another credential it is active again.

        Raises `ConnectionNotFound`, `Stale`, `CredentialOfAnother`, `ConnectionNameTaken`.
        """
        before = self._locked(work, connection_id, expected)
        found = differences(before, changes)
        if "credential_id" in found:
            credential_id = found["credential_id"][1]
            at = Place(agency_id=before.agency_id, tenant_id=before.tenant_id)
            named = credential_id if isinstance(credential_id, UUID) else None
            self._check_credential(work, named, at=at, carrier=before.carrier)
            found |= differences(before, {"status": ConnectionStatus.ACTIVE})
        try:
            with work.savepoint():
                after = {field: new for field, (_, new) in found.items()}
                self._connections.change(work, connection_id, changes=after)
        except UniqueViolation as exc:
            raise ConnectionNameTaken from exc
        if found:
            self._record(work, "carrier_connection.updated", before, found)
        return self.get(work, connection_id)

    def delete(self, work: Work, connection_id: UUID, *, expected: Expected = ANY) -> None:
        """Delete the connection, not its credential.

        Raises `ConnectionNotFound`, `Stale`, `ConnectionInUse` while numbers hang on it.
        """
        before = self._locked(work, connection_id, expected)
        if self.get(work, connection_id).numbers:  # seen after waiting for whoever hung one on it
            raise ConnectionInUse
        self._connections.delete(work, connection_id, now=self._clock.now())
        self._record(work, "carrier_connection.deleted", before, {})

    def _check_credential(
        self, work: Work, credential_id: UUID | None, *, at: Place, carrier: Carrier
    ) -> None:
        """Raises `CredentialOfAnother` for one that the place may not use with the carrier."""
        if credential_id is None:
            return
        try:
            credential = self._credentials.hold(work, credential_id)
        except CredentialNotFound as exc:
            raise CredentialOfAnother from exc
        if (
            credential.agency_id != at.agency_id
            or credential.tenant_id not in {None, at.tenant_id}
            or credential.provider.value != carrier.value
        ):
            raise CredentialOfAnother

    def _locked(self, work: Work, connection_id: UUID, expected: Expected) -> CarrierConnection:
        connection = self._connections.lock(work, connection_id)
        if connection is None:
            raise ConnectionNotFound
        expected.check(connection)
        return connection

    def _record(
        self,
        work: Work,
        action: str,
        connection: CarrierConnection,
        changes: Mapping[str, tuple[object, object]],
    ) -> None:
        change = Change(
            action=action,
            resource_type="carrier_connection",
            resource_id=connection.id,
            changes=changes,
        )
        self._audit.record(
            work, change, agency_id=connection.agency_id, tenant_id=connection.tenant_id
        )
