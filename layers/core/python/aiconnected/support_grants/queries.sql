-- by_id --
-- One grant.
-- cross-tenant: most are for agencies as a whole
SELECT
    g.id,
    g.agency_id,
    g.tenant_id,
    g.user_id,
    g.user_email,
    g.reason,
    g.expires_at,
    g.ended_at,
    g.ended_by,
    g.created_at,
    g.updated_at
FROM support_grants AS g
WHERE g.id = %(grant_id)s

-- page --
-- Grants as they are listed.
-- cross-tenant: most are for agencies as a whole
SELECT
    g.id,
    g.agency_id,
    g.tenant_id,
    g.user_id,
    g.user_email,
    g.reason,
    g.expires_at,
    g.ended_at,
    g.ended_by,
    g.created_at,
    g.updated_at
FROM support_grants AS g
WHERE /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- insert --
-- Add a grant.
INSERT INTO support_grants (
    id,
    agency_id,
    tenant_id,
    user_id,
    user_email,
    reason,
    created_at,
    expires_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(user_id)s,
    %(user_email)s,
    %(reason)s,
    %(created_at)s,
    %(expires_at)s
)

-- end --
-- End a grant that is not over.
-- cross-tenant: most are for agencies as a whole
UPDATE support_grants
SET
    ended_at = %(now)s,
    ended_by = %(ended_by)s
WHERE id = %(grant_id)s
    AND ended_at IS NULL
    AND expires_at > %(now)s
