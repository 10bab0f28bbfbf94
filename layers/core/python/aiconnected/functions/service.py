"""Custom functions: a tenant's own webhooks as tools of its agents."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from aiconnected.agents.models import TOOLS, Owner
from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.db import UniqueViolation, Work
from aiconnected.functions.errors import FunctionInUse, FunctionNameTaken, FunctionNotFound
from aiconnected.functions.models import CustomFunction, NewFunction, SealedParts
from aiconnected.functions.repository import FunctionRepository
from aiconnected.functions.schema import check_address, check_headers, check_parameters
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.sealing.service import Sealer

NO_PARAMETERS: Mapping[str, object] = {"type": "object", "properties": {}}
SECRET_PREFIX = "fs_"  # noqa: S105 -- what secrets begin with


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What goes with a request to the webhook: in the clear, never shown and never logged."""

    headers: Mapping[str, str] = field(repr=False)
    secret: str = field(repr=False)


class FunctionService:
    """What can be done with a custom function."""

    def __init__(
        self, functions: FunctionRepository, *, sealer: Sealer, audit: AuditService, clock: Clock
    ) -> None:
        self._functions, self._sealer = functions, sealer
        self._audit, self._clock = audit, clock

    def page(self, work: Work, wanted: ListQuery) -> Page[CustomFunction]:
        """Functions within the scope."""
        return self._functions.page(work, wanted)

    def get(self, work: Work, function_id: UUID) -> CustomFunction:
        """The function; raises `FunctionNotFound`."""
        function = self._functions.by_id(work, function_id)
        if function is None:
            raise FunctionNotFound
        return function

    def add(self, work: Work, owner: Owner, *, new: NewFunction) -> tuple[UUID, str]:
        """Add a function; its id, and the secret that signs its requests, shown this once.

        Raises `FunctionNameTaken`, `BadParameters`, `BadHeaders`, `BadAddress`.
        """
        check_function(new)
        function_id, secret = new_id(), _new_secret()
        sealed = SealedParts(
            sealed_headers=self._seal_headers(owner.tenant_id, new.headers),
            sealed_secret=self._seal(owner.tenant_id, secret.encode(), what="secret"),
        )
        try:
            with work.savepoint():
                self._functions.insert(
                    work,
                    function_id,
                    agency_id=owner.agency_id,
                    tenant_id=owner.tenant_id,
                    new=new,
                    sealed=sealed,
                )
        except UniqueViolation as exc:
            raise FunctionNameTaken from exc
        self._record(work, "custom_function.created", self.get(work, function_id))
        return function_id, secret

    def change(
        self,
        work: Work,
        function_id: UUID,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> CustomFunction:
        """The function with `changes` by field; `headers` replace all that there were.

        Raises `FunctionNotFound`, `Stale`, and what `add` raises.
        """
        before = self._locked(work, function_id)
        expected.check(before)
        plain = {name: value for name, value in changes.items() if name != "headers"}
        pairs = differences(before, plain)
        columns: dict[str, object] = {name: after for name, (_, after) in pairs.items()}
        if "headers" in changes:
            headers = cast("Mapping[str, str]", changes["headers"])
            check_headers(headers)
            columns["sealed_headers"] = self._seal_headers(before.tenant_id, headers)
            columns["header_names"] = sorted(headers)
            pairs["header_names"] = (before.header_names, tuple(sorted(headers)))
        _check_some(columns)
        try:
            with work.savepoint():
                self._functions.change(work, before, changes=columns)
        except UniqueViolation as exc:
            raise FunctionNameTaken from exc
        if pairs:
            self._record(work, "custom_function.updated", before, changes=pairs)
        return self.get(work, function_id)

    def rotate_secret(
        self, work: Work, function_id: UUID, *, expected: Expected = ANY
    ) -> tuple[CustomFunction, str]:
        """A new secret at once, shown this once; raises `FunctionNotFound`, `Stale`."""
        before = self._locked(work, function_id)
        expected.check(before)
        secret = _new_secret()
        sealed = self._seal(before.tenant_id, secret.encode(), what="secret")
        self._functions.change(work, before, changes={"sealed_secret": sealed})
        self._record(work, "custom_function.secret_rotated", before)
        return self.get(work, function_id), secret

    def delete(self, work: Work, function_id: UUID, *, expected: Expected = ANY) -> None:
        """Delete it; raises `FunctionNotFound`, `Stale`, `FunctionInUse`."""
        function = self._locked(work, function_id)
        expected.check(function)
        if self._functions.in_use(work, function):
            raise FunctionInUse
        self._functions.delete(work, function, now=self._clock.now())
        self._record(work, "custom_function.deleted", function)

    def keys(self, work: Work, function: CustomFunction) -> Keys:
        """What its requests carry; raises `FunctionNotFound`, `SealBroken`, `ProviderError`."""
        sealed = self._functions.sealed(work, function)
        if sealed is None:
            raise FunctionNotFound
        headers = b"{}"
        if sealed.sealed_headers is not None:
            headers = self._open(function.tenant_id, sealed.sealed_headers, what="headers")
        secret = self._open(function.tenant_id, sealed.sealed_secret, what="secret")
        return Keys(headers=json.loads(headers), secret=secret.decode())

    def _locked(self, work: Work, function_id: UUID) -> CustomFunction:
        function = self._functions.lock(work, function_id)
        if function is None:
            raise FunctionNotFound
        return function

    def _seal_headers(self, tenant_id: UUID, headers: Mapping[str, str]) -> bytes | None:
        if not headers:
            return None
        return self._seal(tenant_id, json.dumps(dict(headers)).encode(), what="headers")

    def _seal(self, tenant_id: UUID, content: bytes, *, what: str) -> bytes:
        return self._sealer.seal(content, context=_context(tenant_id, what))

    def _open(self, tenant_id: UUID, sealed: bytes, *, what: str) -> bytes:
        return self._sealer.open(sealed, context=_context(tenant_id, what))

    def _record(
        self,
        work: Work,
        action: str,
        function: CustomFunction,
        *,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action,
            resource_type="custom_function",
            resource_id=function.id,
            changes=changes or {},
        )
        self._audit.record(work, change, agency_id=function.agency_id, tenant_id=function.tenant_id)


def check_function(new: NewFunction) -> None:
    """Raises `FunctionNameTaken`, `BadParameters`, `BadHeaders` or `BadAddress`."""
    check_headers(new.headers)
    _check_some({"name": new.name, "parameters": new.parameters, "webhook_url": new.webhook_url})


def _check_some(columns: Mapping[str, object]) -> None:
    if columns.get("name") in TOOLS:
        raise FunctionNameTaken
    if "parameters" in columns:
        check_parameters(cast("Mapping[str, object]", columns["parameters"]))
    if "webhook_url" in columns:
        check_address(str(columns["webhook_url"]))


def _context(tenant_id: UUID, what: str) -> dict[str, str]:
    return {"tenant_id": str(tenant_id), "purpose": f"custom_function.{what}"}


def _new_secret() -> str:
    return SECRET_PREFIX + secrets.token_urlsafe(32)
