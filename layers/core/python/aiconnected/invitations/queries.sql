-- by_id --
-- One invitation.
-- cross-tenant: agencies invite too
SELECT
    i.id,
    i.agency_id,
    i.tenant_id,
    i.email,
    i.role,
    CASE
        WHEN i.accepted_at IS NOT NULL THEN 'accepted'
        WHEN i.revoked_at IS NOT NULL THEN 'revoked'
        WHEN i.expires_at <= now() THEN 'expired'
        ELSE 'open'
    END AS status,
    i.expires_at,
    i.sent_at,
    i.accepted_at,
    i.revoked_at,
    i.user_id,
    i.created_at,
    i.updated_at
FROM invitations AS i
WHERE i.id = %(invitation_id)s

-- lock --
-- One invitation, kept from other writers until the transaction ends.
-- cross-tenant: agencies invite too
SELECT
    i.id,
    i.agency_id,
    i.tenant_id,
    i.email,
    i.role,
    CASE
        WHEN i.accepted_at IS NOT NULL THEN 'accepted'
        WHEN i.revoked_at IS NOT NULL THEN 'revoked'
        WHEN i.expires_at <= now() THEN 'expired'
        ELSE 'open'
    END AS status,
    i.expires_at,
    i.sent_at,
    i.accepted_at,
    i.revoked_at,
    i.user_id,
    i.created_at,
    i.updated_at
FROM invitations AS i
WHERE i.id = %(invitation_id)s
FOR UPDATE

-- lock_by_token --
-- The invitation that a mailed link belongs to; of two who accept it one waits.
-- cross-tenant: who asks is not known yet
SELECT
    i.id,
    i.agency_id,
    i.tenant_id,
    i.email,
    i.role,
    CASE
        WHEN i.accepted_at IS NOT NULL THEN 'accepted'
        WHEN i.revoked_at IS NOT NULL THEN 'revoked'
        WHEN i.expires_at <= now() THEN 'expired'
        ELSE 'open'
    END AS status,
    i.expires_at,
    i.sent_at,
    i.accepted_at,
    i.revoked_at,
    i.user_id,
    i.created_at,
    i.updated_at
FROM invitations AS i
WHERE i.token_hash = %(token_hash)s
FOR UPDATE

-- page --
-- Invitations as they are listed.
-- cross-tenant: agencies invite too
SELECT
    i.id,
    i.agency_id,
    i.tenant_id,
    i.email,
    i.role,
    CASE
        WHEN i.accepted_at IS NOT NULL THEN 'accepted'
        WHEN i.revoked_at IS NOT NULL THEN 'revoked'
        WHEN i.expires_at <= now() THEN 'expired'
        ELSE 'open'
    END AS status,
    i.expires_at,
    i.sent_at,
    i.accepted_at,
    i.revoked_at,
    i.user_id,
    i.created_at,
    i.updated_at
FROM invitations AS i
WHERE /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- insert --
-- Add an invitation; its link is made when the mail leaves.
INSERT INTO invitations (
    id,
    agency_id,
    tenant_id,
    email,
    role,
    expires_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(email)s,
    %(role)s,
    %(expires_at)s
)

-- revoke_expired --
-- An invitation that nobody can accept any more gives way to another.
UPDATE invitations
SET revoked_at = %(now)s
WHERE agency_id = %(agency_id)s
    AND tenant_id IS NOT DISTINCT FROM %(tenant_id)s::uuid
    AND email = %(email)s
    AND accepted_at IS NULL
    AND revoked_at IS NULL
    AND expires_at <= %(now)s

-- works_here --
-- Whether a user of the place has an address.
SELECT EXISTS (
    SELECT FROM users AS u
    WHERE u.email = %(email)s
        AND u.deleted_at IS NULL
        AND u.agency_id = %(agency_id)s
        AND u.tenant_id IS NOT DISTINCT FROM %(tenant_id)s::uuid
)

-- renew --
-- An invitation that is sent again holds anew; the link of the last mail does not.
-- cross-tenant: agencies invite too
UPDATE invitations
SET
    expires_at = %(expires_at)s,
    token_hash = NULL
WHERE id = %(invitation_id)s

-- revoke --
-- Take an invitation back.
-- cross-tenant: agencies invite too
UPDATE invitations
SET
    revoked_at = %(now)s,
    token_hash = NULL
WHERE id = %(invitation_id)s

-- keep_token --
-- The link has been mailed, unless one has been since the moment of asking.
-- cross-tenant: mails leave in the platform's name
UPDATE invitations
SET
    token_hash = %(token_hash)s,
    sent_at = %(now)s
WHERE id = %(invitation_id)s
    AND accepted_at IS NULL
    AND revoked_at IS NULL
    AND expires_at > %(now)s
    AND (token_hash IS NULL OR sent_at < %(asked_at)s)

-- accept --
-- Somebody has accepted; the link is used up.
-- cross-tenant: who asks was not known before
UPDATE invitations
SET
    accepted_at = %(now)s,
    user_id = %(user_id)s,
    token_hash = NULL
WHERE id = %(invitation_id)s
