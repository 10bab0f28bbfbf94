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
