-- insert_refresh_token --
-- Keep a refresh token's hash.
-- cross-tenant: tokens belong to users of every kind
INSERT INTO refresh_tokens (
    id,
    user_id,
    family_id,
    token_hash,
    issued_at,
    expires_at,
    ip,
    user_agent
)
VALUES (
    %(id)s,
    %(user_id)s,
    %(family_id)s,
    %(token_hash)s,
    %(now)s,
    %(expires_at)s,
    %(ip)s,
    %(user_agent)s
)

-- lock_refresh_token --
-- A refresh token by its hash; two exchanges of one token come one after the other.
-- cross-tenant: who asks is not known yet
SELECT
    r.id,
    r.user_id,
    r.family_id,
    r.expires_at,
    r.used_at,
    r.revoked_at
FROM refresh_tokens AS r
WHERE r.token_hash = %(token_hash)s
FOR UPDATE

-- use_refresh_token --
-- The token has been exchanged.
-- cross-tenant: tokens belong to users of every kind
UPDATE refresh_tokens
SET used_at = %(now)s
WHERE id = %(id)s

-- revoke_family --
-- End a sign-in with all its tokens.
-- cross-tenant: tokens belong to users of every kind
UPDATE refresh_tokens
SET revoked_at = %(now)s
WHERE family_id = %(family_id)s
    AND revoked_at IS NULL

-- revoke_user --
-- End every sign-in of a user.
-- cross-tenant: tokens belong to users of every kind
UPDATE refresh_tokens
SET revoked_at = %(now)s
WHERE user_id = %(user_id)s
    AND revoked_at IS NULL

-- families --
-- Where a user is signed in: families of which a token can still be exchanged.
-- cross-tenant: tokens belong to users of every kind
SELECT
    latest.family_id AS id,
    (
        SELECT min(r.issued_at)
        FROM refresh_tokens AS r
        WHERE r.family_id = latest.family_id
    ) AS signed_in_at,
    latest.issued_at AS refreshed_at,
    latest.expires_at,
    latest.ip,
    latest.user_agent
FROM refresh_tokens AS latest
WHERE latest.user_id = %(user_id)s
    AND latest.used_at IS NULL
    AND latest.revoked_at IS NULL
    AND latest.expires_at > %(now)s
ORDER BY latest.issued_at DESC, latest.id DESC
LIMIT 100

-- sweep --
-- Forget tokens that nothing is to be learned from any more, used or not.
-- cross-tenant: tokens belong to users of every kind
DELETE FROM refresh_tokens
WHERE expires_at < %(before)s
