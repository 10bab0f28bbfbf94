-- page --
-- Opt-outs as they are listed.
-- cross-tenant: the row policies keep it to the scope
SELECT
    o.id,
    o.agency_id,
    o.tenant_id,
    o.phone_number,
    o.reason,
    o.created_at
FROM opt_outs AS o
WHERE TRUE
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- by_id --
-- One opt-out.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    o.id,
    o.agency_id,
    o.tenant_id,
    o.phone_number,
    o.reason,
    o.created_at
FROM opt_outs AS o
WHERE o.id = %(id)s

-- has --
-- Whether somebody asked a client not to be called.
SELECT EXISTS (
    SELECT FROM opt_outs AS o
    WHERE o.tenant_id = %(tenant_id)s
        AND o.phone_number = %(phone_number)s
)

-- insert --
-- Somebody does not want to be called.
INSERT INTO opt_outs (
    id,
    agency_id,
    tenant_id,
    phone_number,
    reason,
    created_by
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(phone_number)s,
    %(reason)s,
    current_actor_id()
)

-- delete --
-- Somebody may be called again.
DELETE FROM opt_outs
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
