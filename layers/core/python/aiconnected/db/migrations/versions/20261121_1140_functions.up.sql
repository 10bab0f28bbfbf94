-- What agents can do beyond talking: webhook-backed functions (V8), callbacks (V16), opt-outs (G10).

CREATE TYPE http_method_enum AS ENUM ('GET', 'POST', 'PUT', 'PATCH');
CREATE TYPE function_call_status_enum AS ENUM ('succeeded', 'failed', 'timed_out');
CREATE TYPE callback_status_enum AS ENUM (
    'pending', 'in_progress', 'done', 'failed', 'cancelled'
);

CREATE TABLE custom_functions (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name varchar(64) NOT NULL,
    description text NOT NULL DEFAULT '',
    parameters jsonb NOT NULL DEFAULT '{"type": "object", "properties": {}}',
    webhook_url varchar(2000) NOT NULL,
    method http_method_enum NOT NULL DEFAULT 'POST',
    header_names text[] NOT NULL DEFAULT '{}',
    sealed_headers bytea,
    sealed_secret bytea NOT NULL,
    timeout_ms integer NOT NULL DEFAULT 5000,
    retries smallint NOT NULL DEFAULT 1,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_custom_functions PRIMARY KEY (id),
    CONSTRAINT uq_custom_functions_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_custom_functions_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT ck_custom_functions_name_format CHECK (name ~ '^[a-z][a-z0-9_]*$'),
    CONSTRAINT ck_custom_functions_timeout CHECK (timeout_ms BETWEEN 100 AND 20000),
    CONSTRAINT ck_custom_functions_retries CHECK (retries BETWEEN 0 AND 3)
);
CREATE UNIQUE INDEX uq_custom_functions_tenant_id_name ON custom_functions (tenant_id, name)
WHERE deleted_at IS NULL;
COMMENT ON COLUMN custom_functions.parameters IS 'JSON Schema of the arguments, for the model.';
COMMENT ON COLUMN custom_functions.sealed_headers IS 'JSON object of the headers to send, sealed.';
COMMENT ON COLUMN custom_functions.sealed_secret IS 'Key of the request''s signature, sealed.';
SELECT add_tenant_wall('custom_functions', 'SELECT, INSERT, UPDATE');

ALTER TABLE agent_versions ADD COLUMN custom_function_ids uuid[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN agent_versions.custom_function_ids IS 'Of this tenant: custom_functions.id.';

-- What 20261121_1040 has for every tool: now also whose function it was, and how it ended in a word.
ALTER TABLE function_call_logs
ADD COLUMN custom_function_id uuid,
ADD COLUMN status function_call_status_enum NOT NULL GENERATED ALWAYS AS (
    CASE
        WHEN ok THEN 'succeeded'::function_call_status_enum
        WHEN code = 'SRV_TIMEOUT' THEN 'timed_out'::function_call_status_enum
        ELSE 'failed'::function_call_status_enum
    END
) STORED,
ADD CONSTRAINT fk_function_call_logs_custom_functions FOREIGN KEY (custom_function_id, tenant_id)
REFERENCES custom_functions (id, tenant_id);
CREATE INDEX ix_function_call_logs_custom_function_id
ON function_call_logs (custom_function_id, called_at DESC);
CREATE INDEX ix_function_call_logs_agency_id_called_at
ON function_call_logs (agency_id, called_at DESC);
COMMENT ON COLUMN function_call_logs.custom_function_id IS 'NULL for the tools that every agent has.';

CREATE TABLE callbacks (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    call_id uuid,
    agent_id uuid,
    phone_number varchar(20) NOT NULL,
    customer_name varchar(255) NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    scheduled_for timestamptz NOT NULL,
    status callback_status_enum NOT NULL DEFAULT 'pending',
    attempts smallint NOT NULL DEFAULT 0,
    outcome varchar(100),
    completed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_callbacks PRIMARY KEY (id),
    CONSTRAINT fk_callbacks_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_callbacks_calls FOREIGN KEY (call_id, tenant_id) REFERENCES calls (id, tenant_id),
    CONSTRAINT fk_callbacks_agents FOREIGN KEY (agent_id, tenant_id)
        REFERENCES agents (id, tenant_id),
    CONSTRAINT ck_callbacks_phone_number_format CHECK (phone_number ~ '^\+[1-9][0-9]{6,14}$')
);
CREATE INDEX ix_callbacks_due ON callbacks (scheduled_for) WHERE status = 'pending';
CREATE INDEX ix_callbacks_tenant_id_scheduled_for ON callbacks (tenant_id, scheduled_for);
SELECT add_tenant_wall('callbacks', 'SELECT, INSERT, UPDATE');

CREATE TABLE opt_outs (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    phone_number varchar(20) NOT NULL,
    reason varchar(255) NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    CONSTRAINT pk_opt_outs PRIMARY KEY (id),
    CONSTRAINT uq_opt_outs_tenant_id_phone_number UNIQUE (tenant_id, phone_number),
    CONSTRAINT fk_opt_outs_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT ck_opt_outs_phone_number_format CHECK (phone_number ~ '^\+[1-9][0-9]{6,14}$')
);
COMMENT ON TABLE opt_outs IS 'People who asked not to be called: no outbound call reaches them.';
SELECT add_tenant_wall('opt_outs', 'SELECT, INSERT, DELETE');
