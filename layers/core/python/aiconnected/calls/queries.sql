-- insert_call --
-- Open a call; no row when the carrier's id is known, after waiting for whoever opens it.
INSERT INTO calls (
    id,
    agency_id,
    tenant_id,
    phone_number_id,
    agent_id,
    agent_version_id,
    carrier,
    external_call_id,
    direction,
    from_number,
    to_number,
    fallback_number,
    ticket_key_id,
    ticket_expires_at,
    initiated_at,
    ringing_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(phone_number_id)s,
    %(agent_id)s,
    %(agent_version_id)s,
    %(carrier)s,
    %(external_id)s,
    %(direction)s,
    %(from_number)s,
    %(to_number)s,
    %(fallback_number)s,
    %(ticket_key_id)s,
    %(ticket_expires_at)s,
    %(now)s,
    %(now)s
)
ON CONFLICT (carrier, external_call_id) DO NOTHING
RETURNING id

-- opened --
-- What was decided when a call was opened.
-- cross-tenant: the carrier's id leads to the tenant
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.fallback_number,
    c.refusal_reason,
    c.ticket_key_id,
    c.ticket_expires_at
FROM calls AS c
WHERE c.carrier = %(carrier)s
    AND c.external_call_id = %(external_id)s

-- refuse_call --
-- Close a call that does not reach its agent.
UPDATE calls
SET
    state = 'failed',
    status = 'refused',
    refusal_reason = %(reason)s,
    end_reason = %(reason)s,
    outcome = 'refused',
    ended_at = %(now)s,
    duration_ms = 0,
    ticket_key_id = NULL,
    ticket_expires_at = NULL
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- use_ticket --
-- Use the ticket of a call that has not ended; no row when that has been done.
-- cross-tenant: the ticket leads to the tenant
UPDATE calls
SET
    ticket_used_at = %(now)s
WHERE id = %(id)s
    AND ticket_key_id = %(ticket_key_id)s
    AND external_call_id = %(external_id)s
    AND ticket_used_at IS NULL
    AND ended_at IS NULL
RETURNING
    agency_id,
    tenant_id

-- ticket_state --
-- Why a ticket is not good.
-- cross-tenant: the ticket leads to the tenant
SELECT
    c.external_call_id <> %(external_id)s AS another,
    c.ticket_used_at IS NOT NULL AS used,
    c.ended_at IS NOT NULL AS ended
FROM calls AS c
WHERE c.id = %(id)s

-- call_setup --
-- What a conversation must know of its call.
-- cross-tenant: realtime knows the call's id alone
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.agent_version_id,
    c.carrier,
    c.external_call_id AS external_id,
    c.direction,
    c.from_number,
    c.to_number,
    c.fallback_number,
    c.initiated_at
FROM calls AS c
WHERE c.id = %(id)s

-- acquire_lease --
-- The call belongs to a process from now on.
INSERT INTO call_leases (
    call_id,
    agency_id,
    tenant_id,
    owner,
    acquired_at,
    renewed_at,
    expires_at
)
VALUES (
    %(call_id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(owner)s,
    %(now)s,
    %(now)s,
    %(expires_at)s
)
ON CONFLICT (call_id) DO UPDATE
SET
    owner = excluded.owner,
    acquired_at = excluded.acquired_at,
    renewed_at = excluded.renewed_at,
    expires_at = excluded.expires_at

-- renew_leases --
-- The process still has these calls; calls that are no longer its own are left out.
-- cross-tenant: one process has calls of many tenants
UPDATE call_leases
SET
    renewed_at = %(now)s,
    expires_at = %(expires_at)s
WHERE owner = %(owner)s
    AND call_id = ANY (%(call_ids)s::uuid[])
RETURNING call_id

-- release_lease --
-- The call belongs to no process any more.
DELETE FROM call_leases
WHERE tenant_id = %(tenant_id)s
    AND call_id = %(call_id)s

-- abandoned_calls --
-- Open calls that nobody has answered for since a moment, locked against other reapers.
-- cross-tenant: the reaper closes for everybody
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.answered_at,
    l.owner,
    l.expires_at AS lease_expired_at
FROM calls AS c
LEFT JOIN call_leases AS l ON l.call_id = c.id
WHERE c.ended_at IS NULL
    AND coalesce(l.expires_at, c.initiated_at) < %(before)s
ORDER BY c.initiated_at
LIMIT %(limit)s
FOR UPDATE OF c SKIP LOCKED

-- standing --
-- Where a call stands, for the carrier that asks what to do next.
-- cross-tenant: the carrier's id leads to the tenant
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.direction,
    c.status,
    c.fallback_number,
    c.answered_at,
    c.initiated_at,
    l.expires_at AS lease_expires_at,
    (
        SELECT r.target
        FROM call_transfers AS r
        WHERE r.call_id = c.id
            AND r.outcome = 'pending'
        ORDER BY r.requested_at DESC
        LIMIT 1
    ) AS transfer_target
FROM calls AS c
LEFT JOIN call_leases AS l ON l.call_id = c.id
WHERE c.carrier = %(carrier)s
    AND c.external_call_id = %(external_id)s

-- lock_call --
-- Hold a call against other writers of its facts until the transaction ends.
SELECT
    c.ended_at IS NOT NULL AS ended,
    coalesce(t.transfer_number, c.fallback_number) AS transfer_number
FROM calls AS c
JOIN tenants AS t ON t.id = c.tenant_id
WHERE c.tenant_id = %(tenant_id)s
    AND c.id = %(id)s
FOR UPDATE OF c

-- insert_events --
-- Keep events; the numbers of those that were not known.
INSERT INTO call_events (
    call_id,
    seq,
    at,
    id,
    agency_id,
    tenant_id,
    type,
    version,
    owner,
    body,
    fault
)
SELECT
    %(call_id)s,
    e.seq,
    e.at,
    e.id,
    %(agency_id)s,
    %(tenant_id)s,
    e.type,
    e.version,
    e.owner,
    e.body,
    e.fault
FROM jsonb_to_recordset(%(events)s) AS e (
    seq integer,
    at timestamptz,
    id uuid,
    type text,
    version smallint,
    owner text,
    body jsonb,
    fault text
)
ON CONFLICT (call_id, seq, at) DO NOTHING
RETURNING seq

-- state_changes --
-- Every step that a call's owner has told of, in order.
SELECT
    e.seq,
    e.at,
    e.id,
    e.body,
    e.fault
FROM call_events AS e
WHERE e.tenant_id = %(tenant_id)s
    AND e.call_id = %(call_id)s
    AND e.type = 'call.state_changed'
    AND e.fault IN ('', 'illegal_transition')
ORDER BY e.seq, e.at

-- set_fault --
-- Note why an event changed nothing else, or that it did.
UPDATE call_events
SET
    fault = %(fault)s
WHERE tenant_id = %(tenant_id)s
    AND call_id = %(call_id)s
    AND seq = %(seq)s
    AND at = %(at)s

-- set_state --
-- Where a call stands that has not ended.
UPDATE calls
SET
    state = %(state)s,
    status = %(status)s,
    answered_at = coalesce(answered_at, %(answered_at)s)
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND ended_at IS NULL

-- end_call --
-- Close a call: its owner's word holds over whatever closed it before.
UPDATE calls
SET
    state = %(state)s,
    status = %(status)s,
    outcome = %(outcome)s,
    end_reason = %(reason)s,
    error_code = %(error_code)s,
    answered_at = coalesce(%(answered_at)s, answered_at),
    ended_at = %(ended_at)s,
    duration_ms = greatest(
        0,
        round(
            1000 * extract(
                EPOCH FROM %(ended_at)s
                - coalesce(%(answered_at)s::timestamptz, answered_at, %(ended_at)s)
            )
        )
    )
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- insert_leg --
-- A leg carries audio.
INSERT INTO call_legs (
    id,
    agency_id,
    tenant_id,
    call_id,
    kind,
    external_id,
    encoding,
    rate,
    started_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(call_id)s,
    %(kind)s,
    %(external_id)s,
    %(encoding)s,
    %(rate)s,
    %(started_at)s
)
ON CONFLICT (id) DO NOTHING

-- end_leg --
-- A leg is gone.
UPDATE call_legs
SET
    ended_at = %(ended_at)s,
    end_reason = %(reason)s
WHERE tenant_id = %(tenant_id)s
    AND call_id = %(call_id)s
    AND id = %(id)s

-- end_legs --
-- Every leg of a call that has ended is gone.
UPDATE call_legs
SET
    ended_at = %(ended_at)s,
    end_reason = %(reason)s
WHERE tenant_id = %(tenant_id)s
    AND call_id = %(call_id)s
    AND ended_at IS NULL

-- insert_turn --
-- Something was said.
INSERT INTO transcript_turns (
    call_id,
    turn,
    started_at,
    ended_at,
    agency_id,
    tenant_id,
    role,
    speech,
    text,
    heard_text,
    interrupted,
    audio_ms,
    confidence,
    marks,
    origin
)
VALUES (
    %(call_id)s,
    %(turn)s,
    %(started_at)s,
    %(ended_at)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(role)s,
    %(speech)s,
    %(text)s,
    %(heard_text)s,
    %(interrupted)s,
    %(audio_ms)s,
    %(confidence)s,
    %(marks)s,
    %(origin)s
)
ON CONFLICT (call_id, turn, started_at) DO NOTHING

-- insert_tool_call --
-- The model called a tool.
INSERT INTO function_call_logs (
    id,
    agency_id,
    tenant_id,
    call_id,
    seq,
    function_name,
    arguments,
    ok,
    code,
    result,
    duration_ms,
    called_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(call_id)s,
    %(seq)s,
    %(name)s,
    %(arguments)s,
    %(ok)s,
    %(code)s,
    %(result)s,
    %(duration_ms)s,
    %(called_at)s
)
ON CONFLICT (call_id, seq) DO NOTHING

-- insert_transfer --
-- The caller is to be sent elsewhere.
INSERT INTO call_transfers (
    id,
    agency_id,
    tenant_id,
    call_id,
    kind,
    target,
    reason,
    requested_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(call_id)s,
    'blind',
    %(target)s,
    %(reason)s,
    %(requested_at)s
)
ON CONFLICT (id) DO NOTHING

-- end_transfers --
-- What became of the transfer that a call waits for.
UPDATE call_transfers
SET
    outcome = %(outcome)s,
    completed_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND call_id = %(call_id)s
    AND outcome = 'pending'

-- keep_recording --
-- Where the call's audio lies; once in the object store it is not said to be on its host again.
INSERT INTO recordings (
    id,
    agency_id,
    tenant_id,
    call_id,
    source,
    status,
    bucket,
    key,
    content_type,
    channels,
    rate,
    duration_ms,
    size_bytes,
    sha256
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(call_id)s,
    'own',
    %(status)s,
    %(bucket)s,
    %(key)s,
    %(content_type)s,
    %(channels)s,
    %(rate)s,
    %(duration_ms)s,
    %(size_bytes)s,
    %(sha256)s
)
ON CONFLICT (id) DO UPDATE
SET
    status = excluded.status,
    bucket = excluded.bucket,
    key = excluded.key,
    content_type = excluded.content_type,
    channels = excluded.channels,
    rate = excluded.rate,
    duration_ms = excluded.duration_ms,
    size_bytes = excluded.size_bytes,
    sha256 = excluded.sha256
WHERE recordings.tenant_id = %(tenant_id)s
    AND recordings.status = 'on_host'

-- ended_call --
-- A call that is to be finalised, held until the transaction ends.
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.agent_id,
    c.carrier,
    c.direction,
    c.from_number,
    c.to_number,
    c.status,
    c.initiated_at,
    c.answered_at,
    c.ended_at,
    c.duration_ms,
    c.currency,
    coalesce(v.language, 'en-US') AS language
FROM calls AS c
LEFT JOIN agent_versions AS v ON v.id = c.agent_version_id
WHERE c.tenant_id = %(tenant_id)s
    AND c.id = %(id)s
    AND c.ended_at IS NOT NULL
FOR UPDATE OF c

-- keep_transcript --
-- The whole of what was heard, as one text to search in.
INSERT INTO transcripts (
    id,
    agency_id,
    tenant_id,
    call_id,
    initiated_at,
    language,
    status,
    full_text,
    turn_count,
    word_count,
    finalised_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(call_id)s,
    %(initiated_at)s,
    %(language)s,
    'final',
    %(full_text)s,
    %(turn_count)s,
    %(word_count)s,
    %(now)s
)
ON CONFLICT (call_id) DO UPDATE
SET
    status = 'final',
    full_text = excluded.full_text,
    turn_count = excluded.turn_count,
    word_count = excluded.word_count,
    finalised_at = excluded.finalised_at

-- finalise_call --
-- The bill of a call that has ended.
UPDATE calls
SET
    cost_micros = %(cost_micros)s,
    price_micros = %(price_micros)s,
    currency = %(currency)s,
    finalised_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- calls --
-- A page of calls as they are listed.
-- cross-tenant: the row policies keep it to the scope, and a tenant's scope is named as a condition
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.agent_id,
    c.phone_number_id,
    c.carrier,
    c.external_call_id,
    c.direction,
    c.from_number,
    c.to_number,
    c.state,
    c.status,
    c.refusal_reason,
    c.initiated_at,
    c.answered_at,
    c.ended_at,
    c.finalised_at,
    c.duration_ms,
    c.end_reason,
    c.outcome,
    c.error_code,
    c.sentiment_score::double precision AS sentiment_score,
    c.summary,
    CASE WHEN %(with_money)s THEN c.cost_micros END AS cost_micros,
    CASE WHEN %(with_money)s THEN c.price_micros END AS price_micros,
    c.currency
FROM calls AS c
WHERE c.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- found_calls --
-- A page of the calls that a search finds.
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.agent_id,
    c.phone_number_id,
    c.carrier,
    c.external_call_id,
    c.direction,
    c.from_number,
    c.to_number,
    c.state,
    c.status,
    c.refusal_reason,
    c.initiated_at,
    c.answered_at,
    c.ended_at,
    c.finalised_at,
    c.duration_ms,
    c.end_reason,
    c.outcome,
    c.error_code,
    c.sentiment_score::double precision AS sentiment_score,
    c.summary,
    CASE WHEN %(with_money)s THEN c.cost_micros END AS cost_micros,
    CASE WHEN %(with_money)s THEN c.price_micros END AS price_micros,
    c.currency
FROM search_calls(
    %(agency_id)s::uuid,
    %(tenant_id)s::uuid,
    %(text)s::text,
    %(since)s::timestamptz,
    %(until)s::timestamptz,
    %(most)s::integer
) AS f
JOIN calls AS c ON c.id = f.call_id
WHERE c.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- call --
-- One call.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.agent_id,
    c.phone_number_id,
    c.carrier,
    c.external_call_id,
    c.direction,
    c.from_number,
    c.to_number,
    c.state,
    c.status,
    c.refusal_reason,
    c.initiated_at,
    c.answered_at,
    c.ended_at,
    c.finalised_at,
    c.duration_ms,
    c.end_reason,
    c.outcome,
    c.error_code,
    c.sentiment_score::double precision AS sentiment_score,
    c.summary,
    CASE WHEN %(with_money)s THEN c.cost_micros END AS cost_micros,
    CASE WHEN %(with_money)s THEN c.price_micros END AS price_micros,
    c.currency
FROM calls AS c
WHERE c.id = %(id)s
    AND c.deleted_at IS NULL

-- legs --
-- The legs of a call in order.
SELECT
    l.id,
    l.kind,
    l.external_id,
    l.encoding,
    l.rate,
    l.started_at,
    l.ended_at,
    l.end_reason
FROM call_legs AS l
WHERE l.tenant_id = %(tenant_id)s
    AND l.call_id = %(call_id)s
ORDER BY l.started_at, l.id

-- events --
-- What happened in a call, in order.
SELECT
    e.id,
    e.seq,
    e.at,
    e.type,
    e.body,
    e.fault
FROM call_events AS e
WHERE e.tenant_id = %(tenant_id)s
    AND e.call_id = %(call_id)s
ORDER BY e.at, e.seq

-- turns --
-- What was said in a call, in order.
SELECT
    u.turn,
    u.role,
    u.speech,
    u.text,
    u.heard_text,
    u.interrupted,
    u.started_at,
    u.ended_at,
    u.audio_ms,
    u.confidence,
    u.marks,
    u.origin
FROM transcript_turns AS u
WHERE u.tenant_id = %(tenant_id)s
    AND u.call_id = %(call_id)s
ORDER BY u.turn, u.started_at

-- transfers --
-- Where the caller was sent, in order.
SELECT
    r.id,
    r.kind,
    r.target,
    r.reason,
    r.outcome,
    r.requested_at,
    r.completed_at
FROM call_transfers AS r
WHERE r.tenant_id = %(tenant_id)s
    AND r.call_id = %(call_id)s
ORDER BY r.requested_at

-- unfinalised_calls --
-- Calls whose job should long have been done: its message was lost, or it died in the middle.
-- cross-tenant: one job looks after all
SELECT
    c.id AS call_id,
    c.agency_id,
    c.tenant_id
FROM calls AS c
WHERE c.ended_at < %(before)s
    AND c.finalised_at IS NULL
ORDER BY c.ended_at
LIMIT %(limit)s

-- delete_call --
-- Mark a call that is over as deleted.
UPDATE calls
SET
    deleted_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND ended_at IS NOT NULL
    AND deleted_at IS NULL

-- delete_transcript --
-- Mark the words of a deleted call.
UPDATE transcripts
SET
    deleted_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND call_id = %(call_id)s

-- lock_placed --
-- A call that we have placed, kept from other writers until the transaction ends.
-- cross-tenant: the carrier is given the call's id alone
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.carrier,
    c.external_call_id,
    c.ticket_key_id,
    c.ticket_expires_at,
    c.ticket_used_at IS NOT NULL AS ticket_used,
    c.ended_at IS NOT NULL AS ended
FROM calls AS c
WHERE c.id = %(id)s
    AND c.direction = 'outbound'
FOR UPDATE

-- name_placed --
-- The carrier's id of a call that we have placed.
UPDATE calls
SET
    external_call_id = %(external_id)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- renew_ticket --
-- Another ticket for one that has not been used.
UPDATE calls
SET
    ticket_key_id = %(ticket_key_id)s,
    ticket_expires_at = %(ticket_expires_at)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND ticket_used_at IS NULL
