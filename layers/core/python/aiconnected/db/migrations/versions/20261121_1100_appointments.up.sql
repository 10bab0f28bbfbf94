-- Bookable slots and the appointments in them (V8, V15).

CREATE TYPE appointment_status_enum AS ENUM ('booked', 'cancelled', 'completed', 'no_show');

CREATE TABLE appointment_slots (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    resource varchar(255) NOT NULL DEFAULT '',
    services text[] NOT NULL DEFAULT '{}',
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_appointment_slots PRIMARY KEY (id),
    CONSTRAINT uq_appointment_slots_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_appointment_slots_start UNIQUE (tenant_id, resource, starts_at),
    CONSTRAINT fk_appointment_slots_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT ck_appointment_slots_order CHECK (starts_at < ends_at)
);
COMMENT ON TABLE appointment_slots IS
    'Offered times of tenants without a calendar connector; free while no kept appointment is in it.';
COMMENT ON COLUMN appointment_slots.resource IS 'Who or what is booked, such as a chair or a van.';
COMMENT ON COLUMN appointment_slots.services IS 'What it may be booked for; empty is anything.';
SELECT add_tenant_wall('appointment_slots', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE appointments (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    slot_id uuid,
    call_id uuid,
    status appointment_status_enum NOT NULL DEFAULT 'booked',
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    service varchar(255) NOT NULL DEFAULT '',
    customer_name varchar(255) NOT NULL,
    customer_phone varchar(50) NOT NULL DEFAULT '',
    notes text NOT NULL DEFAULT '',
    confirmation_code varchar(20) NOT NULL,
    external_id varchar(255),
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    cancelled_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_appointments PRIMARY KEY (id),
    CONSTRAINT uq_appointments_confirmation_code UNIQUE (tenant_id, confirmation_code),
    CONSTRAINT fk_appointments_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_appointments_appointment_slots FOREIGN KEY (slot_id, tenant_id)
        REFERENCES appointment_slots (id, tenant_id),
    CONSTRAINT fk_appointments_calls FOREIGN KEY (call_id, tenant_id)
        REFERENCES calls (id, tenant_id),
    CONSTRAINT ck_appointments_order CHECK (starts_at < ends_at),
    CONSTRAINT ck_appointments_cancelled CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);
-- One slot is booked once: the second of two callers gets a unique violation.
CREATE UNIQUE INDEX uq_appointments_slot_id ON appointments (slot_id) WHERE status <> 'cancelled';
CREATE INDEX ix_appointments_tenant_id_starts_at ON appointments (tenant_id, starts_at);
CREATE INDEX ix_appointments_call_id ON appointments (call_id);
COMMENT ON COLUMN appointments.slot_id IS 'NULL when a connector''s calendar keeps the time.';
COMMENT ON COLUMN appointments.call_id IS 'The call in which it was booked.';
COMMENT ON COLUMN appointments.confirmation_code IS 'Short enough to be read out.';
SELECT add_tenant_wall('appointments', 'SELECT, INSERT, UPDATE');
