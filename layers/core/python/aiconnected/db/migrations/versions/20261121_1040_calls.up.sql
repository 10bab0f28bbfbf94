-- Calls and all that is kept of them (PRD 7.2-7.4, 8.4, 8.5; G8, G12, B1).

CREATE TYPE call_direction_enum AS ENUM ('inbound', 'outbound', 'browser');
CREATE TYPE call_state_enum AS ENUM (
    'ringing', 'connected', 'conversing', 'on_hold', 'transferring', 'ended', 'failed'
);
CREATE TYPE call_status_enum AS ENUM (
    'ringing', 'in_progress', 'on_hold', 'transferring', 'completed', 'transferred', 'abandoned',
    'refused', 'failed'
);
CREATE TYPE leg_kind_enum AS ENUM (
    'twilio', 'goto', 'ringcentral', 'browser', 'sip', 'livekit'
);
CREATE TYPE turn_role_enum AS ENUM ('caller', 'agent');
CREATE TYPE turn_speech_enum AS ENUM ('answer', 'greeting', 'filler', 'apology', 'farewell');
CREATE TYPE transfer_kind_enum AS ENUM ('blind', 'warm', 'agent');
CREATE TYPE transfer_outcome_enum AS ENUM (
    'pending', 'accepted', 'no_answer', 'busy', 'refused', 'failed'
);
CREATE TYPE transcript_status_enum AS ENUM ('live', 'final');
CREATE TYPE recording_source_enum AS ENUM ('own', 'carrier', 'egress');
CREATE TYPE recording_status_enum AS ENUM ('on_host', 'stored', 'encoded', 'deleted');

CREATE TABLE calls (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    phone_number_id uuid,
    agent_id uuid,
    agent_version_id uuid,
    carrier carrier_enum NOT NULL,
    carrier_word varchar(20) NOT NULL GENERATED ALWAYS AS (
        CASE carrier
            WHEN 'twilio' THEN 'twilio'
            WHEN 'goto' THEN 'goto'
            WHEN 'ringcentral' THEN 'ringcentral'
            WHEN 'browser' THEN 'browser'
        END
    ) STORED,
    external_call_id varchar(255) NOT NULL,
    livekit_room_name varchar(255),
    direction call_direction_enum NOT NULL,
    direction_word varchar(20) NOT NULL GENERATED ALWAYS AS (
        CASE direction
            WHEN 'inbound' THEN 'inbound'
            WHEN 'outbound' THEN 'outbound'
            WHEN 'browser' THEN 'browser'
        END
    ) STORED,
    from_number varchar(50) NOT NULL,
    to_number varchar(50) NOT NULL,
    fallback_number varchar(20),
    state call_state_enum NOT NULL DEFAULT 'ringing',
    status call_status_enum NOT NULL DEFAULT 'ringing',
    status_word varchar(20) NOT NULL GENERATED ALWAYS AS (
        CASE status
            WHEN 'ringing' THEN 'ringing'
            WHEN 'in_progress' THEN 'in_progress'
            WHEN 'on_hold' THEN 'on_hold'
            WHEN 'transferring' THEN 'transferring'
            WHEN 'completed' THEN 'completed'
            WHEN 'transferred' THEN 'transferred'
            WHEN 'abandoned' THEN 'abandoned'
            WHEN 'refused' THEN 'refused'
            WHEN 'failed' THEN 'failed'
        END
    ) STORED,
    refusal_reason varchar(50),
    ticket_key_id varchar(50),
    ticket_expires_at timestamptz,
    ticket_used_at timestamptz,
    initiated_at timestamptz NOT NULL,
    ringing_at timestamptz,
    answered_at timestamptz,
    ended_at timestamptz,
    finalised_at timestamptz,
    duration_ms bigint,
    duration integer GENERATED ALWAYS AS (ceil(duration_ms / 1000.0)) STORED,
    end_reason varchar(100),
    outcome varchar(100),
    sentiment_score numeric(4, 3),
    sentiment_word varchar(20) GENERATED ALWAYS AS (
        CASE
            WHEN sentiment_score >= 0.25 THEN 'positive'
            WHEN sentiment_score <= -0.25 THEN 'negative'
            WHEN sentiment_score IS NOT NULL THEN 'neutral'
        END
    ) STORED,
    summary text,
    cost_micros bigint,
    price_micros bigint,
    currency char(3) NOT NULL DEFAULT 'USD',
    error_code varchar(100),
    error_message text,
    settings jsonb NOT NULL DEFAULT '{}',
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT pk_calls PRIMARY KEY (id),
    -- What every row about a call refers to: it cannot be of another tenant.
    CONSTRAINT uq_calls_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_calls_carrier_external_call_id UNIQUE (carrier, external_call_id),
    CONSTRAINT fk_calls_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_calls_phone_numbers FOREIGN KEY (phone_number_id) REFERENCES phone_numbers (id),
    CONSTRAINT fk_calls_agents FOREIGN KEY (agent_id, tenant_id) REFERENCES agents (id, tenant_id),
    CONSTRAINT fk_calls_agent_versions FOREIGN KEY (agent_version_id, tenant_id)
        REFERENCES agent_versions (id, tenant_id),
    CONSTRAINT ck_calls_duration_positive CHECK (duration_ms >= 0),
    CONSTRAINT ck_calls_sentiment_score CHECK (sentiment_score BETWEEN -1 AND 1),
    CONSTRAINT ck_calls_ended CHECK (
        (ended_at IS NULL) = (status IN ('ringing', 'in_progress', 'on_hold', 'transferring'))
    )
);
-- Deleted calls are in them: figures count those too.
CREATE INDEX ix_calls_tenant_id_initiated_at ON calls (tenant_id, initiated_at DESC, id DESC);
CREATE INDEX ix_calls_agency_id_initiated_at ON calls (agency_id, initiated_at DESC, id DESC);
CREATE INDEX ix_calls_tenant_id_status_word_initiated_at
ON calls (tenant_id, status_word, initiated_at DESC, id DESC);
CREATE INDEX ix_calls_tenant_id_from_number ON calls (tenant_id, from_number);
CREATE INDEX ix_calls_tenant_id_duration ON calls (tenant_id, duration);
-- Calls lie in the order of time: of some pages it is known between which moments they are.
CREATE INDEX ix_calls_answered_at_ended_at ON calls USING brin (answered_at, ended_at)
WITH (pages_per_range = 32);
CREATE INDEX ix_calls_open ON calls (initiated_at) WHERE ended_at IS NULL;
CREATE INDEX ix_calls_unfinalised ON calls (ended_at) WHERE finalised_at IS NULL;
COMMENT ON COLUMN calls.external_call_id IS 'The carrier''s own id; ours for browser calls.';
COMMENT ON COLUMN calls.livekit_room_name IS 'NULL for room-less calls.';
COMMENT ON COLUMN calls.state IS 'Of the live call: aiconnected.calls.state.CallState.';
COMMENT ON COLUMN calls.status IS 'What is kept and listed: aiconnected.calls.state.CallStatus.';
COMMENT ON COLUMN calls.status_word IS
    'The same as text, to be filtered by: equality of enums is not leakproof, so that row-level '
    'security keeps it from every index. So are direction_word and carrier_word.';
COMMENT ON COLUMN calls.duration IS 'PRD''s duration_seconds: begun ones whole.';
COMMENT ON COLUMN calls.sentiment_word IS 'Of sentiment_score: aiconnected.calls.lists.Sentiment.';
COMMENT ON COLUMN calls.fallback_number IS 'Where the carrier sends the caller when we fail; E.164.';
COMMENT ON COLUMN calls.refusal_reason IS
    'aiconnected.calls.models.RefusalReason when status is refused.';
COMMENT ON COLUMN calls.ticket_key_id IS
    'Key that signed the ticket to the media socket. With id and ticket_expires_at it makes the same '
    'ticket again; the ticket itself is kept nowhere. Once used, ticket_used_at is set.';
COMMENT ON COLUMN calls.finalised_at IS 'When the call-ended job had closed transcript and bill.';
COMMENT ON COLUMN calls.duration_ms IS 'From answered_at to ended_at.';
COMMENT ON COLUMN calls.cost_micros IS
    'Sum of usage_records.cost_micros, written when finalised; price_micros likewise.';
SELECT add_tenant_wall('calls', 'SELECT, INSERT, UPDATE');

CREATE TABLE call_leases (
    call_id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    owner varchar(255) NOT NULL,
    acquired_at timestamptz NOT NULL,
    renewed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_call_leases PRIMARY KEY (call_id),
    CONSTRAINT fk_call_leases_calls FOREIGN KEY (call_id, tenant_id)
        REFERENCES calls (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_call_leases_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE INDEX ix_call_leases_expires_at ON call_leases (expires_at);
COMMENT ON TABLE call_leases IS
    'Which realtime process a live call belongs to; gone when the call has ended.';
COMMENT ON COLUMN call_leases.owner IS 'OWNER_ID of the process: host:pid:random.';
SELECT add_tenant_wall('call_leases', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE call_legs (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    call_id uuid NOT NULL,
    kind leg_kind_enum NOT NULL,
    external_id varchar(255) NOT NULL,
    encoding varchar(20) NOT NULL,
    rate integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason varchar(100),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_call_legs PRIMARY KEY (id),
    CONSTRAINT fk_call_legs_calls FOREIGN KEY (call_id, tenant_id)
        REFERENCES calls (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_call_legs_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE INDEX ix_call_legs_call_id ON call_legs (call_id, started_at);
COMMENT ON COLUMN call_legs.external_id IS 'The carrier''s id of the stream or channel.';
SELECT add_tenant_wall('call_legs', 'SELECT, INSERT, UPDATE');

CREATE TABLE call_events (
    call_id uuid NOT NULL,
    seq integer NOT NULL,
    at timestamptz NOT NULL,
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    type varchar(100) NOT NULL,
    version smallint NOT NULL,
    owner varchar(255) NOT NULL,
    body jsonb NOT NULL,
    fault varchar(50) NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_call_events PRIMARY KEY (call_id, seq, at),
    CONSTRAINT fk_call_events_calls FOREIGN KEY (call_id, tenant_id)
        REFERENCES calls (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_call_events_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
) PARTITION BY RANGE (at);
CREATE TABLE call_events_default PARTITION OF call_events DEFAULT;
CREATE INDEX ix_call_events_tenant_id_at ON call_events (tenant_id, at DESC);
COMMENT ON TABLE call_events IS
    'Every fact of a call as the realtime plane spooled it; the key makes replay idempotent.';
COMMENT ON COLUMN call_events.seq IS
    'Position in the call''s spool, from 0; negative for what the control plane adds.';
COMMENT ON COLUMN call_events.fault IS
    'Why the event changed nothing else: illegal_transition, unknown, unreadable, refused; or empty.';
COMMENT ON COLUMN call_events.id IS 'Of the envelope; version, type, at and body are its v, type, …';
SELECT add_tenant_wall('call_events', 'SELECT, INSERT');
-- A transition that arrived before its forerunner turns out legal when that one comes.
GRANT UPDATE (fault) ON call_events TO app;

CREATE TABLE transcripts (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    call_id uuid NOT NULL,
    initiated_at timestamptz NOT NULL DEFAULT now(),
    language varchar(20) NOT NULL DEFAULT 'en-US',
    status transcript_status_enum NOT NULL DEFAULT 'live',
    full_text text NOT NULL DEFAULT '',
    search tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('english', full_text)) STORED,
    turn_count integer NOT NULL DEFAULT 0,
    word_count integer NOT NULL DEFAULT 0,
    finalised_at timestamptz,
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT pk_transcripts PRIMARY KEY (id),
    CONSTRAINT uq_transcripts_call_id UNIQUE (call_id),
    CONSTRAINT fk_transcripts_calls FOREIGN KEY (call_id, tenant_id)
        REFERENCES calls (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_transcripts_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE INDEX ix_transcripts_tenant_id_initiated_at ON transcripts (tenant_id, initiated_at DESC);
COMMENT ON COLUMN transcripts.initiated_at IS 'Of the call: the newest matches are found first.';
COMMENT ON COLUMN transcripts.full_text IS
    'One line a turn, `caller: …` or `agent: …` with what was heard; written when finalised.';
SELECT add_tenant_wall('transcripts', 'SELECT, INSERT, UPDATE');

CREATE TABLE transcript_turns (
    call_id uuid NOT NULL,
    turn integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    role turn_role_enum NOT NULL,
    speech turn_speech_enum NOT NULL,
    text text NOT NULL,
    heard_text text NOT NULL,
    interrupted boolean NOT NULL DEFAULT false,
    audio_ms integer NOT NULL DEFAULT 0,
    confidence real,
    intent varchar(100),
    tone varchar(50),
    marks jsonb NOT NULL DEFAULT '{}',
    origin double precision,
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_transcript_turns PRIMARY KEY (call_id, turn, started_at),
    CONSTRAINT fk_transcript_turns_calls FOREIGN KEY (call_id, tenant_id)
        REFERENCES calls (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_transcript_turns_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
) PARTITION BY RANGE (started_at);
CREATE TABLE transcript_turns_default PARTITION OF transcript_turns DEFAULT;
CREATE INDEX ix_transcript_turns_tenant_id_started_at
ON transcript_turns (tenant_id, started_at DESC);
COMMENT ON TABLE transcript_turns IS
    'One row for each TurnCommitted (aiconnected.contracts.facts); columns are its fields.';
COMMENT ON COLUMN transcript_turns.marks IS
    'Milliseconds after the end of the caller''s speech; names in aiconnected.calls.waterfall.';
COMMENT ON COLUMN transcript_turns.intent IS 'Intent and tone are filled after the call (V14).';
SELECT add_tenant_wall('transcript_turns', 'SELECT, INSERT, UPDATE');

CREATE TABLE call_transfers (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    call_id uuid NOT NULL,
    kind transfer_kind_enum NOT NULL,
    target varchar(255) NOT NULL,
    reason text NOT NULL DEFAULT '',
    outcome transfer_outcome_enum NOT NULL DEFAULT 'pending',
    requested_at timestamptz NOT NULL,
    completed_at timestamptz,
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_call_transfers PRIMARY KEY (id),
    CONSTRAINT fk_call_transfers_calls FOREIGN KEY (call_id, tenant_id)
        REFERENCES calls (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_call_transfers_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE INDEX ix_call_transfers_call_id ON call_transfers (call_id, requested_at);
SELECT add_tenant_wall('call_transfers', 'SELECT, INSERT, UPDATE');

CREATE TABLE recordings (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    call_id uuid NOT NULL,
    source recording_source_enum NOT NULL,
    is_record boolean NOT NULL DEFAULT true,
    status recording_status_enum NOT NULL,
    bucket varchar(255) NOT NULL DEFAULT '',
    key varchar(1024) NOT NULL DEFAULT '',
    content_type varchar(100) NOT NULL,
    channels smallint NOT NULL,
    rate integer NOT NULL,
    duration_ms integer NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 char(64) NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT pk_recordings PRIMARY KEY (id),
    CONSTRAINT fk_recordings_calls FOREIGN KEY (call_id, tenant_id)
        REFERENCES calls (id, tenant_id),
    CONSTRAINT fk_recordings_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE UNIQUE INDEX uq_recordings_call_id_record ON recordings (call_id)
WHERE is_record AND deleted_at IS NULL;
CREATE INDEX ix_recordings_tenant_id ON recordings (tenant_id, created_at DESC);
COMMENT ON COLUMN recordings.is_record IS
    'Of carrier''s, egress'' and our own exactly one is the record of the call (B6).';
COMMENT ON COLUMN recordings.bucket IS 'Empty while the audio is still on its host (on_host).';
COMMENT ON COLUMN recordings.sha256 IS 'Hexadecimal, of the stored object.';
SELECT add_tenant_wall('recordings', 'SELECT, INSERT, UPDATE');

CREATE TABLE function_call_logs (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    call_id uuid NOT NULL,
    seq integer NOT NULL,
    function_name varchar(100) NOT NULL,
    arguments jsonb NOT NULL,
    ok boolean NOT NULL,
    code varchar(100) NOT NULL DEFAULT '',
    result text NOT NULL DEFAULT '',
    duration_ms double precision NOT NULL,
    called_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_function_call_logs PRIMARY KEY (id),
    CONSTRAINT uq_function_call_logs_call_id_seq UNIQUE (call_id, seq),
    CONSTRAINT fk_function_call_logs_calls FOREIGN KEY (call_id, tenant_id)
        REFERENCES calls (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_function_call_logs_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE INDEX ix_function_call_logs_tenant_id_called_at
ON function_call_logs (tenant_id, called_at DESC);
COMMENT ON COLUMN function_call_logs.seq IS 'Of the ToolCalled event in call_events.';
COMMENT ON COLUMN function_call_logs.code IS 'Why the tool failed; empty when ok.';
SELECT add_tenant_wall('function_call_logs', 'SELECT, INSERT');
