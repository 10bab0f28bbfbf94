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
    u.phone,
    u.avatar_url,
    u.preferences,
    u.created_at,
    u.updated_at,
    u.claims_version
FROM users AS u
WHERE u.id = %(user_id)s
    AND u.deleted_at IS NULL

-- lock --
-- One user, kept from other writers until the transaction ends.
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
    u.phone,
    u.avatar_url,
    u.preferences,
    u.created_at,
    u.updated_at,
    u.claims_version
FROM users AS u
WHERE u.id = %(user_id)s
    AND u.deleted_at IS NULL
FOR UPDATE

-- page --
-- Users as they are listed; one's own account alone where no more may be seen.
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
    u.phone,
    u.avatar_url,
    u.preferences,
    u.created_at,
    u.updated_at,
    u.claims_version
FROM users AS u
WHERE u.deleted_at IS NULL
    AND (%(only)s::uuid IS NULL OR u.id = %(only)s::uuid)
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- lock_admins --
-- The administrators that are left of an agency, or of the platform: the same order for everybody.
-- cross-tenant: an agency is above its tenants
SELECT u.id
FROM users AS u
WHERE u.agency_id IS NOT DISTINCT FROM %(agency_id)s::uuid
    AND u.role = %(role)s
    AND u.status = 'active'
    AND u.deleted_at IS NULL
ORDER BY u.id
FOR UPDATE

-- change --
-- Set columns of a user.
-- cross-tenant: users belong to the platform and to agencies too
UPDATE users
SET /* changes */ id = id
WHERE id = %(user_id)s
    AND deleted_at IS NULL

-- delete --
-- Mark a user as deleted; nothing that was mailed opens anything any more.
-- cross-tenant: users belong to the platform and to agencies too
UPDATE users
SET
    deleted_at = %(now)s,
    claims_version = claims_version + 1,
    password_hash = NULL,
    password_reset_token_hash = NULL,
    password_reset_expires_at = NULL,
    email_verification_token_hash = NULL,
    email_verification_expires_at = NULL
WHERE id = %(user_id)s

-- outdate_holders --
-- Refuse the access tokens of all who have a custom role.
-- cross-tenant: an agency's people have custom roles too
UPDATE users
SET claims_version = claims_version + 1
WHERE id IN (
    SELECT ur.user_id
    FROM user_roles AS ur
    WHERE ur.role_id = %(role_id)s
)

-- keep_reset_token --
-- A link for another password has been mailed, unless one has been since the moment of asking.
-- cross-tenant: who asks is not known yet
UPDATE users
SET
    password_reset_token_hash = %(token_hash)s,
    password_reset_expires_at = %(expires_at)s
WHERE id = %(user_id)s
    AND deleted_at IS NULL
    AND (password_reset_expires_at IS NULL OR password_reset_expires_at < %(newest)s)

-- keep_verification_token --
-- A link that proves the address has been mailed, unless one has been since the moment of asking.
-- cross-tenant: who asks is not known yet
UPDATE users
SET
    email_verification_token_hash = %(token_hash)s,
    email_verification_expires_at = %(expires_at)s
WHERE id = %(user_id)s
    AND deleted_at IS NULL
    AND (email_verification_expires_at IS NULL OR email_verification_expires_at < %(newest)s)

-- lock_reset_token --
-- Whose a link for another password is; of two that come at once one waits.
-- cross-tenant: who asks is not known yet
SELECT
    u.id AS user_id,
    u.password_reset_expires_at AS expires_at
FROM users AS u
WHERE u.password_reset_token_hash = %(token_hash)s
    AND u.deleted_at IS NULL
FOR UPDATE

-- lock_verification_token --
-- Whose a link that proves an address is; of two that come at once one waits.
-- cross-tenant: who asks is not known yet
SELECT
    u.id AS user_id,
    u.email_verification_expires_at AS expires_at
FROM users AS u
WHERE u.email_verification_token_hash = %(token_hash)s
    AND u.deleted_at IS NULL
FOR UPDATE

-- prove_address --
-- Who answers a mail has its address: the link is used up.
-- cross-tenant: who asks is not known yet
UPDATE users
SET
    is_verified = true,
    email_verification_token_hash = NULL
WHERE id = %(user_id)s

-- set_password --
-- Another password: locks, links and access tokens of the old one are gone.
-- cross-tenant: users belong to the platform and to agencies too
UPDATE users
SET
    password_hash = %(password_hash)s,
    status = CASE WHEN status = 'invited' THEN 'active'::user_status_enum ELSE status END,
    failed_login_attempts = 0,
    locked_until = NULL,
    password_reset_token_hash = NULL,
    claims_version = claims_version + 1
WHERE id = %(user_id)s

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
    CASE WHEN a.deleted_at IS NULL THEN a.status ELSE 'cancelled' END AS agency_status,
    CASE WHEN t.deleted_at IS NULL THEN t.status ELSE 'cancelled' END AS tenant_status
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

-- destroy_unverified --
-- Destroy the people of an agency who have never proved their address.
-- cross-tenant: an agency is above its tenants
DELETE FROM users
WHERE agency_id = %(agency_id)s
    AND NOT is_verified
