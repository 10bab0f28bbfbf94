"""Service of webhook endpoints: who is told of what happens to a client's calls."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.db import Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.outside.client import OutsideClient
from aiconnected.webhooks.errors import EndpointNotFound, TooManyEndpoints
from aiconnected.webhooks.models import Endpoint, EndpointStatus, NewEndpoint, NewSecret
from aiconnected.webhooks.repository import EndpointRepository
from aiconnected.webhooks.secrets import WebhookSecrets
from aiconnected.webhooks.signing import new_secret

BOTH_VALID = timedelta(hours=24)  # the old secret and the new one
MAX_ENDPOINTS = 20  # of a client, and of an agency for all of them


class WebhookService:
    """Works within the caller's unit of work, whose scope says which endpoints there are."""

    def __init__(
        self,
        endpoints: EndpointRepository,
        *,
        secrets: WebhookSecrets,
        outside: OutsideClient,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._endpoints, self._secrets, self._outside = endpoints, secrets, outside
        self._audit, self._clock = audit, clock

    def page(self, work: Work, wanted: ListQuery) -> Page[Endpoint]:
        """Endpoints within the scope."""
        return self._endpoints.page(work, wanted)

    def get(self, work: Work, endpoint_id: UUID) -> Endpoint:
        """One endpoint; raises `EndpointNotFound`."""
        endpoint = self._endpoints.by_id(work, endpoint_id)
        if endpoint is None:
            raise EndpointNotFound
        return endpoint

    def add(self, work: Work, new: NewEndpoint) -> NewSecret:
        """Make an endpoint; raises `AddressRefused`, `TooManyEndpoints`."""
        self._outside.check(new.url)
        count = self._endpoints.count(work, agency_id=new.agency_id, tenant_id=new.tenant_id)
        if count >= MAX_ENDPOINTS:
            raise TooManyEndpoints
        endpoint_id, secret = new_id(), new_secret()
        sealed = self._secrets.seal(secret, agency_id=new.agency_id)
        self._endpoints.insert(work, endpoint_id, new=new, sealed_secret=sealed)
        endpoint = self.get(work, endpoint_id)
        after = {"url": new.url, "event_types": new.event_types}
        self._record(
            work,
            "webhook_endpoint.created",
            endpoint,
            changes={name: (None, value) for name, value in after.items()},
        )
        return NewSecret(endpoint=endpoint, secret=secret)

    def change(
        self,
        work: Work,
        endpoint_id: UUID,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> Endpoint:
        """The endpoint with `changes` by field; made active, it starts with a clean slate.

        Raises `EndpointNotFound`, `Stale`, `AddressRefused`.
        """
        before = self._locked(work, endpoint_id)
        expected.check(before)
        if "url" in changes:
            self._outside.check(str(changes["url"]))
        found = differences(before, changes)
        values = {name: after for name, (_, after) in found.items()}
        if values.get("status") == EndpointStatus.ACTIVE:
            values |= {"failing_since": None, "disabled_at": None, "disabled_reason": None}
        self._endpoints.change(work, endpoint_id, changes=values)
        if found:
            self._record(work, "webhook_endpoint.updated", before, changes=found)
        return self.get(work, endpoint_id)

    def rotate(self, work: Work, endpoint_id: UUID) -> NewSecret:
        """Another secret; the one before signs too for a day. Raises `EndpointNotFound`."""
        endpoint = self._locked(work, endpoint_id)
        secret = new_secret()
        self._endpoints.rotate(
            work,
            endpoint_id,
            sealed_secret=self._secrets.seal(secret, agency_id=endpoint.agency_id),
            previous_until=self._clock.now() + BOTH_VALID,
        )
        self._record(work, "webhook_endpoint.secret_rotated", endpoint)
        return NewSecret(endpoint=self.get(work, endpoint_id), secret=secret)

    def delete(self, work: Work, endpoint_id: UUID, *, expected: Expected = ANY) -> None:
        """Delete it and give up what was still to be sent; raises `EndpointNotFound`, `Stale`."""
        endpoint = self._locked(work, endpoint_id)
        expected.check(endpoint)
        self._endpoints.delete(work, endpoint_id, now=self._clock.now())
        self._endpoints.abandon(work, endpoint_id, error="endpoint_deleted")
        self._record(work, "webhook_endpoint.deleted", endpoint)

    def _locked(self, work: Work, endpoint_id: UUID) -> Endpoint:
        endpoint = self._endpoints.lock(work, endpoint_id)
        if endpoint is None:
            raise EndpointNotFound
        return endpoint

    def _record(
        self,
        work: Work,
        action: str,
        endpoint: Endpoint,
        *,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action,
            resource_type="webhook_endpoint",
            resource_id=endpoint.id,
            changes=changes or {},
        )
        self._audit.record(work, change, agency_id=endpoint.agency_id, tenant_id=endpoint.tenant_id)
