-- insert --
-- Add an entry; there is no statement that changes one.
INSERT INTO audit_log (
    id,
    agency_id,
    tenant_id,
    actor_kind,
    actor_id,
    action,
    resource_type,
    resource_id,
    changes,
    reason,
    ip,
    request_id,
    at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(actor_kind)s,
    %(actor_id)s,
    %(action)s,
    %(resource_type)s,
    %(resource_id)s,
    %(changes)s,
    %(reason)s,
    %(ip)s,
    %(request_id)s,
    %(at)s
)
