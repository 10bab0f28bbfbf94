-- Webhooks that we send (A7), and those that we receive and work off a queue (A6).

CREATE TYPE webhook_endpoint_status_enum AS ENUM ('active', 'paused', 'disabled');
CREATE TYPE webhook_delivery_status_enum AS ENUM ('pending', 'succeeded', 'failed');
CREATE TYPE received_event_status_enum AS ENUM ('answered', 'queued', 'done', 'dead');

CREATE TABLE webhook_endpoints (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid,
    url varchar(2000) NOT NULL,
    description varchar(255) NOT NULL DEFAULT '',
    event_types text[] NOT NULL,
    status webhook_endpoint_status_enum NOT NULL DEFAULT 'active',
    sealed_secret bytea NOT NULL,
    previous_sealed_secret bytea,
    previous_secret_expires_at timestamptz,
    failing_since timestamptz,
    disabled_at timestamptz,
    disabled_reason varchar(100),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_webhook_endpoints PRIMARY KEY (id),
    CONSTRAINT uq_webhook_endpoints_id_agency_id UNIQUE (id, agency_id),
    CONSTRAINT fk_webhook_endpoints_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT fk_webhook_endpoints_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT ck_webhook_endpoints_event_types CHECK (cardinality(event_types) > 0),
    CONSTRAINT ck_webhook_endpoints_previous_secret CHECK (
        (previous_sealed_secret IS NULL) = (previous_secret_expires_at IS NULL)
    )
);
CREATE INDEX ix_webhook_endpoints_agency_id_tenant_id ON webhook_endpoints (agency_id, tenant_id)
WHERE deleted_at IS NULL;
COMMENT ON COLUMN webhook_endpoints.tenant_id IS 'NULL hears the events of all clients.';
COMMENT ON COLUMN webhook_endpoints.event_types IS 'Of aiconnected.contracts.catalogue; * is all.';
COMMENT ON COLUMN webhook_endpoints.previous_sealed_secret IS 'Signs too until it expires.';
SELECT add_tenant_wall('webhook_endpoints', 'SELECT, INSERT, UPDATE');

CREATE TABLE webhook_deliveries (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    event_type varchar(100) NOT NULL,
    payload jsonb NOT NULL,
    status webhook_delivery_status_enum NOT NULL DEFAULT 'pending',
    attempts smallint NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    last_status smallint,
    last_error varchar(100),
    delivered_at timestamptz,
    replay_of uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id),
    CONSTRAINT uq_webhook_deliveries_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_webhook_deliveries_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_webhook_deliveries_webhook_endpoints FOREIGN KEY (endpoint_id, agency_id)
        REFERENCES webhook_endpoints (id, agency_id),
    CONSTRAINT ck_webhook_deliveries_pending CHECK (
        (status = 'pending') = (next_attempt_at IS NOT NULL)
    )
);
CREATE UNIQUE INDEX uq_webhook_deliveries_event ON webhook_deliveries (endpoint_id, event_id)
WHERE replay_of IS NULL;
CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (next_attempt_at)
WHERE status = 'pending';
CREATE INDEX ix_webhook_deliveries_endpoint_id_created_at
ON webhook_deliveries (endpoint_id, created_at DESC, id DESC);
CREATE INDEX ix_webhook_deliveries_tenant_id_created_at
ON webhook_deliveries (tenant_id, created_at DESC, id DESC);
COMMENT ON COLUMN webhook_deliveries.replay_of IS
    'The delivery that this one repeats; no foreign key: it outlives what it repeats.';
SELECT add_tenant_wall('webhook_deliveries', 'SELECT, INSERT, UPDATE');

CREATE TABLE webhook_attempts (
    delivery_id uuid NOT NULL,
    attempt smallint NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    at timestamptz NOT NULL,
    status smallint,
    error varchar(100),
    duration_ms integer NOT NULL,
    response_body text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_webhook_attempts PRIMARY KEY (delivery_id, attempt),
    CONSTRAINT fk_webhook_attempts_webhook_deliveries FOREIGN KEY (delivery_id, tenant_id)
        REFERENCES webhook_deliveries (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_webhook_attempts_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
COMMENT ON COLUMN webhook_attempts.status IS 'Of HTTP; NULL when there was no answer.';
COMMENT ON COLUMN webhook_attempts.response_body IS 'Its first 4,000 characters.';
SELECT add_tenant_wall('webhook_attempts', 'SELECT, INSERT');

ALTER TABLE received_events
ADD COLUMN kind varchar(100) NOT NULL DEFAULT '',
ADD COLUMN status received_event_status_enum NOT NULL DEFAULT 'answered',
ADD COLUMN body text,
ADD COLUMN attempts smallint NOT NULL DEFAULT 0,
ADD COLUMN last_error varchar(100),
ADD COLUMN processed_at timestamptz;
CREATE INDEX ix_received_events_dead ON received_events (received_at DESC, id DESC)
WHERE status = 'dead';
COMMENT ON COLUMN received_events.status IS
    'answered: done while it was answered; queued: stored and yet to be worked on; done; '
    'dead: given up, until somebody replays it.';
COMMENT ON COLUMN received_events.body IS 'As received, of events that are worked on later.';
