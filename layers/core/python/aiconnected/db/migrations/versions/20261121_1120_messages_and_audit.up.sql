-- What leaves, what arrived and who did what: outbox, received events, audit log, first partitions.

CREATE TABLE outbox (
    id uuid NOT NULL,
    agency_id uuid,
    tenant_id uuid,
    topic varchar(100) NOT NULL,
    envelope jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    last_error varchar(500) NOT NULL DEFAULT '',
    CONSTRAINT pk_outbox PRIMARY KEY (id),
    CONSTRAINT fk_outbox_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE INDEX ix_outbox_unsent ON outbox (next_attempt_at) WHERE sent_at IS NULL;
COMMENT ON COLUMN outbox.id IS 'Of the envelope, so that the same message is kept once.';
COMMENT ON COLUMN outbox.topic IS 'The envelope''s type; settings map it to a queue.';
COMMENT ON COLUMN outbox.last_error IS 'Code of the last failure; no personal data.';
SELECT add_tenant_wall('outbox', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE received_events (
    id uuid NOT NULL,
    provider varchar(50) NOT NULL,
    external_event_id varchar(255) NOT NULL,
    agency_id uuid,
    tenant_id uuid,
    request_sha256 bytea NOT NULL,
    received_at timestamptz NOT NULL,
    response_status smallint,
    response_headers jsonb NOT NULL DEFAULT '{}',
    response_body text,
    answered_at timestamptz,
    CONSTRAINT pk_received_events PRIMARY KEY (id),
    CONSTRAINT uq_received_events_external UNIQUE (provider, external_event_id)
);
CREATE INDEX ix_received_events_received_at ON received_events (received_at);
COMMENT ON COLUMN received_events.external_event_id IS
    'The provider''s own event id, or a key made of what names the event, such as voice:CA…';
COMMENT ON COLUMN received_events.request_sha256 IS 'A retry is the same request; another is not.';
COMMENT ON COLUMN received_events.response_status IS
    'With body and headers: the first answer, given again to a retry. NULL while being worked on.';
SELECT add_tenant_wall('received_events', 'SELECT');

CREATE TABLE audit_log (
    id uuid NOT NULL,
    agency_id uuid,
    tenant_id uuid,
    actor_kind varchar(20) NOT NULL,
    actor_id uuid,
    action varchar(100) NOT NULL,
    resource_type varchar(50) NOT NULL,
    resource_id uuid,
    changes jsonb NOT NULL DEFAULT '{}',
    reason text NOT NULL DEFAULT '',
    ip varchar(45),
    request_id varchar(100),
    at timestamptz NOT NULL,
    CONSTRAINT pk_audit_log PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE audit_log_default PARTITION OF audit_log DEFAULT;
CREATE INDEX ix_audit_log_agency_id_at ON audit_log (agency_id, at DESC);
CREATE INDEX ix_audit_log_tenant_id_at ON audit_log (tenant_id, at DESC);
CREATE INDEX ix_audit_log_resource_id ON audit_log (resource_id, at DESC);
COMMENT ON TABLE audit_log IS 'No foreign keys: it outlives what it tells of. Nobody may change it.';
COMMENT ON COLUMN audit_log.actor_kind IS 'user, api_key or system.';
COMMENT ON COLUMN audit_log.changes IS 'Field to [before, after]; secrets never.';
SELECT force_row_security('audit_log');
CREATE POLICY app ON audit_log TO app USING (
    agency_id = (SELECT current_agency_id())
    AND CASE
        WHEN (SELECT current_tenant_id()) IS NULL THEN true
        ELSE tenant_id = (SELECT current_tenant_id())
    END
);
GRANT SELECT, INSERT ON audit_log TO app, platform;

SELECT ensure_partitions(3);
