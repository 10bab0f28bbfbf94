-- by_id --
-- One user.
-- cross-tenant: users belong to the platform and to agencies too
SELECT
    u.id,
    u.agency_id,
    u.tenant_id,
    u.email,
    u.first_name,
    u.last_name,
    u.role,
    u.status,
    u.is_verified,
    u.last_login_at,
    u.claims_version
FROM users AS u
WHERE u.id = %(user_id)s
    AND u.deleted_at IS NULL

-- granted --
-- Permissions that a user's custom roles add to those of its own role.
-- cross-tenant: an agency's people have custom roles too
SELECT DISTINCT rp.permission_code
FROM user_roles AS ur
JOIN roles AS r ON r.id = ur.role_id
JOIN role_permissions AS rp ON rp.role_id = r.id
WHERE ur.user_id = %(user_id)s
    AND r.deleted_at IS NULL
ORDER BY rp.permission_code

-- standing --
-- Whether a user's access tokens still hold, and from which version of their claims on.
-- cross-tenant: it is asked before the request has a scope
SELECT
    u.claims_version,
    u.status = 'active'
    AND (u.agency_id IS NULL OR (a.status = 'active' AND a.deleted_at IS NULL))
    AND (u.tenant_id IS NULL OR (t.status = 'active' AND t.deleted_at IS NULL)) AS in_order
FROM users AS u
LEFT JOIN agencies AS a ON a.id = u.agency_id
LEFT JOIN tenants AS t ON t.id = u.tenant_id
WHERE u.id = %(user_id)s
    AND u.deleted_at IS NULL

-- outdate_claims --
-- Refuse the access tokens that a user holds.
-- cross-tenant: users belong to the platform and to agencies too
UPDATE users
SET claims_version = claims_version + 1
WHERE id = %(user_id)s

-- id_by_email --
-- The user that has an address.
-- cross-tenant: an address is unique over all
SELECT u.id
FROM users AS u
WHERE u.email = %(email)s
    AND u.deleted_at IS NULL

-- credentials --
-- What signing in with an address is decided by.
-- cross-tenant: who signs in is not known yet
SELECT
    u.id AS user_id,
    u.password_hash,
    u.status,
    u.is_verified,
    u.failed_login_attempts,
    u.locked_until,
    a.status AS agency_status,
    t.status AS tenant_status
FROM users AS u
LEFT JOIN agencies AS a ON a.id = u.agency_id
LEFT JOIN tenants AS t ON t.id = u.tenant_id
WHERE u.email = %(email)s
    AND u.deleted_at IS NULL

-- count_failure --
-- A wrong password: at the limit the account is locked and counting begins anew.
-- cross-tenant: who signs in is not known yet
UPDATE users
SET
    failed_login_attempts = CASE
        WHEN failed_login_attempts + 1 >= %(limit)s THEN 0
        ELSE failed_login_attempts + 1
    END,
    locked_until = CASE
        WHEN failed_login_attempts + 1 >= %(limit)s THEN %(locked_until)s
        ELSE locked_until
    END
WHERE id = %(user_id)s
RETURNING locked_until

-- record_login --
-- A user has signed in.
-- cross-tenant: users belong to the platform and to agencies too
UPDATE users
SET
    failed_login_attempts = 0,
    locked_until = NULL,
    last_login_at = %(now)s,
    last_login_ip = %(ip)s
WHERE id = %(user_id)s

-- set_password_hash --
-- Another password, or the same one hashed at today's cost.
-- cross-tenant: users belong to the platform and to agencies too
UPDATE users
SET password_hash = %(password_hash)s
WHERE id = %(user_id)s

-- insert --
-- Add a user: active with a password, invited without.
INSERT INTO users (
    id,
    agency_id,
    tenant_id,
    email,
    first_name,
    last_name,
    role,
    status,
    password_hash,
    is_verified
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(email)s,
    %(first_name)s,
    %(last_name)s,
    %(role)s,
    %(status)s,
    %(password_hash)s,
    %(is_verified)s
)
