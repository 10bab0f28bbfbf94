-- by_id --
-- One custom role.
-- cross-tenant: agencies have roles too
SELECT
    r.id,
    r.agency_id,
    r.tenant_id,
    r.name,
    r.description,
    ARRAY(
        SELECT rp.permission_code::text
        FROM role_permissions AS rp
        WHERE rp.role_id = r.id
        ORDER BY rp.permission_code
    ) AS permissions,
    r.created_at,
    r.updated_at
FROM roles AS r
WHERE r.id = %(role_id)s
    AND r.deleted_at IS NULL

-- lock --
-- One custom role, kept from other writers until the transaction ends.
-- cross-tenant: agencies have roles too
SELECT r.id
FROM roles AS r
WHERE r.id = %(role_id)s
    AND r.deleted_at IS NULL
FOR UPDATE

-- page --
-- Custom roles as they are listed.
-- cross-tenant: agencies have roles too
SELECT
    r.id,
    r.agency_id,
    r.tenant_id,
    r.name,
    r.description,
    ARRAY(
        SELECT rp.permission_code::text
        FROM role_permissions AS rp
        WHERE rp.role_id = r.id
        ORDER BY rp.permission_code
    ) AS permissions,
    r.created_at,
    r.updated_at
FROM roles AS r
WHERE r.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- of_user --
-- Custom roles that a user has.
-- cross-tenant: an agency's people have custom roles too
SELECT
    r.id,
    r.agency_id,
    r.tenant_id,
    r.name,
    r.description,
    ARRAY(
        SELECT rp.permission_code::text
        FROM role_permissions AS rp
        WHERE rp.role_id = r.id
        ORDER BY rp.permission_code
    ) AS permissions,
    r.created_at,
    r.updated_at
FROM roles AS r
JOIN user_roles AS ur ON ur.role_id = r.id
WHERE ur.user_id = %(user_id)s
    AND r.deleted_at IS NULL
ORDER BY r.name, r.id

-- insert --
-- Add a custom role.
INSERT INTO roles (
    id,
    agency_id,
    tenant_id,
    name,
    description
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(name)s,
    %(description)s
)

-- drop_permissions --
-- Take from a role all permissions but these.
-- cross-tenant: agencies have roles too
DELETE FROM role_permissions
WHERE role_id = %(role_id)s
    AND permission_code <> ALL (%(codes)s)

-- add_permissions --
-- Give a role those of these permissions that it lacks.
INSERT INTO role_permissions (
    role_id,
    agency_id,
    tenant_id,
    permission_code
)
SELECT
    %(role_id)s,
    %(agency_id)s,
    %(tenant_id)s,
    code
FROM unnest(%(codes)s::text[]) AS code
ON CONFLICT DO NOTHING

-- touch --
-- A role's permissions have changed, and so has the role.
-- cross-tenant: agencies have roles too
UPDATE roles
SET updated_at = now()
WHERE id = %(role_id)s

-- change --
-- Set columns of a role.
-- cross-tenant: agencies have roles too
UPDATE roles
SET /* changes */ id = id
WHERE id = %(role_id)s
    AND deleted_at IS NULL

-- is_held --
-- Whether anybody has a role.
-- cross-tenant: agencies have roles too
SELECT EXISTS (
    SELECT FROM user_roles AS ur
    JOIN users AS u ON u.id = ur.user_id
    WHERE ur.role_id = %(role_id)s
        AND u.deleted_at IS NULL
)

-- delete --
-- Mark a role as deleted.
-- cross-tenant: agencies have roles too
UPDATE roles
SET deleted_at = %(now)s
WHERE id = %(role_id)s

-- assign --
-- Give a user a role.
INSERT INTO user_roles (
    user_id,
    role_id,
    agency_id,
    tenant_id
)
VALUES (
    %(user_id)s,
    %(role_id)s,
    %(agency_id)s,
    %(tenant_id)s
)
ON CONFLICT DO NOTHING

-- unassign --
-- Take a role from a user.
-- cross-tenant: an agency's people have custom roles too
DELETE FROM user_roles
WHERE user_id = %(user_id)s
    AND role_id = %(role_id)s
