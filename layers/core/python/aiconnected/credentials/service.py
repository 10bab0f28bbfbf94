"""Credentials: written, replaced and deleted by people, read by the product alone."""

from collections.abc import Mapping
from uuid import UUID

from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.auth.models import Place, Principal
from aiconnected.auth.places import Places
from aiconnected.credentials.errors import (
    CredentialInUse,
    CredentialNameTaken,
    CredentialNotFound,
)
from aiconnected.credentials.models import Credential, CredentialProvider, NewCredential
from aiconnected.credentials.repository import CredentialRepository
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.sealing.service import Sealer

_HINTED = 4  # characters of a secret that are shown
_HINTED_FROM = 16  # characters that a secret has at least, for a hint to tell little of it


class CredentialService:
    """What can be done with a credential."""

    def __init__(
        self,
        credentials: CredentialRepository,
        *,
        sealer: Sealer,
        places: Places,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._credentials, self._sealer, self._places = credentials, sealer, places
        self._audit, self._clock = audit, clock

    def get(self, work: Work, credential_id: UUID) -> Credential:
        """The credential; raises `CredentialNotFound`."""
        credential = self._credentials.by_id(work, credential_id)
        if credential is None:
            raise CredentialNotFound
        return credential

    def hold(self, work: Work, credential_id: UUID) -> Credential:
        """The same, kept from other writers until the transaction ends."""
        return self._locked(work, credential_id, ANY)

    def page(self, work: Work, wanted: ListQuery) -> Page[Credential]:
        """Credentials within the scope."""
        return self._credentials.page(work, wanted)

    def secret(self, work: Work, provider: CredentialProvider, *, at: Place) -> str | None:
        """What a place opens a provider with: its own, or its agency's; None when neither has one.

        Read in the agency's scope: a client's own sees only what is its own. Raises
        `ProviderError`, `SealBroken`.
        """
        sealed = self._credentials.sealed(work, provider, at=at)
        if sealed is None:
            return None
        return self._sealer.open(sealed, context=_context(at.agency_id)).decode()

    def add(
        self,
        work: Work,
        new: NewCredential,
        *,
        by: Principal,
        agency_id: UUID | None = None,
        tenant_id: UUID | None = None,
    ) -> Credential:
        """Keep a credential of an agency, or of a client.

        Raises what `Places.of` raises, `CredentialNameTaken`, `ProviderError`.
        """
        at = self._places.of(work, by, agency_id=agency_id, tenant_id=tenant_id)
        credential_id, sealed = new_id(), self._seal(new.secret, at.agency_id)
        try:
            with work.savepoint():
                self._credentials.insert(
                    work, credential_id, at=at, new=new, sealed=sealed, hint=_hint(new.secret)
                )
        except UniqueViolation as exc:
            raise CredentialNameTaken from exc
        credential = self.get(work, credential_id)
        self._record(work, "credential.created", credential, {"name": (None, new.name)})
        return credential

    def change(
        self,
        work: Work,
        credential_id: UUID,
        *,
        name: str | None = None,
        secret: str | None = None,
        expected: Expected = ANY,
    ) -> Credential:
        """The credential with another name, another secret or both.

        Raises `CredentialNotFound`, `Stale`, `CredentialNameTaken`, `ProviderError`.
        """
        before = self._locked(work, credential_id, expected)
        found = differences(before, {} if name is None else {"name": name})
        columns: dict[str, object] = {field: new for field, (_, new) in found.items()}
        if secret is not None:
            columns |= {"sealed": self._seal(secret, before.agency_id), "hint": _hint(secret)}
            found["secret"] = ("***", "***")  # that it changed, and no more
        try:
            with work.savepoint():
                self._credentials.change(work, credential_id, changes=columns)
        except UniqueViolation as exc:
            raise CredentialNameTaken from exc
        if found:
            self._record(work, "credential.updated", before, found)
        return self.get(work, credential_id)

    def delete(self, work: Work, credential_id: UUID, *, expected: Expected = ANY) -> None:
        """Delete the credential and its secret.

        Raises `CredentialNotFound`, `Stale`, `CredentialInUse` while a connection names it.
        """
        before = self._locked(work, credential_id, expected)
        if self._credentials.in_use(work, credential_id):
            raise CredentialInUse
        self._credentials.delete(work, credential_id, now=self._clock.now())
        self._record(work, "credential.deleted", before, {})

    def _seal(self, secret: str, agency_id: UUID) -> bytes:
        return self._sealer.seal(secret.encode(), context=_context(agency_id))

    def _locked(self, work: Work, credential_id: UUID, expected: Expected) -> Credential:
        credential = self._credentials.lock(work, credential_id)
        if credential is None:
            raise CredentialNotFound
        expected.check(credential)
        return credential

    def _record(
        self,
        work: Work,
        action: str,
        credential: Credential,
        changes: Mapping[str, tuple[object, object]],
    ) -> None:
        change = Change(
            action=action,
            resource_type="credential",
            resource_id=credential.id,
            changes=changes,
        )
        self._audit.record(
            work, change, agency_id=credential.agency_id, tenant_id=credential.tenant_id
        )


def _context(agency_id: UUID) -> dict[str, str]:
    return {"purpose": "provider credential", "agency_id": str(agency_id)}


def _hint(secret: str) -> str:
    return secret[-_HINTED:] if len(secret) >= _HINTED_FROM else ""
