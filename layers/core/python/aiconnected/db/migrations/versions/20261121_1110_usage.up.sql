-- What a call used and what that costs: the versioned price book and the records (B3, B7).

CREATE TYPE usage_component_enum AS ENUM (
    'telephony', 'stt', 'llm_input', 'llm_output', 'tts', 'embedding', 'recording'
);
CREATE TYPE rate_kind_enum AS ENUM ('cost', 'price');

CREATE TABLE rates (
    id uuid NOT NULL,
    agency_id uuid,
    kind rate_kind_enum NOT NULL,
    component usage_component_enum NOT NULL,
    provider varchar(50) NOT NULL DEFAULT '',
    model varchar(100) NOT NULL DEFAULT '',
    unit varchar(20) NOT NULL,
    micros bigint NOT NULL,
    per numeric(20, 6) NOT NULL DEFAULT 1,
    currency char(3) NOT NULL DEFAULT 'USD',
    valid_from timestamptz NOT NULL,
    source varchar(500) NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_rates PRIMARY KEY (id),
    CONSTRAINT fk_rates_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT uq_rates_version UNIQUE NULLS NOT DISTINCT (
        agency_id, kind, component, provider, model, unit, valid_from
    ),
    CONSTRAINT ck_rates_micros_positive CHECK (micros >= 0),
    CONSTRAINT ck_rates_per_positive CHECK (per > 0)
);
COMMENT ON TABLE rates IS
    'Price book: `micros` for each `per` units. A record takes the row in force when it was measured; '
    'the agency''s own before the platform''s, a named provider and model before an empty one.';
COMMENT ON COLUMN rates.agency_id IS 'NULL is the platform''s rate, for every agency.';
COMMENT ON COLUMN rates.kind IS 'cost: what we pay the provider; price: what the agency pays us.';
COMMENT ON COLUMN rates.provider IS 'Empty matches every provider; model likewise.';
COMMENT ON COLUMN rates.unit IS 'second, token or character.';
COMMENT ON COLUMN rates.source IS 'Where the figure was read.';
SELECT force_row_security('rates');
SELECT add_update_triggers('rates');
CREATE POLICY app ON rates FOR SELECT TO app USING (
    current_agency_id() IS NOT NULL AND (agency_id IS NULL OR agency_id = current_agency_id())
);
GRANT SELECT ON rates TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON rates TO platform;

CREATE TABLE usage_records (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    call_id uuid,
    document_id uuid,
    component usage_component_enum NOT NULL,
    provider varchar(50) NOT NULL,
    model varchar(100) NOT NULL,
    unit varchar(20) NOT NULL,
    quantity numeric(20, 6) NOT NULL,
    ref varchar(255) NOT NULL,
    cost_micros bigint NOT NULL,
    price_micros bigint NOT NULL,
    currency char(3) NOT NULL DEFAULT 'USD',
    cost_rate_id uuid,
    price_rate_id uuid,
    measured_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_usage_records PRIMARY KEY (id, measured_at),
    CONSTRAINT uq_usage_records_ref UNIQUE NULLS NOT DISTINCT (
        call_id, document_id, component, ref, measured_at
    ),
    CONSTRAINT fk_usage_records_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_usage_records_calls FOREIGN KEY (call_id, tenant_id)
        REFERENCES calls (id, tenant_id),
    CONSTRAINT fk_usage_records_knowledge_documents FOREIGN KEY (document_id, tenant_id)
        REFERENCES knowledge_documents (id, tenant_id),
    CONSTRAINT fk_usage_records_cost_rates FOREIGN KEY (cost_rate_id) REFERENCES rates (id),
    CONSTRAINT fk_usage_records_price_rates FOREIGN KEY (price_rate_id) REFERENCES rates (id),
    CONSTRAINT ck_usage_records_quantity_positive CHECK (quantity >= 0)
) PARTITION BY RANGE (measured_at);
CREATE TABLE usage_records_default PARTITION OF usage_records DEFAULT;
CREATE INDEX ix_usage_records_tenant_id_measured_at ON usage_records (tenant_id, measured_at);
CREATE INDEX ix_usage_records_agency_id_measured_at ON usage_records (agency_id, measured_at);
COMMENT ON COLUMN usage_records.ref IS
    'Names the measurement within its call or document: with the event''s own time as measured_at, '
    'a replay meets uq_usage_records_ref.';
COMMENT ON COLUMN usage_records.cost_rate_id IS 'NULL when no rate was in force: nothing was charged.';
SELECT add_tenant_wall('usage_records', 'SELECT, INSERT');
