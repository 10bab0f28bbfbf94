"""API keys: shown once, kept as a hash, never more than who makes them may do."""

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from aiconnected.api_keys.errors import ApiKeyNotFound, ApiKeyRevoked, ExpiryPast
from aiconnected.api_keys.models import ApiKey, Bearer, MadeKey, NewApiKey
from aiconnected.api_keys.repository import ApiKeyRepository
from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.auth.errors import TokenInvalid
from aiconnected.auth.granting import check_grant
from aiconnected.auth.models import API_KEY_PREFIX, ActorKind, Client, Place, Principal
from aiconnected.auth.permissions import known
from aiconnected.auth.places import Places
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected

_SHOWN = 10  # characters that tell keys apart: the prefix and seven of the random ones
_LONGEST = 100
_USE_NOTED_EVERY = timedelta(minutes=1)


class ApiKeyService:
    """What can be done with an API key."""

    def __init__(
        self,
        keys: ApiKeyRepository,
        *,
        places: Places,
        audit: AuditService,
        database: Database,
        clock: Clock,
    ) -> None:
        self._keys, self._places, self._audit = keys, places, audit
        self._database, self._clock = database, clock

    def principal(self, key: str, *, client: Client) -> Principal:
        """Who asks with `key`; raises `TokenInvalid`. Opens its own unit of work."""
        now = self._clock.now()
        if len(key) > _LONGEST:
            raise TokenInvalid
        with self._database.work(Scope.platform("confirm API key")) as work:
            bearer = self._keys.bearer(work, _hash(key))
            if bearer is None or not bearer.in_order:
                raise TokenInvalid
            if bearer.expires_at is not None and bearer.expires_at <= now:
                raise TokenInvalid
            if bearer.last_used_at is None or now - bearer.last_used_at >= _USE_NOTED_EVERY:
                self._keys.use(work, bearer.id, now=now, ip=client.ip)
        return _principal(bearer, client)

    def get(self, work: Work, key_id: UUID) -> ApiKey:
        """The key; raises `ApiKeyNotFound`."""
        key = self._keys.by_id(work, key_id)
        if key is None:
            raise ApiKeyNotFound
        return key

    def page(self, work: Work, wanted: ListQuery) -> Page[ApiKey]:
        """Keys within the scope."""
        return self._keys.page(work, wanted)

    def add(
        self,
        work: Work,
        new: NewApiKey,
        *,
        by: Principal,
        agency_id: UUID | None = None,
        tenant_id: UUID | None = None,
    ) -> MadeKey:
        """Make a key for an agency, or for a client.

        Raises what `Places.of` and `check_grant` raise, and `ExpiryPast`.
        """
        at = self._places.of(work, by, agency_id=agency_id, tenant_id=tenant_id)
        new = replace(new, permissions=tuple(dict.fromkeys(new.permissions)))
        check_grant(by, new.permissions, at=at)
        if new.expires_at is not None and new.expires_at <= self._clock.now():
            raise ExpiryPast
        key_id, key = new_id(), _fresh()
        self._keys.insert(work, key_id, at=at, new=new, prefix=key[:_SHOWN], key_hash=_hash(key))
        shown = self.get(work, key_id)
        self._record(work, "api_key.created", shown, {"permissions": (None, shown.permissions)})
        return MadeKey(shown=shown, key=key)

    def rotate(
        self, work: Work, key_id: UUID, *, by: Principal, expected: Expected = ANY
    ) -> MadeKey:
        """Another key in place of this one, which is refused at once.

        Raises `ApiKeyNotFound`, `Stale`, `ApiKeyRevoked`; `BeyondOwn` for a key that may do more.
        """
        before = self._locked(work, key_id)
        expected.check(before)
        if before.revoked_at is not None:
            raise ApiKeyRevoked
        at = Place(agency_id=before.agency_id, tenant_id=before.tenant_id)
        check_grant(by, known(before.permissions), at=at)
        key = _fresh()
        self._keys.replace(work, key_id, prefix=key[:_SHOWN], key_hash=_hash(key))
        shown = self.get(work, key_id)
        self._record(work, "api_key.rotated", shown, {"prefix": (before.prefix, shown.prefix)})
        return MadeKey(shown=shown, key=key)

    def revoke(self, work: Work, key_id: UUID, *, expected: Expected = ANY) -> None:
        """Refuse the key from now on; again, it changes nothing.

        Raises `ApiKeyNotFound`, `Stale`.
        """
        before = self._locked(work, key_id)
        expected.check(before)
        if before.revoked_at is None:
            self._keys.revoke(work, key_id, now=self._clock.now())
            self._record(work, "api_key.revoked", before, {})

    def _locked(self, work: Work, key_id: UUID) -> ApiKey:
        key = self._keys.lock(work, key_id)
        if key is None:
            raise ApiKeyNotFound
        return key

    def _record(
        self, work: Work, action: str, key: ApiKey, changes: dict[str, tuple[object, object]]
    ) -> None:
        change = Change(action=action, resource_type="api_key", resource_id=key.id, changes=changes)
        self._audit.record(work, change, agency_id=key.agency_id, tenant_id=key.tenant_id)


def _fresh() -> str:
    return API_KEY_PREFIX + secrets.token_urlsafe(32)


def _hash(key: str) -> bytes:
    # The key is 256 random bits: a slow hash would add nothing.
    return hashlib.sha256(key.encode(errors="surrogatepass")).digest()


def _principal(bearer: Bearer, client: Client) -> Principal:
    at = Place(agency_id=bearer.agency_id, tenant_id=bearer.tenant_id)
    return Principal(
        id=bearer.id,
        kind=ActorKind.API_KEY,
        role=at.admin,
        agency_id=at.agency_id,
        tenant_id=at.tenant_id,
        permissions={p: at.most[p] for p in known(bearer.permissions) if p in at.most},
        client=client,
    )
