CREATE INDEX ix_recordings_agency_id_created_at ON recordings (agency_id, created_at DESC);
