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
    u.last_login_at
FROM users AS u
WHERE u.id = %(user_id)s
    AND u.deleted_at IS NULL

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
