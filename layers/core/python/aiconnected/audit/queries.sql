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

-- page --
-- Entries as they are listed; who belongs to an agency or a client sees those about it.
-- cross-tenant: the row policies keep it to the scope
SELECT
    l.id,
    l.agency_id,
    l.tenant_id,
    l.actor_kind,
    l.actor_id,
    l.action,
    l.resource_type,
    l.resource_id,
    l.changes,
    l.reason,
    l.ip,
    l.request_id,
    l.at
FROM audit_log AS l
WHERE /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- entry --
-- One entry.
-- cross-tenant: the row policies keep it to the scope
SELECT
    l.id,
    l.agency_id,
    l.tenant_id,
    l.actor_kind,
    l.actor_id,
    l.action,
    l.resource_type,
    l.resource_id,
    l.changes,
    l.reason,
    l.ip,
    l.request_id,
    l.at
FROM audit_log AS l
WHERE l.id = %(entry_id)s
